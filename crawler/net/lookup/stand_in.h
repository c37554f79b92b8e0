/* stand_in.h - what c-ares sees instead of the messages of a lane.
 *
 * c-ares waits, asks again and matches an answer to its question by their id; the
 * messages themselves are ours.  Given the true ones, 1.18 expands the names of
 * both for every answer, and 1.34 parses, rewrites and copies all of them and
 * refuses names with octets that no host name has, which MX records do name (RFC
 * 2181 s11: the DNS has no such rule).  So it is given the shortest question there
 * is, and an answer to that; the lane puts the true question on the wire, and keeps
 * the true answer.
 */
#ifndef MXSURVEY_NET_LOOKUP_STAND_IN_H
#define MXSURVEY_NET_LOOKUP_STAND_IN_H

#include "crawler/core/message.h"

enum {
    STAND_IN_SIZE = 17 /* a header, the root, type and class */
};

void stand_in_write(uint16_t id, bool is_answer, uint8_t ret[STAND_IN_SIZE]);

/* Does this datagram answer this question, going by its question section?  The case of letters
 * may have changed; the id is not looked at.  Without one: is its rcode one that may lack it? */
bool stand_in_fits(const uint8_t *message, size_t size, const struct question *question);

#endif
