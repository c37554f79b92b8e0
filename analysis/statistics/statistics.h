/* statistics.h - intervals for the shares of a survey.
 *
 * Pure: no I/O, no clock, no allocation; memory does not grow with the number
 * of clusters.  A share is count / of: of `of` units, `count` have the property.
 * All functions return false, and leave *ret alone, where the result is not
 * defined.
 */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_STATISTICS_H
#define MXSURVEY_ANALYSIS_STATISTICS_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/statistics/bounds.h"
#include "analysis/statistics/wilson.h"

/* Sums over clusters (units behind one mail provider), enough for the interval.
 * Starts zeroed.  Sums are exact: at most CLUSTER_UNITS_MAX units. */
struct cluster_sums {
    uint64_t clusters;      /* with at least one unit */
    uint64_t of, count;     /* sum x, sum y */
    uint64_t xx, xy, yy;    /* sums of squares and products */
    uint64_t largest_of;    /* units of the largest cluster */
    uint64_t largest_count; /* those of them with the property; the most among equal clusters */
};

#define CLUSTER_UNITS_MAX UINT64_C(0x7fffffff)

/* Adds a cluster of `of` units; one without units is no cluster.  False, and
 * nothing added, where count > of or the sum would pass CLUSTER_UNITS_MAX. */
bool cluster_sums_add(struct cluster_sums *sums, uint64_t of, uint64_t count);

/* Adds `of` clusters of one unit each, `count` of which have the property. */
bool cluster_sums_add_singles(struct cluster_sums *sums, uint64_t of, uint64_t count);

struct cluster_ratio {
    double standard_error;
    double design_effect;    /* variance / that of simple random sampling, p (1 - p) / n */
    struct interval logit95; /* on the logit scale, t with clusters - 1 degrees of freedom */
};

/* Ratio estimator over clusters, Taylor linearisation (Cochran 1977 ch. 6;
 * Lohr, Sampling, ch. 5).  Undefined for count 0 or all, or fewer than two
 * clusters. */
bool cluster_ratio95(const struct cluster_sums *sums, struct cluster_ratio *ret);

/* (sum x)^2 / sum x^2: how many clusters of one size would be as uneven.  0 for none. */
double effective_clusters(const struct cluster_sums *sums);

/* The share of all but the largest cluster.  Undefined where nothing is left. */
bool share_without_largest(const struct cluster_sums *sums, double *ret);

/* Clusters of one size and one count, and how many there are. */
struct cluster_type {
    uint64_t of, count, clusters;
};

enum {
    BOOTSTRAP_REPLICATES_MAX = 1000000
};

struct bootstrap_result {
    double mean, standard_error; /* of the replicates; the error divides by their number */
    struct interval percentile95;
};

/* The cluster bootstrap (Davison & Hinkley 1997 s3.8): as many clusters as there
 * are, drawn with replacement; the share among them, `replicates` times.  A
 * replicate is drawn by types, from the multinomial distribution, so the cost is
 * replicates times types, however many clusters or units there are.  The same seed
 * gives the same numbers.  shares: room for `replicates`, left in ascending order.
 * Undefined without units. */
bool cluster_bootstrap(const struct cluster_type *types, size_t type_count, uint64_t seed,
                       size_t replicates, double *shares, struct bootstrap_result *ret);

/* One stratum (a public suffix): its size in the population, and its sample. */
struct stratum {
    double size;
    uint64_t of, count;
};

struct poststratified {
    double share;
    double standard_error;     /* of independent units */
    struct interval normal95;  /* share +- z standard errors, cut to 0 and 1 */
    uint64_t of;               /* units in the strata used */
    uint64_t strata;           /* how many */
    bool has_cluster;          /* the next two are defined */
    double cluster_error;      /* with units clustered by provider, over all strata */
    struct interval cluster95; /* logit, t with clusters - 1 degrees of freedom */
};

/* sum W_h p_h, W_h = N_h / N, with the conditional variance
 * sum W_h^2 p_h (1 - p_h) / (n_h - 1) (Cochran 1977 s5A.9).  Undefined where a
 * stratum has fewer than two units or no size.  Sets all but the last three. */
bool poststratify(const struct stratum *strata, size_t stratum_count, struct poststratified *ret);

/* The last three members, from z = sum over clusters of
 * (sum_h W_h / n_h (y_ih - p_h x_ih))^2; undefined (has_cluster false) as
 * cluster_ratio95() is. */
void poststratify_clusters(double squares, uint64_t clusters, struct poststratified *ret);

#endif
