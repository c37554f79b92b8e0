/* wilson.h - Wilson's interval: of independent units. */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_WILSON_H
#define MXSURVEY_ANALYSIS_STATISTICS_WILSON_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/statistics/interval.h"

/* Of a share 0..1 among `size` units, size > 0, whole or not: an effective size.  Exactly 0 and 1
 * at the ends where the share is. */
struct interval wilson(double share, double size);

/* The same of count / of, count <= of.  False, and *ret left alone, for of 0. */
bool wilson95(uint64_t count, uint64_t of, struct interval *ret);

#endif
