/* beta.h - quantiles of the beta distribution, and the interval they make. */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_BETA_H
#define MXSURVEY_ANALYSIS_STATISTICS_BETA_H

#include "analysis/statistics/interval.h"

/* The x below which a beta variable is with the probability, 0 < probability < 1; a, b > 0, as
 * large as 1e8 and more. */
double beta_quantile(double probability, double a, double b);

/* Clopper and Pearson's interval of a share 0..1 among `size` units, size > 0, whole or not.
 * Exactly 0 and 1 at the ends where the share is. */
struct interval clopper_pearson(double share, double size);

#endif
