/* pairs.h - the units that two surveys both know, by what they were and what they are. */
#ifndef MXSURVEY_ANALYSIS_COLLECT_UNITS_PAIRS_H
#define MXSURVEY_ANALYSIS_COLLECT_UNITS_PAIRS_H

#include <stdbool.h>

#include "analysis/collect/tables/cells.h"
#include "analysis/comparison/data.h"

struct pair_kind {
    uint64_t kinds[2]; /* as in struct unit: old, new */
    uint64_t units;    /* pairs of it */
};

/* Pairs whose cluster is another one in the new survey: few, as a rule */
struct moved_cell {
    uint64_t clusters[2];
    uint32_t kind, units;
};

/* Cells say how many pairs of each kind every cluster has; a cell's kind is a place in kinds.
 * Memory follows the distinct cells. */
struct pairs { /* starts zeroed */
    struct overlap overlap;
    struct cells stayed; /* settled */
    struct moved_cell
        *moved[2]; /* the same cells in order of old clusters, then new; and new, old */
    size_t moved_count, moved_room;
    struct pair_kind *kinds;
    size_t kind_count, kind_room;
    struct key_map kind_index, moved_index; /* places, from 1 */
};

/* Told of every unit: old or new is NULL where that survey does not know it. */
typedef int pair_fn(void *context, const struct unit *old, const struct unit *new,
                    struct error *error);

/* path: for errors.  Call pairs_free() in any case. */
int pairs_join(const char *path, const struct units *old, const struct units *new, pair_fn *each,
               void *context, struct pairs *ret, struct error *error);
void pairs_free(struct pairs *pairs);

/* The pairs of one cluster, in the old survey or in the new */
struct pair_group {
    uint64_t cluster; /* 0: every unit is a cluster of its own */
    const struct cell *stayed;
    size_t stayed_count;
    const struct moved_cell *moved; /* in order of the other survey's clusters */
    size_t moved_count;
};
struct pair_walk { /* through groups by OLD or NEW; the places start zeroed */
    const struct pairs *pairs;
    int by;
    size_t stayed_at, moved_at;
};
/* The next group, in order of clusters; false at the end. */
bool pairs_next_group(struct pair_walk *walk, struct pair_group *ret);

#endif
