/* options.h - what a report takes into account besides the survey. */
#ifndef MXSURVEY_ANALYSIS_REPORT_OPTIONS_H
#define MXSURVEY_ANALYSIS_REPORT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/collect/given/networks.h"

enum {
    TOP_DEFAULT = 20,
    TOP_MAX = 100
};

struct report_options {
    const char *weights; /* a CSV of suffix,size (analysis/collect/given/weights.h), or NULL */
    const char
        *operators; /* one of domain,operator (analysis/collect/given/operators.h), or NULL */
    const char
        *networks[NETWORK_FILES_MAX]; /* where addresses are (analysis/collect/given/networks.h) */
    size_t network_count;
    size_t top;        /* rows of a table, in all forms but JSON */
    bool only_summary; /* the first lines, of all forms but JSON */
};

#endif
