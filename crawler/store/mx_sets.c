#include "crawler/store/mx_sets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUCKETS = 4096,
    BUCKET_SETS = 4,
    KNOWN_RECORDS = 6, /* larger sets are not remembered */
    MEETINGS_MAX = 15,
};

/* A set that was stored. */
struct known_set {
    uint64_t id;
    uint8_t count;    /* of records; 0: none */
    uint8_t meetings; /* since, less those of others that wanted its place */
    struct known_record {
        uint32_t host;
        uint16_t preference;
        uint8_t role;
    } records[KNOWN_RECORDS];
};

struct mx_sets {
    uint64_t last_id;
    struct mx_set set; /* the last one found */
    struct mx_set_record *records;
    unsigned room;
    struct known_set known[BUCKETS][BUCKET_SETS];
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

/* Small sets of hosts with small numbers: all but a few. */
static bool is_memorable(const struct mx_set_record *records, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (records[i].host > UINT32_MAX)
            return false;
    }
    return count <= KNOWN_RECORDS;
}

/* FNV-1a's multiplication, of whole numbers; who makes sets meet in a bucket gains nothing. */
static struct known_set *bucket_of(struct mx_sets *sets, unsigned count)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (unsigned i = 0; i < count; i++) {
        const struct mx_set_record *record = &sets->records[i];
        hash = (hash ^ (record->host << 16 | (uint64_t)record->preference)) * 0x100000001b3;
    }
    hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15;
    return sets->known[(hash >> 32) % BUCKETS];
}

static bool is_same(const struct known_set *known, const struct mx_set_record *records,
                    unsigned count)
{
    if (known->count != count)
        return false;
    for (unsigned i = 0; i < count; i++) {
        const struct known_record *record = &known->records[i];
        if (record->host != records[i].host || record->preference != records[i].preference ||
            record->role != records[i].role)
            return false;
    }
    return true;
}

/* Which set of a bucket a new one replaces: that met least often.  Most sets are one domain's own,
 * and must not drive out those of providers. */
static struct known_set *least_met(struct known_set *bucket)
{
    struct known_set *ret = bucket;
    for (unsigned i = 0; i < BUCKET_SETS; i++) {
        if (bucket[i].meetings < ret->meetings)
            ret = &bucket[i];
        bucket[i].meetings -= bucket[i].meetings > 0;
    }
    return ret;
}

static void remember(struct known_set *known, const struct mx_set *set)
{
    *known = (struct known_set){.id = set->id, .count = (uint8_t)set->count};
    for (unsigned i = 0; i < set->count; i++)
        known->records[i] =
            (struct known_record){.host = (uint32_t)set->records[i].host,
                                  .preference = (uint16_t)set->records[i].preference,
                                  .role = set->records[i].role};
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
    if (!is_memorable(sets->records, count))
        return mx_sets_add(sets, sets->records, count);
    struct known_set *bucket = bucket_of(sets, count);
    for (unsigned i = 0; i < BUCKET_SETS; i++) {
        if (!is_same(&bucket[i], sets->records, count))
            continue;
        bucket[i].meetings += bucket[i].meetings < MEETINGS_MAX;
        sets->set = (struct mx_set){.id = bucket[i].id, .count = count, .records = sets->records};
        return &sets->set;
    }
    struct known_set *known = least_met(bucket);
    remember(known, mx_sets_add(sets, sets->records, count));
    return &sets->set;
}
