#include "analysis/collect/collector.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/document/utf8.h"

enum {
    ROOM_MIN = 64,
    NAME_MAX_OCTETS = 4096
};

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

void *collector_grow(void *items, size_t length, size_t *room, size_t size)
{
    if (length < *room)
        return items;
    size_t more = *room > 0 ? *room + *room / 2 : ROOM_MIN;
    void *grown = realloc(items, more * size);
    if (grown != NULL)
        *room = more;
    return grown;
}

uint32_t name_table_put(struct name_table *table, const char *text, size_t length)
{
    uint32_t *place = key_map_put(&table->index, key_of(text, length));
    if (place == NULL)
        return 0;
    if (*place != 0)
        return *place;
    char **names = collector_grow(table->names, table->length, &table->room, sizeof *table->names);
    char *name = utf8_clean(text, length, NAME_MAX_OCTETS);
    if (names != NULL)
        table->names = names;
    if (names == NULL || name == NULL) {
        free(name);
        return 0;
    }
    names[table->length++] = name;
    return *place = (uint32_t)table->length;
}

void name_table_free(struct name_table *table)
{
    for (size_t i = 0; i < table->length; i++)
        free(table->names[i]);
    free(table->names);
    key_map_free(&table->index);
    *table = (struct name_table){0};
}

int collector_word(sqlite3_stmt *row, int column, const char *const words[], int length)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    int at = 0;
    if (text == NULL)
        return length;
    while (at < length && (words[at] == NULL || strcmp(words[at], text) != 0))
        at++;
    return at;
}

uint32_t host_kind_number(struct host_kind kind)
{
    return (uint32_t)kind.named | (uint32_t)kind.alias_known << 1 | (uint32_t)kind.alias << 2 |
           (uint32_t)kind.dnssec << 3 | (uint32_t)kind.outcome << 6 | (uint32_t)kind.dane << 8;
}

struct host_kind host_kind_of(uint32_t number)
{
    return (struct host_kind){
        .named = number & 1,
        .alias_known = number >> 1 & 1,
        .alias = number >> 2 & 1,
        .dnssec = number >> 3 & 7,
        .outcome = number >> 6 & 3,
        .dane = (uint8_t)(number >> 8),
    };
}
