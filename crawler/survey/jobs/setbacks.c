#include "crawler/survey/jobs/setbacks.h"

#include <assert.h>

struct entry {
    struct link link; /* first: found by it */
    uint64_t value;   /* id << SETBACK_KINDS | lookups */
};

/* Domains are numbered in the order of the lists: multiplied, neighbours are parted. */
static uint64_t hash_of_id(uint64_t id)
{
    return id * UINT64_C(0x9e3779b97f4a7c15) >> 20;
}

static uint64_t hash_of(const struct buckets *buckets, const struct link *entry)
{
    (void)buckets;
    return hash_of_id(((const struct entry *)entry)->value >> SETBACK_KINDS);
}

/* NULL: it is not there. */
static struct entry *find(const struct setbacks *setbacks, uint64_t id)
{
    struct link *link = *buckets_at(&setbacks->buckets, hash_of_id(id));
    while (link != NULL && ((struct entry *)link)->value >> SETBACK_KINDS != id)
        link = link->next;
    return (struct entry *)link;
}

void setbacks_init(struct setbacks *setbacks)
{
    buckets_init(&setbacks->buckets, hash_of, 1);
    pool_init(&setbacks->entries, sizeof(struct entry));
}

void setbacks_done(struct setbacks *setbacks)
{
    buckets_done(&setbacks->buckets);
    pool_done(&setbacks->entries);
}

unsigned setbacks_of(const struct setbacks *setbacks, uint64_t id)
{
    const struct entry *entry = find(setbacks, id);
    return entry == NULL ? 0 : entry->value & ((1U << SETBACK_KINDS) - 1);
}

void setbacks_add(struct setbacks *setbacks, uint64_t id, unsigned lookups)
{
    assert(lookups >> SETBACK_KINDS == 0);
    struct entry *entry = find(setbacks, id);
    if (lookups == 0)
        return;
    if (entry != NULL) {
        entry->value |= lookups;
        return;
    }
    entry = pool_get(&setbacks->entries);
    entry->value = id << SETBACK_KINDS | lookups;
    buckets_add(&setbacks->buckets, &entry->link);
}
