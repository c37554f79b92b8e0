/* mcnemar.h - whether as many units changed one way as the other. */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_MCNEMAR_H
#define MXSURVEY_ANALYSIS_STATISTICS_MCNEMAR_H

#include <stdint.h>

/* The exact test's p, two-sided: units are taken as independent.  1 where nothing changed.
 * gained + lost below 2^32. */
double mcnemar_exact(uint64_t gained, uint64_t lost);

#endif
