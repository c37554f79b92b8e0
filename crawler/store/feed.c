#include "crawler/store/feed.h"

#include <assert.h>
#include <stddef.h>

/* A virtual table, eponymous only: no xCreate. */

struct feed_vtab {
    sqlite3_vtab base; /* first: SQLite's */
    struct feed *feed;
};

struct feed_cursor {
    sqlite3_vtab_cursor base; /* first: SQLite's */
    struct feed *feed;
};

static struct feed *feed_of(sqlite3_vtab_cursor *cursor)
{
    return ((struct feed_cursor *)cursor)->feed;
}

static int feed_connect(sqlite3 *db, void *context, int argc, const char *const *argv,
                        sqlite3_vtab **ret, char **ret_error)
{
    (void)argc, (void)argv, (void)ret_error;
    struct feed *feed = context;
    sqlite3_str *sql = sqlite3_str_new(db);
    for (int i = 0; i < feed->column_count; i++)
        sqlite3_str_appendf(sql, "%s%c", i == 0 ? "CREATE TABLE feed (" : ", ", 'a' + i);
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    int code = text == NULL ? SQLITE_NOMEM : sqlite3_declare_vtab(db, text);
    sqlite3_free(text);
    if (code != SQLITE_OK)
        return code;
    struct feed_vtab *vtab = sqlite3_malloc(sizeof *vtab);
    if (vtab == NULL)
        return SQLITE_NOMEM;
    *vtab = (struct feed_vtab){.feed = feed};
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
    info->estimatedCost = 1; /* there is only one way: all rows in their order */
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

static int feed_next(sqlite3_vtab_cursor *cursor)
{
    struct feed *feed = feed_of(cursor);
    feed->row++;
    return feed->next(feed);
}

static int feed_filter(sqlite3_vtab_cursor *cursor, int index, const char *name, int argc,
                       sqlite3_value **argv)
{
    (void)index, (void)name, (void)argc, (void)argv;
    assert(feed_of(cursor)->row == 0); /* there is no way back */
    return feed_next(cursor);
}

static int feed_eof(sqlite3_vtab_cursor *cursor)
{
    return feed_of(cursor)->ended;
}

static int feed_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
    const struct feed *feed = feed_of(cursor);
    feed->column(feed, context, column);
    return SQLITE_OK;
}

static int feed_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *ret)
{
    *ret = feed_of(cursor)->row;
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

int feed_register(sqlite3 *db, const char *name, struct feed *feed)
{
    assert(feed->column_count > 0 && feed->column_count <= 26);
    return sqlite3_create_module(db, name, &feed_module, feed);
}

void feed_rewind(struct feed *feed)
{
    feed->row = 0;
    feed->ended = false;
}
