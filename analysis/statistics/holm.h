/* holm.h - p-values of several questions asked at once. */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_HOLM_H
#define MXSURVEY_ANALYSIS_STATISTICS_HOLM_H

#include <stddef.h>

/* Adjusted so that the chance of any false "it changed" among all of them stays what one has. */
void holm(const double *p, size_t count, double *ret);

#endif
