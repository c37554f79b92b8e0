#include "crawler/survey/jobs/host_table.h"

#include "crawler/base/memory.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>
#include <xxhash.h>

static size_t whole_size(const struct name *name)
{
    return offsetof(struct host, name) + NAME_SIZE(name->length);
}

static size_t brief_size(void)
{
    return offsetof(struct host, digest) + sizeof((struct host *)NULL)->digest;
}

static struct pool *pool_of(struct host_table *table, size_t size)
{
    return &table->pools[(size + HOST_UNIT - 1) / HOST_UNIT];
}

static XXH128_hash_t digest_of(const struct host_table *table, const struct name *name)
{
    return XXH3_128bits_withSeed(name->wire, name->length, table->seed);
}

static uint64_t hash_of(const struct buckets *buckets, const struct link *entry)
{
    const struct host *host = (const struct host *)entry;
    if (host->brief)
        return host->digest[0];
    return digest_of((const struct host_table *)buckets, &host->name).low64;
}

void host_table_init(struct host_table *table)
{
    static_assert(sizeof(struct host) <= (HOST_SIZES - 1) * HOST_UNIT, "the longest name has room");
    table->seed = memory_random();
    buckets_init(&table->buckets, hash_of, 1);
    for (unsigned i = 0; i < HOST_SIZES; i++)
        pool_init(&table->pools[i], i * HOST_UNIT);
    pool_init(&table->extras, sizeof(struct host_extra));
}

void host_table_free(struct host_table *table)
{
    buckets_done(&table->buckets);
    for (unsigned i = 0; i < HOST_SIZES; i++)
        pool_done(&table->pools[i]);
    pool_done(&table->extras);
}

static bool is_of(const struct host *host, const struct name *name, XXH128_hash_t digest)
{
    if (host->brief)
        return host->digest[0] == digest.low64 && host->digest[1] == digest.high64;
    return name_equal(&host->name, name);
}

/* Puts another form of a host into its place, and frees the one that was there. */
static void replace(struct host_table *table, struct link **at, struct host *other)
{
    struct host *host = (struct host *)*at;
    size_t size = host->brief ? brief_size() : whole_size(&host->name);
    other->link.next = host->link.next;
    *at = &other->link;
    pool_put(pool_of(table, size), host);
}

/* With nothing extra. */
static struct host *new_whole(struct host_table *table, const struct name *name)
{
    struct host *host = pool_get(pool_of(table, whole_size(name)));
    memset(host, 0, offsetof(struct host, name));
    memcpy(&host->name, name, NAME_SIZE(name->length));
    return host;
}

struct host *host_table_get(struct host_table *table, const struct name *name)
{
    XXH128_hash_t digest = digest_of(table, name);
    struct link **at = buckets_at(&table->buckets, digest.low64);
    while (*at != NULL && !is_of((const struct host *)*at, name, digest))
        at = &(*at)->next;
    struct host *host = (struct host *)*at;
    if (host == NULL || !host->brief)
        return host;
    struct host *whole = new_whole(table, name);
    memcpy(whole, host, offsetof(struct host, extra));
    whole->brief = false;
    replace(table, at, whole);
    return whole;
}

struct host *host_table_add(struct host_table *table, const struct name *name, uint32_t id)
{
    struct host *host = new_whole(table, name);
    host->id = id;
    buckets_add(&table->buckets, &host->link);
    return host;
}

static struct link **find(struct host_table *table, const struct host *host, uint64_t hash)
{
    struct link **at = buckets_at(&table->buckets, hash);
    while (*at != &host->link)
        at = &(*at)->next;
    return at;
}

void host_table_shorten(struct host_table *table, struct host *host)
{
    assert(host->extra == NULL);
    XXH128_hash_t digest = digest_of(table, &host->name);
    struct host *brief = pool_get(pool_of(table, brief_size()));
    memcpy(brief, host, offsetof(struct host, extra));
    brief->brief = true;
    brief->digest[0] = digest.low64;
    brief->digest[1] = digest.high64;
    replace(table, find(table, host, digest.low64), brief);
}

/* --- what few have --- */

struct host_extra *host_table_extra(struct host_table *table, struct host *host)
{
    if (host->extra == NULL) {
        host->extra = pool_get(&table->extras);
        memset(host->extra, 0, sizeof *host->extra);
    }
    return host->extra;
}

void host_table_set_target(struct host_table *table, struct host *host, const struct name *target)
{
    struct host_extra *extra = host_table_extra(table, host);
    extra->target = pool_get(pool_of(table, NAME_SIZE(target->length)));
    memcpy(extra->target, target, NAME_SIZE(target->length));
}

void host_table_trim(struct host_table *table, struct host *host)
{
    const struct host_extra *extra = host->extra;
    if (extra == NULL || extra->job != NULL || extra->target != NULL ||
        extra->codes.address.count + extra->codes.alias.count + extra->codes.tlsa.count > 0)
        return;
    pool_put(&table->extras, host->extra);
    host->extra = NULL;
}

void host_table_drop(struct host_table *table, struct host *host)
{
    buckets_take(&table->buckets, find(table, host, digest_of(table, &host->name).low64));
    if (host->extra != NULL) {
        const struct name *target = host->extra->target;
        if (target != NULL)
            pool_put(pool_of(table, NAME_SIZE(target->length)), host->extra->target);
        pool_put(&table->extras, host->extra);
    }
    pool_put(pool_of(table, whole_size(&host->name)), host);
}

struct visit {
    void (*each)(void *context, struct host *host);
    void *context;
};

static void visit(void *context, struct link *entry)
{
    const struct visit *visit = context;
    struct host *host = (struct host *)entry;
    if (!host->brief)
        visit->each(visit->context, host);
}

void host_table_each(struct host_table *table, void (*each)(void *context, struct host *host),
                     void *context)
{
    buckets_each(&table->buckets, visit, &(struct visit){each, context});
}
