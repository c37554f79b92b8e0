#include "analysis/statistics/statistics.h"

#include <assert.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

/* The share of one replicate.  Clusters of a type are drawn from the binomial
 * distribution, given how many the types before have taken: together multinomial. */
static double draw_share(gsl_rng *rng, const struct cluster_type *types, size_t type_count,
                         uint64_t clusters)
{
    uint64_t to_draw = clusters, to_choose_from = clusters;
    double of = 0, count = 0;
    for (size_t i = 0; i < type_count && to_draw > 0; i++) {
        const struct cluster_type *type = &types[i];
        uint64_t drawn = to_draw;
        if (type->clusters < to_choose_from)
            drawn = gsl_ran_binomial(rng, (double)type->clusters / (double)to_choose_from,
                                     (unsigned)to_draw);
        of += (double)drawn * (double)type->of;
        count += (double)drawn * (double)type->count;
        to_draw -= drawn;
        to_choose_from -= type->clusters;
    }
    return count / of;
}

bool cluster_bootstrap(const struct cluster_type *types, size_t type_count, uint64_t seed,
                       size_t replicates, double *shares, struct bootstrap_result *ret)
{
    assert(replicates > 0 && replicates <= BOOTSTRAP_REPLICATES_MAX);
    uint64_t clusters = 0;
    for (size_t i = 0; i < type_count; i++) {
        assert(types[i].of > 0 && types[i].count <= types[i].of);
        clusters += types[i].clusters;
    }
    if (clusters == 0)
        return false;
    assert(clusters <= CLUSTER_UNITS_MAX);
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_set_error_handler(handler);
    if (rng == NULL)
        return false;
    gsl_rng_set(rng, (unsigned long)seed);
    for (size_t i = 0; i < replicates; i++)
        shares[i] = draw_share(rng, types, type_count, clusters);
    gsl_rng_free(rng);
    gsl_sort(shares, 1, replicates);
    ret->mean = gsl_stats_mean(shares, 1, replicates);
    ret->standard_error = gsl_stats_sd_with_fixed_mean(shares, 1, replicates, ret->mean);
    ret->percentile95.low = gsl_stats_quantile_from_sorted_data(shares, 1, replicates, 0.025);
    ret->percentile95.high = gsl_stats_quantile_from_sorted_data(shares, 1, replicates, 0.975);
    return true;
}
