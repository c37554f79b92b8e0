/* paired.h - what changed between two surveys of the same units.
 *
 * Pure: no I/O, no clock, no allocation.  Index 0 is the old survey, 1 the new.
 * As in statistics.h a share is count / of, and units behind one provider are one
 * cluster.  All functions return false, and leave *ret alone, where the result is
 * not defined.
 */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_PAIRED_H
#define MXSURVEY_ANALYSIS_STATISTICS_PAIRED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/statistics/statistics.h"

/* Clusters that look alike: the units of each, before and after, and how many there are.
 * Requires count <= of. */
struct paired_cluster {
    uint64_t of[2], count[2], clusters;
};

struct paired_change {
    uint64_t clusters; /* with a unit in either survey */
    double shares[2];
    double change; /* of the shares: new less old */
    bool has_interval;
    double standard_error;
    struct interval interval95; /* cut to [-1, 1] */
    double p_value;             /* of no change, two-sided, by the same t */
};

/* The change d = p1 - p0 of ratios p = Y / X over clusters, Taylor linearisation of the
 * difference (Cochran 1977 s6.13 for two ratios of one sample; Woodruff 1971):
 *
 *   z_i = (y1_i - p1 x1_i) / X1 - (y0_i - p0 x0_i) / X0
 *   v   = m / (m - 1) sum z_i^2
 *   d -+ t sqrt(v), t with m - 1 degrees of freedom
 *
 * which honours that both surveys met the same units.  Undefined where either survey
 * has no units; no interval with fewer than two clusters, or where no cluster differs
 * from another (nothing changed: v is 0). */
bool paired_change95(const struct paired_cluster *types, size_t length, struct paired_change *ret);

/* McNemar's test of as many units changing one way as the other: `gained` units that have
 * the property since, `lost` ones that no longer have it. */
struct mcnemar {
    double exact_p; /* two-sided binomial, units independent; 1 where nothing changed */
    bool has_cluster;
    double cluster_chi2; /* with units clustered by provider, 1 degree of freedom */
    double cluster_p;
};

/* The clustered statistic is Obuchowski's (Statistics in Medicine 17:1495, 1998): with
 * D_i = y1_i - y0_i, chi2 = (m - 1) / m (sum D_i)^2 / sum D_i^2; with clusters of one unit
 * it is McNemar's but for (m - 1) / m.  Requires the same units before and after
 * (of[0] = of[1]); not defined with fewer than two clusters or every D_i 0. */
void paired_mcnemar(const struct paired_cluster *types, size_t length, uint64_t gained,
                    uint64_t lost, struct mcnemar *ret);

/* Units, and those of them that have the property */
struct share_counts {
    uint64_t of[2], count[2];
};

/* The change of a share as the sum of three parts */
struct change_parts {
    double change; /* of the share over all units of each survey */
    double same;   /* the same units, counted both times: what is real */
    double scope;  /* units known to both surveys, but counted in one: they got or lost what the
                      share is of, or a lookup failed */
    double list;   /* units that only one of the surveys knew */
};

/* whole: all units counted in each survey; common: those among them that both surveys
 * knew; paired: those counted both times.  With p, c and q their shares,
 * p1 - p0 = (q1 - q0) + [(c1 - q1) - (c0 - q0)] + [(p1 - c1) - (p0 - c0)].
 * Undefined where any of the six has no units. */
bool change_parts(const struct share_counts *whole, const struct share_counts *common,
                  const struct share_counts *paired, struct change_parts *ret);

#endif
