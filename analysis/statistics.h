/* statistics.h - intervals for the shares of a survey.
 *
 * Pure: no I/O, no clock, no allocation; memory does not grow with the number
 * of clusters.  A share is count / of: of `of` units, `count` have the property.
 * All functions return false, and leave *ret alone, where the result is not
 * defined.
 */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_H
#define MXSURVEY_ANALYSIS_STATISTICS_H

#include <stdbool.h>
#include <stdint.h>

struct interval {
    double low, high;
};

/* Wilson's 95 % interval (Wilson 1927): right for independent units only.
 * Undefined for of 0.  Requires count <= of. */
bool wilson95(uint64_t count, uint64_t of, struct interval *ret);

/* What the share would be if none, or all, of the unanswered units had the
 * property (Manski): [count / (of + unanswered), (count + unanswered) / (of + unanswered)].
 * Undefined for of 0.  Requires count <= of. */
bool worst_case_bounds(uint64_t count, uint64_t of, uint64_t unanswered, struct interval *ret);

/* Sums over clusters (units behind one mail provider), enough for the interval.
 * Starts zeroed.  Sums are exact: at most CLUSTER_UNITS_MAX units. */
struct cluster_sums {
    uint64_t clusters;      /* with at least one unit */
    uint64_t of, count;     /* sum x, sum y */
    uint64_t xx, xy, yy;    /* sums of squares and products */
    uint64_t largest_of;    /* units of the largest cluster (the first of several) */
    uint64_t largest_count; /* and those of them with the property */
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

#endif
