/* combine.h - published samples side by side, and what they say together. */
#ifndef MXSURVEY_ANALYSIS_SAMPLES_COMBINE_H
#define MXSURVEY_ANALYSIS_SAMPLES_COMBINE_H

#include "analysis/document/output.h"

/* Reads the samples of a CSV file (samples.h) and writes each with its interval,
 * and their random-effects mean: as text of 78 columns, or as JSON
 * (schema/estimate.schema.json).  0, or -1 with one line. */
int combine_write(const char *path, const struct report_output *output, struct error *error);

#endif
