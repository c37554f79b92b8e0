/* paired.h - the change of a share between two surveys of the same units.
 *
 * Units: met in both, and counted both times.  Each is behind an operator in the old survey and
 * behind one in the new, perhaps another: two-way clusters, as both decide.  What changes inside a
 * certain operator (cluster.h) is random, its whole mass is not.
 */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_PAIRED_H
#define MXSURVEY_ANALYSIS_STATISTICS_PAIRED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/statistics/cluster.h"

/* Units behind one operator, or pair of them: x = units, of which gained have the property since
 * and lost no longer, as a cluster: count = gained + lost, value = gained - lost. */
struct cluster paired_cluster(uint64_t units, uint64_t gained, uint64_t lost, uint64_t times);

/* A list of clusters, none without units; borrowed */
struct cluster_items {
    const struct cluster *items;
    size_t length;
};

enum paired_grouping {
    BY_OLD, /* operators in the old survey */
    BY_NEW,
    BY_BOTH, /* pairs of both */
    GROUPINGS
};

struct paired_units {
    uint64_t of, gained, lost; /* all */
    /* operators that are certain by the larger of their units in the old survey and in the new;
     * units both of whose operators are: */
    uint64_t certainty_clusters, certainty_of, certainty_gained, certainty_lost;
    struct cluster_items certain;         /* these, by their old operators */
    struct cluster_items rest[GROUPINGS]; /* all others */
};

/* Why there is no interval */
enum paired_reason {
    PAIRED_NO_REASON,
    PAIRED_NO_UNITS,
    PAIRED_NO_CHANGE, /* of any unit */
    PAIRED_CERTAIN,   /* all of the change is whole certain operators */
    PAIRED_FEW,       /* clusters that changed */
    PAIRED_RECORDS    /* units are MX records, which come and go: never given here */
};

/* "no_units", ...; NULL for PAIRED_NO_REASON */
const char *paired_reason_word(enum paired_reason reason);

struct paired_change {
    enum paired_reason reason;
    double change;             /* (gained - lost) / of; 0 for PAIRED_NO_UNITS */
    uint64_t changed_clusters; /* c: of the rest, with a changed unit: fewer of old and new ones */
    double rest_part, certain_part; /* A, B: of the variance, times of^2 */
    /* with PAIRED_NO_REASON */
    double df; /* need not be whole */
    double standard_error;
    struct interval interval95; /* cut to [-1, 1] */
    double p_value;             /* of no change, two-sided, by the same t */
};

struct paired_change paired_change95(const struct paired_units *units);

#endif
