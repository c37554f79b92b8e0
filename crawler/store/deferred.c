#include "crawler/store/deferred.h"

#include "crawler/base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIST_BITS = 16,
    LOOKUP_BITS = 2,
};

struct entry {
    struct link link; /* first: found by it */
    uint64_t value;   /* key << LIST_BITS | index of its list */
};

static uint64_t key_of(uint64_t id, enum deferred_lookup lookup)
{
    return id << LOOKUP_BITS | (uint64_t)lookup;
}

/* Domains are numbered in the order of the lists: multiplied, neighbours are parted. */
static uint64_t hash_of_key(uint64_t key)
{
    return key * UINT64_C(0x9e3779b97f4a7c15) >> 20;
}

static uint64_t hash_of(const struct buckets *buckets, const struct link *entry)
{
    (void)buckets;
    return hash_of_key(((const struct entry *)entry)->value >> LIST_BITS);
}

/* NULL: it is not there. */
static struct entry *find(const struct deferred *deferred, uint64_t key)
{
    struct link *link = *buckets_at(&deferred->buckets, hash_of_key(key));
    while (link != NULL && ((struct entry *)link)->value >> LIST_BITS != key)
        link = link->next;
    return (struct entry *)link;
}

void deferred_init(struct deferred *deferred)
{
    *deferred = (struct deferred){0};
    buckets_init(&deferred->buckets, hash_of, 1);
    pool_init(&deferred->entries, sizeof(struct entry));
}

static bool same(const struct ede *a, const struct ede *b)
{
    return a->count == b->count && memcmp(a->codes, b->codes, a->count * sizeof *a->codes) == 0;
}

/* Its index; -1: one too many. */
static int list_of(struct deferred *deferred, const struct ede *ede)
{
    for (unsigned i = 0; i < deferred->list_count; i++) {
        if (same(&deferred->lists[i], ede))
            return (int)i;
    }
    if (deferred->list_count == DEFERRED_LISTS_MAX)
        return -1;
    if (deferred->list_count == deferred->list_room) {
        deferred->list_room = deferred->list_room == 0 ? 8 : deferred->list_room * 2;
        deferred->lists =
            memory_resize(deferred->lists, deferred->list_room, sizeof *deferred->lists);
    }
    deferred->lists[deferred->list_count] = *ede;
    return (int)deferred->list_count++;
}

void deferred_put(struct deferred *deferred, uint64_t id, enum deferred_lookup lookup,
                  const struct ede *ede)
{
    assert(ede->count > 0);
    uint64_t key = key_of(id, lookup);
    int list = list_of(deferred, ede);
    if (list < 0)
        return;
    struct entry *entry = find(deferred, key);
    if (entry != NULL) {
        entry->value = key << LIST_BITS | (uint64_t)list;
        return;
    }
    entry = pool_get(&deferred->entries);
    entry->value = key << LIST_BITS | (uint64_t)list;
    buckets_add(&deferred->buckets, &entry->link);
}

void deferred_get(const struct deferred *deferred, uint64_t id, enum deferred_lookup lookup,
                  struct ede *ret)
{
    const struct entry *entry = find(deferred, key_of(id, lookup));
    ret->count = 0;
    if (entry != NULL)
        *ret = deferred->lists[entry->value & UINT16_MAX];
}

int deferred_load(struct deferred *deferred, sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    int code =
        sqlite3_prepare_v2(db, "SELECT domain, lookup, ede FROM _deferred", -1, &statement, NULL);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        struct ede ede;
        code = sqlite3_step(statement);
        if (code != SQLITE_ROW)
            break;
        unsigned lookup = (unsigned)sqlite3_column_int(statement, 1) & DEFERRED_POLICY;
        ede_from_text((const char *)sqlite3_column_text(statement, 2), &ede);
        if (ede.count > 0)
            deferred_put(deferred, (uint64_t)sqlite3_column_int64(statement, 0),
                         (enum deferred_lookup)lookup, &ede);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int read_host(sqlite3_stmt *statement, struct name *name, struct host_codes *codes)
{
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    if (text == NULL)
        return SQLITE_NOMEM;
    if (!name_from_text(text, (size_t)sqlite3_column_bytes(statement, 0), name))
        return SQLITE_CORRUPT;
    ede_from_text((const char *)sqlite3_column_text(statement, 1), &codes->address);
    ede_from_text((const char *)sqlite3_column_text(statement, 2), &codes->alias);
    ede_from_text((const char *)sqlite3_column_text(statement, 3), &codes->tlsa);
    return SQLITE_OK;
}

int deferred_each_host(struct file *file,
                       int (*each)(void *context, const struct name *name,
                                   const struct host_codes *codes),
                       void *context, struct error *error)
{
    int stopped = 0;
    struct name name;
    struct host_codes codes;
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(file->db, "SELECT name, address, alias, tlsa FROM _deferred_host",
                                  -1, &statement, NULL);
    while (code == SQLITE_OK && stopped == 0) {
        code = sqlite3_step(statement);
        if (code != SQLITE_ROW)
            break;
        code = read_host(statement, &name, &codes);
        if (code == SQLITE_OK)
            stopped = each(context, &name, &codes);
    }
    sqlite3_finalize(statement);
    if (code != SQLITE_OK && code != SQLITE_DONE)
        return file_error(file, "read the hosts in it", code, NULL, error);
    return stopped;
}

void deferred_free(struct deferred *deferred)
{
    buckets_done(&deferred->buckets);
    pool_done(&deferred->entries);
    free(deferred->lists);
    *deferred = (struct deferred){0};
}
