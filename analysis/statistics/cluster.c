#include "analysis/statistics/cluster.h"

#include <math.h>

#include "analysis/statistics/beta.h"
#include "analysis/statistics/wilson.h"

static const char *const words[] = {
    [CLUSTER_NO_UNITS] = "no_units", [CLUSTER_ALL_CERTAIN] = "all_certain",
    [CLUSTER_ONE] = "one_cluster",   [CLUSTER_NONE] = "none",
    [CLUSTER_ALL] = "all",           [CLUSTER_FEW] = "few",
    [CLUSTER_NO_REASON] = NULL,
};

const char *cluster_reason_word(enum cluster_reason reason)
{
    return words[reason];
}

bool cluster_has_share(const struct cluster_share *share)
{
    return share->reason > CLUSTER_NO_UNITS;
}

bool cluster_has_rest(const struct cluster_share *share)
{
    return share->reason > CLUSTER_ALL_CERTAIN;
}

bool cluster_has_interval(const struct cluster_share *share)
{
    return share->reason > CLUSTER_ONE;
}

bool cluster_has_variance(const struct cluster_share *share)
{
    return share->reason > CLUSTER_ALL;
}

struct cluster cluster_of(uint64_t units, uint64_t count, uint64_t times)
{
    double weight = (double)units;
    return (struct cluster){units, count, weight, (double)count, weight, times};
}

/* More than 1 % of the units: counted, not drawn (Kish 1965). */
bool cluster_is_certain(uint64_t units, uint64_t of)
{
    return 100 * units > of && units >= 100;
}

/* --- sums --- */

/* Of a list, in the letters of the formulas */
struct sums {
    uint64_t m;             /* clusters */
    uint64_t n, k;          /* units, and with the property */
    double X, Y;            /* the same by weights */
    double XX, w2;          /* sum X_i^2; sum of squares of the units' weights */
    double xx;              /* sum x_i^2 */
    uint64_t with, without; /* clusters with a unit that has the property, that has it not */
};

static struct sums add_up(const struct cluster *clusters, size_t length)
{
    struct sums sums = {0};
    for (size_t i = 0; i < length; i++) {
        const struct cluster *each = &clusters[i];
        if (each->units == 0)
            continue;
        double times = (double)each->times, x = (double)each->units;
        sums.m += each->times;
        sums.n += each->units * each->times;
        sums.k += each->count * each->times;
        sums.X += each->weight * times;
        sums.Y += each->value * times;
        sums.XX += each->weight * each->weight * times;
        sums.w2 += each->weight_squares * times;
        sums.xx += x * x * times;
        sums.with += each->count > 0 ? each->times : 0;
        sums.without += each->count < each->units ? each->times : 0;
    }
    return sums;
}

static void find_largest(const struct cluster *clusters, size_t length, struct cluster_share *ret)
{
    for (size_t i = 0; i < length; i++) {
        const struct cluster *each = &clusters[i];
        if (each->units < ret->largest ||
            (each->units == ret->largest && each->count <= ret->largest_count))
            continue;
        ret->largest = each->units;
        ret->largest_count = each->count;
    }
}

/* Moves the certain clusters to the front; returns how many items they are. */
static size_t part_certain(struct cluster *clusters, size_t length, uint64_t of)
{
    size_t certain = 0;
    for (size_t i = 0; i < length; i++) {
        if (!cluster_is_certain(clusters[i].units, of))
            continue;
        struct cluster moved = clusters[i];
        clusters[i] = clusters[certain];
        clusters[certain++] = moved;
    }
    return certain;
}

/* --- variances of the rest's share --- */

/* The delete-one-cluster jackknife about p = Y / X:
 *
 *   (m - 1) / m sum ((Y_i - p X_i) / (X - X_i))^2
 *
 * CR3 times (m - 1) / m (Bell & McCaffrey 2002); of a paired change as well.  Y_i - p X_i is
 * (X Y_i - Y X_i) / X: exactly 0 where clusters are alike. */
static double jackknife(const struct cluster *clusters, size_t length, const struct sums *sums)
{
    double m = (double)sums->m, squares = 0;
    for (size_t i = 0; i < length; i++) {
        const struct cluster *each = &clusters[i];
        double residual = (sums->X * each->value - sums->Y * each->weight) / sums->X;
        double deleted = residual / (sums->X - each->weight);
        squares += (double)each->times * deleted * deleted;
    }
    return (m - 1) / m * squares;
}

double cluster_jackknife(const struct cluster *clusters, size_t length)
{
    struct sums sums = add_up(clusters, length);
    return sums.m < 2 ? 0 : jackknife(clusters, length, &sums);
}

/* The intraclass correlation of unweighted units by analysis of variance, cut to 0..1
 * (Ridout, Demetrio & Firth 1999):
 *
 *   MSB = sum x_i (y_i / x_i - k / n)^2 / (m - 1)
 *   MSW = sum (y_i - y_i^2 / x_i) / (n - m)
 *   x_0 = (n - sum x_i^2 / n) / (m - 1)
 *   rho = (MSB - MSW) / (MSB + (x_0 - 1) MSW) */
static double intraclass(const struct cluster *clusters, size_t length, const struct sums *sums)
{
    double n = (double)sums->n, m = (double)sums->m, p = (double)sums->k / n;
    double between = 0, within = 0;
    if (sums->n == sums->m)
        return 0;
    for (size_t i = 0; i < length; i++) {
        const struct cluster *each = &clusters[i];
        if (each->units == 0)
            continue;
        double times = (double)each->times, x = (double)each->units, y = (double)each->count;
        between += times * x * (y / x - p) * (y / x - p);
        within += times * (y - y * y / x);
    }
    between /= m - 1;
    within /= n - m;
    double typical = (n - sums->xx / n) / (m - 1);
    return fmin(1, fmax(0, (between - within) / (between + (typical - 1) * within)));
}

/* p (1 - p) ((1 - rho) / n_K + rho / eff): Kish's design effect 1 + (b* - 1) rho with unequal
 * weights and clusters (Gabler, Haeder & Lahiri 1999); n_K = X^2 / sum w^2 (Kish 1992). */
static double model_variance(const struct sums *sums, double rho, double effective)
{
    double p = sums->Y / sums->X, kish = sums->X * sums->X / sums->w2;
    return p * (1 - p) * ((1 - rho) / kish + rho / effective);
}

/* --- the interval --- */

/* n_e (t_{n-1} / t_df)^2 (Korn & Graubard 1998), df from the clusters that hold the rarer outcome,
 * as their rule for subpopulations has it; at least n_e or the effective clusters, the smaller:
 * beyond "all or none" of a cluster no correlation can go. */
static void find_effective_n(const struct sums *rest, struct cluster_share *ret)
{
    double least = fmin(ret->variance_n, ret->effective_clusters);
    ret->effective_n = least;
    if (ret->rarer_clusters < 2) {
        ret->reason = CLUSTER_FEW;
        return;
    }
    ret->reason = CLUSTER_NO_REASON;
    ret->df = ret->rarer_clusters - 1;
    double ratio = student_t95((double)(rest->n - 1)) / student_t95((double)ret->df);
    ret->effective_n = fmax(ret->variance_n * ratio * ratio, least);
}

static void find_variance(const struct cluster *clusters, size_t length, const struct sums *rest,
                          struct cluster_share *ret)
{
    double p = rest->Y / rest->X;
    ret->jackknife = jackknife(clusters, length, rest);
    ret->intraclass = intraclass(clusters, length, rest);
    ret->model = model_variance(rest, ret->intraclass, ret->effective_clusters);
    double variance = fmax(ret->jackknife, ret->model);
    ret->design_effect = variance / (p * (1 - p) / (double)rest->n);
    ret->variance_n = p * (1 - p) / variance;
    find_effective_n(rest, ret);
}

/* Clopper & Pearson's of the rest beside the certain clusters' own; never narrower than Wilson's
 * of all units, as other domains at the same large operators would differ too. */
struct interval cluster_interval(const struct cluster_parts *parts)
{
    struct interval limits = clopper_pearson(parts->rest_share, parts->effective_n);
    struct interval least = wilson(parts->certain + parts->rest * parts->rest_share, parts->size);
    return (struct interval){
        .low = fmin(parts->certain + parts->rest * limits.low, least.low),
        .high = fmax(parts->certain + parts->rest * limits.high, least.high),
    };
}

static void find_interval(const struct sums *all, const struct sums *rest, double share,
                          struct cluster_share *ret)
{
    const struct cluster_parts parts = {
        .certain = (all->Y - rest->Y) / all->X,
        .rest = rest->X / all->X,
        .rest_share = share,
        .effective_n = ret->effective_n,
        .size = all->X * all->X / all->w2,
    };
    ret->cluster95 = cluster_interval(&parts);
    ret->reliability = reliability_of(all->n, ret->variance_n, ret->share, ret->cluster95);
}

static void estimate_rest(const struct cluster *clusters, size_t length, const struct sums *all,
                          const struct sums *rest, struct cluster_share *ret)
{
    /* what the weights of others drown is as if it were not there */
    bool none = rest->k == 0 || !(rest->Y > 0);
    bool every = rest->k == rest->n || !(rest->Y < rest->X);
    ret->effective_clusters = rest->X * rest->X / rest->XX;
    ret->rarer_is_without = rest->without < rest->with;
    ret->rarer_clusters = ret->rarer_is_without ? rest->without : rest->with;
    ret->reason = CLUSTER_ONE;
    if (!(ret->effective_clusters > 1))
        return;
    ret->variance_n = ret->effective_n = ret->effective_clusters;
    ret->reason = none ? CLUSTER_NONE : CLUSTER_ALL;
    if (!none && !every)
        find_variance(clusters, length, rest, ret);
    find_interval(all, rest, none ? 0 : every ? 1 : rest->Y / rest->X, ret);
}

struct cluster_share cluster_share95(struct cluster *clusters, size_t length)
{
    struct sums all = add_up(clusters, length);
    struct cluster_share share = {.clusters = all.m, .of = all.n, .count = all.k};
    if (all.n == 0) // and clusters may be NULL, which no offset may be added to
        return share;
    size_t certain = part_certain(clusters, length, all.n);
    struct sums counted = add_up(clusters, certain);
    struct sums rest = add_up(clusters + certain, length - certain);
    share.certainty_clusters = counted.m;
    share.certainty_of = counted.n;
    share.certainty_count = counted.k;
    find_largest(clusters, length, &share);
    share.share = all.Y / all.X;
    share.reason = CLUSTER_ALL_CERTAIN;
    if (rest.m > 0)
        estimate_rest(clusters + certain, length - certain, &all, &rest, &share);
    return share;
}
