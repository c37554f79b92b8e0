#include "crawler/net/lookup/inflight.h"

#include "crawler/base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    BUCKETS_FIRST = 1024
};

static struct inflight_entry **new_buckets(size_t count)
{
    return memory_zeroed(count, sizeof(struct inflight_entry *));
}

void inflight_init(struct inflight *inflight, uint64_t seed)
{
    *inflight = (struct inflight){
        .seed = seed,
        .mask = BUCKETS_FIRST - 1,
        .buckets = new_buckets(BUCKETS_FIRST),
    };
}

void inflight_done(struct inflight *inflight)
{
    free(inflight->buckets);
    inflight->buckets = NULL;
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
    struct inflight_entry *entry = inflight->buckets[hash & inflight->mask];
    for (; entry != NULL; entry = entry->next) {
        const struct question *question = &entry->question;
        if (entry->hash == hash && question->type == type &&
            question->name.length == name->length &&
            memcmp(question->name.wire, name->wire, name->length) == 0)
            return entry;
    }
    return NULL;
}

static void grow(struct inflight *inflight)
{
    size_t mask = inflight->mask * 2 + 1;
    struct inflight_entry **buckets = new_buckets(mask + 1);
    for (size_t i = 0; i <= inflight->mask; i++) {
        for (struct inflight_entry *entry = inflight->buckets[i], *next; entry; entry = next) {
            next = entry->next;
            entry->next = buckets[entry->hash & mask];
            buckets[entry->hash & mask] = entry;
        }
    }
    free(inflight->buckets);
    inflight->buckets = buckets;
    inflight->mask = mask;
}

void inflight_add(struct inflight *inflight, struct inflight_entry *entry)
{
    /* mostly empty: what is not there is then not looked for in memory that is far away */
    if (++inflight->count * 2 > inflight->mask)
        grow(inflight);
    struct inflight_entry **bucket = &inflight->buckets[entry->hash & inflight->mask];
    entry->next = *bucket;
    *bucket = entry;
}

void inflight_remove(struct inflight *inflight, struct inflight_entry *entry)
{
    struct inflight_entry **link = &inflight->buckets[entry->hash & inflight->mask];
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    inflight->count--;
}
