/* rank_band.h - ranks of a list by powers of ten. */
#ifndef MXSURVEY_CORE_RANK_BAND_H
#define MXSURVEY_CORE_RANK_BAND_H

#include <stdint.h>

enum {
    RANK_BAND_COUNT = 7
};
/* "1-1000", ..., "over 10000000", and last "" for domains without rank */
extern const char *const RANK_BANDS[RANK_BAND_COUNT];

/* Below RANK_BAND_COUNT; rank: negative without. */
unsigned rank_band(int64_t rank);

#endif
