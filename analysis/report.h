/* report.h - a survey file, summed up for people and for programs.
 *
 * Reads the views only, each once.  Memory: 16 octets for each distinct provider
 * (and kind of domain behind it), 12 to 25 for each distinct exchange.
 */
#ifndef MXSURVEY_ANALYSIS_REPORT_H
#define MXSURVEY_ANALYSIS_REPORT_H

#include <stdio.h>

#include "analysis/report_options.h"
#include "crawler/core/error.h"

enum report_format {
    REPORT_TEXT, /* 78 columns, for a terminal or a mail: nothing in it attacks either */
    REPORT_JSON, /* schema/report.schema.json */
    REPORT_HTML, /* one page, complete in itself; figures by gnuplot */
};

/* Writes the whole report to out and flushes it; nothing is written before the
 * file has been read to its end.  0, or -1 with one line: path is no survey, of
 * a newer schema or damaged, gnuplot is not installed, or out cannot be written. */
int report_write(const char *path, const struct report_options *options, enum report_format format,
                 FILE *out, struct error *error);

#endif
