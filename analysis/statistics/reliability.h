/* reliability.h - whether an interval is fit to print (the NCHS standards for proportions: Parker,
 * Talih, Malec et al. 2017, whose thresholds these are). */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_RELIABILITY_H
#define MXSURVEY_ANALYSIS_STATISTICS_RELIABILITY_H

#include <stdint.h>

#include "analysis/statistics/interval.h"

enum reliability {
    RELIABILITY_FEW,  /* fewer than 30 units, or independent ones as good as they */
    RELIABILITY_WIDE, /* too wide to say anything with */
    RELIABILITY_OK
};

const char *reliability_word(enum reliability reliability);

enum reliability reliability_of(uint64_t of, double effective, double share,
                                struct interval interval);

#endif
