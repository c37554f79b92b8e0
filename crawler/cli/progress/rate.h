/* rate.h - how fast a counter grows of late.  Pure: time is an argument. */
#ifndef MXSURVEY_CLI_PROGRESS_RATE_H
#define MXSURVEY_CLI_PROGRESS_RATE_H

#include <stdbool.h>
#include <stdint.h>

/* All zero to begin with. */
struct progress_rate {
    bool begun;
    uint64_t last_ms, last_count; /* as last seen */
    double count, ms;             /* grown by so much in such a time, the past fading */
};

/* The counter at a time; what is longer ago than over_ms hardly counts. */
void progress_rate_see(struct progress_rate *rate, uint64_t now_ms, uint64_t count,
                       unsigned over_ms);

/* Negative: not known, for too little was seen. */
double progress_rate_a_second(const struct progress_rate *rate);

#endif
