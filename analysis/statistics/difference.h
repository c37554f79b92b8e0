/* difference.h - one share against another. */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_DIFFERENCE_H
#define MXSURVEY_ANALYSIS_STATISTICS_DIFFERENCE_H

#include "analysis/statistics/interval.h"

/* The interval of one - other from those of both, which it takes as independent (MOVER:
 * Newcombe 1998 method 10; Zou & Donner 2008). */
struct interval difference95(double one, struct interval one95, double other,
                             struct interval other95);

#endif
