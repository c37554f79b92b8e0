/* options.h - what a report works out besides. */
#ifndef MXSURVEY_ANALYSIS_REPORT_OPTIONS_H
#define MXSURVEY_ANALYSIS_REPORT_OPTIONS_H

#include <stdint.h>

#include "analysis/statistics/statistics.h"

struct report_options {
    uint64_t bootstrap_replicates; /* at most BOOTSTRAP_REPLICATES_MAX; 0: none */
    uint64_t bootstrap_seed;
    const char *weights; /* a CSV of suffix,size (analysis/weights.h), or NULL */
};

#endif
