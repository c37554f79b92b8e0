/* host_table.h - the hosts of a run by name.
 *
 * A host takes 24 octets, its name, and its share of the buckets, 8 octets.  Most are domains that
 * are their own mail host, and are never named again: such a one may be made brief, 32 octets and
 * the buckets' 8, with a digest of 128 bits in the place of its name, and is whole again when
 * somebody asks for it.  (Of 200 million names two have one digest with odds of 1 in 10^22; its
 * seed is random.)  No insertion holds the event loop: see buckets.h.
 */
#ifndef MXSURVEY_SURVEY_JOBS_HOST_TABLE_H
#define MXSURVEY_SURVEY_JOBS_HOST_TABLE_H

#include "crawler/base/pool.h"
#include "crawler/survey/jobs/hosts.h"

enum {
    HOST_UNIT = 8,   /* sizes of hosts are rounded up to it */
    HOST_SIZES = 36, /* the largest, and 0 */
};

struct host_table {
    struct buckets buckets; /* first: found by it */
    uint64_t seed;
    struct pool pools[HOST_SIZES]; /* of this many units */
    struct pool extras;
};

/* Without memory these end the program (memory.h). */
void host_table_init(struct host_table *table);
void host_table_free(struct host_table *table); /* with its hosts */

struct host *host_table_get(struct host_table *table, const struct name *name); /* or NULL */

/* One that is not in it yet: all zero but for its id and name. */
struct host *host_table_add(struct host_table *table, const struct name *name, uint32_t id);

/* Takes a host out and frees it. */
void host_table_drop(struct host_table *table, struct host *host);

/* Makes it brief; the pointer ends.  It has nothing extra, and nobody else has a pointer. */
void host_table_shorten(struct host_table *table, struct host *host);

/* Its extra, zeroed where it had none. */
struct host_extra *host_table_extra(struct host_table *table, struct host *host);
void host_table_set_target(struct host_table *table, struct host *host, const struct name *target);

/* Gives the extra back, where nothing is in it. */
void host_table_trim(struct host_table *table, struct host *host);

void host_table_each(struct host_table *table, void (*each)(void *context, struct host *host),
                     void *context); /* but brief ones */

#endif
