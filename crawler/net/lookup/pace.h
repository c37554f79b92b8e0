/* pace.h - a limit of questions a second: a token bucket.
 *
 * Pure: time is an argument.  The bucket holds one question and what 40 ms
 * of the rate give: packets do not leave in bursts that a resolver's queue cannot
 * take.
 */
#ifndef MXSURVEY_NET_LOOKUP_PACE_H
#define MXSURVEY_NET_LOOKUP_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
    int64_t per_second; /* 0: no limit */
    int64_t tokens;     /* thousandths of a question; below 0: a debt */
    int64_t capacity;   /* thousandths */
    uint64_t filled_ms;
};

void pace_init(struct pace *pace, unsigned per_second, uint64_t now_ms);

/* Another rate from now on; what has gathered, or is owed, stays. */
void pace_change(struct pace *pace, unsigned per_second, uint64_t now_ms);

/* Questions that may leave now; UINT32_MAX without a limit. */
unsigned pace_available(struct pace *pace, uint64_t now_ms);

/* One has left.  Requires pace_available() > 0. */
void pace_take(struct pace *pace);

/* One has left that nobody held back, as a further try of c-ares: until the rate has given as
 * much, no other may leave. */
void pace_owe(struct pace *pace);

#endif
