/* trend.h - `mxsurvey trend`: a series of surveys, oldest first. */
#ifndef MXSURVEY_ANALYSIS_COMPARISON_TREND_H
#define MXSURVEY_ANALYSIS_COMPARISON_TREND_H

#include "analysis/report/report.h"

/* Writes the shares of two surveys or more, and of each change what is real and what is another
 * list, to the output, as report_write() does.  -1 with one line besides where series_check() finds
 * fault.  Each file is read once; two surveys' units at a time wait in temporary files. */
int trend_write(char *const *paths, size_t count, const struct report_options *options,
                const struct report_output *output, struct error *error);

#endif
