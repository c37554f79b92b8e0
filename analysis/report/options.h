/* options.h - what a report takes into account besides the survey. */
#ifndef MXSURVEY_ANALYSIS_REPORT_OPTIONS_H
#define MXSURVEY_ANALYSIS_REPORT_OPTIONS_H

struct report_options {
    const char *weights;   /* a CSV of suffix,size (analysis/collect/weights.h), or NULL */
    const char *operators; /* one of domain,operator (analysis/collect/operators.h), or NULL */
};

#endif
