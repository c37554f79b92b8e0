#include "analysis/statistics/paired.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

static double share_of(uint64_t count, uint64_t of)
{
    return (double)count / (double)of;
}

/* Whether a cluster has units at all; one without is no cluster. */
static bool is_cluster(const struct paired_cluster *type)
{
    return type->clusters > 0 && (type->of[0] > 0 || type->of[1] > 0);
}

static struct share_counts totals(const struct paired_cluster *types, size_t length,
                                  uint64_t *ret_clusters)
{
    struct share_counts sums = {{0}, {0}};
    *ret_clusters = 0;
    for (size_t i = 0; i < length; i++) {
        const struct paired_cluster *type = &types[i];
        *ret_clusters += is_cluster(type) ? type->clusters : 0;
        for (int when = 0; when < 2; when++) {
            assert(type->count[when] <= type->of[when]);
            sums.of[when] += type->of[when] * type->clusters;
            sums.count[when] += type->count[when] * type->clusters;
        }
    }
    return sums;
}

/* (y - p x) / X of one cluster in one survey */
static double residual(const struct paired_cluster *type, const struct share_counts *sums, int when)
{
    double p = share_of(sums->count[when], sums->of[when]);
    return ((double)type->count[when] - p * (double)type->of[when]) / (double)sums->of[when];
}

static struct interval cut(double centre, double half)
{
    return (struct interval){fmax(-1, centre - half), fmin(1, centre + half)};
}

bool paired_change95(const struct paired_cluster *types, size_t length, struct paired_change *ret)
{
    uint64_t clusters;
    struct share_counts sums = totals(types, length, &clusters);
    if (sums.of[0] == 0 || sums.of[1] == 0)
        return false;
    struct paired_change change = {.clusters = clusters};
    for (int when = 0; when < 2; when++)
        change.shares[when] = share_of(sums.count[when], sums.of[when]);
    change.change = change.shares[1] - change.shares[0];
    double squares = 0, m = (double)clusters;
    bool differ = false; /* rounding alone must not look like a difference */
    for (size_t i = 0; i < length; i++) {
        double z = residual(&types[i], &sums, 1) - residual(&types[i], &sums, 0);
        squares += z * z * (double)types[i].clusters;
        differ |= types[i].clusters > 0 &&
                  (types[i].of[0] != types[i].of[1] || types[i].count[0] != types[i].count[1]);
    }
    change.has_interval = clusters > 1 && differ && squares > 0;
    if (change.has_interval) {
        change.standard_error = sqrt(m / (m - 1) * squares);
        double t = change.change / change.standard_error;
        change.interval95 =
            cut(change.change, gsl_cdf_tdist_Pinv(0.975, m - 1) * change.standard_error);
        change.p_value = 2 * gsl_cdf_tdist_Q(fabs(t), m - 1);
    }
    *ret = change;
    return true;
}

static double exact_p(uint64_t gained, uint64_t lost)
{
    uint64_t few = gained < lost ? gained : lost;
    assert(gained + lost <= CLUSTER_UNITS_MAX);
    if (gained == lost)
        return 1;
    return fmin(1, 2 * gsl_cdf_binomial_P((unsigned)few, 0.5, (unsigned)(gained + lost)));
}

void paired_mcnemar(const struct paired_cluster *types, size_t length, uint64_t gained,
                    uint64_t lost, struct mcnemar *ret)
{
    double sum = 0, squares = 0, m = 0;
    *ret = (struct mcnemar){.exact_p = exact_p(gained, lost)};
    for (size_t i = 0; i < length; i++) {
        const struct paired_cluster *type = &types[i];
        assert(type->of[0] == type->of[1]);
        if (!is_cluster(type))
            continue;
        double difference = (double)type->count[1] - (double)type->count[0];
        double clusters = (double)type->clusters;
        m += clusters;
        sum += difference * clusters;
        squares += difference * difference * clusters;
    }
    if (m < 2 || !(squares > 0))
        return;
    ret->has_cluster = true;
    ret->cluster_chi2 = (m - 1) / m * sum * sum / squares;
    ret->cluster_p = gsl_cdf_chisq_Q(ret->cluster_chi2, 1);
}

bool change_parts(const struct share_counts *whole, const struct share_counts *common,
                  const struct share_counts *paired, struct change_parts *ret)
{
    double p[2], c[2], q[2];
    for (int when = 0; when < 2; when++) {
        if (whole->of[when] == 0 || common->of[when] == 0 || paired->of[when] == 0)
            return false;
        p[when] = share_of(whole->count[when], whole->of[when]);
        c[when] = share_of(common->count[when], common->of[when]);
        q[when] = share_of(paired->count[when], paired->of[when]);
    }
    *ret = (struct change_parts){
        .change = p[1] - p[0],
        .same = q[1] - q[0],
        .scope = (c[1] - q[1]) - (c[0] - q[0]),
        .list = (p[1] - c[1]) - (p[0] - c[0]),
    };
    return true;
}
