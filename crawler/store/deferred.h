/* deferred.h - what is remembered of domains and hosts whose row waits for a further pass: the EDE
 * codes (RFC 8914) received with their lookups so far.
 *
 * The second try may meet a cache that knows that a name fails, but no longer why.  So the codes
 * wait in memory, where the next pass finds them, and in the table `_deferred`, where a run that
 * is continued does.  Few lookups come with codes, and these with few different lists of them:
 * one takes 24 octets.  Those of a host are in the memory of its job (survey/jobs/hosts.h), and in
 * the table `_deferred_host`.
 */
#ifndef MXSURVEY_STORE_DEFERRED_H
#define MXSURVEY_STORE_DEFERRED_H

#include "crawler/base/buckets.h"
#include "crawler/base/pool.h"
#include "crawler/store/file.h"
#include "crawler/store/store.h"

#include <sqlite3.h>

enum {
    DEFERRED_LISTS_MAX = 1024 /* different lists of codes: a lookup with a further one has none */
};

struct deferred {
    struct buckets buckets;
    struct pool entries;
    struct ede *lists;
    unsigned list_count, list_room;
};

/* Without memory these end the program (memory.h). */
void deferred_init(struct deferred *deferred);

/* What the table of db has.  An SQLite result code. */
int deferred_load(struct deferred *deferred, sqlite3 *db);
void deferred_free(struct deferred *deferred);

/* In the place of what was known of this lookup.  ede has at least one code. */
void deferred_put(struct deferred *deferred, uint64_t id, enum deferred_lookup lookup,
                  const struct ede *ede);

/* Without codes: count 0. */
void deferred_get(const struct deferred *deferred, uint64_t id, enum deferred_lookup lookup,
                  struct ede *ret);

/* store_each_deferred_host() of a file that no writer has. */
int deferred_each_host(struct file *file,
                       int (*each)(void *context, const struct name *name,
                                   const struct host_codes *codes),
                       void *context, struct error *error);

#endif
