/* combine.h - published samples side by side, and what they say together. */
#ifndef MXSURVEY_ANALYSIS_COMBINE_H
#define MXSURVEY_ANALYSIS_COMBINE_H

#include <stdio.h>

#include "analysis/report.h"

/* Reads the samples of a CSV file (samples.h) and writes each with its interval,
 * and their random-effects mean: as text of 78 columns, or as JSON
 * (schema/estimate.schema.json).  0, or -1 with one line. */
int combine_write(const char *path, enum report_format format, FILE *out, struct error *error);

#endif
