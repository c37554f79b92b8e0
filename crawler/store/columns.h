/* columns.h - the tables that a batch goes into, and how a row of it becomes theirs. */
#ifndef MXSURVEY_STORE_COLUMNS_H
#define MXSURVEY_STORE_COLUMNS_H

#include "crawler/store/batch.h"

#include <sqlite3.h>

/* What the member of a row is, and of which value NULL is stored. */
enum column_kind {
    COLUMN_NUMBER,  /* (u)int64_t; 0: NULL */
    COLUMN_OFFSET,  /* int64_t; NO_OFFSET: NULL */
    COLUMN_COUNT,   /* int; negative: NULL */
    COLUMN_CODE,    /* uint8_t; 0: NULL */
    COLUMN_OCTET,   /* uint8_t or bool */
    COLUMN_TEXT,    /* struct text; NO_TEXT: NULL */
    COLUMN_OCTETS,  /* struct text */
    COLUMN_ADDRESS, /* struct item_address, as text */
};

struct column {
    const char *name; /* of the table's column and of the row's member */
    enum column_kind kind;
    size_t offset;
};

enum {
    COLUMNS_MAX = 14
};

struct table {
    const char *name;
    const char *verb; /* INSERT ... INTO; NULL: hosts that are hidden no more */
    size_t row_size;
    struct column columns[COLUMNS_MAX]; /* up to one without name */
};

extern const struct table store_tables[TABLE_COUNT];

unsigned table_column_count(const struct table *table);

/* Gives a column of a row to SQLite. */
void column_result(const struct column *column, const void *row, const struct batch *batch,
                   sqlite3_context *context);

/* The statement that takes all rows of a feed, whose columns are a, b, c, ...; the caller frees
 * with sqlite3_free().  NULL: no memory. */
char *table_statement(const struct table *table, const char *feed);

#endif
