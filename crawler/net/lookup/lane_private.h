/* lane_private.h - what lane.c (c-ares on the loop) and lane_sockets.c (the sockets beneath
 * it) share. */
#ifndef MXSURVEY_NET_LOOKUP_LANE_PRIVATE_H
#define MXSURVEY_NET_LOOKUP_LANE_PRIVATE_H

#include "crawler/core/wire.h"
#include "crawler/net/lookup/lane.h"

/* Makes the lane's sockets those of its channel. */
void lane_own_sockets(struct lane *lane);

/* The question as it goes to the resolver. */
size_t lane_write_question(const struct lane_question *question, uint8_t ret[QUESTION_SIZE_MAX]);

/* As it goes over UDP: its letters in the case of the question's seed, the size of an answer. */
size_t lane_write_datagram(const struct lane_question *question, uint8_t ret[QUESTION_SIZE_MAX]);

/* Sends once more what waits for it. */
void lane_put_again(struct lane *lane, struct lane_question *question);

/* Questions by id: chains, the last listed is first. */

static inline struct lane_question **lane_bucket(struct lane *lane, uint16_t id)
{
    return &lane->by_id[id % LANE_BUCKETS];
}

static inline struct lane_question *lane_find(struct lane *lane, uint16_t id)
{
    struct lane_question *question = *lane_bucket(lane, id);
    while (question != NULL && question->id != id)
        question = question->next;
    return question;
}

static inline uint16_t lane_message_id(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

#endif
