/* comparison.h - `mxsurvey compare`: two surveys, what changed between them, and what of
 * that is no change but another list. */
#ifndef MXSURVEY_ANALYSIS_COMPARISON_COMPARISON_H
#define MXSURVEY_ANALYSIS_COMPARISON_COMPARISON_H

#include "analysis/report/report.h"

/* Writes the whole comparison to the output, as report_write() does.  -1 with one line besides
 * where series_check() finds fault.  Memory: that of a report; two surveys' domains and hosts wait
 * in temporary files (32 octets each). */
int comparison_write(const char *old, const char *new, const struct report_options *options,
                     const struct report_output *output, struct error *error);

#endif
