/* bounds.h - what the unanswered can make of a share, or of its change: no probability in it. */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_BOUNDS_H
#define MXSURVEY_ANALYSIS_STATISTICS_BOUNDS_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/statistics/interval.h"

/* What the share would be if none, or all, of the units not known had the property: unanswered
 * ones and unseen ones together.  Numbers of units, or what they weigh.  False, and *ret left
 * alone, for of 0.  Requires count <= of. */
bool worst_case_bounds(double count, double of, double not_known, struct interval *ret);

/* MX records, or hosts, that failed domains would add if they had as many MX records as others:
 * failed * records / mx_domains, rounded up; 0 for mx_domains 0.  All below 2^63. */
uint64_t unseen_records(uint64_t failed, uint64_t records, uint64_t mx_domains);

/* Units both surveys know, by their answers */
struct change_counts {
    uint64_t paired;       /* counted both times; of these: */
    uint64_t gained, lost; /* with the property since, or no longer */
    uint64_t old_only[2];  /* counted in the old survey as without, with; unanswered in the new */
    uint64_t new_only[2];  /* unanswered in the old survey; counted in the new */
    uint64_t neither;      /* unanswered in both */
};

/* The change of the share among all of them if the unanswered were as bad, or as good, as can be.
 * False, and *ret left alone, where there are none. */
bool change_bounds(const struct change_counts *counts, struct interval *ret);

#endif
