/* zones.h - weights of units by the sizes of their zones (post-stratification). */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_ZONES_H
#define MXSURVEY_ANALYSIS_STATISTICS_ZONES_H

#include <stddef.h>
#include <stdint.h>

struct zone {
    double size;       /* N_h > 0: names in it */
    uint64_t surveyed; /* n_h: domains of it in the survey, whatever their outcome */
};

/* The weight of a unit of the zone, for struct cluster; 0: the zone is not used. */
double zone_weight(const struct zone *zone);

struct zone_cover {
    uint64_t zones; /* used ones */
    double covered; /* share of the sizes that used zones have */
    double thin;    /* share of those that rests on fewer than ZONE_THIN names */
};

enum {
    ZONE_THIN = 20
};

struct zone_cover zones_cover(const struct zone *zones, size_t length);

#endif
