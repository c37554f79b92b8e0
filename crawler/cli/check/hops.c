#include "crawler/cli/check/hops.h"

#include "crawler/base/memory.h"
#include "crawler/cli/check/opt_out.h"
#include "crawler/cli/check/story.h"
#include "crawler/core/hop_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char hops_sql[] =
    "SELECT a.host, a.hop, a.owner, a.target, a.kind = 'dname', h.dnssec = 'secure',"
    " h.alias_dnssec FROM aliases AS a JOIN hosts AS h ON h.host = a.host";

struct asked_hop {
    struct asked_hop *next;
    struct asker *asker;
    sqlite3 *db;
    char host[NAME_TEXT_MAX];
    int number;
    struct hop_case rule;
};

struct hops {
    struct asked_hop *first;
    bool any_unknown;
};

/* --- the hops --- */

static bool read_name(sqlite3_stmt *row, int column, struct name *ret)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text != NULL && name_from_text(text, strlen(text), ret);
}

static void add_hop(struct hops *hops, sqlite3 *db, bool believe_ad, sqlite3_stmt *row)
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
    snprintf(hop->host, sizeof hop->host, "%s", (const char *)sqlite3_column_text(row, 0));
    hop->number = sqlite3_column_int(row, 1);
    hop->db = db;
    hop->next = hops->first;
    hops->first = hop;
    hops->any_unknown |= hop_begin(&hop->rule, &facts);
}

static int read_hops(struct hops *hops, sqlite3 *db, bool believe_ad)
{
    sqlite3_stmt *row;
    int step;
    if (sqlite3_prepare_v2(db, hops_sql, -1, &row, NULL) != SQLITE_OK)
        return -1;
    while ((step = sqlite3_step(row)) == SQLITE_ROW)
        add_hop(hops, db, believe_ad, row);
    sqlite3_finalize(row);
    return step == SQLITE_DONE ? 0 : -1;
}

static int write_hops(const struct hops *hops, sqlite3 *db)
{
    sqlite3_stmt *row;
    int result = 0;
    if (sqlite3_exec(db, "CREATE TEMP TABLE hop_dnssec (host TEXT, hop INTEGER, dnssec TEXT)", NULL,
                     NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "INSERT INTO temp.hop_dnssec VALUES (?1, ?2, ?3)", -1, &row, NULL) !=
            SQLITE_OK)
        return -1;
    for (const struct asked_hop *hop = hops->first; hop != NULL && result == 0; hop = hop->next) {
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
    if (hop_take(&hop->rule, &result->lookup))
        ask(hop);
    else
        asker_settled(hop->asker);
}

static void ask(struct asked_hop *hop)
{
    struct name name;
    enum record_type type;
    hop_next(&hop->rule, &name, &type);
    if (!check_opted_out(hop->db, &name)) {
        lookup_ask(hop->asker->lookups, &name, type, on_reply, hop);
        return;
    }
    hop->rule.dnssec = DNSSEC_INDETERMINATE;
    asker_settled(hop->asker);
}

static void ask_all(struct asker *asker, void *context)
{
    const struct hops *hops = context;
    for (struct asked_hop *hop = hops->first; hop != NULL; hop = hop->next) {
        if (hop->rule.dnssec != DNSSEC_UNKNOWN)
            continue;
        hop->asker = asker;
        asker_expect(asker);
        ask(hop);
    }
}

/* Of the resolver that went away. */
static void give_up(struct hops *hops)
{
    for (struct asked_hop *hop = hops->first; hop != NULL; hop = hop->next) {
        if (hop->rule.dnssec == DNSSEC_UNKNOWN)
            hop->rule.dnssec = DNSSEC_INDETERMINATE;
    }
}

int check_hops(sqlite3 *db, struct asked_resolver *resolver, bool believe_ad, struct error *error)
{
    struct hops hops = {0};
    struct asker asker;
    int result = read_hops(&hops, db, believe_ad);
    if (result != 0)
        error_set(error, "the aliases cannot be read: %s", sqlite3_errmsg(db));
    else if (hops.any_unknown)
        result = asker_run(&asker, resolver, ask_all, &hops, error);
    give_up(&hops);
    if (result == 0 && write_hops(&hops, db) != 0)
        result = error_set(error, "the aliases cannot be noted: %s", sqlite3_errmsg(db));
    while (hops.first != NULL) {
        struct asked_hop *next = hops.first->next;
        free(hops.first);
        hops.first = next;
    }
    return result;
}
