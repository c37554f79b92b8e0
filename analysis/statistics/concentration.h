/* concentration.h - how unevenly units are parted among clusters. */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_CONCENTRATION_H
#define MXSURVEY_ANALYSIS_STATISTICS_CONCENTRATION_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/statistics/cluster.h"

enum {
    CONCENTRATION_RANKS = 3
};
/* How many of the largest clusters are taken together: 1, 5, 12 */
extern const unsigned CONCENTRATION_OF[CONCENTRATION_RANKS];

struct concentration {
    uint64_t clusters, of;                 /* with a unit; units */
    uint64_t having;                       /* clusters with a unit that has the property */
    uint64_t largest[CONCENTRATION_RANKS]; /* units of the largest so many, all together */
    double herfindahl; /* chance that two units, drawn with replacement, are of one cluster:
                          Herfindahl-Hirschman index, sum (x / n)^2; 0 without units */
};

struct concentration concentration_of(const struct cluster *clusters, size_t length);

#endif
