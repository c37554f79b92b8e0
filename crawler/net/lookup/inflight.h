/* inflight.h - the lookups under way, found by what they ask.
 *
 * The entries are embedded in their owner's structure.  The hash is seeded: names made to collide
 * do not.
 */
#ifndef MXSURVEY_NET_LOOKUP_INFLIGHT_H
#define MXSURVEY_NET_LOOKUP_INFLIGHT_H

#include "crawler/base/buckets.h"
#include "crawler/core/message.h"

struct inflight_entry {
    struct link link; /* first: found by it */
    uint64_t hash;
    struct question question;
};

struct inflight {
    uint64_t seed;
    struct buckets buckets;
};

void inflight_init(struct inflight *inflight, uint64_t seed);
void inflight_done(struct inflight *inflight);

uint64_t inflight_hash(const struct inflight *inflight, const struct name *name,
                       enum record_type type);

/* NULL: nobody asks that. */
struct inflight_entry *inflight_find(const struct inflight *inflight, uint64_t hash,
                                     const struct name *name, enum record_type type);
void inflight_add(struct inflight *inflight, struct inflight_entry *entry);
void inflight_remove(struct inflight *inflight, struct inflight_entry *entry);

#endif
