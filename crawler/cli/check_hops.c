#include "crawler/cli/check_hops.h"

#include "crawler/cli/check_story.h"
#include "crawler/core/hop_rules.h"
#include "crawler/survey/interrupt.h"
#include "crawler/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WATCH_MS = 100,     /* looks for signals and at the resolver */
    PATIENCE_MS = 5000, /* for a resolver that answered a moment ago */
};

static const char hops_sql[] =
    "SELECT a.host, a.hop, a.owner, a.target, a.kind = 'dname', h.dnssec = 'secure',"
    " h.alias_dnssec FROM aliases AS a JOIN hosts AS h ON h.host = a.host";

struct asked_hop {
    struct asked_hop *next;
    struct asking *asking;
    char host[NAME_TEXT_MAX];
    int number;
    struct hop_case rule;
};

struct asking {
    uv_loop_t *loop;
    struct lookups *lookups;
    struct asked_hop *hops;
    unsigned under_way;
    unsigned interrupts; /* before it began */
    bool interrupted;
    uv_timer_t watch;
    unsigned open_handles;
};

/* --- the hops --- */

static bool read_name(sqlite3_stmt *row, int column, struct name *ret)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text != NULL && name_from_text(text, strlen(text), ret);
}

static void add_hop(struct asking *asking, bool believe_ad, sqlite3_stmt *row)
{
    struct name owner, target;
    if (!read_name(row, 2, &owner) || !read_name(row, 3, &target))
        return; /* not as the survey writes them */
    struct asked_hop *hop = memory_zeroed(1, sizeof *hop);
    const struct hop_facts facts = {
        .believe_ad = believe_ad,
        .whole_secure = sqlite3_column_int(row, 5) != 0,
        .first = story_dnssec(row, 6),
        .number = (unsigned)sqlite3_column_int(row, 1),
        .kind = sqlite3_column_int(row, 4) != 0 ? ALIAS_DNAME : ALIAS_CNAME,
        .owner = &owner,
        .target = &target,
    };
    hop->asking = asking;
    snprintf(hop->host, sizeof hop->host, "%s", (const char *)sqlite3_column_text(row, 0));
    hop->number = sqlite3_column_int(row, 1);
    hop->next = asking->hops;
    asking->hops = hop;
    if (hop_begin(&hop->rule, &facts))
        asking->under_way++;
}

static int read_hops(struct asking *asking, sqlite3 *db, bool believe_ad)
{
    sqlite3_stmt *row;
    int step;
    if (sqlite3_prepare_v2(db, hops_sql, -1, &row, NULL) != SQLITE_OK)
        return -1;
    while ((step = sqlite3_step(row)) == SQLITE_ROW)
        add_hop(asking, believe_ad, row);
    sqlite3_finalize(row);
    return step == SQLITE_DONE ? 0 : -1;
}

static int write_hops(const struct asking *asking, sqlite3 *db)
{
    sqlite3_stmt *row;
    int result = 0;
    if (sqlite3_exec(db, "CREATE TEMP TABLE hop_dnssec (host TEXT, hop INTEGER, dnssec TEXT)", NULL,
                     NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "INSERT INTO temp.hop_dnssec VALUES (?1, ?2, ?3)", -1, &row, NULL) !=
            SQLITE_OK)
        return -1;
    for (const struct asked_hop *hop = asking->hops; hop != NULL && result == 0; hop = hop->next) {
        sqlite3_bind_text(row, 1, hop->host, -1, SQLITE_STATIC);
        sqlite3_bind_int(row, 2, hop->number);
        sqlite3_bind_text(row, 3, dnssec_word(hop->rule.dnssec), -1, SQLITE_STATIC);
        result = sqlite3_step(row) == SQLITE_DONE ? 0 : -1;
        sqlite3_reset(row);
    }
    sqlite3_finalize(row);
    return result;
}

/* --- the questions --- */

static void ask(struct asked_hop *hop);

static void on_reply(void *context, const struct lookup_result *result)
{
    struct asked_hop *hop = context;
    struct asking *asking = hop->asking;
    if (hop_take(&hop->rule, &result->lookup))
        ask(hop);
    else if (--asking->under_way == 0)
        uv_stop(asking->loop);
}

static void ask(struct asked_hop *hop)
{
    struct name name;
    enum record_type type;
    hop_next(&hop->rule, &name, &type);
    lookup_ask(hop->asking->lookups, &name, type, on_reply, hop);
}

static void on_watch(uv_timer_t *timer)
{
    struct asking *asking = timer->data;
    struct lookup_counters counters;
    lookups_counters(asking->lookups, &counters);
    asking->interrupted = interrupt_count() > asking->interrupts;
    if (asking->interrupted || (counters.pause != PAUSE_NONE &&
                                uv_now(asking->loop) - counters.paused_since_ms > PATIENCE_MS))
        uv_stop(asking->loop);
}

static void on_room(void *context)
{
    (void)context; /* all is asked at once: few domains */
}

static void on_lookups_closed(void *context)
{
    struct asking *asking = context;
    asking->open_handles--;
}

static void on_watch_closed(uv_handle_t *handle)
{
    on_lookups_closed(handle->data);
}

static int ask_all(struct asking *asking, const struct lookup_settings *settings,
                   struct error *error)
{
    uv_update_time(asking->loop); /* nobody has run it for a while */
    asking->lookups = lookups_new(asking->loop, settings, on_room, NULL, error);
    if (asking->lookups == NULL)
        return -1;
    uv_timer_init(asking->loop, &asking->watch);
    asking->watch.data = asking;
    uv_timer_start(&asking->watch, on_watch, WATCH_MS, WATCH_MS);
    for (struct asked_hop *hop = asking->hops; hop != NULL; hop = hop->next) {
        if (hop->rule.dnssec == DNSSEC_UNKNOWN)
            ask(hop);
    }
    uv_run(asking->loop, UV_RUN_DEFAULT);
    asking->open_handles = 2;
    uv_close((uv_handle_t *)&asking->watch, on_watch_closed);
    lookups_close(asking->lookups, on_lookups_closed, asking);
    while (asking->open_handles > 0)
        uv_run(asking->loop, UV_RUN_ONCE);
    lookups_free(asking->lookups);
    for (struct asked_hop *hop = asking->hops; hop != NULL; hop = hop->next) {
        if (hop->rule.dnssec == DNSSEC_UNKNOWN)
            hop->rule.dnssec = DNSSEC_INDETERMINATE; /* the resolver went away */
    }
    return asking->interrupted ? 1 : 0;
}

int check_hops(sqlite3 *db, uv_loop_t *loop, const struct lookup_settings *lookup, bool believe_ad,
               struct error *error)
{
    struct asking asking = {.loop = loop, .interrupts = interrupt_count()};
    int result = read_hops(&asking, db, believe_ad);
    if (result == 0 && asking.under_way > 0)
        result = ask_all(&asking, lookup, error);
    else if (result != 0)
        error_set(error, "the aliases cannot be read: %s", sqlite3_errmsg(db));
    if (result == 0 && write_hops(&asking, db) != 0)
        result = error_set(error, "the aliases cannot be noted: %s", sqlite3_errmsg(db));
    while (asking.hops != NULL) {
        struct asked_hop *next = asking.hops->next;
        free(asking.hops);
        asking.hops = next;
    }
    return result;
}
