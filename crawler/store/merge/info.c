#include "crawler/store/merge/parts.h"

#include <stdio.h>
#include <string.h>

/* What run_info of the parts says, each key of each part once. */
static const char create_sql[] = "CREATE TABLE info (key TEXT, part INTEGER, value TEXT,"
                                 " PRIMARY KEY (key, part)) WITHOUT ROWID";

/* Keys that must say the same in all parts: what was read, by which program, and every
 * setting but those that only steer a run (a run may be continued with others, too). */
#define IS_LIST "(key LIKE 'list.%' AND key NOT LIKE 'list.%.path')"
#define IS_SETTING                                                                                 \
    "(key LIKE 'setting.%' AND key NOT IN ('setting.shard', 'setting.shuffle',"                    \
    " 'setting.max_in_flight', 'setting.max_qps', 'setting.timeout_ms', 'setting.tries',"          \
    " 'setting.trust_ad', 'setting.sts_timeout', 'setting.ca_file'))"
#define IS_PROGRAM "key IN ('version.mxsurvey', 'public_suffix_list')"

/* The first part that differs from the one before all others that has the key: lists
 * first, then programs, then settings.  A shard without a single name has no versions. */
static const char difference_sql[] =
    "WITH compared AS (SELECT key, part, value,"
    "  first_value(part) OVER by_key AS first_part, first_value(value) OVER by_key AS first_value"
    " FROM info WHERE " IS_LIST " OR " IS_SETTING " OR " IS_PROGRAM
    " WINDOW by_key AS (PARTITION BY key ORDER BY part))"
    " SELECT part, first_part, key, value, first_value, " IS_LIST ", " IS_PROGRAM " FROM compared"
    " WHERE value <> first_value"
    " ORDER BY " IS_LIST " DESC, " IS_PROGRAM " DESC, part, key LIMIT 1";

static const char missing_sql[] =
    "SELECT p.part, k.key FROM (SELECT DISTINCT key FROM info WHERE " IS_LIST " OR " IS_SETTING ")"
    " AS k JOIN (SELECT DISTINCT part FROM info) AS p"
    " WHERE NOT EXISTS (SELECT 1 FROM info AS i WHERE i.key = k.key AND i.part = p.part)"
    " ORDER BY p.part, k.key LIMIT 1";

/* Every name of the lists is listed, met again or excluded in the one shard it falls to. */
static const char sum_sql[] =
    "SELECT (SELECT sum(CAST(value AS INTEGER)) FROM info"
    "  WHERE key IN ('total.listed', 'total.duplicates', 'total.excluded')),"
    " (SELECT sum(CAST(value AS INTEGER)) FROM info WHERE part = 0 AND key LIKE 'list.%.names')";

static const char united_sql[] =
    "SELECT key, CASE"
    "  WHEN key = 'setting.shard' THEN '1/1'"
    "  WHEN key = 'total.other_shards' THEN '0'"
    "  WHEN key LIKE 'list.%' OR key = 'total.rejected_lines' THEN (SELECT value FROM info AS i"
    "   WHERE i.key = u.key ORDER BY part LIMIT 1)"
    "  WHEN key LIKE 'total.%' OR key LIKE 'probe.total.%' THEN sum(CAST(value AS INTEGER))"
    "  WHEN key IN ('started_at', 'probe.started_at') THEN min(CAST(value AS INTEGER))"
    "  WHEN key IN ('ended_at', 'probe.ended_at') OR key LIKE 'longest_%'"
    "   THEN max(CAST(value AS INTEGER))"
    "  ELSE (SELECT group_concat(value, '; ') FROM (SELECT value FROM info AS i"
    "   WHERE i.key = u.key GROUP BY value ORDER BY min(part)))"
    " END FROM info AS u"
    " WHERE key NOT IN ('state', 'schema') AND key NOT LIKE 'shard.%' GROUP BY key"
    " UNION ALL SELECT printf('shard.%d.%s', part + 1, key), value FROM info"
    " WHERE key IN ('started_at', 'ended_at')";

static int info_error(const struct merge_parts *parts, struct error *error)
{
    const char *reason = parts->info != NULL ? sqlite3_errmsg(parts->info) : "no memory";
    return error_set(error, "%s: cannot compare it with the other shards: %s", parts->parts[0].path,
                     reason);
}

static int prepare(const struct merge_parts *parts, const char *sql, sqlite3_stmt **ret,
                   struct error *error)
{
    return sqlite3_prepare_v2(parts->info, sql, -1, ret, NULL) == SQLITE_OK
               ? 0
               : info_error(parts, error);
}

/* --- reading --- */

static int read_part(const struct merge_parts *parts, unsigned index, sqlite3_stmt *insert,
                     struct error *error)
{
    sqlite3_stmt *select = NULL;
    const struct merge_part *part = &parts->parts[index];
    if (merge_part_prepare(part, "SELECT key, value FROM _run", &select, error) != 0)
        return -1;
    int code, status = 0;
    while (status == 0 && (code = sqlite3_step(select)) == SQLITE_ROW) {
        bool is_bound =
            sqlite3_bind_value(insert, 1, sqlite3_column_value(select, 0)) == SQLITE_OK &&
            sqlite3_bind_int64(insert, 2, index) == SQLITE_OK &&
            sqlite3_bind_value(insert, 3, sqlite3_column_value(select, 1)) == SQLITE_OK;
        if (is_bound)
            sqlite3_step(insert);
        if (!is_bound || sqlite3_reset(insert) != SQLITE_OK)
            status = info_error(parts, error);
    }
    if (status == 0 && code != SQLITE_DONE)
        status = merge_part_error(part, error);
    sqlite3_finalize(select);
    return status;
}

static int read_all(const struct merge_parts *parts, struct error *error)
{
    sqlite3_stmt *insert = NULL;
    if (sqlite3_exec(parts->info, create_sql, NULL, NULL, NULL) != SQLITE_OK)
        return info_error(parts, error);
    if (prepare(parts, "INSERT INTO info VALUES (?, ?, ?)", &insert, error) != 0)
        return -1;
    int status = 0;
    for (unsigned i = 0; i < parts->count && status == 0; i++)
        status = read_part(parts, i, insert, error);
    sqlite3_finalize(insert);
    return status;
}

/* --- comparing --- */

static int say_difference(const struct merge_parts *parts, sqlite3_stmt *row, struct error *error)
{
    const char *path = parts->parts[sqlite3_column_int(row, 0)].path;
    const char *first = parts->parts[sqlite3_column_int(row, 1)].path;
    const char *key = (const char *)sqlite3_column_text(row, 2);
    const char *value = (const char *)sqlite3_column_text(row, 3);
    const char *first_value = (const char *)sqlite3_column_text(row, 4);
    if (sqlite3_column_int(row, 5))
        return error_set(error,
                         "%s: is a shard of another list than %s (%s differs); merge the shards of "
                         "one list only",
                         path, first, key);
    if (sqlite3_column_int(row, 6))
        return error_set(error,
                         "%s: was surveyed by another program than %s (%s: \"%s\", there \"%s\"); "
                         "survey all shards with the same one",
                         path, first, key, value, first_value);
    return error_set(error,
                     "%s: was surveyed with other settings than %s (%s: \"%s\", there \"%s\"); "
                     "survey it again with the same ones",
                     path, first, key, value, first_value);
}

static int say_missing(const struct merge_parts *parts, sqlite3_stmt *row, struct error *error)
{
    return error_set(error,
                     "%s: says nothing of %s, which other shards do; survey all shards with the "
                     "same program",
                     parts->parts[sqlite3_column_int(row, 0)].path, sqlite3_column_text(row, 1));
}

static int say_sum(const struct merge_parts *parts, sqlite3_stmt *row, struct error *error)
{
    long long found = sqlite3_column_int64(row, 0), expected = sqlite3_column_int64(row, 1);
    if (found == expected)
        return 0;
    return error_set(error,
                     "%s and the other shards: have %lld names together, their lists %lld; survey "
                     "them again",
                     parts->parts[0].path, found, expected);
}

/* Says what the first row of a question shows, if there is one. */
static int check(const struct merge_parts *parts, const char *sql,
                 int (*say)(const struct merge_parts *parts, sqlite3_stmt *row,
                            struct error *error),
                 struct error *error)
{
    sqlite3_stmt *statement = NULL;
    if (prepare(parts, sql, &statement, error) != 0)
        return -1;
    int status = 0, code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        status = say(parts, statement, error);
    else if (code != SQLITE_DONE)
        status = info_error(parts, error);
    sqlite3_finalize(statement);
    return status;
}

int merge_info_check(struct merge_parts *parts, struct error *error)
{
    if (sqlite3_open(":memory:", &parts->info) != SQLITE_OK)
        return info_error(parts, error);
    if (read_all(parts, error) != 0 || check(parts, difference_sql, say_difference, error) != 0 ||
        check(parts, missing_sql, say_missing, error) != 0)
        return -1;
    return check(parts, sum_sql, say_sum, error);
}

/* --- writing --- */

int merge_info_write(const struct merge_parts *parts, struct file *out, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    char key[32];
    int status = prepare(parts, united_sql, &statement, error), code = SQLITE_DONE;
    while (status == 0 && (code = sqlite3_step(statement)) == SQLITE_ROW)
        status = file_set_info(out, (const char *)sqlite3_column_text(statement, 0),
                               (const char *)sqlite3_column_text(statement, 1), error);
    if (status == 0 && code != SQLITE_DONE)
        status = info_error(parts, error);
    sqlite3_finalize(statement);
    for (unsigned i = 0; i < parts->count && status == 0; i++) {
        snprintf(key, sizeof key, "shard.%u.file", i + 1);
        status = file_set_info(out, key, parts->parts[i].path, error);
    }
    return status;
}
