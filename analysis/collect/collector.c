#include "analysis/collect/collector.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

int collector_no_memory(const struct collector *collector, struct error *error)
{
    return error_set(error, "%s: out of memory for the report", collector->path);
}

int collector_contradiction(const struct collector *collector, const char *what,
                            struct error *error)
{
    return error_set(error,
                     "%s: the survey's views contradict each other (%s) or hold too much: the file "
                     "is damaged",
                     collector->path, what);
}

int collector_add_tally(const struct collector *collector, struct tally_list *list,
                        struct tally tally, struct error *error)
{
    struct tally *items = realloc(list->items, (list->length + 1) * sizeof *items);
    if (items == NULL) {
        free(tally.kind);
        free(tally.reason);
        return collector_no_memory(collector, error);
    }
    items[list->length++] = tally;
    list->items = items;
    return 0;
}

uint64_t collector_cluster(const struct collector *collector, uint32_t target, uint64_t provider)
{
    const char *name = target != 0 ? collector->targets.names.names[target - 1] : NULL;
    uint64_t key = name != NULL ? key_of(name, strlen(name)) : provider;
    return operators_cluster(&collector->operators, key);
}

uint8_t number_column(sqlite3_stmt *row, int column, int last)
{
    int number = sqlite3_column_int(row, column);
    return number > 0 && number <= last ? (uint8_t)number : 0;
}

const char *name_tail(sqlite3_stmt *row, int column, uint64_t length, size_t *ret_length)
{
    const char *text = length > 0 ? (const char *)sqlite3_column_text(row, column) : NULL;
    size_t whole = text != NULL ? (size_t)sqlite3_column_bytes(row, column) : 0;
    size_t at = whole;
    while (at > 0 && length > 0)
        length -= (text[--at] & 0xc0) != 0x80;
    *ret_length = whole - at;
    return text != NULL ? text + at : NULL;
}

uint32_t host_kind_number(struct host_kind kind)
{
    return (uint32_t)kind.named | (uint32_t)kind.alias_known << 1 | (uint32_t)kind.alias << 2 |
           (uint32_t)kind.dnssec << 3 | (uint32_t)kind.outcome << 6 | (uint32_t)kind.dane << 8 |
           (uint32_t)kind.seen << 11;
}

struct host_kind host_kind_of(uint32_t number)
{
    return (struct host_kind){
        .named = number & 1,
        .alias_known = number >> 1 & 1,
        .alias = number >> 2 & 1,
        .dnssec = number >> 3 & 7,
        .outcome = number >> 6 & 3,
        .dane = number >> 8 & 7,
        .seen = (uint16_t)(number >> 11),
    };
}
