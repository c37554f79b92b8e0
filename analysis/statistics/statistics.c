#include "analysis/statistics/statistics.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

static bool fits(const struct cluster_sums *sums, uint64_t of, uint64_t count)
{
    return count <= of && of <= CLUSTER_UNITS_MAX - sums->of;
}

bool cluster_sums_add(struct cluster_sums *sums, uint64_t of, uint64_t count)
{
    if (!fits(sums, of, count))
        return false;
    if (of == 0)
        return true;
    sums->clusters++;
    sums->of += of;
    sums->count += count;
    sums->xx += of * of;
    sums->xy += of * count;
    sums->yy += count * count;
    if (of > sums->largest_of || (of == sums->largest_of && count > sums->largest_count)) {
        sums->largest_of = of;
        sums->largest_count = count;
    }
    return true;
}

bool cluster_sums_add_singles(struct cluster_sums *sums, uint64_t of, uint64_t count)
{
    if (!fits(sums, of, count))
        return false;
    if (of == 0)
        return true;
    sums->clusters += of;
    sums->of += of;
    sums->count += count;
    sums->xx += of;
    sums->xy += count;
    sums->yy += count;
    if (sums->largest_of == 0 || (sums->largest_of == 1 && sums->largest_count == 0)) {
        sums->largest_of = 1;
        sums->largest_count = count > 0;
    }
    return true;
}

/* n^2 sum e_i^2, e_i = y_i - p x_i, p = k/n, in whole numbers: the difference of
 * sums of squares would lose everything to rounding where clusters are alike.
 * n < 2^31 and all sums of squares <= n^2, so every term is below 2^125. */
static double scaled_residuals(const struct cluster_sums *sums)
{
    __extension__ __int128 n = sums->of, k = sums->count;
    return (double)(n * n * sums->yy - 2 * n * k * sums->xy + k * k * sums->xx);
}

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

/* p +- t se on the logit scale */
static struct interval logit95(double p, double standard_error, double freedom)
{
    double half = gsl_cdf_tdist_Pinv(0.975, freedom) * standard_error / (p * (1 - p));
    double centre = log(p / (1 - p));
    return (struct interval){logistic(centre - half), logistic(centre + half)};
}

bool cluster_ratio95(const struct cluster_sums *sums, struct cluster_ratio *ret)
{
    if (sums->clusters < 2 || sums->count == 0 || sums->count == sums->of)
        return false;
    double m = (double)sums->clusters;
    double n = (double)sums->of;
    double p = (double)sums->count / n;
    double variance = m / (m - 1) * (scaled_residuals(sums) / (n * n)) / (n * n);
    double simple = p * (1 - p) / n;
    ret->standard_error = sqrt(variance);
    ret->design_effect = variance / simple;
    ret->logit95 = logit95(p, ret->standard_error, m - 1);
    return true;
}

double effective_clusters(const struct cluster_sums *sums)
{
    double n = (double)sums->of;
    return sums->xx > 0 ? n * n / (double)sums->xx : 0;
}

bool share_without_largest(const struct cluster_sums *sums, double *ret)
{
    if (sums->of == sums->largest_of)
        return false;
    *ret = (double)(sums->count - sums->largest_count) / (double)(sums->of - sums->largest_of);
    return true;
}

static double clamp(double share)
{
    return share < 0 ? 0 : share > 1 ? 1 : share;
}

bool poststratify(const struct stratum *strata, size_t stratum_count, struct poststratified *ret)
{
    double size = 0, share = 0, variance = 0;
    uint64_t of = 0;
    for (size_t i = 0; i < stratum_count; i++)
        size += strata[i].size;
    for (size_t i = 0; i < stratum_count; i++) {
        const struct stratum *stratum = &strata[i];
        assert(stratum->count <= stratum->of);
        if (stratum->of < 2 || !(stratum->size > 0))
            return false;
        double n = (double)stratum->of, p = (double)stratum->count / n;
        double weight = stratum->size / size;
        share += weight * p;
        variance += weight * weight * p * (1 - p) / (n - 1);
        of += stratum->of;
    }
    if (of == 0)
        return false;
    ret->share = share;
    ret->standard_error = sqrt(variance);
    ret->normal95.low = clamp(share - NORMAL95 * ret->standard_error);
    ret->normal95.high = clamp(share + NORMAL95 * ret->standard_error);
    ret->of = of;
    ret->strata = stratum_count;
    ret->has_cluster = false;
    return true;
}

void poststratify_clusters(double squares, uint64_t clusters, struct poststratified *ret)
{
    double m = (double)clusters;
    ret->has_cluster = clusters >= 2 && ret->share > 0 && ret->share < 1;
    if (!ret->has_cluster)
        return;
    ret->cluster_error = sqrt(m / (m - 1) * squares);
    ret->cluster95 = logit95(ret->share, ret->cluster_error, m - 1);
}
