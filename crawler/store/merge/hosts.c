#include "crawler/store/merge/hosts.h"

#include "crawler/store/merge/heap.h"

#include <stdlib.h>
#include <string.h>

#define NEVER UINT32_MAX /* no domain has it as mail host */

_Static_assert(sizeof(struct merge_host) == 16, "map.h takes powers of two");

static uint64_t index_of(const struct merge *merge, unsigned part, uint64_t id)
{
    return merge->parts.parts[part].host_base + id - 1;
}

static bool in_range(const struct merge *merge, unsigned part, uint64_t id)
{
    return id >= 1 && id <= merge->parts.parts[part].host_max;
}

static struct merge_host *change(struct merge *merge, unsigned part, uint64_t id)
{
    return merge_map_change(merge->hosts, index_of(merge, part, id));
}

const struct merge_host *merge_hosts_get(struct merge *merge, unsigned part, uint64_t id)
{
    if (!in_range(merge, part, id))
        return NULL;
    const struct merge_host *host = merge_map_get(merge->hosts, index_of(merge, part, id));
    return (host->flags & MERGE_HOST_THERE) != 0 ? host : NULL;
}

/* The number of a host that is there. */
static uint64_t number_of(struct merge *merge, const struct merge_host *host)
{
    if ((host->flags & MERGE_HOST_FOLLOWER) != 0)
        host = merge_map_get(merge->hosts, host->link);
    return host->link;
}

uint64_t merge_hosts_number_of(struct merge *merge, unsigned part, uint64_t id)
{
    const struct merge_host *host = merge_hosts_get(merge, part, id);
    return host == NULL ? 0 : number_of(merge, host);
}

uint64_t merge_hosts_meet(struct merge *merge, unsigned part, uint64_t id, int64_t time)
{
    const struct merge_host *host = merge_hosts_get(merge, part, id);
    if (host == NULL)
        return 0;
    if (time < host->first) {
        change(merge, part, id)->first = time < 0 ? 0 : (uint32_t)time;
        host = merge_hosts_get(merge, part, id);
    }
    return number_of(merge, host);
}

/* --- what each part knows --- */

typedef int scan_fn(struct merge *merge, unsigned part, sqlite3_stmt *row, struct error *error);

static int scan(struct merge *merge, unsigned part, const char *sql, scan_fn *each,
                struct error *error)
{
    sqlite3_stmt *statement = NULL;
    if (merge_part_prepare(&merge->parts.parts[part], sql, &statement, error) != 0)
        return -1;
    int code = SQLITE_DONE, status = 0;
    while (status == 0 && (code = sqlite3_step(statement)) == SQLITE_ROW)
        status = each(merge, part, statement, error);
    if (status == 0 && code != SQLITE_DONE)
        status = merge_part_error(&merge->parts.parts[part], error);
    sqlite3_finalize(statement);
    return status;
}

static unsigned grade_of(const struct merge_host *host, enum outcome tlsa, enum dnssec alias_dnssec)
{
    if (host->address_outcome == OUTCOME_UNKNOWN)
        return 3;
    if (host->address_outcome == OUTCOME_FAILED)
        return 2;
    return host->failure != FAILURE_NONE || host->alias == ALIAS_UNKNOWN ||
           tlsa == OUTCOME_FAILED || alias_dnssec == DNSSEC_BOGUS ||
           alias_dnssec == DNSSEC_INDETERMINATE;
}

static int take_host(struct merge *merge, unsigned part, sqlite3_stmt *row, struct error *error)
{
    uint64_t id = (uint64_t)sqlite3_column_int64(row, 0);
    if (!in_range(merge, part, id))
        return merge_part_damaged(&merge->parts.parts[part], "a number of its hosts", error);
    struct merge_host *host = change(merge, part, id);
    int outcome = sqlite3_column_int(row, 1); /* below 0: hidden */
    *host = (struct merge_host){
        .first = NEVER,
        .address_outcome = (unsigned)abs(outcome) & 0xf,
        .alias = (unsigned)sqlite3_column_int(row, 2) & 0xf,
        .dane = (unsigned)sqlite3_column_int(row, 3) & 0xf,
        .failure = (unsigned)sqlite3_column_int(row, 4) & 0xf,
        .flags = MERGE_HOST_THERE,
    };
    if (outcome < 0)
        host->flags |= MERGE_HOST_HIDDEN;
    host->grade = grade_of(host, (enum outcome)sqlite3_column_int(row, 5),
                           (enum dnssec)sqlite3_column_int(row, 6));
    return 0;
}

static int scan_hosts(struct merge *merge, unsigned part, struct error *error)
{
    static const char sql[] =
        "SELECT h.id, h.address_outcome, h.alias, h.dane, d.failure, t.outcome,"
        " d.alias_dnssec FROM _host AS h LEFT JOIN _host_detail AS d ON d.id = h.id"
        " LEFT JOIN _host_tlsa AS t ON t.id = h.id ORDER BY h.id";
    return scan(merge, part, sql, take_host, error);
}

static int take_time(struct merge *merge, unsigned part, sqlite3_stmt *row, struct error *error)
{
    (void)error;
    merge_hosts_meet(merge, part, (uint64_t)sqlite3_column_int64(row, 0),
                     sqlite3_column_int64(row, 1));
    return 0;
}

int merge_hosts_meet_own(struct merge *merge, unsigned part, struct error *error)
{
    static const char sql[] =
        "SELECT h.id, s.surveyed_at FROM _host_detail AS d CROSS JOIN _host AS h ON h.id = d.id"
        " CROSS JOIN _listed AS l ON l.domain = h.name CROSS JOIN _surveyed AS s ON s.id = l.id"
        " WHERE d.failure NOT NULL AND s.mx_outcome = 6 AND s.mx_count = 0";
    return scan(merge, part, sql, take_time, error);
}

/* --- matching by name: the parts' indexes side by side --- */

struct cursor {
    sqlite3_stmt *names; /* name, id in order of names */
    const char *name;
    size_t length;
    uint64_t id;
};

struct matching {
    struct merge *merge;
    struct cursor *cursors; /* one a part */
    unsigned *heap_items;
    unsigned *group; /* parts that have the name, the first `grouped` */
    unsigned grouped;
    struct merge_heap heap;
};

static int compare_names(const struct cursor *a, const struct cursor *b)
{
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->name, b->name, shorter);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static bool cursor_before(const void *context, unsigned a, unsigned b)
{
    const struct cursor *cursors = context;
    int order = compare_names(&cursors[a], &cursors[b]);
    return order != 0 ? order < 0 : a < b;
}

/* The next name of a part: 1, or 0 at the end, or -1. */
static int advance(struct matching *matching, unsigned part, struct error *error)
{
    struct cursor *cursor = &matching->cursors[part];
    int code = sqlite3_step(cursor->names);
    if (code == SQLITE_DONE)
        return 0;
    if (code == SQLITE_ROW)
        cursor->name = (const char *)sqlite3_column_text(cursor->names, 0);
    if (code != SQLITE_ROW || cursor->name == NULL)
        return merge_part_error(&matching->merge->parts.parts[part], error);
    cursor->length = (size_t)sqlite3_column_bytes(cursor->names, 0);
    cursor->id = (uint64_t)sqlite3_column_int64(cursor->names, 1);
    if (merge_hosts_get(matching->merge, part, cursor->id) == NULL)
        return merge_part_damaged(&matching->merge->parts.parts[part], "its index of hosts", error);
    return 1;
}

/* Notes the parts that have the name, the first as its leader: an index with its lowest
 * bit set begins a group. */
static void note_group(struct matching *matching)
{
    struct merge *merge = matching->merge;
    unsigned first = matching->group[0];
    uint64_t leader = index_of(merge, first, matching->cursors[first].id);
    for (unsigned i = 0; i < matching->grouped; i++) {
        unsigned part = matching->group[i];
        uint64_t index = index_of(merge, part, matching->cursors[part].id);
        *(uint64_t *)merge_map_change(merge->groups, merge->grouped_count++) =
            index << 1 | (i == 0);
        if (i == 0)
            continue;
        struct merge_host *host = merge_map_change(merge->hosts, index);
        host->flags |= MERGE_HOST_FOLLOWER;
        host->link = leader;
    }
}

/* Does no other part have the name that comes next? */
static bool is_alone(const struct matching *matching)
{
    const struct merge_heap *heap = &matching->heap;
    const struct cursor *first = &matching->cursors[heap->items[0]];
    for (unsigned i = 1; i < heap->count && i <= 2; i++) {
        if (compare_names(first, &matching->cursors[heap->items[i]]) == 0)
            return false;
    }
    return true;
}

/* Takes all parts at the name that comes next. */
static int match_name(struct matching *matching, struct error *error)
{
    struct merge_heap *heap = &matching->heap;
    const struct cursor *cursors = matching->cursors;
    if (is_alone(matching)) {
        int more = advance(matching, heap->items[0], error);
        if (more > 0)
            merge_heap_sink(heap);
        else if (more == 0)
            merge_heap_drop(heap);
        return more < 0 ? -1 : 0;
    }
    /* a part has a name once, so those that have this one can be taken out to look */
    matching->grouped = 0;
    do {
        matching->group[matching->grouped++] = heap->items[0];
        merge_heap_drop(heap);
    } while (heap->count > 0 &&
             compare_names(&cursors[heap->items[0]], &cursors[matching->group[0]]) == 0);
    note_group(matching);
    for (unsigned i = 0; i < matching->grouped; i++) {
        int more = advance(matching, matching->group[i], error);
        if (more < 0)
            return -1;
        if (more > 0)
            merge_heap_add(heap, matching->group[i]);
    }
    return 0;
}

static int open_cursors(struct matching *matching, struct error *error)
{
    static const char names_sql[] =
        "SELECT name, id FROM _host INDEXED BY _host_name ORDER BY name";
    const struct merge_parts *parts = &matching->merge->parts;
    for (unsigned i = 0; i < parts->count; i++) {
        struct cursor *cursor = &matching->cursors[i];
        if (merge_part_prepare(&parts->parts[i], names_sql, &cursor->names, error) != 0)
            return -1;
        int more = advance(matching, i, error);
        if (more < 0)
            return -1;
        if (more > 0)
            merge_heap_add(&matching->heap, i);
    }
    return 0;
}

static int match_names(struct merge *merge, struct error *error)
{
    unsigned count = merge->parts.count;
    struct matching matching = {
        .merge = merge,
        .cursors = calloc(count, sizeof *matching.cursors),
        .heap_items = calloc(count, sizeof *matching.heap_items),
        .group = calloc(count, sizeof *matching.group),
    };
    int status = -1;
    if (matching.cursors == NULL || matching.heap_items == NULL || matching.group == NULL) {
        error_set(error, "%s: cannot match the hosts: no memory", merge->out.path);
        goto done;
    }
    matching.heap = (struct merge_heap){
        .items = matching.heap_items, .before = cursor_before, .context = matching.cursors};
    status = open_cursors(&matching, error);
    while (status == 0 && matching.heap.count > 0) {
        status = match_name(&matching, error);
        if (status == 0 && merge->stopped != NULL && merge->stopped())
            status = error_set(error, "%s: stopped", merge->out.path);
    }
done:
    for (unsigned i = 0; i < count && matching.cursors != NULL; i++)
        sqlite3_finalize(matching.cursors[i].names);
    free(matching.cursors);
    free(matching.heap_items);
    free(matching.group);
    return status;
}

/* In the order of the parts, so that their rows come in the order of the numbers. */
static void number_all(struct merge *merge)
{
    for (unsigned part = 0; part < merge->parts.count; part++) {
        for (uint64_t id = 1; id <= merge->parts.parts[part].host_max; id++) {
            const struct merge_host *host = merge_hosts_get(merge, part, id);
            if (host != NULL && (host->flags & MERGE_HOST_FOLLOWER) == 0)
                change(merge, part, id)->link = ++merge->host_count;
        }
    }
}

int merge_hosts_match(struct merge *merge, struct error *error)
{
    int status = 0;
    for (unsigned i = 0; i < merge->parts.count && status == 0; i++)
        status = scan_hosts(merge, i, error);
    if (status == 0 && merge->parts.count > 1)
        status = match_names(merge, error);
    if (status == 0)
        number_all(merge);
    return status == 0 ? merge_check_maps(merge, error) : status;
}
