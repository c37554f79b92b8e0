#include "crawler/net/lookup/inflight.h"

#include <string.h>
#include <xxhash.h>

enum {
    /* mostly empty: what is not there is then not looked for in memory that is far away */
    THINNESS = 2
};

static uint64_t hash_of(const struct buckets *buckets, const struct link *entry)
{
    (void)buckets;
    return ((const struct inflight_entry *)entry)->hash;
}

void inflight_init(struct inflight *inflight, uint64_t seed)
{
    inflight->seed = seed;
    buckets_init(&inflight->buckets, hash_of, THINNESS);
}

void inflight_done(struct inflight *inflight)
{
    buckets_done(&inflight->buckets);
}

uint64_t inflight_hash(const struct inflight *inflight, const struct name *name,
                       enum record_type type)
{
    return XXH3_64bits_withSeed(name->wire, name->length,
                                inflight->seed + (uint64_t)type * UINT64_C(0x9e3779b97f4a7c15));
}

struct inflight_entry *inflight_find(const struct inflight *inflight, uint64_t hash,
                                     const struct name *name, enum record_type type)
{
    struct link *link = *buckets_at(&inflight->buckets, hash);
    for (; link != NULL; link = link->next) {
        struct inflight_entry *entry = (struct inflight_entry *)link;
        const struct question *question = &entry->question;
        if (entry->hash == hash && question->type == type &&
            question->name.length == name->length &&
            memcmp(question->name.wire, name->wire, name->length) == 0)
            return entry;
    }
    return NULL;
}

void inflight_add(struct inflight *inflight, struct inflight_entry *entry)
{
    buckets_add(&inflight->buckets, &entry->link);
}

void inflight_remove(struct inflight *inflight, struct inflight_entry *entry)
{
    struct link **at = buckets_at(&inflight->buckets, entry->hash);
    while (*at != &entry->link)
        at = &(*at)->next;
    buckets_take(&inflight->buckets, at);
}
