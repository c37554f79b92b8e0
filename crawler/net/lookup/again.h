/* again.h - what got lost on the way waits here to be sent again, so that what was lost together is
 * not sent together, and lost together once more.
 *
 * Pure.  Each tick (20 ms) a few leave, the oldest first: of many half in about a second, of few
 * one a tick.
 */
#ifndef MXSURVEY_NET_LOOKUP_AGAIN_H
#define MXSURVEY_NET_LOOKUP_AGAIN_H

#include <stdbool.h>
#include <stdint.h>

enum {
    AGAIN_MAX = 32768, /* as many as may be under way in a lane */
    AGAIN_LEAST = 1,   /* leave in a tick, */
    AGAIN_SHARE = 75,  /* and one of so many */
};

/* Ids of questions: a ring. */
struct again {
    unsigned first, count;
    uint16_t ids[AGAIN_MAX];
};

/* false: it is full. */
bool again_put(struct again *again, uint16_t id);

/* The oldest; false: there is none. */
bool again_take(struct again *again, uint16_t *ret);

/* How many of so many that wait leave in one tick. */
unsigned again_due(unsigned waiting);

#endif
