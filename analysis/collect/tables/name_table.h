/* name_table.h - texts, each once, numbered from 1. */
#ifndef MXSURVEY_ANALYSIS_COLLECT_TABLES_NAME_TABLE_H
#define MXSURVEY_ANALYSIS_COLLECT_TABLES_NAME_TABLE_H

#include "analysis/collect/tables/key_map.h"

struct name_table { /* starts zeroed */
    struct key_map index;
    char **names; /* owned, made valid by utf8_clean() */
    size_t length, room;
};

/* The text's place, from 1; 0 without memory. */
uint32_t name_table_put(struct name_table *table, const char *text, size_t length);
void name_table_free(struct name_table *table);

#endif
