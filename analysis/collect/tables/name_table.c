#include "analysis/collect/tables/name_table.h"

#include <stdlib.h>

#include "analysis/collect/tables/grow.h"
#include "analysis/document/utf8.h"

enum {
    NAME_MAX_OCTETS = 4096
};

uint32_t name_table_put(struct name_table *table, const char *text, size_t length)
{
    uint32_t *place = key_map_put(&table->index, key_of(text, length));
    if (place == NULL)
        return 0;
    if (*place != 0)
        return *place;
    char **names = grow_items(table->names, table->length, &table->room, sizeof *table->names);
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
