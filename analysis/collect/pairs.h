/* pairs.h - the units that two surveys both know, by what they were and what they are. */
#ifndef MXSURVEY_ANALYSIS_COLLECT_PAIRS_H
#define MXSURVEY_ANALYSIS_COLLECT_PAIRS_H

#include "analysis/collect/cells.h"
#include "analysis/comparison/data.h"

struct pair_kind {
    uint64_t kinds[2]; /* as in struct unit: old, new */
};

/* Cells say how many pairs of each kind every cluster has.  A pair's cluster is its provider
 * in the old survey; where it had none, in the new one.  Memory follows the distinct cells. */
struct pairs { /* starts zeroed */
    struct overlap overlap;
    struct cells cells; /* settled; a cell's kind is a place in kinds */
    struct pair_kind *kinds;
    size_t kind_count, kind_room;
    struct key_map index; /* place in kinds, from 1 */
};

/* Told of every unit: old or new is NULL where that survey does not know it. */
typedef int pair_fn(void *context, const struct unit *old, const struct unit *new,
                    struct error *error);

/* path: for errors.  Call pairs_free() in any case. */
int pairs_join(const char *path, const struct units *old, const struct units *new, pair_fn *each,
               void *context, struct pairs *ret, struct error *error);
void pairs_free(struct pairs *pairs);

#endif
