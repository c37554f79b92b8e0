#include "crawler/store/deferred.h"

#include "crawler/base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIST_BITS = 16,
    LOOKUP_BITS = 2,
    SLOTS_LEAST = 64,
};

static uint64_t key_of(uint64_t id, enum deferred_lookup lookup)
{
    return id << LOOKUP_BITS | (uint64_t)lookup;
}

/* The slot of the key, or the empty one where it belongs.  Domains are numbered in the order of
 * the lists: multiplied, neighbours are parted. */
static size_t slot_of(const struct deferred *deferred, uint64_t key)
{
    size_t mask = deferred->slot_count - 1;
    size_t slot = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & mask;
    while (deferred->slots[slot] != 0 && deferred->slots[slot] >> LIST_BITS != key)
        slot = (slot + 1) & mask;
    return slot;
}

static void grow(struct deferred *deferred)
{
    struct deferred old = *deferred;
    deferred->slot_count = old.slot_count == 0 ? SLOTS_LEAST : old.slot_count * 2;
    deferred->slots = memory_zeroed(deferred->slot_count, sizeof *deferred->slots);
    for (size_t i = 0; i < old.slot_count; i++) {
        if (old.slots[i] != 0)
            deferred->slots[slot_of(deferred, old.slots[i] >> LIST_BITS)] = old.slots[i];
    }
    free(old.slots);
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
    if (deferred->count * 2 >= deferred->slot_count)
        grow(deferred);
    size_t slot = slot_of(deferred, key);
    deferred->count += deferred->slots[slot] == 0;
    deferred->slots[slot] = key << LIST_BITS | (uint64_t)(list + 1);
}

void deferred_get(const struct deferred *deferred, uint64_t id, enum deferred_lookup lookup,
                  struct ede *ret)
{
    ret->count = 0;
    if (deferred->count == 0)
        return;
    uint64_t found = deferred->slots[slot_of(deferred, key_of(id, lookup))];
    if (found != 0)
        *ret = deferred->lists[(found & UINT16_MAX) - 1];
}

int deferred_load(struct deferred *deferred, sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    int code =
        sqlite3_prepare_v2(db, "SELECT domain, lookup, ede FROM deferred", -1, &statement, NULL);
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
    int code = sqlite3_prepare_v2(file->db, "SELECT name, address, alias, tlsa FROM deferred_host",
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
    free(deferred->slots);
    free(deferred->lists);
    *deferred = (struct deferred){0};
}
