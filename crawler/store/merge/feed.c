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

enum {
    CHANGED_MAX = 2
};

/* Columns beside the number that change, where the table has them. */
static const char *const changed_names[][CHANGED_MAX] = {
    [MERGE_LISTED] = {"rank_offset"},   [MERGE_SURVEYED] = {"mx_set", "provider"},
    [MERGE_OF_DOMAIN] = {"host"},       [MERGE_OF_SET] = {"host"},
    [MERGE_HOST] = {"address_outcome"}, [MERGE_OF_HOST] = {NULL},
    [MERGE_FAILURES] = {NULL},          [MERGE_FROM_FIRST] = {NULL},
};

/* What the current row says instead of what is in the part. */
struct changed {
    int column; /* -1: none */
    int64_t value;
    bool null;
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
    int64_t id;             /* of the current row, in the united file */
    struct changed changed[CHANGED_MAX];
    int time_column; /* surveyed_at; -1: none */
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
    for (unsigned i = 0; i < CHANGED_MAX; i++)
        feed->changed[i].column = find_column(rows->row, changed_names[feed->table->kind][i]);
    feed->time_column = find_column(rows->row, "surveyed_at");
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

/* What the part says in a column that changes; false where that is NULL, which stays. */
static bool get_changing(struct merge_feed *feed, unsigned which, int64_t *ret)
{
    struct changed *changed = &feed->changed[which];
    changed->null = true;
    if (changed->column < 0 || sqlite3_column_type(current(feed), changed->column) == SQLITE_NULL)
        return false;
    *ret = sqlite3_column_int64(current(feed), changed->column);
    return true;
}

static void set_changed(struct merge_feed *feed, unsigned which, int64_t value)
{
    feed->changed[which].null = false;
    feed->changed[which].value = value;
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
    int64_t rank_offset;
    if (get_changing(feed, 0, &rank_offset))
        set_changed(feed, 0, rank_offset + (int64_t)feed->parts[feed->part].id - feed->id);
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

/* The host in a column that changes gets its number; a domain that has it as mail host was
 * surveyed at that time. */
static int change_host(struct merge_feed *feed, unsigned which, int64_t host, int64_t time)
{
    uint64_t number = merge_hosts_meet(feed->merge, feed->part, (uint64_t)host, time);
    if (number == 0)
        return damaged(feed, feed->part);
    set_changed(feed, which, (int64_t)number);
    return SQLITE_OK;
}

/* A set of the part, or 0 where it has none of this number. */
static uint64_t set_number(const struct merge_feed *feed, int64_t id)
{
    const struct merge_part *part = &feed->merge->parts.parts[feed->part];
    return id >= 1 && (uint64_t)id <= part->set_max ? part->set_base + (uint64_t)id : 0;
}

static int change_surveyed(struct merge_feed *feed)
{
    int64_t set, provider;
    if (get_changing(feed, 0, &set)) {
        uint64_t number = set_number(feed, set);
        if (number == 0)
            return damaged(feed, feed->part);
        set_changed(feed, 0, (int64_t)number);
        int64_t time = sqlite3_column_int64(current(feed), feed->time_column);
        uint32_t *first = merge_map_change(feed->merge->sets, number - 1);
        if (*first == 0 || time < *first)
            *first = time < 1 ? 1 : time < UINT32_MAX ? (uint32_t)time : UINT32_MAX;
    }
    if (!get_changing(feed, 1, &provider))
        return SQLITE_OK;
    if (provider > 0)
        return change_host(feed, 1, provider, INT64_MAX);
    set_changed(feed, 1, provider); /* the tail of the domain's name */
    return SQLITE_OK;
}

static int change_of_domain(struct merge_feed *feed)
{
    int64_t host;
    if (feed->table->kind == MERGE_SURVEYED)
        return change_surveyed(feed);
    return get_changing(feed, 0, &host) ? change_host(feed, 0, host, INT64_MAX) : SQLITE_OK;
}

static int next_of_domain(struct merge_feed *feed)
{
    struct merge *merge = feed->merge;
    int code = is_first(feed) ? begin_of_domain(feed) : step(feed, feed->part);
    while (code == SQLITE_OK) {
        struct part_rows *rows = &feed->parts[feed->part];
        if (feed->domain > 0 && rows->more && rows->id <= rows->domain) {
            feed->id = (int64_t)feed->domain;
            return rows->id == rows->domain ? change_of_domain(feed) : damaged(feed, feed->part);
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

static int take_record(struct merge_feed *feed)
{
    int64_t host;
    uint64_t number = set_number(feed, (int64_t)feed->parts[feed->part].id);
    if (number == 0 || !get_changing(feed, 0, &host))
        return damaged(feed, feed->part);
    feed->id = (int64_t)number;
    uint32_t first = *(const uint32_t *)merge_map_get(feed->merge->sets, number - 1);
    return change_host(feed, 0, host, first == 0 ? INT64_MAX : first);
}

/* A host that is hidden in its part is not where it is a mail host in another. */
static void change_outcome(struct merge_feed *feed, const struct merge_host *host)
{
    int64_t outcome;
    if (!get_changing(feed, 0, &outcome))
        return;
    if ((host->flags & MERGE_HOST_SHOWN) != 0)
        outcome = llabs(outcome);
    set_changed(feed, 0, outcome);
    feed->merge->shown_count += outcome > 0;
}

/* Is the row wanted?  Then it gets its number. */
static int take_row(struct merge_feed *feed, bool *ret_wanted)
{
    struct merge *merge = feed->merge;
    enum merge_kind kind = feed->table->kind;
    uint64_t old = feed->parts[feed->part].id;
    *ret_wanted = true;
    if (kind == MERGE_OF_SET)
        return take_record(feed);
    if (kind == MERGE_FROM_FIRST) {
        feed->id = (int64_t)old;
        return SQLITE_OK;
    }
    if (kind == MERGE_FAILURES) {
        feed->id++;
        if (sqlite3_column_type(current(feed), feed->base.column_count) == SQLITE_NULL)
            return SQLITE_OK;
        old = (uint64_t)sqlite3_column_int64(current(feed), feed->base.column_count);
    }
    const struct merge_host *host = merge_hosts_get(merge, feed->part, old);
    if (host == NULL)
        return damaged(feed, feed->part);
    *ret_wanted = (host->flags & MERGE_HOST_DROPPED) == 0;
    if (!*ret_wanted || kind == MERGE_FAILURES)
        return SQLITE_OK;
    if (kind == MERGE_HOST)
        change_outcome(feed, host);
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
    case MERGE_SURVEYED:
    case MERGE_OF_DOMAIN:
        return next_of_domain(feed);
    case MERGE_OF_SET:
    case MERGE_HOST:
    case MERGE_OF_HOST:
    case MERGE_FAILURES:
    case MERGE_FROM_FIRST:
    default:
        return next_in_turn(feed);
    }
}

static void copy_column(sqlite3_stmt *row, int column, sqlite3_context *context)
{
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

static void column_of(const struct feed *base, sqlite3_context *context, int column)
{
    const struct merge_feed *feed = (const struct merge_feed *)base;
    if (column == 0) {
        sqlite3_result_int64(context, feed->id);
        return;
    }
    for (unsigned i = 0; i < CHANGED_MAX; i++) {
        const struct changed *changed = &feed->changed[i];
        if (column == changed->column) {
            if (!changed->null)
                sqlite3_result_int64(context, changed->value);
            return;
        }
    }
    copy_column(current(feed), column, context);
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
