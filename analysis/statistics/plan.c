#include "analysis/statistics/plan.h"

#include <assert.h>

#include "analysis/statistics/wilson.h"

/* Wilson's interval at the size n / (1 - n / N), as sample95() takes it (Wilson 1927; Cochran 1977
 * s2.6, s2.12). */
double plan_half_width(const struct sample_plan *plan, uint64_t drawn)
{
    assert(drawn > 0);
    if (drawn == plan->names)
        return 0;
    double fraction = plan->names > 0 ? (double)drawn / (double)plan->names : 0;
    struct interval interval = wilson(plan->share, plan->counted * (double)drawn / (1 - fraction));
    return (interval.high - interval.low) / 2;
}

/* The half-width falls with what is drawn: bisection. */
uint64_t plan_drawn(const struct sample_plan *plan, double half_width)
{
    uint64_t low = 0, high = plan->names > 0 ? plan->names : PLAN_DRAWN_MOST;
    if (plan_half_width(plan, high) > half_width)
        return 0;
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (plan_half_width(plan, middle) > half_width)
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* A sample thins each cluster of the rest: with sum x (x - 1) / sum x = b* - 1 of the survey it has
 * f (b* - 1), so Kish's design effect 1 + (b* - 1) rho (Kish 1965; Gabler, Haeder & Lahiri 1999)
 * becomes
 *
 *   D(f) = 1 + f (D - 1),  n*(f) = f n_R / D(f)
 *
 * D = n_R / n* is the survey's own, degrees of freedom and floor included.  Certain clusters stay
 * certain. */
struct interval plan_others95(const struct cluster_share *survey, double times)
{
    assert(cluster_has_interval(survey) && times > 0);
    double of = (double)survey->of, certain_count = (double)survey->certainty_count;
    double rest = of - (double)survey->certainty_of;
    double effect = 1 + times * (rest / survey->effective_n - 1);
    const struct cluster_parts parts = {
        .certain = certain_count / of,
        .rest = rest / of,
        .rest_share = ((double)survey->count - certain_count) / rest,
        .effective_n = times * rest / effect,
        .size = times * of,
    };
    return cluster_interval(&parts);
}
