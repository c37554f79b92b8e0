/* series.h - whether surveys may be compared: a quick look before the long one. */
#ifndef MXSURVEY_ANALYSIS_COMPARISON_SERIES_H
#define MXSURVEY_ANALYSIS_COMPARISON_SERIES_H

#include <stddef.h>

#include "crawler/core/error.h"

/* Looks at each file's state and begin.  -1 with one line that names the file where one is no
 * survey, is not finished, or began before the one in front of it: comparing those would give
 * numbers that look whole and are not.  A file that does not say when it began is not judged by
 * that. */
int series_check(char *const *paths, size_t count, struct error *error);

#endif
