/* change_parts.h - what of the change of a share is real, and what comes from the list. */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_CHANGE_PARTS_H
#define MXSURVEY_ANALYSIS_STATISTICS_CHANGE_PARTS_H

#include <stdbool.h>
#include <stdint.h>

/* Units, and those of them that have the property */
struct share_counts {
    uint64_t of[2], count[2];
};

/* The change of a share is the sum of these three. */
struct change_parts {
    double same;  /* the same units, counted both times: what is real */
    double scope; /* units known to both surveys, but counted in one: they got or lost what the
                     share is of, or a lookup failed */
    double list;  /* units that only one of the surveys knew, and what weights make of a share */
};

/* p: the share of all units counted in each survey, weighed or not; common: those among them that
 * both surveys knew; paired: those counted both times.  With c and q their shares,
 * p1 - p0 = (q1 - q0) + [(c1 - q1) - (c0 - q0)] + [(p1 - c1) - (p0 - c0)].
 * Undefined where any of the four has no units. */
bool change_parts(const double p[2], const struct share_counts *common,
                  const struct share_counts *paired, struct change_parts *ret);

#endif
