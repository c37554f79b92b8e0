#include "crawler/store/insert.h"

#include "crawler/store/columns.h"
#include "crawler/store/feed.h"

#include <stdio.h>
#include <stdlib.h>

/* The rows of one table of the batch being written. */
struct table_feed {
    struct feed base; /* first: found by it */
    const struct table *table;
    const struct batch *batch;
    const struct buffer *rows;
    const char *row;
};

enum {
    ROWS_AHEAD = 8, /* are called in: in the order of their numbers rows lie here and there */
};

struct insert {
    sqlite3 *db;
    struct table_feed feeds[TABLE_COUNT];
    sqlite3_stmt *statements[TABLE_COUNT];
};

/* Into the processor's cache; nearly all rows of a batch lie in one line of it, or two. */
static void call_in(const char *row, size_t size)
{
    __builtin_prefetch(row);
    __builtin_prefetch(row + size - 1);
}

static int next(struct feed *base)
{
    struct table_feed *feed = (struct table_feed *)base;
    size_t taken = (size_t)base->row - 1;
    size_t count = feed->rows->count, size = feed->table->row_size;
    base->ended = taken == count;
    if (!base->ended)
        feed->row = batch_row(feed->rows, taken, size);
    if (taken + ROWS_AHEAD < count)
        call_in(batch_row(feed->rows, taken + ROWS_AHEAD, size), size);
    return SQLITE_OK;
}

static void column_of(const struct feed *base, sqlite3_context *context, int column)
{
    const struct table_feed *feed = (const struct table_feed *)base;
    column_result(&feed->table->columns[column], feed->row, feed->batch, context);
}

/* An SQLite result code. */
static int prepare(struct insert *insert, enum table_id id)
{
    struct table_feed *feed = &insert->feeds[id];
    char name[32];
    feed->table = &store_tables[id];
    feed->base = (struct feed){
        .column_count = (int)table_column_count(feed->table), .next = next, .column = column_of};
    snprintf(name, sizeof name, "feed_%u", (unsigned)id);
    int code = feed_register(insert->db, name, &feed->base);
    if (code != SQLITE_OK)
        return code;
    char *sql = table_statement(feed->table, name);
    code = sql == NULL ? SQLITE_NOMEM
                       : sqlite3_prepare_v3(insert->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                            &insert->statements[id], NULL);
    sqlite3_free(sql);
    return code;
}

int insert_new(sqlite3 *db, struct insert **ret)
{
    struct insert *insert = calloc(1, sizeof *insert);
    if (insert == NULL)
        return SQLITE_NOMEM;
    insert->db = db;
    for (unsigned i = 0; i < TABLE_COUNT; i++) {
        int code = prepare(insert, (enum table_id)i);
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
        struct table_feed *feed = &insert->feeds[i];
        feed_rewind(&feed->base);
        feed->batch = batch;
        feed->rows = &batch->rows[i];
        sqlite3_step(insert->statements[i]);
        int code = sqlite3_reset(insert->statements[i]);
        if (code != SQLITE_OK)
            return code;
    }
    return SQLITE_OK;
}
