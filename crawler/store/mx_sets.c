#include "crawler/store/mx_sets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLOTS = 4096,
    SLOT_RECORDS = 6, /* larger sets are not remembered */
};

/* A set that was stored, where its hash falls. */
struct slot {
    uint64_t id;
    unsigned count; /* 0: none */
    struct mx_set_record records[SLOT_RECORDS];
};

struct mx_sets {
    uint64_t last_id;
    struct mx_set set; /* the last one found */
    struct mx_set_record *records;
    unsigned room;
    struct slot slots[SLOTS];
};

struct mx_sets *mx_sets_new(uint64_t last_id)
{
    struct mx_sets *sets = calloc(1, sizeof *sets);
    if (sets != NULL)
        sets->last_id = last_id;
    return sets;
}

void mx_sets_free(struct mx_sets *sets)
{
    if (sets == NULL)
        return;
    free(sets->records);
    free(sets);
}

static int compare_records(const void *left, const void *right)
{
    const struct mx_set_record *a = left, *b = right;
    if (a->preference != b->preference)
        return (a->preference > b->preference) - (a->preference < b->preference);
    return (a->host > b->host) - (a->host < b->host);
}

static int compare_hosts(const void *left, const void *right)
{
    const struct mx_set_record *a = left, *b = right;
    if (a->host != b->host)
        return (a->host > b->host) - (a->host < b->host);
    return (a->preference > b->preference) - (a->preference < b->preference);
}

/* Sorts the records into sets->records, each once (RFC 2181 s5).  Returns how many. */
static unsigned sort_records(struct mx_sets *sets, const struct mx_row *mx, unsigned count)
{
    struct mx_set_record *records = sets->records;
    for (unsigned i = 0; i < count; i++)
        records[i] = (struct mx_set_record){.host = mx[i].host,
                                            .preference = mx[i].preference,
                                            .role = mx[i].is_primary ? MX_PRIMARY : MX_OTHER};
    if (count == 1)
        return 1;
    qsort(records, count, sizeof *records, compare_hosts);
    unsigned ret = 1;
    for (unsigned i = 1; i < count; i++) {
        const struct mx_set_record *before = &records[ret - 1];
        if (compare_hosts(before, &records[i]) == 0)
            continue;
        if (before->host == records[i].host)
            records[i].role = MX_AGAIN;
        records[ret++] = records[i];
    }
    qsort(records, ret, sizeof *records, compare_records);
    return ret;
}

/* FNV-1a's multiplication, of whole numbers; who makes names meet in a slot gains nothing. */
static unsigned slot_of(const struct mx_set_record *records, unsigned count)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (unsigned i = 0; i < count; i++)
        hash = (hash ^ (records[i].host << 16 | (uint64_t)records[i].preference)) * 0x100000001b3;
    hash ^= hash >> 32;
    hash *= 0x9e3779b97f4a7c15;
    return (unsigned)(hash >> 52) % SLOTS;
}

static bool is_same(const struct slot *slot, const struct mx_set_record *records, unsigned count)
{
    if (slot->count != count)
        return false;
    for (unsigned i = 0; i < count; i++) {
        if (compare_records(&slot->records[i], &records[i]) != 0 ||
            slot->records[i].role != records[i].role)
            return false;
    }
    return true;
}

const struct mx_set *mx_sets_add(struct mx_sets *sets, const struct mx_set_record *records,
                                 unsigned count)
{
    sets->set =
        (struct mx_set){.id = ++sets->last_id, .is_new = true, .count = count, .records = records};
    return &sets->set;
}

const struct mx_set *mx_sets_find(struct mx_sets *sets, const struct mx_row *mx, unsigned count)
{
    assert(count > 0);
    if (count > sets->room) {
        struct mx_set_record *records = realloc(sets->records, count * sizeof *records);
        if (records == NULL)
            return NULL;
        sets->records = records;
        sets->room = count;
    }
    count = sort_records(sets, mx, count);
    if (count > SLOT_RECORDS)
        return mx_sets_add(sets, sets->records, count);
    struct slot *slot = &sets->slots[slot_of(sets->records, count)];
    if (is_same(slot, sets->records, count)) {
        sets->set = (struct mx_set){.id = slot->id, .count = count, .records = sets->records};
        return &sets->set;
    }
    const struct mx_set *ret = mx_sets_add(sets, sets->records, count);
    slot->id = ret->id;
    slot->count = count;
    memcpy(slot->records, sets->records, count * sizeof *sets->records);
    return ret;
}
