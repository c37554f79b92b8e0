#include "analysis/statistics/reliability.h"

static const char *const words[] = {
    [RELIABILITY_FEW] = "few",
    [RELIABILITY_WIDE] = "wide",
    [RELIABILITY_OK] = "ok",
};

const char *reliability_word(enum reliability reliability)
{
    return words[reliability];
}

/* Parker et al. 2017, s "Presentation standards": a width of 0.30 or more is not shown, one of
 * 0.05 or less is; between them the width counts relative to the share. */
enum reliability reliability_of(uint64_t of, double effective, double share,
                                struct interval interval)
{
    /* An effective size that is 30, as of 31 units apart, may come out as the double before it. */
    const double least = 30, rounding = 1e-9;
    double width = interval.high - interval.low;
    if (of < 30 || effective < least * (1 - rounding))
        return RELIABILITY_FEW;
    if (width >= 0.30 || (width > 0.05 && width > 1.3 * share))
        return RELIABILITY_WIDE;
    return RELIABILITY_OK;
}
