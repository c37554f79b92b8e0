/* cluster.h - the share in other lists like this one: operators are drawn, not units.
 *
 * The units of one decision maker are a cluster.  A cluster with more than 1 % of the units is
 * taken as it is (certain: another list of the kind would have it too), the rest is taken as drawn
 * at random from many of its kind.  Clusters come as a list of shapes, each with the number of
 * clusters of that shape: ten million clusters of one unit are two items.  The order of items,
 * and how equal ones are split, changes no result but for rounding.
 */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_CLUSTER_H
#define MXSURVEY_ANALYSIS_STATISTICS_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/statistics/interval.h"
#include "analysis/statistics/reliability.h"

/* Clusters that look alike.  Units have weights w above 0; 1 unless zones are weighed.  A paired
 * change (paired.h) has what changed in place of what has the property. */
struct cluster {
    uint64_t units, count; /* x, y: units of each, and those of them with the property, y <= x */
    double weight;         /* X = sum w */
    double value;          /* Y = sum w of those with the property */
    double weight_squares; /* sum w^2 */
    uint64_t times;        /* how many clusters */
};

/* Those of units with weight 1 */
struct cluster cluster_of(uint64_t units, uint64_t count, uint64_t times);

/* Whether a cluster of so many units is certain among all (Kish 1965: self-representing). */
bool cluster_is_certain(uint64_t units, uint64_t of);

/* Why there is no interval, or one of less than all steps: in the order of the steps */
enum cluster_reason {
    CLUSTER_NO_UNITS,
    CLUSTER_ALL_CERTAIN, /* no cluster is left to be drawn */
    CLUSTER_ONE,         /* one is: nothing to compare it with */
    CLUSTER_NONE,        /* no unit of the rest has the property */
    CLUSTER_ALL,         /* all have */
    CLUSTER_FEW,         /* one cluster alone has the rarer outcome */
    CLUSTER_NO_REASON    /* all steps done */
};

/* "no_units", ...; NULL for CLUSTER_NO_REASON */
const char *cluster_reason_word(enum cluster_reason reason);

struct cluster_share {
    enum cluster_reason reason;
    /* always */
    uint64_t clusters, of, count; /* of, count: n, k */
    uint64_t certainty_clusters, certainty_of, certainty_count;
    uint64_t largest, largest_count; /* the largest cluster; of equal ones that with the most */
    /* cluster_has_share() */
    double share; /* by weights */
    /* cluster_has_rest() */
    double effective_clusters; /* of the rest: how many of one weight would be as uneven */
    uint64_t rarer_clusters;   /* of the rest, with a unit of the outcome that fewer have */
    bool rarer_is_without;     /* that outcome is not to have the property */
    /* cluster_has_variance() */
    double intraclass;       /* correlation of units of a cluster, 0..1 */
    double jackknife, model; /* the two variances of the rest's share; the larger counts */
    double design_effect;    /* that / the variance of n_R independent units */
    /* reason CLUSTER_NO_REASON */
    uint64_t df;
    /* cluster_has_interval() */
    double variance_n;  /* n_e: independent units with that variance */
    double effective_n; /* n*: the same, less what is not known of the variance */
    struct interval cluster95;
    enum reliability reliability;
};

bool cluster_has_share(const struct cluster_share *share);
bool cluster_has_rest(const struct cluster_share *share);
bool cluster_has_variance(const struct cluster_share *share);
bool cluster_has_interval(const struct cluster_share *share);

/* Three passes over the list, which is put in another order: certain ones first.  Those of 0 units
 * are no clusters. */
struct cluster_share cluster_share95(struct cluster *clusters, size_t length);

/* What ends it: the interval of certain clusters beside a rest that is known by its effective
 * number. */
struct cluster_parts {
    double certain;     /* Y_C / W: of the weight of all, that of the certain clusters' units with
                           the property */
    double rest;        /* X / W: of the weight of all, the rest's */
    double rest_share;  /* p, exactly 0 or 1 where none or all have the property */
    double effective_n; /* n* */
    double size;        /* W^2 / sum w^2: units that weigh alike */
};
struct interval cluster_interval(const struct cluster_parts *parts);

/* The variance of sum Y / sum X over the clusters, all of which are drawn: without each of them in
 * turn.  0 for fewer than two. */
double cluster_jackknife(const struct cluster *clusters, size_t length);

#endif
