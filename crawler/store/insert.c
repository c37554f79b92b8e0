#include "crawler/store/insert.h"

#include "crawler/store/columns.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What a virtual table shows: the rows of one table of the batch being written. */
struct feed {
    const struct table *table;
    const struct batch *batch;
    const struct buffer *rows;
};

struct insert {
    sqlite3 *db;
    struct feed feeds[TABLE_COUNT];
    sqlite3_stmt *statements[TABLE_COUNT];
};

/* --- the virtual table (eponymous only: no xCreate) --- */

struct feed_vtab {
    sqlite3_vtab base;
    const struct feed *feed;
};

struct feed_cursor {
    sqlite3_vtab_cursor base;
    const struct feed *feed;
    const char *row, *end;
    size_t row_size;
};

static int feed_connect(sqlite3 *db, void *context, int argc, const char *const *argv,
                        sqlite3_vtab **ret, char **ret_error)
{
    (void)argc, (void)argv, (void)ret_error;
    int code = sqlite3_declare_vtab(db, "CREATE TABLE feed (a, b, c, d, e, f, g, h, i, j, k, l)");
    if (code != SQLITE_OK)
        return code;
    struct feed_vtab *vtab = sqlite3_malloc(sizeof *vtab);
    if (vtab == NULL)
        return SQLITE_NOMEM;
    *vtab = (struct feed_vtab){.feed = context};
    *ret = &vtab->base;
    return SQLITE_OK;
}

static int feed_disconnect(sqlite3_vtab *vtab)
{
    sqlite3_free(vtab);
    return SQLITE_OK;
}

static int feed_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    (void)vtab;
    info->estimatedCost = 1; /* there is only one way: the whole batch in its order */
    return SQLITE_OK;
}

static int feed_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **ret)
{
    struct feed_cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (cursor == NULL)
        return SQLITE_NOMEM;
    *cursor = (struct feed_cursor){.feed = ((const struct feed_vtab *)vtab)->feed};
    *ret = &cursor->base;
    return SQLITE_OK;
}

static int feed_close(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int feed_filter(sqlite3_vtab_cursor *base, int index, const char *name, int argc,
                       sqlite3_value **argv)
{
    (void)index, (void)name, (void)argc, (void)argv;
    struct feed_cursor *cursor = (struct feed_cursor *)base;
    const struct feed *feed = cursor->feed;
    cursor->row_size = table_row_size((enum table_id)(feed->table - store_tables));
    cursor->row = feed->rows->data;
    cursor->end = cursor->row + feed->rows->count * cursor->row_size;
    return SQLITE_OK;
}

static int feed_next(sqlite3_vtab_cursor *base)
{
    struct feed_cursor *cursor = (struct feed_cursor *)base;
    cursor->row += cursor->row_size;
    return SQLITE_OK;
}

static int feed_eof(sqlite3_vtab_cursor *base)
{
    const struct feed_cursor *cursor = (const struct feed_cursor *)base;
    return cursor->row >= cursor->end;
}

static int feed_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    const struct feed_cursor *cursor = (const struct feed_cursor *)base;
    cursor->feed->table->column(cursor->row, cursor->feed->batch, context, column);
    return SQLITE_OK;
}

static int feed_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret)
{
    const struct feed_cursor *cursor = (const struct feed_cursor *)base;
    *ret = cursor->end - cursor->row;
    return SQLITE_OK;
}

static const sqlite3_module feed_module = {
    .xConnect = feed_connect,
    .xBestIndex = feed_best_index,
    .xDisconnect = feed_disconnect,
    .xOpen = feed_open,
    .xClose = feed_close,
    .xFilter = feed_filter,
    .xNext = feed_next,
    .xEof = feed_eof,
    .xColumn = feed_column,
    .xRowid = feed_rowid,
};

int insert_new(sqlite3 *db, struct insert **ret)
{
    struct insert *insert = calloc(1, sizeof *insert);
    if (insert == NULL)
        return SQLITE_NOMEM;
    insert->db = db;
    for (unsigned i = 0; i < TABLE_COUNT; i++) {
        insert->feeds[i].table = &store_tables[i];
        int code = sqlite3_create_module(db, store_tables[i].name, &feed_module, &insert->feeds[i]);
        if (code == SQLITE_OK)
            code = sqlite3_prepare_v3(db, store_tables[i].insert, -1, SQLITE_PREPARE_PERSISTENT,
                                      &insert->statements[i], NULL);
        if (code != SQLITE_OK) {
            insert_free(insert);
            return code;
        }
    }
    *ret = insert;
    return SQLITE_OK;
}

void insert_free(struct insert *insert)
{
    if (insert == NULL)
        return;
    for (unsigned i = 0; i < TABLE_COUNT; i++)
        sqlite3_finalize(insert->statements[i]);
    sqlite3_drop_modules(insert->db, NULL);
    free(insert);
}

int insert_batch(struct insert *insert, struct batch *batch)
{
    batch_sort(batch);
    if (batch->out_of_memory)
        return SQLITE_NOMEM;
    for (unsigned i = 0; i < TABLE_COUNT; i++) {
        if (batch->rows[i].count == 0)
            continue;
        insert->feeds[i].batch = batch;
        insert->feeds[i].rows = &batch->rows[i];
        sqlite3_step(insert->statements[i]);
        int code = sqlite3_reset(insert->statements[i]);
        if (code != SQLITE_OK)
            return code;
    }
    return SQLITE_OK;
}
