#include "crawler/base/buckets.h"

#include "crawler/base/memory.h"

#include <sys/mman.h>

/* The highest bit that is set. */
static unsigned log2_of(size_t number)
{
    return 63 - (unsigned)__builtin_clzll(number);
}

/* Segment 0 has the first buckets, each further one as many as all before it. */
static struct link **bucket_at(const struct buckets *buckets, size_t bucket)
{
    if (bucket < BUCKETS_FIRST)
        return &buckets->segments[0][bucket];
    unsigned bit = log2_of(bucket);
    return &buckets->segments[bit - log2_of(BUCKETS_FIRST) + 1][bucket - ((size_t)1 << bit)];
}

static size_t segment_size(unsigned segment)
{
    return (segment == 0 ? 1 : (size_t)1 << (segment - 1)) * BUCKETS_FIRST * sizeof(struct link *);
}

void buckets_init(struct buckets *buckets, buckets_hash *hash, unsigned thinness)
{
    *buckets = (struct buckets){
        .hash = hash,
        .thinness = thinness,
        .bucket_count = BUCKETS_FIRST,
        .mask = 2 * BUCKETS_FIRST - 1,
    };
    buckets->segments[0] = memory_pages(segment_size(0));
}

void buckets_done(struct buckets *buckets)
{
    for (unsigned i = 0; i < BUCKET_SEGMENTS && buckets->segments[i] != NULL; i++)
        munmap(buckets->segments[i], segment_size(i));
    *buckets = (struct buckets){0};
}

struct link **buckets_at(const struct buckets *buckets, uint64_t hash)
{
    size_t bucket = hash & buckets->mask;
    if (bucket >= buckets->bucket_count) /* not parted yet: in its lower half */
        bucket = hash & (buckets->mask >> 1);
    return bucket_at(buckets, bucket);
}

/* A new bucket, with what belongs there of the one that it is parted from. */
static void part(struct buckets *buckets)
{
    size_t fresh = buckets->bucket_count;
    size_t half = (buckets->mask + 1) / 2;
    if (fresh == half) { /* the first bucket of a segment */
        unsigned segment = log2_of(fresh) - log2_of(BUCKETS_FIRST) + 1;
        buckets->segments[segment] = memory_pages(segment_size(segment));
    }
    struct link **from = bucket_at(buckets, fresh - half), **to = bucket_at(buckets, fresh);
    unsigned moved = 0;
    while (*from != NULL) {
        struct link *entry = *from;
        moved++;
        if ((buckets->hash(buckets, entry) & buckets->mask) == fresh) {
            *from = entry->next;
            *to = entry;
            to = &entry->next;
        } else {
            from = &entry->next;
        }
    }
    *to = NULL;
    if (moved > buckets->most_moved)
        buckets->most_moved = moved;
    if (++buckets->bucket_count > buckets->mask)
        buckets->mask = buckets->mask * 2 + 1;
}

void buckets_add(struct buckets *buckets, struct link *entry)
{
    buckets->entry_count++;
    for (unsigned i = 0; i < buckets->thinness; i++) {
        if (buckets->bucket_count < buckets->entry_count * buckets->thinness)
            part(buckets);
    }
    struct link **at = buckets_at(buckets, buckets->hash(buckets, entry));
    entry->next = *at;
    *at = entry;
}

void buckets_take(struct buckets *buckets, struct link **at)
{
    *at = (*at)->next;
    buckets->entry_count--;
}

void buckets_each(const struct buckets *buckets, void (*each)(void *context, struct link *entry),
                  void *context)
{
    for (size_t i = 0; i < buckets->bucket_count; i++) {
        for (struct link *entry = *bucket_at(buckets, i); entry != NULL; entry = entry->next)
            each(context, entry);
    }
}
