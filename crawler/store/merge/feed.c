#include "crawler/store/merge/feed.h"

#include "crawler/store/feed.h"
#include "crawler/store/merge/heap.h"
#include "crawler/store/merge/hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A part's rows; the statement stands at a row that is not taken yet. */
struct part_rows {
    sqlite3_stmt *row; /* NULL: not begun */
    bool more;
    uint64_t id;       /* of the row: its first column */
    uint64_t position; /* listed: its last column */
    uint64_t domain;   /* the part's domain that the order has come to */
};

struct merge_feed {
    struct feed base; /* first: found by it */
    struct merge *merge;
    const struct merge_table *table;
    struct part_rows *parts;
    unsigned *heap_items;
    struct merge_heap heap; /* listed: by position */
    unsigned part;          /* of the current row */
    uint64_t domain;        /* of the united file, that the order has come to */
    /* what the current row says instead of what is in the part */
    int64_t id;
    int changed_column, time_column; /* -1: none */
    bool changed_null;
    int64_t changed_value;
    bool failed;
    struct error error;
};

static int fail(struct merge_feed *feed)
{
    feed->failed = true;
    return SQLITE_ERROR;
}

static int damaged(struct merge_feed *feed, unsigned part)
{
    char what[64];
    snprintf(what, sizeof what, "its table %s", feed->table->name);
    merge_part_damaged(&feed->merge->parts.parts[part], what, &feed->error);
    return fail(feed);
}

/* --- a part's rows --- */

/* To the part's next row. */
static int step(struct merge_feed *feed, unsigned part)
{
    struct part_rows *rows = &feed->parts[part];
    int code = sqlite3_step(rows->row);
    rows->more = code == SQLITE_ROW;
    if (code == SQLITE_ROW) {
        rows->id = (uint64_t)sqlite3_column_int64(rows->row, 0);
        return SQLITE_OK;
    }
    if (code == SQLITE_DONE)
        return SQLITE_OK;
    merge_part_error(&feed->merge->parts.parts[part], &feed->error);
    return fail(feed);
}

static int find_column(sqlite3_stmt *row, const char *name)
{
    for (int i = 0; name != NULL && i < sqlite3_column_count(row); i++) {
        if (strcmp(sqlite3_column_name(row, i), name) == 0)
            return i;
    }
    return -1;
}

static int begin(struct merge_feed *feed, unsigned part)
{
    struct part_rows *rows = &feed->parts[part];
    if (merge_part_prepare(&feed->merge->parts.parts[part], feed->table->select, &rows->row,
                           &feed->error) != 0)
        return fail(feed);
    if (sqlite3_column_count(rows->row) != feed->base.column_count + feed->table->extra)
        return damaged(feed, part);
    feed->changed_column = find_column(rows->row, feed->table->changed);
    feed->time_column = find_column(rows->row, feed->table->time);
    return step(feed, part);
}

/* No row was given yet: begin, or else go on from the current one. */
static bool is_first(const struct merge_feed *feed)
{
    return feed->base.row == 1;
}

static sqlite3_stmt *current(const struct merge_feed *feed)
{
    return feed->parts[feed->part].row;
}

/* --- names, in list order --- */

static bool position_before(const void *context, unsigned a, unsigned b)
{
    const struct part_rows *parts = context;
    return parts[a].position < parts[b].position;
}

/* To the part's next name; numbers have no gaps, positions go up. */
static int step_listed(struct merge_feed *feed, unsigned part)
{
    struct part_rows *rows = &feed->parts[part];
    uint64_t id = rows->id, position = rows->position;
    int code = rows->row == NULL ? begin(feed, part) : step(feed, part);
    if (code != SQLITE_OK || !rows->more)
        return code;
    rows->position = (uint64_t)sqlite3_column_int64(rows->row, feed->base.column_count);
    return rows->id == id + 1 && rows->position > position ? SQLITE_OK : damaged(feed, part);
}

static int begin_listed(struct merge_feed *feed)
{
    feed->heap = (struct merge_heap){
        .items = feed->heap_items, .before = position_before, .context = feed->parts};
    for (unsigned i = 0; i < feed->merge->parts.count; i++) {
        int code = step_listed(feed, i);
        if (code != SQLITE_OK)
            return code;
        if (feed->parts[i].more)
            merge_heap_add(&feed->heap, i);
    }
    return SQLITE_OK;
}

static int next_listed(struct merge_feed *feed)
{
    struct merge *merge = feed->merge;
    int code = SQLITE_OK;
    if (is_first(feed)) {
        code = begin_listed(feed);
    } else {
        code = step_listed(feed, feed->part);
        if (feed->parts[feed->part].more)
            merge_heap_sink(&feed->heap);
        else
            merge_heap_drop(&feed->heap);
    }
    if (code != SQLITE_OK)
        return code;
    feed->base.ended = feed->heap.count == 0;
    if (feed->base.ended)
        return SQLITE_OK;
    feed->part = feed->heap.items[0];
    *(uint16_t *)merge_map_change(merge->order, merge->domain_count) = (uint16_t)feed->part;
    feed->id = (int64_t)++merge->domain_count;
    /* the rank stays, its distance to the number does not */
    feed->changed_null = sqlite3_column_type(current(feed), feed->changed_column) == SQLITE_NULL;
    feed->changed_value = sqlite3_column_int64(current(feed), feed->changed_column) +
                          (int64_t)feed->parts[feed->part].id - feed->id;
    return SQLITE_OK;
}

/* --- what belongs to domains, in their order --- */

static int begin_of_domain(struct merge_feed *feed)
{
    int code = SQLITE_OK;
    for (unsigned i = 0; i < feed->merge->parts.count && code == SQLITE_OK; i++)
        code = begin(feed, i);
    return code;
}

static int change_host(struct merge_feed *feed)
{
    int column = feed->changed_column;
    if (column < 0)
        return SQLITE_OK;
    feed->changed_null = sqlite3_column_type(current(feed), column) == SQLITE_NULL;
    if (feed->changed_null)
        return SQLITE_OK;
    uint64_t host = (uint64_t)sqlite3_column_int64(current(feed), column);
    int64_t time =
        feed->time_column < 0 ? INT64_MAX : sqlite3_column_int64(current(feed), feed->time_column);
    feed->changed_value = (int64_t)merge_hosts_meet(feed->merge, feed->part, host, time);
    return feed->changed_value != 0 ? SQLITE_OK : damaged(feed, feed->part);
}

static int next_of_domain(struct merge_feed *feed)
{
    struct merge *merge = feed->merge;
    int code = is_first(feed) ? begin_of_domain(feed) : step(feed, feed->part);
    while (code == SQLITE_OK) {
        struct part_rows *rows = &feed->parts[feed->part];
        if (feed->domain > 0 && rows->more && rows->id <= rows->domain) {
            feed->id = (int64_t)feed->domain;
            return rows->id == rows->domain ? change_host(feed) : damaged(feed, feed->part);
        }
        if (feed->domain == merge->domain_count) {
            feed->base.ended = true;
            break;
        }
        feed->part = *(const uint16_t *)merge_map_get(merge->order, feed->domain++);
        feed->parts[feed->part].domain++;
    }
    return code;
}

/* --- what belongs to hosts, and all else, part after part --- */

/* Is the row wanted?  Then it gets its number. */
static int take_row(struct merge_feed *feed, bool *ret_wanted)
{
    struct merge *merge = feed->merge;
    uint64_t old = feed->parts[feed->part].id;
    *ret_wanted = true;
    if (feed->table->kind == MERGE_FROM_FIRST) {
        feed->id = (int64_t)old;
        return SQLITE_OK;
    }
    if (feed->table->kind == MERGE_FAILURES) {
        feed->id++;
        if (sqlite3_column_type(current(feed), feed->base.column_count) == SQLITE_NULL)
            return SQLITE_OK;
        old = (uint64_t)sqlite3_column_int64(current(feed), feed->base.column_count);
    }
    const struct merge_host *host = merge_hosts_get(merge, feed->part, old);
    if (host == NULL)
        return damaged(feed, feed->part);
    *ret_wanted = (host->flags & MERGE_HOST_DROPPED) == 0;
    if (!*ret_wanted || feed->table->kind == MERGE_FAILURES)
        return SQLITE_OK;
    feed->changed_null = feed->changed_column >= 0 && ((host->flags & MERGE_HOST_HIDDEN) == 0 ||
                                                       (host->flags & MERGE_HOST_SHOWN) != 0);
    feed->changed_value = 1;
    feed->id = (int64_t)merge_hosts_number_of(merge, feed->part, old);
    return SQLITE_OK;
}

static int next_in_turn(struct merge_feed *feed)
{
    for (;;) {
        struct part_rows *rows = &feed->parts[feed->part];
        int code = rows->row == NULL ? begin(feed, feed->part) : step(feed, feed->part);
        if (code != SQLITE_OK)
            return code;
        if (rows->more) {
            bool wanted;
            code = take_row(feed, &wanted);
            if (code != SQLITE_OK || wanted)
                return code;
        } else if (++feed->part == feed->merge->parts.count ||
                   feed->table->kind == MERGE_FROM_FIRST) {
            feed->base.ended = true;
            return SQLITE_OK;
        }
    }
}

static int next(struct feed *base)
{
    struct merge_feed *feed = (struct merge_feed *)base;
    switch (feed->table->kind) {
    case MERGE_LISTED:
        return next_listed(feed);
    case MERGE_OF_DOMAIN:
        return next_of_domain(feed);
    case MERGE_OF_HOST:
    case MERGE_FAILURES:
    case MERGE_FROM_FIRST:
    default:
        return next_in_turn(feed);
    }
}

static void column_of(const struct feed *base, sqlite3_context *context, int column)
{
    const struct merge_feed *feed = (const struct merge_feed *)base;
    sqlite3_stmt *row = current(feed);
    if (column == 0) {
        sqlite3_result_int64(context, feed->id);
    } else if (column == feed->changed_column) {
        if (!feed->changed_null)
            sqlite3_result_int64(context, feed->changed_value);
    } else {
        switch (sqlite3_column_type(row, column)) {
        case SQLITE_INTEGER:
            sqlite3_result_int64(context, sqlite3_column_int64(row, column));
            break;
        case SQLITE_TEXT: /* stays as long as the row */
            sqlite3_result_text(context, (const char *)sqlite3_column_text(row, column),
                                sqlite3_column_bytes(row, column), SQLITE_STATIC);
            break;
        case SQLITE_NULL:
            break;
        default:
            sqlite3_result_value(context, sqlite3_column_value(row, column));
            break;
        }
    }
}

/* --- the feed --- */

/* The columns that the united file's table has; 0 on error. */
static int count_columns(struct merge *merge, const char *table, struct error *error)
{
    char sql[64];
    int ret = 0;
    sqlite3_stmt *statement = NULL;
    snprintf(sql, sizeof sql, "SELECT * FROM %s", table);
    int code = sqlite3_prepare_v2(merge->out.db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        ret = sqlite3_column_count(statement);
    else
        file_error(&merge->out, "write rows to it", code, sqlite3_errmsg(merge->out.db), error);
    sqlite3_finalize(statement);
    return ret;
}

struct merge_feed *merge_feed_open(struct merge *merge, const struct merge_table *table,
                                   struct error *error)
{
    struct merge_feed *feed = calloc(1, sizeof *feed);
    if (feed == NULL) {
        error_set(error, "%s: cannot write rows to it: no memory", merge->out.path);
        return NULL;
    }
    *feed = (struct merge_feed){
        .base = {.next = next, .column = column_of},
        .merge = merge,
        .table = table,
        .changed_column = -1,
        .time_column = -1,
    };
    feed->parts = calloc(merge->parts.count, sizeof *feed->parts);
    feed->heap_items = calloc(merge->parts.count, sizeof *feed->heap_items);
    feed->base.column_count = count_columns(merge, table->name, error);
    if (feed->parts == NULL || feed->heap_items == NULL)
        error_set(error, "%s: cannot write rows to it: no memory", merge->out.path);
    else if (feed->base.column_count > 0)
        return feed;
    merge_feed_close(feed);
    return NULL;
}

void merge_feed_close(struct merge_feed *feed)
{
    for (unsigned i = 0; i < feed->merge->parts.count && feed->parts != NULL; i++)
        sqlite3_finalize(feed->parts[i].row);
    free(feed->parts);
    free(feed->heap_items);
    free(feed);
}

int merge_feed_register(struct merge_feed *feed, const char *name, struct error *error)
{
    struct file *out = &feed->merge->out;
    int code = feed_register(out->db, name, &feed->base);
    return code == SQLITE_OK ? 0 : file_error(out, "write rows to it", code, NULL, error);
}

void merge_feed_failed(const struct merge_feed *feed, struct error *error)
{
    if (feed->failed)
        *error = feed->error;
}

int merge_feed_finished(struct merge_feed *feed, struct error *error)
{
    for (unsigned i = 0; i < feed->merge->parts.count; i++) {
        if (feed->parts[i].more) {
            damaged(feed, i);
            *error = feed->error;
            return -1;
        }
    }
    return 0;
}
