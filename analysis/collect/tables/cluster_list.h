/* cluster_list.h - clusters by what they look like: for one share, each shape once.
 *
 * Memory follows the shapes, not the clusters; adding one of few units with weight 1 is an
 * increment.
 */
#ifndef MXSURVEY_ANALYSIS_COLLECT_TABLES_CLUSTER_LIST_H
#define MXSURVEY_ANALYSIS_COLLECT_TABLES_CLUSTER_LIST_H

#include "analysis/collect/tables/key_map.h"
#include "analysis/statistics/cluster.h"

enum {
    CLUSTER_SMALL = 16 /* clusters of fewer units, of weight 1, are counted in a table */
};

struct cluster_list { /* starts zeroed */
    struct cluster *items;
    size_t length, room;
    struct key_map index; /* place in items, from 1 */
    uint64_t small[CLUSTER_SMALL * (CLUSTER_SMALL + 1) / 2];
};

/* Adds shape.times clusters; those without units are left out.  -1 without memory. */
int cluster_list_add(struct cluster_list *list, struct cluster shape);

/* Puts all into items, in an order of their own: the same sums whatever the order of the file.
 * -1 without memory.  Nothing may be added after. */
int cluster_list_settle(struct cluster_list *list);

void cluster_list_free(struct cluster_list *list);

#endif
