/* columns.h - how the rows of a batch become SQL: one statement a table. */
#ifndef MXSURVEY_STORE_COLUMNS_H
#define MXSURVEY_STORE_COLUMNS_H

#include "crawler/store/batch.h"

#include <sqlite3.h>

enum {
    COLUMNS_MAX = 13 /* of a table */
};

/* Gives a column of a row to SQLite. */
typedef void column_fn(const void *row, const struct batch *batch, sqlite3_context *context,
                       int column);

struct table {
    const char *insert; /* from a feed, whose columns are a, b, c, ... */
    const char *name;   /* of the feed */
    column_fn *column;
};

extern const struct table store_tables[TABLE_COUNT];

#endif
