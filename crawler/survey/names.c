/* TABLES small tables, chosen by the top bits of the hash.  Each is an array of
 * hashes in ascending order with gaps (0), every hash at or after its home:
 *
 *   home(hash) = the part of the range that the hash falls into
 *   position   = the first free place from there on that keeps the order
 *
 * (linear probing that keeps the order).  In such an array growing needs no second
 * one: mremap() makes it longer, without copying, and two passes spread the hashes
 * again.  So there is no moment with two copies of anything, and the tables are
 * kept fuller (64 to 80 %) than a set that has to copy could.
 *
 * The array goes on for SPILL places behind the last home; a hash that would fall
 * behind that makes the table grow. */
#include "crawler/survey/names.h"

#include "crawler/base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <xxhash.h>

enum {
    TABLE_BITS = 8,
    TABLES = 1 << TABLE_BITS,
    PAGE_PLACES = 4096 / sizeof(uint64_t),
    SPILL = 64,
};

struct table {
    uint64_t *places;
    uint32_t place_count; /* whole pages */
    uint32_t used;
};

struct names {
    uint64_t seed;
    struct table tables[TABLES];
};

static size_t home(const struct table *table, uint64_t hash)
{
    uint64_t in_table = (uint32_t)(hash >> (32 - TABLE_BITS));
    return (size_t)((in_table * (table->place_count - SPILL)) >> 32);
}

static void table_start(struct table *table)
{
    table->places = memory_pages(PAGE_PLACES * sizeof(uint64_t));
    table->place_count = PAGE_PLACES;
}

static void table_lengthen(struct table *table)
{
    uint32_t pages = table->place_count / PAGE_PLACES;
    uint32_t more = pages / 4 + 1;
    size_t size = (size_t)pages * PAGE_PLACES * sizeof(uint64_t);
    size_t more_size = (size_t)more * PAGE_PLACES * sizeof(uint64_t);
    assert(table->place_count <= UINT32_MAX - more * PAGE_PLACES);
    table->places = mremap(table->places, size, size + more_size, MREMAP_MAYMOVE);
    if (table->places == MAP_FAILED)
        memory_lack();
    table->place_count += more * PAGE_PLACES;
}

/* All hashes to the end of the array, then each to the first place it may have.
 * false: they do not fit behind their homes; they are in order then, no more. */
static bool table_spread(struct table *table)
{
    uint64_t *places = table->places;
    size_t to = table->place_count, next = 0;
    for (size_t from = table->place_count; from-- > 0;) {
        if (places[from] == 0)
            continue;
        uint64_t hash = places[from];
        places[from] = 0;
        places[--to] = hash;
    }
    for (size_t from = to; from < table->place_count; from++) {
        uint64_t hash = places[from];
        size_t place = home(table, hash) > next ? home(table, hash) : next;
        if (place > from)
            return false;
        places[from] = 0;
        places[place] = hash;
        next = place + 1;
    }
    return true;
}

static void table_grow(struct table *table)
{
    do {
        table_lengthen(table);
    } while (!table_spread(table));
}

/* The place where the hash is or belongs; place_count: behind the end. */
static size_t table_find(const struct table *table, uint64_t hash)
{
    size_t place = home(table, hash);
    while (place < table->place_count && table->places[place] != 0 && table->places[place] < hash)
        place++;
    return place;
}

/* Makes room at a place: what is there moves on to the next gap. */
static bool table_insert(struct table *table, size_t place, uint64_t hash)
{
    size_t gap = place;
    while (gap < table->place_count && table->places[gap] != 0)
        gap++;
    if (gap >= table->place_count)
        return false;
    memmove(table->places + place + 1, table->places + place, (gap - place) * sizeof(uint64_t));
    table->places[place] = hash;
    table->used++;
    return true;
}

struct names *names_new(void)
{
    struct names *names = memory_zeroed(1, sizeof *names);
    names->seed = memory_random();
    return names;
}

bool names_add(struct names *names, const char *domain, size_t length)
{
    uint64_t hash = XXH3_64bits_withSeed(domain, length, names->seed);
    struct table *table = &names->tables[hash >> (64 - TABLE_BITS)];
    hash += hash == 0; /* 0 is a gap */
    if (table->places == NULL)
        table_start(table);
    size_t place = table_find(table, hash);
    if (place < table->place_count && table->places[place] == hash)
        return false;
    /* fuller than 80 % */
    if ((uint64_t)(table->used + 1) * 5 > (uint64_t)table->place_count * 4) {
        table_grow(table);
        place = table_find(table, hash);
    }
    while (!table_insert(table, place, hash)) {
        table_grow(table);
        place = table_find(table, hash);
    }
    return true;
}

void names_free(struct names *names)
{
    if (names == NULL)
        return;
    for (size_t i = 0; i < TABLES; i++) {
        struct table *table = &names->tables[i];
        if (table->places != NULL)
            munmap(table->places, (size_t)table->place_count * sizeof(uint64_t));
    }
    free(names);
}
