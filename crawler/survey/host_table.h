/* host_table.h - the hosts of a run by name. */
#ifndef MXSURVEY_SURVEY_HOST_TABLE_H
#define MXSURVEY_SURVEY_HOST_TABLE_H

#include "crawler/survey/hosts.h"

struct host_table {
    uint64_t seed;
    uint32_t count, slot_count; /* slot_count is a power of two */
    struct host **slots;        /* NULL: empty */
};

/* Without memory these end the program (memory.h). */
void host_table_init(struct host_table *table);
void host_table_free(struct host_table *table); /* with its hosts */

struct host *host_table_get(const struct host_table *table, const struct name *name); /* or NULL */

/* One that is not in it yet: all zero but for its id and name. */
struct host *host_table_add(struct host_table *table, const struct name *name, uint32_t id);

/* Takes a host out, closes the gap in its probe sequence, and frees the host. */
void host_table_drop(struct host_table *table, struct host *host);

#endif
