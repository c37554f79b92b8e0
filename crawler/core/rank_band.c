#include "crawler/core/rank_band.h"

const char *const RANK_BANDS[RANK_BAND_COUNT] = {
    "1-1000",        "1001-10000", "10001-100000", "100001-1000000", "1000001-10000000",
    "over 10000000", "",
};

unsigned rank_band(int64_t rank)
{
    unsigned band = 0;
    if (rank < 0)
        return RANK_BAND_COUNT - 1;
    for (int64_t last = 1000; band < RANK_BAND_COUNT - 2 && rank > last; last *= 10)
        band++;
    return band;
}
