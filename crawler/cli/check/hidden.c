#include "crawler/cli/check/hidden.h"

#include "crawler/base/memory.h"
#include "crawler/cli/check/opt_out.h"
#include "crawler/cli/check/story.h"
#include "crawler/core/tlsa_search.h"

#include <stdlib.h>
#include <string.h>

static const char hosts_sql[] = "SELECT " CHECK_ALIAS_COLUMNS " FROM hosts AS h"
                                " WHERE h.alias IN ('cname', 'dname') AND h.alias_problem IS NULL"
                                " AND h.host IN (SELECT exchange FROM mx_records)";

struct hidden {
    struct hidden *next;
    struct asker *asker;
    bool believe_ad;
    char host[NAME_TEXT_MAX];
    bool at_target, opted_out;
    struct name question;
    enum remedy_hidden found;
};

/* --- the facts --- */

static enum dane read_dane(sqlite3_stmt *row, int column)
{
    for (enum dane dane = DANE_UNREACHABLE; dane <= DANE_USABLE; dane++) {
        if (story_is(row, column, dane_word(dane)))
            return dane;
    }
    return DANE_UNKNOWN;
}

static enum remedy_base read_base(sqlite3_stmt *row, int column)
{
    if (story_is_null(row, column))
        return REMEDY_BASE_NONE;
    return sqlite3_column_int(row, column) != 0 ? REMEDY_BASE_HOST : REMEDY_BASE_TARGET;
}

/* Somebody else's, as far as names tell: below another registrable domain, or without any. */
static bool is_foreign(const struct suffixes *suffixes, const char *host, const char *target)
{
    const char *own = suffix_registrable(suffixes, host);
    const char *others = suffix_registrable(suffixes, target);
    return own == NULL || others == NULL || strcmp(own, others) != 0;
}

struct remedy_facts check_alias_facts(sqlite3_stmt *row, const struct suffixes *suffixes)
{
    return (struct remedy_facts){
        .alias = story_is(row, 2, "dname") ? ALIAS_DNAME : ALIAS_CNAME,
        .dane = read_dane(row, 3),
        .base = read_base(row, 4),
        .alias_dnssec = story_dnssec(row, 5),
        .target_dnssec = story_dnssec(row, 6),
        .foreign = is_foreign(suffixes, story_text(row, CHECK_ALIAS_HOST),
                              story_text(row, CHECK_ALIAS_TARGET)),
    };
}

/* --- the questions --- */

static struct hidden *add(struct hidden *next, sqlite3 *db, sqlite3_stmt *row, bool at_target,
                          bool believe_ad)
{
    const char *name = story_text(row, at_target ? CHECK_ALIAS_TARGET : CHECK_ALIAS_HOST);
    struct name question;
    if (!name_from_text(name, strlen(name), &question) ||
        !name_prepend(TLSA_PREFIX, &question, &question))
        return next; /* no room: nobody asks */
    struct hidden *hidden = memory_zeroed(1, sizeof *hidden);
    bool opted_out = check_opted_out(db, &question);
    *hidden = (struct hidden){
        .next = next,
        .believe_ad = believe_ad,
        .at_target = at_target,
        .opted_out = opted_out,
        .question = question,
        /* who opted out may have records; of others until an answer says more */
        .found = opted_out ? REMEDY_HIDDEN_RECORDS : REMEDY_HIDDEN_FAILED,
    };
    snprintf(hidden->host, sizeof hidden->host, "%s", story_text(row, CHECK_ALIAS_HOST));
    return hidden;
}

static int read_hosts(struct hidden **first, sqlite3 *db, const struct suffixes *suffixes,
                      bool believe_ad)
{
    sqlite3_stmt *row;
    int step;
    if (sqlite3_prepare_v2(db, hosts_sql, -1, &row, NULL) != SQLITE_OK)
        return -1;
    while ((step = sqlite3_step(row)) == SQLITE_ROW) {
        const struct remedy_facts facts = check_alias_facts(row, suffixes);
        if (remedy_asks_own(&facts))
            *first = add(*first, db, row, false, believe_ad);
        if (remedy_asks_target(&facts))
            *first = add(*first, db, row, true, believe_ad);
    }
    sqlite3_finalize(row);
    return step == SQLITE_DONE ? 0 : -1;
}

static int write_hosts(const struct hidden *first, sqlite3 *db)
{
    sqlite3_stmt *row;
    int result = 0;
    if (sqlite3_exec(db,
                     "CREATE TEMP TABLE hidden_tlsa (host TEXT, at_target INTEGER, found INTEGER)",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "INSERT INTO temp.hidden_tlsa VALUES (?1, ?2, ?3)", -1, &row,
                           NULL) != SQLITE_OK)
        return -1;
    for (const struct hidden *one = first; one != NULL && result == 0; one = one->next) {
        sqlite3_bind_text(row, 1, one->host, -1, SQLITE_STATIC);
        sqlite3_bind_int(row, 2, one->at_target);
        sqlite3_bind_int(row, 3, one->found);
        result = sqlite3_step(row) == SQLITE_DONE ? 0 : -1;
        sqlite3_reset(row);
    }
    sqlite3_finalize(row);
    return result;
}

/* Senders pass over records that are not secure. */
static void on_reply(void *context, const struct lookup_result *result)
{
    struct hidden *hidden = context;
    const struct lookup_answer *answer = &result->lookup;
    bool records = answer->outcome == OUTCOME_ANSWER &&
                   dnssec_of(hidden->believe_ad, answer) != DNSSEC_INSECURE;
    if (!lookup_failed(answer))
        hidden->found = records ? REMEDY_HIDDEN_RECORDS : REMEDY_HIDDEN_NONE;
    asker_settled(hidden->asker);
}

static void ask_all(struct asker *asker, void *context)
{
    for (struct hidden *hidden = context; hidden != NULL; hidden = hidden->next) {
        if (hidden->opted_out)
            continue;
        hidden->asker = asker;
        asker_expect(asker);
        lookup_ask(asker->lookups, &hidden->question, TYPE_TLSA, on_reply, hidden);
    }
}

int check_hidden(sqlite3 *db, struct asked_resolver *resolver, const struct suffixes *suffixes,
                 bool believe_ad, struct error *error)
{
    struct hidden *first = NULL;
    struct asker asker;
    int result = read_hosts(&first, db, suffixes, believe_ad);
    if (result != 0)
        error_set(error, "the hosts cannot be read: %s", sqlite3_errmsg(db));
    else if (first != NULL)
        result = asker_run(&asker, resolver, ask_all, first, error);
    if (result == 0 && write_hosts(first, db) != 0)
        result = error_set(error, "TLSA records cannot be noted: %s", sqlite3_errmsg(db));
    while (first != NULL) {
        struct hidden *next = first->next;
        free(first);
        first = next;
    }
    return result;
}
