/* mine.c - `mxsurvey report --list`: which domains of a list are affected, by what a finished
 * survey knows: check's findings and advice, without a question asked. */
#include "crawler/cli/cli.h"

#include "analysis/collect/survey_file.h"
#include "crawler/cli/check_opt_out.h"
#include "crawler/cli/list_names.h"
#include "crawler/cli/mine_rows.h"
#include "crawler/cli/output_file.h"

#include <string.h>

/* What is here in place of what check asks for: of TLSA records that nobody goes by nothing is
 * known; of the hops of a chain what the file tells.  And failures by their name, which the file
 * has no index for: a table of ours, that comes before its view. */
static const char tables_sql[] =
    "CREATE TEMP TABLE mine (id INTEGER PRIMARY KEY, domain TEXT NOT NULL UNIQUE);"
    "CREATE TEMP TABLE hidden_tlsa (host TEXT, at_target INTEGER, found INTEGER);"
    "CREATE TEMP VIEW hop_dnssec AS SELECT a.host AS host, a.hop AS hop,"
    " CASE WHEN h.dnssec = 'secure' THEN 'secure'"
    "  WHEN a.hop = 1 THEN coalesce(h.alias_dnssec, 'indeterminate')"
    "  ELSE 'indeterminate' END AS dnssec"
    " FROM main.aliases AS a JOIN main.hosts AS h ON h.host = a.host;"
    "CREATE TEMP TABLE failures AS SELECT kind, name, failure, ede, tries FROM main.failures;"
    "CREATE INDEX temp.failures_name ON failures (name, kind);";

/* AD was believed, and the resolver validated from the begin to the end. */
static const char believe_sql[] =
    "SELECT (SELECT value FROM run_info WHERE key = 'setting.believe_ad') = '1'"
    " AND (SELECT value FROM run_info WHERE key = 'resolver_validates') = 'yes'";

static const char names_sql[] =
    "SELECT m.domain, EXISTS (SELECT 1 FROM domains AS d WHERE d.domain = m.domain)"
    " FROM temp.mine AS m WHERE ?1 OR NOT EXISTS"
    " (SELECT 1 FROM domains AS d WHERE d.domain = m.domain) ORDER BY m.id";

struct mine {
    const struct options *options;
    sqlite3 *db;
    struct mine_rows rows;
    FILE *out;
    int status; /* of what went wrong */
};

static int fail_file(const struct mine *mine, struct error *error)
{
    return error_set(error, "%s: cannot read the survey: %s", mine->options->arguments[0],
                     sqlite3_errmsg(mine->db));
}

static int fail_memory(const struct mine *mine, struct error *error)
{
    return error_set(error, "%s: out of memory", mine->options->arguments[0]);
}

/* --- the names --- */

static int take_name(void *context, const struct list_name *name)
{
    sqlite3_stmt *insert = context;
    sqlite3_bind_text(insert, 1, name->domain, (int)name->length, SQLITE_STATIC);
    int step = sqlite3_step(insert);
    sqlite3_reset(insert);
    return step != SQLITE_DONE;
}

static int read_names(struct mine *mine, struct error *error)
{
    sqlite3_stmt *insert;
    if (sqlite3_prepare_v2(mine->db, "INSERT OR IGNORE INTO temp.mine (domain) VALUES (?1)", -1,
                           &insert, NULL) != SQLITE_OK)
        return fail_file(mine, error);
    error->text[0] = '\0';
    mine->status = list_names_read(mine->options, take_name, insert, error);
    sqlite3_finalize(insert);
    if (mine->status != STATUS_DONE && error->text[0] == '\0')
        fail_file(mine, error); /* the table could not take one */
    return mine->status == STATUS_DONE ? 0 : -1;
}

/* --- what is known of them --- */

static int tell_name(struct mine *mine, sqlite3_stmt *row)
{
    struct name name;
    const char *domain = (const char *)sqlite3_column_text(row, 0);
    if (domain == NULL)
        return 1;
    if (sqlite3_column_int(row, 1) != 0)
        return mine_domain(&mine->rows, domain);
    bool excluded = name_from_text(domain, strlen(domain), &name) &&
                    check_opted_out(mine->db, &name);
    return mine_absent(&mine->rows, domain, excluded ? MINE_EXCLUDED : MINE_NOT_THERE);
}

/* Of those that the survey has, or has not. */
static int tell_names(struct mine *mine, bool all, struct error *error)
{
    sqlite3_stmt *row;
    int step = SQLITE_DONE, result = 0;
    if (sqlite3_prepare_v2(mine->db, names_sql, -1, &row, NULL) != SQLITE_OK)
        return fail_file(mine, error);
    sqlite3_bind_int(row, 1, all);
    while (result == 0 && (step = sqlite3_step(row)) == SQLITE_ROW)
        result = tell_name(mine, row);
    if (result < 0 || step == SQLITE_ERROR)
        result = fail_file(mine, error);
    else if (result > 0)
        result = fail_memory(mine, error);
    sqlite3_finalize(row);
    return result;
}
