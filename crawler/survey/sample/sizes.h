/* sizes.h - reads a file of strata with a size each: a CSV `stratum,size`.
 *
 * Blank lines and those that begin with `#` are skipped, as is a byte order mark; a first line
 * whose size is no number is a header.  A stratum may be in quotes (RFC 4180), with commas in it.
 */
#ifndef MXSURVEY_SURVEY_SAMPLE_SIZES_H
#define MXSURVEY_SURVEY_SAMPLE_SIZES_H

#include "crawler/core/error.h"

/* Calls for each line; size is above 0.  0; -1 with one line in error that names file and line:
 * not such a line, a stratum that comes twice, no line at all. */
int sizes_read(const char *path, void (*each)(void *context, const char *stratum, double size),
               void *context, struct error *error);

#endif
