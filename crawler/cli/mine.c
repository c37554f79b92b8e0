/* mine.c - `mxsurvey report --list`: which domains of a list are affected, by what a finished
 * survey knows: check's findings and advice, without a question asked. */
#include "crawler/cli/cli.h"

#include "analysis/collect/survey_file.h"
#include "crawler/cli/check/opt_out.h"
#include "crawler/cli/list_names.h"
#include "crawler/cli/mine_rows.h"
#include "crawler/cli/output_file.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* What is here in place of what check asks for: of TLSA records that nobody goes by nothing is
 * known; of the hops of a chain what the file tells.  Failures by their name, which the file has
 * no index for.  And for each view a table of ours, which comes before it and holds what concerns
 * one domain: joined with one another, the views of a large file would be read whole each time. */
static const char tables_sql[] =
    "CREATE TEMP TABLE mine (id INTEGER PRIMARY KEY, domain TEXT NOT NULL UNIQUE);"
    "CREATE TEMP TABLE hidden_tlsa (host TEXT, at_target INTEGER, found INTEGER);"
    "CREATE TEMP TABLE failures AS SELECT kind, name, failure, ede, tries FROM main.failures;"
    "CREATE INDEX temp.failures_name ON failures (name, kind);"
    "CREATE TEMP TABLE domains AS SELECT * FROM main.domains WHERE 0;"
    "CREATE TEMP TABLE mx_records AS SELECT * FROM main.mx_records WHERE 0;"
    "CREATE TEMP TABLE sts_policies AS SELECT * FROM main.sts_policies WHERE 0;"
    "CREATE TEMP TABLE hosts AS SELECT * FROM main.hosts WHERE 0;"
    "CREATE TEMP TABLE aliases AS SELECT * FROM main.aliases WHERE 0;"
    "CREATE TEMP TABLE addresses AS SELECT * FROM main.addresses WHERE 0;"
    "CREATE TEMP TABLE tlsa_records AS SELECT * FROM main.tlsa_records WHERE 0;"
    "CREATE TEMP TABLE probes AS SELECT * FROM main.probes WHERE 0;"
    "CREATE TEMP TABLE probe_matches AS SELECT * FROM main.probe_matches WHERE 0;"
    "CREATE TEMP TABLE probe_tlsa AS SELECT * FROM main.probe_tlsa WHERE 0;"
    "CREATE TEMP VIEW hop_dnssec AS SELECT a.host AS host, a.hop AS hop,"
    " CASE WHEN h.dnssec = 'secure' THEN 'secure'"
    "  WHEN a.hop = 1 THEN coalesce(h.alias_dnssec, 'indeterminate')"
    "  ELSE 'indeterminate' END AS dnssec"
    " FROM temp.aliases AS a JOIN temp.hosts AS h ON h.host = a.host;";

/* In this order, of the domain ?1. */
static const char *const take_sql[] = {
    "DELETE FROM temp.domains",
    "DELETE FROM temp.mx_records",
    "DELETE FROM temp.sts_policies",
    "DELETE FROM temp.hosts",
    "DELETE FROM temp.aliases",
    "DELETE FROM temp.addresses",
    "DELETE FROM temp.tlsa_records",
    "DELETE FROM temp.probes",
    "DELETE FROM temp.probe_matches",
    "DELETE FROM temp.probe_tlsa",
    "INSERT INTO temp.domains SELECT * FROM main.domains WHERE domain = ?1",
    "INSERT INTO temp.mx_records SELECT * FROM main.mx_records WHERE domain = ?1",
    "INSERT INTO temp.sts_policies SELECT * FROM main.sts_policies WHERE domain = ?1",
    "INSERT INTO temp.hosts SELECT * FROM main.hosts WHERE host IN"
    " (SELECT exchange FROM temp.mx_records UNION SELECT domain FROM temp.domains)",
    "INSERT INTO temp.aliases SELECT * FROM main.aliases WHERE host IN"
    " (SELECT host FROM temp.hosts)",
    "INSERT INTO temp.addresses SELECT * FROM main.addresses WHERE host IN"
    " (SELECT host FROM temp.hosts)",
    "INSERT INTO temp.tlsa_records SELECT * FROM main.tlsa_records WHERE host IN"
    " (SELECT host FROM temp.hosts)",
    "INSERT INTO temp.probes SELECT * FROM main.probes WHERE host IN"
    " (SELECT host FROM temp.hosts)",
    "INSERT INTO temp.probe_matches SELECT * FROM main.probe_matches WHERE host IN"
    " (SELECT host FROM temp.hosts)",
    "INSERT INTO temp.probe_tlsa SELECT * FROM main.probe_tlsa WHERE host IN"
    " (SELECT host FROM temp.hosts)",
};
enum {
    TAKES = sizeof take_sql / sizeof *take_sql
};

/* AD was believed, and the resolver validated from the begin to the end. */
static const char believe_sql[] =
    "SELECT (SELECT value FROM run_info WHERE key = 'setting.believe_ad') = '1'"
    " AND (SELECT value FROM run_info WHERE key = 'resolver_validates') = 'yes'";

static const char names_sql[] =
    "SELECT domain, known FROM (SELECT m.id AS id, m.domain AS domain,"
    " EXISTS (SELECT 1 FROM main.domains AS d WHERE d.domain = m.domain) AS known"
    " FROM temp.mine AS m) WHERE known = ?1 ORDER BY id";

struct mine {
    const struct options *options;
    sqlite3 *db;
    struct mine_rows rows;
    sqlite3_stmt *takes[TAKES];
    int status; /* of what went wrong with the lists */
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

static int prepare_takes(struct mine *mine)
{
    int result = SQLITE_OK;
    for (unsigned i = 0; i < TAKES && result == SQLITE_OK; i++)
        result = sqlite3_prepare_v2(mine->db, take_sql[i], -1, &mine->takes[i], NULL);
    return result == SQLITE_OK ? 0 : -1;
}

static int take_domain(struct mine *mine, const char *domain)
{
    for (unsigned i = 0; i < TAKES; i++) {
        sqlite3_stmt *take = mine->takes[i];
        if (sqlite3_bind_parameter_count(take) > 0 &&
            sqlite3_bind_text(take, 1, domain, -1, SQLITE_TRANSIENT) != SQLITE_OK)
            return -1;
        sqlite3_step(take);
        if (sqlite3_reset(take) != SQLITE_OK)
            return -1;
    }
    return 0;
}

static int tell_name(struct mine *mine, sqlite3_stmt *row)
{
    struct name name;
    const char *domain = (const char *)sqlite3_column_text(row, 0);
    if (domain == NULL)
        return 1;
    if (sqlite3_column_int(row, 1) != 0)
        return take_domain(mine, domain) == 0 ? mine_domain(&mine->rows, domain) : -1;
    bool excluded =
        name_from_text(domain, strlen(domain), &name) && check_opted_out(mine->db, &name);
    return mine_absent(&mine->rows, domain, excluded ? MINE_EXCLUDED : MINE_NOT_THERE);
}

/* Of those that the survey has, or has not. */
static int tell_names(struct mine *mine, bool known, struct error *error)
{
    sqlite3_stmt *row;
    int step = SQLITE_DONE, result = 0;
    if (sqlite3_prepare_v2(mine->db, names_sql, -1, &row, NULL) != SQLITE_OK)
        return fail_file(mine, error);
    sqlite3_bind_int(row, 1, known);
    while (result == 0 && (step = sqlite3_step(row)) == SQLITE_ROW)
        result = tell_name(mine, row);
    if (result > 0)
        fail_memory(mine, error);
    else if (result < 0 || step != SQLITE_DONE)
        result = fail_file(mine, error);
    sqlite3_finalize(row);
    return result == 0 ? 0 : -1;
}

/* --- the forms --- */

static int write_rows(struct mine *mine, FILE *out, struct error *error)
{
    struct sink *sink;
    if (sink_open(out, output_file_name(mine->options->output), COMPRESSION_NONE, &sink, error) !=
        0)
        return -1;
    mine->rows.sink = sink;
    mine_header(&mine->rows);
    if (tell_names(mine, true, error) != 0 || tell_names(mine, false, error) != 0) {
        sink_free(sink);
        return -1;
    }
    return sink_close(sink, error);
}

/* The names of one kind, as text that waits for what comes before it.  The caller frees. */
static char *gather_text(struct mine *mine, bool known, struct error *error)
{
    char *text = NULL;
    size_t length;
    mine->rows.text = open_memstream(&text, &length);
    if (mine->rows.text == NULL) {
        fail_memory(mine, error);
        return NULL;
    }
    int result = tell_names(mine, known, error);
    if (fclose(mine->rows.text) != 0 && result == 0)
        result = fail_memory(mine, error);
    if (result == 0)
        return text;
    free(text);
    return NULL;
}

static int write_text(struct mine *mine, FILE *out, struct error *error)
{
    const uint64_t *counts = mine->rows.counts;
    char *known = gather_text(mine, true, error);
    char *absent = known != NULL ? gather_text(mine, false, error) : NULL;
    int result = absent != NULL ? 0 : -1;
    if (result == 0) {
        fputs("My domains\n==========\n", out);
        mine_sum(out, counts);
        fputs(known, out);
        fputs(counts[MINE_NOT_THERE] > 0 ? "\nNot in the survey:\n" : "", out);
        fputs(absent, out);
        if (fflush(out) != 0)
            result = error_set(error, "%s: cannot be written: %s",
                               output_file_name(mine->options->output), strerror(errno));
    }
    free(known);
    free(absent);
    return result;
}

static bool read_believe(sqlite3 *db)
{
    sqlite3_stmt *row;
    if (sqlite3_prepare_v2(db, believe_sql, -1, &row, NULL) != SQLITE_OK)
        return false;
    bool believe = sqlite3_step(row) == SQLITE_ROW && sqlite3_column_int(row, 0) != 0;
    sqlite3_finalize(row);
    return believe;
}

static int write_mine(void *context, FILE *out, struct error *error)
{
    struct mine *mine = context;
    struct survey_file *file = NULL;
    struct suffixes *suffixes = NULL;
    struct story story = {0};
    int result = -1;
    if (survey_file_open(mine->options->arguments[0], &file, error) != 0 ||
        suffixes_open(&suffixes, error) != 0)
        goto done;
    mine->db = story.db = survey_file_database(file);
    mine->rows.story = &story;
    story.suffixes = suffixes;
    story.believe_ad = read_believe(story.db);
    if (sqlite3_exec(story.db, tables_sql, NULL, NULL, NULL) != SQLITE_OK ||
        prepare_takes(mine) != 0) {
        fail_file(mine, error);
        goto done;
    }
    if (read_names(mine, error) == 0)
        result = mine->rows.format == MINE_TEXT ? write_text(mine, out, error)
                                                : write_rows(mine, out, error);

done:
    for (unsigned i = 0; i < TAKES; i++)
        sqlite3_finalize(mine->takes[i]);
    story_done(&story);
    suffixes_free(suffixes);
    survey_file_close(file);
    return result;
}

int cli_mine(const struct options *options)
{
    struct error error = {""};
    if (options->format != FORMAT_TEXT && options->format != FORMAT_CSV &&
        options->format != FORMAT_NDJSON)
        return cli_fail(STATUS_USAGE, "report: with --list --format is text, csv or ndjson");
    struct mine mine = {
        .options = options,
        .rows.format = options->format == FORMAT_TEXT  ? MINE_TEXT
                       : options->format == FORMAT_CSV ? MINE_CSV
                                                       : MINE_NDJSON,
    };
    if (output_file_write(options->output, write_mine, &mine, &error) == 0)
        return STATUS_DONE;
    return cli_fail(mine.status != STATUS_DONE ? mine.status : STATUS_ERROR, error.text);
}
