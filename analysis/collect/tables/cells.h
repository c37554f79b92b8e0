/* cells.h - how many units of each kind every cluster has.
 *
 * Most clusters of a survey are one domain with a provider of its own, so a cell
 * (cluster, kind) must be small: 16 octets, in an array that is sorted and merged
 * when it is full.  Memory follows the distinct cells, not the units.
 */
#ifndef MXSURVEY_ANALYSIS_COLLECT_TABLES_CELLS_H
#define MXSURVEY_ANALYSIS_COLLECT_TABLES_CELLS_H

#include <stddef.h>
#include <stdint.h>

struct cell {
    uint64_t cluster; /* key_of() its name; 0: every unit is a cluster of its own */
    uint32_t kind;
    uint32_t units;
};

enum {
    RECENT_CELLS = 4096
};

struct cells { /* starts zeroed */
    struct cell *items;
    size_t length, room;
    size_t settled;              /* the length after they were last put in order */
    size_t recent[RECENT_CELLS]; /* places in items, from 1: popular cells are met again soon */
};

/* Adds a unit; -1 without memory.  At most 2^31 units in all, which the caller sees to. */
int cells_add(struct cells *cells, uint64_t cluster, uint32_t kind);

/* Puts the cells in order, by cluster and kind, each once. */
void cells_settle(struct cells *cells);

void cells_free(struct cells *cells);

#endif
