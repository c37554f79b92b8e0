#include "crawler/cli/check_links.h"

#include "crawler/cli/check_story.h"
#include "crawler/core/link_rules.h"
#include "crawler/survey/interrupt.h"
#include "crawler/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WATCH_MS = 100,     /* looks for signals and at the resolver */
    PATIENCE_MS = 5000, /* for a resolver that answered a moment ago */
};

static const char links_sql[] =
    "SELECT a.host, a.hop, a.owner, a.target, a.kind = 'dname', h.dnssec = 'secure',"
    " h.alias_dnssec FROM aliases AS a JOIN hosts AS h ON h.host = a.host";

struct link {
    struct link *next;
    struct asking *asking;
    char host[NAME_TEXT_MAX];
    int hop;
    struct link_case rule;
};

struct asking {
    uv_loop_t *loop;
    struct lookups *lookups;
    struct link *links;
    unsigned under_way;
    unsigned interrupts; /* before it began */
    bool interrupted;
    uv_timer_t watch;
    unsigned open_handles;
};

/* --- the links --- */

static bool read_name(sqlite3_stmt *row, int column, struct name *ret)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text != NULL && name_from_text(text, strlen(text), ret);
}

static void add_link(struct asking *asking, bool believe_ad, sqlite3_stmt *row)
{
    struct name owner, target;
    if (!read_name(row, 2, &owner) || !read_name(row, 3, &target))
        return; /* not as the survey writes them */
    struct link *link = memory_zeroed(1, sizeof *link);
    const struct link_facts facts = {
        .believe_ad = believe_ad,
        .whole_secure = sqlite3_column_int(row, 5) != 0,
        .first = story_dnssec(row, 6),
        .hop = (unsigned)sqlite3_column_int(row, 1),
        .kind = sqlite3_column_int(row, 4) != 0 ? ALIAS_DNAME : ALIAS_CNAME,
        .owner = &owner,
        .target = &target,
    };
    link->asking = asking;
    snprintf(link->host, sizeof link->host, "%s", (const char *)sqlite3_column_text(row, 0));
    link->hop = sqlite3_column_int(row, 1);
    link->next = asking->links;
    asking->links = link;
    if (link_begin(&link->rule, &facts))
        asking->under_way++;
}

static int read_links(struct asking *asking, sqlite3 *db, bool believe_ad)
{
    sqlite3_stmt *row;
    int step;
    if (sqlite3_prepare_v2(db, links_sql, -1, &row, NULL) != SQLITE_OK)
        return -1;
    while ((step = sqlite3_step(row)) == SQLITE_ROW)
        add_link(asking, believe_ad, row);
    sqlite3_finalize(row);
    return step == SQLITE_DONE ? 0 : -1;
}

static int write_links(const struct asking *asking, sqlite3 *db)
{
    sqlite3_stmt *row;
    int result = 0;
    if (sqlite3_exec(db, "CREATE TEMP TABLE link_dnssec (host TEXT, hop INTEGER, dnssec TEXT)",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "INSERT INTO temp.link_dnssec VALUES (?1, ?2, ?3)", -1, &row,
                           NULL) != SQLITE_OK)
        return -1;
    for (const struct link *link = asking->links; link != NULL && result == 0; link = link->next) {
        sqlite3_bind_text(row, 1, link->host, -1, SQLITE_STATIC);
        sqlite3_bind_int(row, 2, link->hop);
        sqlite3_bind_text(row, 3, dnssec_word(link->rule.dnssec), -1, SQLITE_STATIC);
        result = sqlite3_step(row) == SQLITE_DONE ? 0 : -1;
        sqlite3_reset(row);
    }
    sqlite3_finalize(row);
    return result;
}

/* --- the questions --- */

static void ask(struct link *link);

static void on_reply(void *context, const struct lookup_result *result)
{
    struct link *link = context;
    struct asking *asking = link->asking;
    bool authentic = result->answer != NULL && result->answer->authentic;
    if (link_take(&link->rule, result->outcome, result->failure, authentic))
        ask(link);
    else if (--asking->under_way == 0)
        uv_stop(asking->loop);
}

static void ask(struct link *link)
{
    struct name name;
    enum record_type type;
    link_next(&link->rule, &name, &type);
    lookup_ask(link->asking->lookups, &name, type, on_reply, link);
}

static void on_watch(uv_timer_t *timer)
{
    struct asking *asking = timer->data;
    struct lookup_counters counters;
    lookups_counters(asking->lookups, &counters);
    asking->interrupted = interrupt_count() > asking->interrupts;
    if (asking->interrupted ||
        (counters.paused && uv_now(asking->loop) - counters.paused_since_ms > PATIENCE_MS))
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
    for (struct link *link = asking->links; link != NULL; link = link->next) {
        if (link->rule.dnssec == DNSSEC_UNKNOWN)
            ask(link);
    }
    uv_run(asking->loop, UV_RUN_DEFAULT);
    asking->open_handles = 2;
    uv_close((uv_handle_t *)&asking->watch, on_watch_closed);
    lookups_close(asking->lookups, on_lookups_closed, asking);
    while (asking->open_handles > 0)
        uv_run(asking->loop, UV_RUN_ONCE);
    lookups_free(asking->lookups);
    for (struct link *link = asking->links; link != NULL; link = link->next) {
        if (link->rule.dnssec == DNSSEC_UNKNOWN)
            link->rule.dnssec = DNSSEC_INDETERMINATE; /* the resolver went away */
    }
    return asking->interrupted ? 1 : 0;
}

int check_links(sqlite3 *db, uv_loop_t *loop, const struct lookup_settings *lookup, bool believe_ad,
                struct error *error)
{
    struct asking asking = {.loop = loop, .interrupts = interrupt_count()};
    int result = read_links(&asking, db, believe_ad);
    if (result == 0 && asking.under_way > 0)
        result = ask_all(&asking, lookup, error);
    else if (result != 0)
        error_set(error, "the aliases cannot be read: %s", sqlite3_errmsg(db));
    if (result == 0 && write_links(&asking, db) != 0)
        result = error_set(error, "the aliases cannot be noted: %s", sqlite3_errmsg(db));
    while (asking.links != NULL) {
        struct link *next = asking.links->next;
        free(asking.links);
        asking.links = next;
    }
    return result;
}
