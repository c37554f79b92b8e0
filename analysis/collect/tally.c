#include "analysis/collect/tally.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/tables/top.h"

uint32_t name_tally_put(struct name_tally *tally, const char *name, size_t length)
{
    struct name_count *counts =
        grow_items(tally->counts, tally->names.length, &tally->room, sizeof *counts);
    if (counts == NULL)
        return 0;
    tally->counts = counts;
    size_t before = tally->names.length;
    uint32_t place = name_table_put(&tally->names, name, length);
    if (tally->names.length > before)
        counts[before] = (struct name_count){0};
    return place;
}

void name_tally_host(struct name_tally *tally, uint32_t place)
{
    if (place != 0)
        tally->counts[place - 1].count.hosts++;
}

void name_tally_domains(struct name_tally *tally, uint32_t place, uint64_t number, uint64_t domains)
{
    struct name_count *count = place != 0 ? &tally->counts[place - 1] : NULL;
    if (count == NULL || count->last_number == number)
        return;
    count->last_number = number;
    count->count.domains += domains;
}

/* Most domains first, then as strcmp() */
static bool precedes(const void *context, const void *first, const void *second)
{
    const struct named_count *one = first, *other = second;
    (void)context;
    if (one->count.domains != other->count.domains)
        return one->count.domains > other->count.domains;
    return strcmp(one->name, other->name) < 0;
}

int name_tally_rank(const struct name_tally *tally, struct named_top *ret)
{
    const struct top top = {ret->items,         &ret->length, PROVIDERS_MAX,
                            sizeof *ret->items, precedes,     NULL};
    for (size_t i = 0; i < tally->names.length; i++)
        if (tally->counts[i].count.hosts > 0)
            top_put(&top, &(struct named_count){tally->names.names[i], tally->counts[i].count});
    for (size_t i = 0; i < ret->length; i++) {
        ret->items[i].name = strdup(ret->items[i].name);
        if (ret->items[i].name == NULL) {
            ret->length = i;
            return -1;
        }
    }
    return 0;
}

void name_tally_free(struct name_tally *tally)
{
    name_table_free(&tally->names);
    free(tally->counts);
    *tally = (struct name_tally){0};
}

void named_top_free(struct named_top *top)
{
    for (size_t i = 0; i < top->length; i++)
        free(top->items[i].name);
    top->length = 0;
}
