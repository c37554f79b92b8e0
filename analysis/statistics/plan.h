/* plan.h - before a survey: how many names to draw for an interval of a wanted width.
 *
 * Names are drawn at random without replacement, and only some of them are units of the share
 * (a share of the domains with MX records draws all names).  An interval's width is taken at the
 * share that is expected; what is drawn will show another one.
 */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_PLAN_H
#define MXSURVEY_ANALYSIS_STATISTICS_PLAN_H

#include <stdint.h>

#include "analysis/statistics/cluster.h"

struct sample_plan {
    double share;   /* expected, 0..1 */
    double counted; /* of the names, those that are units of the share, above 0, at most 1 */
    uint64_t names; /* of the list; 0: not known, far more than are drawn */
};

/* Half the width of sample95 of so many names, 1 or more; 0 where that is the list. */
double plan_half_width(const struct sample_plan *plan, uint64_t drawn);

#define PLAN_DRAWN_MOST UINT64_C(1000000000000)

/* The least number of names with a half-width of at most that, above 0; 0: not even
 * PLAN_DRAWN_MOST. */
uint64_t plan_drawn(const struct sample_plan *plan, double half_width);

/* cluster95 of `times` as many names as a survey had, 0 < times, drawn at random from its list; the
 * survey's units weigh 1.  With times 1 it is the survey's own.  Requires
 * cluster_has_interval(survey). */
struct interval plan_others95(const struct cluster_share *survey, double times);

#endif
