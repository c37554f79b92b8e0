/* Open addressing, linear probing. */
#include "crawler/survey/host_table.h"

#include "crawler/base/memory.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    SLOTS_FIRST = 1024
};

void host_table_init(struct host_table *table)
{
    *table = (struct host_table){.seed = memory_random(), .slot_count = SLOTS_FIRST};
    table->slots = memory_zeroed(table->slot_count, sizeof *table->slots);
}

static uint32_t slot_of(const struct host_table *table, const struct name *name)
{
    uint64_t hash = XXH3_64bits_withSeed(name->wire, name->length, table->seed);
    uint32_t slot = (uint32_t)hash & (table->slot_count - 1);
    while (table->slots[slot] != NULL && !name_equal(&table->slots[slot]->name, name))
        slot = (slot + 1) & (table->slot_count - 1);
    return slot;
}

static void grow(struct host_table *table)
{
    uint32_t old_count = table->slot_count;
    struct host **old = table->slots;
    table->slot_count = old_count * 2;
    table->slots = memory_zeroed(table->slot_count, sizeof *table->slots);
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i] != NULL)
            table->slots[slot_of(table, &old[i]->name)] = old[i];
    }
    free(old);
}

struct host *host_table_get(const struct host_table *table, const struct name *name)
{
    return table->slots[slot_of(table, name)];
}

struct host *host_table_add(struct host_table *table, const struct name *name, uint32_t id)
{
    if ((table->count + 1) * 4 > (uint64_t)table->slot_count * 3)
        grow(table);
    struct host *host = memory_get(offsetof(struct host, name) + NAME_SIZE(name->length));
    memset(host, 0, offsetof(struct host, name));
    memcpy(&host->name, name, NAME_SIZE(name->length));
    host->id = id;
    table->slots[slot_of(table, name)] = host;
    table->count++;
    return host;
}

static void host_free(struct host *host)
{
    free(host->codes);
    free(host->target);
    free(host);
}

void host_table_drop(struct host_table *table, struct host *host)
{
    uint32_t mask = table->slot_count - 1, gap = slot_of(table, &host->name);
    table->slots[gap] = NULL;
    for (uint32_t i = (gap + 1) & mask; table->slots[i] != NULL; i = (i + 1) & mask) {
        struct host *moved = table->slots[i];
        table->slots[i] = NULL;
        table->slots[slot_of(table, &moved->name)] = moved;
    }
    table->count--;
    host_free(host);
}

void host_table_free(struct host_table *table)
{
    for (uint32_t i = 0; i < table->slot_count; i++) {
        if (table->slots[i] != NULL)
            host_free(table->slots[i]);
    }
    free(table->slots);
}
