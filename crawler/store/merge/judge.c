#include "crawler/store/merge/judge.h"

#include "crawler/core/domain_rules.h"
#include "crawler/store/merge/hosts.h"
#include "crawler/store/merge/judge_sts.h"
#include "crawler/store/run_info.h"

#include <stdlib.h>
#include <string.h>

static const char doing[] = "judge domains again";

/* --- which domains --- */

static const char prepare_sql[] = "PRAGMA temp_store = FILE;"
                                  "CREATE TEMP TABLE disputed (id INTEGER PRIMARY KEY);"
                                  "CREATE TEMP TABLE judged (id INTEGER PRIMARY KEY);";

/* The last: domains without MX, which are their own hosts; 3 implicit_mx, 6 failed. */
static const char choose_sql[] =
    "INSERT OR IGNORE INTO judged SELECT s.id FROM disputed AS d"
    " CROSS JOIN _mx_record AS m ON m.host = d.id CROSS JOIN _surveyed AS s ON s.mx_set = m.mx_set;"
    "INSERT OR IGNORE INTO judged SELECT s.id FROM disputed AS d"
    " CROSS JOIN _host AS h ON h.id = d.id CROSS JOIN _listed AS l ON l.domain = h.name"
    " CROSS JOIN _surveyed AS s ON s.id = l.id WHERE s.mx_outcome IN (3, 6) AND s.mx_count = 0;";

static int note_disputed(struct merge *merge, sqlite3_stmt *insert, bool *ret_any,
                         struct error *error)
{
    for (unsigned part = 0; part < merge->parts.count; part++) {
        for (uint64_t id = 1; id <= merge->parts.parts[part].host_max; id++) {
            const struct merge_host *host = merge_hosts_get(merge, part, id);
            if (host == NULL || (host->flags & MERGE_HOST_DISPUTED) == 0)
                continue;
            *ret_any = true;
            sqlite3_bind_int64(insert, 1, (sqlite3_int64)merge_hosts_number_of(merge, part, id));
            sqlite3_step(insert);
            int code = sqlite3_reset(insert);
            if (code != SQLITE_OK)
                return file_error(&merge->out, doing, code, sqlite3_errmsg(merge->out.db), error);
        }
    }
    return merge_check_maps(merge, error);
}

/* --- judging --- */

/* A host as the united file has it. */
struct judged_host {
    uint64_t id;
    uint16_t preference;
    enum exchange_class class;
    enum outcome address_outcome;
    enum alias alias;
    enum dane dane;
    enum failure failure;
    struct ede ede;
    struct name name;
};

enum statement {
    CHOSEN,     /* the domains */
    EXCHANGES,  /* of a domain */
    ITSELF,     /* as its own host */
    WRITE,      /* into _surveyed */
    WRITE_MORE, /* into _surveyed_detail, */
    CLEAN,      /* whose row goes where it says nothing */
    FLAG,       /* does it say something? */
    REMOVE_SET, /* the implicit mail host that was, */
    ADD_SET,    /* and the one that is */
    WRITE_SET,
    STATEMENT_COUNT
};

#define HOST_COLUMNS                                                                               \
    "h.id, h.name, h.class, abs(h.address_outcome), h.alias, h.dane, hd.failure, hd.ede"

static const char *const statements_sql[STATEMENT_COUNT] = {
    [CHOSEN] = "SELECT s.id, s.mx_outcome, s.dnssec, s.mx_count, d.failure, d.ede"
               " FROM judged AS j CROSS JOIN _surveyed AS s ON s.id = j.id"
               " LEFT JOIN _surveyed_detail AS d ON d.id = s.id ORDER BY j.id",
    [EXCHANGES] =
        "SELECT " HOST_COLUMNS ", m.preference FROM _surveyed AS s"
        " CROSS JOIN _mx_record AS m ON m.mx_set = s.mx_set CROSS JOIN _host AS h ON h.id = m.host"
        " LEFT JOIN _host_detail AS hd ON hd.id = h.id WHERE s.id = ?1",
    [ITSELF] = "SELECT " HOST_COLUMNS ", 0 FROM _listed AS l CROSS JOIN _host AS h"
               " ON h.name = l.domain LEFT JOIN _host_detail AS hd ON hd.id = h.id WHERE l.id = ?1",
    [WRITE] = "UPDATE _surveyed SET mx_outcome = ?2, dnssec = nullif(?3, 0), cname_mx_count = ?4,"
              " dane = nullif(?5, 0), dane_ready = nullif(?6, 0) WHERE id = ?1",
    [WRITE_MORE] = "INSERT INTO _surveyed_detail (id, null_mx_flaw, failure, ede, unknown_mx_count,"
                   " tlsa_failures) VALUES (?1, nullif(?2, 0), nullif(?3, 0), ?4,"
                   " nullif(max(?5, 0), 0), nullif(max(?6, 0), 0))"
                   " ON CONFLICT (id) DO UPDATE SET null_mx_flaw = excluded.null_mx_flaw,"
                   " failure = excluded.failure, ede = excluded.ede,"
                   " unknown_mx_count = excluded.unknown_mx_count,"
                   " tlsa_failures = excluded.tlsa_failures",
    [CLEAN] = "DELETE FROM _surveyed_detail WHERE id = ?1 AND null_mx_flaw IS NULL AND failure IS"
              " NULL AND ede IS NULL AND alias_target IS NULL AND unknown_mx_count IS NULL"
              " AND tlsa_failures IS NULL",
    [FLAG] = "UPDATE _surveyed SET detailed = (SELECT 1 FROM _surveyed_detail WHERE id = ?1)"
             " WHERE id = ?1",
    [REMOVE_SET] = "DELETE FROM _mx_record"
                   " WHERE mx_set = (SELECT mx_set FROM _surveyed WHERE id = ?1)",
    [ADD_SET] = "INSERT INTO _mx_record (mx_set, place, host, role)"
                " SELECT coalesce(max(mx_set), 0) + 1, 0, ?1, 1 FROM _mx_record",
    [WRITE_SET] = "UPDATE _surveyed SET"
                  " mx_set = (SELECT max(mx_set) FROM _mx_record WHERE ?2 NOT NULL),"
                  " provider = -(SELECT provider_length FROM _host WHERE id = ?2) WHERE id = ?1",
};

struct judging {
    struct merge_sts *sts;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct judged_host *hosts; /* of the domain */
    struct mx_fact *facts;
    unsigned count, room;
};

static bool make_room(struct judging *judging)
{
    if (judging->count < judging->room)
        return true;
    unsigned room = judging->room == 0 ? 16 : judging->room * 2;
    struct judged_host *hosts = realloc(judging->hosts, room * sizeof *hosts);
    if (hosts == NULL)
        return false;
    judging->hosts = hosts;
    struct mx_fact *facts = realloc(judging->facts, room * sizeof *facts);
    if (facts == NULL)
        return false;
    judging->facts = facts;
    judging->room = room;
    return true;
}

/* The hosts of a domain, by EXCHANGES or ITSELF.  An SQLite result code. */
static int read_hosts(struct judging *judging, enum statement which, int64_t domain)
{
    sqlite3_stmt *row = judging->statements[which];
    int code;
    judging->count = 0;
    sqlite3_bind_int64(row, 1, domain);
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        if (!make_room(judging)) {
            code = SQLITE_NOMEM;
            break;
        }
        struct judged_host *host = &judging->hosts[judging->count++];
        const char *name = (const char *)sqlite3_column_text(row, 1);
        host->id = (uint64_t)sqlite3_column_int64(row, 0);
        host->class = (enum exchange_class)sqlite3_column_int(row, 2);
        host->address_outcome = (enum outcome)sqlite3_column_int(row, 3);
        host->alias = (enum alias)sqlite3_column_int(row, 4);
        host->dane = (enum dane)sqlite3_column_int(row, 5);
        host->failure = (enum failure)sqlite3_column_int(row, 6);
        ede_from_text((const char *)sqlite3_column_text(row, 7), &host->ede);
        host->preference = (uint16_t)sqlite3_column_int(row, 8);
        if (name == NULL ||
            !name_from_text(name, (size_t)sqlite3_column_bytes(row, 1), &host->name)) {
            code = SQLITE_CORRUPT;
            break;
        }
    }
    sqlite3_reset(row);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* What the MX answer was, from the row it made (domain_judge() the other way). */
static enum outcome mx_answer(enum mx_outcome mx_outcome, bool counted)
{
    switch (mx_outcome) {
    case MX_OUTCOME_MX:
    case MX_OUTCOME_NULL_MX:
        return OUTCOME_ANSWER;
    case MX_OUTCOME_IMPLICIT_MX:
    case MX_OUTCOME_NO_SERVICE:
        return OUTCOME_NODATA;
    case MX_OUTCOME_NXDOMAIN:
        return OUTCOME_NXDOMAIN;
    case MX_OUTCOME_FAILED:
    case MX_OUTCOME_UNKNOWN:
        break;
    }
    return counted ? OUTCOME_NODATA : OUTCOME_FAILED;
}

static int gather(struct judging *judging, bool believe_ad, struct domain_facts *ret)
{
    sqlite3_stmt *row = judging->statements[CHOSEN];
    int64_t id = sqlite3_column_int64(row, 0);
    *ret = (struct domain_facts){
        .believe_ad = believe_ad,
        .lookup.outcome = mx_answer((enum mx_outcome)sqlite3_column_int(row, 1),
                                    sqlite3_column_type(row, 3) != SQLITE_NULL),
        .lookup.failure = (enum failure)sqlite3_column_int(row, 4),
        .lookup.authentic = sqlite3_column_int(row, 2) == DNSSEC_SECURE,
        .lookup.unvalidated = sqlite3_column_int(row, 2) == DNSSEC_INDETERMINATE,
    };
    ede_from_text((const char *)sqlite3_column_text(row, 5), &ret->lookup.ede);
    enum domain_need need = domain_needs(ret->lookup.outcome);
    bool itself = need == DOMAIN_NEEDS_ITSELF;
    judging->count = 0;
    if (need == DOMAIN_NEEDS_NOTHING)
        return SQLITE_OK;
    int code = read_hosts(judging, itself ? ITSELF : EXCHANGES, id);
    if (code != SQLITE_OK || judging->count == 0)
        return code;
    if (itself) {
        const struct judged_host *host = &judging->hosts[0];
        if (ret->lookup.failure != FAILURE_NONE) /* of the addresses, as the codes are */
            ret->lookup.ede = (struct ede){0};
        ret->lookup.failure = FAILURE_NONE;
        ret->address.outcome = host->address_outcome;
        ret->address.failure = host->failure;
        ret->address.ede = host->ede;
        ret->address_dane = host->dane;
        return SQLITE_OK;
    }
    for (unsigned i = 0; i < judging->count; i++) {
        const struct judged_host *host = &judging->hosts[i];
        judging->facts[i] = (struct mx_fact){
            .preference = host->preference,
            .class = host->class,
            .address_outcome = host->address_outcome,
            .alias = host->alias,
            .dane = host->dane,
            .exchange = &host->name,
        };
    }
    ret->mx_count = judging->count;
    ret->mx = judging->facts;
    return SQLITE_OK;
}

static int run_statement(struct judging *judging, enum statement which)
{
    sqlite3_step(judging->statements[which]);
    return sqlite3_reset(judging->statements[which]);
}

static int run_for(struct judging *judging, enum statement which, int64_t id)
{
    sqlite3_bind_int64(judging->statements[which], 1, id);
    return run_statement(judging, which);
}

/* Of a domain without MX: whether it is its own mail host. */
static int write_implicit(struct judging *judging, int64_t id, bool implicit)
{
    sqlite3_stmt *write = judging->statements[WRITE_SET];
    int64_t host = implicit ? (int64_t)judging->hosts[0].id : 0;
    int code = run_for(judging, REMOVE_SET, id);
    if (code == SQLITE_OK && implicit)
        code = run_for(judging, ADD_SET, host);
    sqlite3_bind_null(write, 2);
    if (implicit)
        sqlite3_bind_int64(write, 2, host);
    return code == SQLITE_OK ? run_for(judging, WRITE_SET, id) : code;
}

static int write_verdict(struct judging *judging, int64_t id, const struct domain_verdict *verdict)
{
    char ede[EDE_TEXT_MAX];
    sqlite3_stmt *row = judging->statements[WRITE];
    sqlite3_bind_int64(row, 1, id);
    sqlite3_bind_int(row, 2, verdict->mx_outcome);
    sqlite3_bind_int(row, 3, verdict->dnssec);
    sqlite3_bind_int(row, 4, verdict->cname_mx_count);
    sqlite3_bind_int(row, 5, verdict->dane);
    sqlite3_bind_int(row, 6, verdict->dane_ready);
    int code = run_statement(judging, WRITE);
    if (code != SQLITE_OK)
        return code;
    row = judging->statements[WRITE_MORE];
    sqlite3_bind_int64(row, 1, id);
    sqlite3_bind_int(row, 2, verdict->null_mx_flaw);
    sqlite3_bind_int(row, 3, verdict->failure);
    sqlite3_bind_null(row, 4);
    if (verdict->ede.count > 0) {
        ede_to_text(&verdict->ede, ede);
        sqlite3_bind_text(row, 4, ede, -1, SQLITE_STATIC);
    }
    sqlite3_bind_int(row, 5, verdict->unknown_mx_count);
    sqlite3_bind_int(row, 6, verdict->tlsa_failures);
    code = run_statement(judging, WRITE_MORE);
    if (code != SQLITE_OK)
        return code;
    code = run_for(judging, CLEAN, id);
    return code == SQLITE_OK ? run_for(judging, FLAG, id) : code;
}

/* Judges all that were chosen.  An SQLite result code. */
static int judge_chosen(struct judging *judging, bool believe_ad, uint64_t *ret_count)
{
    struct domain_facts facts;
    struct domain_verdict verdict;
    sqlite3_stmt *row = judging->statements[CHOSEN];
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(row, 0);
        code = gather(judging, believe_ad, &facts);
        if (code != SQLITE_OK)
            return code;
        domain_judge(&facts, &verdict);
        code = write_verdict(judging, id, &verdict);
        if (code == SQLITE_OK && domain_needs(facts.lookup.outcome) == DOMAIN_NEEDS_ITSELF)
            code = write_implicit(judging, id, verdict.mx_outcome == MX_OUTCOME_IMPLICIT_MX);
        if (code == SQLITE_OK)
            code = merge_sts_judge(judging->sts, id);
        if (code != SQLITE_OK)
            return code;
        ++*ret_count;
    }
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int judge_all(struct merge *merge, uint64_t *ret_count, struct error *error)
{
    struct judging judging = {0};
    sqlite3 *db = merge->out.db;
    char *believe_ad = run_info_read(merge->out.db, "setting.believe_ad");
    int code = SQLITE_OK;
    for (unsigned i = 0; i < STATEMENT_COUNT && code == SQLITE_OK; i++)
        code = sqlite3_prepare_v2(db, statements_sql[i], -1, &judging.statements[i], NULL);
    if (code == SQLITE_OK)
        code = merge_sts_new(db, &judging.sts);
    if (code == SQLITE_OK)
        code =
            judge_chosen(&judging, believe_ad != NULL && strcmp(believe_ad, "1") == 0, ret_count);
    int status =
        code == SQLITE_OK ? 0 : file_error(&merge->out, doing, code, sqlite3_errmsg(db), error);
    for (unsigned i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(judging.statements[i]);
    merge_sts_free(judging.sts);
    free(judging.hosts);
    free(judging.facts);
    free(believe_ad);
    return status;
}

int merge_judge(struct merge *merge, uint64_t *ret_count, struct error *error)
{
    sqlite3_stmt *insert = NULL;
    struct file *out = &merge->out;
    bool any = false;
    *ret_count = 0;
    if (file_exec(out, prepare_sql, doing, error) != 0 ||
        file_exec(out, "BEGIN", doing, error) != 0)
        return -1;
    int code = sqlite3_prepare_v2(out->db, "INSERT INTO disputed VALUES (?)", -1, &insert, NULL);
    int status = code == SQLITE_OK ? note_disputed(merge, insert, &any, error)
                                   : file_error(out, doing, code, sqlite3_errmsg(out->db), error);
    sqlite3_finalize(insert);
    if (status == 0 && any)
        status = file_exec(out, choose_sql, doing, error);
    if (status == 0 && any)
        status = judge_all(merge, ret_count, error);
    return status == 0 ? file_exec(out, "COMMIT", doing, error) : status;
}
