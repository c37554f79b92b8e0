/* report.h - a survey file, summed up for people and for programs.
 *
 * Reads the tables below the views, each once or twice (analysis/collect/sql/). Memory: 16 octets
 * for each distinct provider (and kind of domain behind it), 2 for each distinct exchange, 1 for
 * each domain, and more of aliases.
 */
#ifndef MXSURVEY_ANALYSIS_REPORT_REPORT_H
#define MXSURVEY_ANALYSIS_REPORT_REPORT_H

#include "analysis/report/options.h"
#include "analysis/document/output.h"

/* Writes the whole report to the output and flushes it; nothing is written before the
 * file has been read to its end.  0, or -1 with one line: path is no survey, of
 * a newer schema or damaged, gnuplot is not installed, or the output cannot be written. */
int report_write(const char *path, const struct report_options *options,
                 const struct report_output *output, struct error *error);

#endif
