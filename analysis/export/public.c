#include "analysis/export/public.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"

static const char *const COLUMNS[] = {PUBLIC_COLUMNS};
enum {
    COLUMN_COUNT = sizeof COLUMNS / sizeof *COLUMNS,
    COLUMN_TEXT_MAX = 400
};

#define ALL_COLUMNS "1, 2, 3, 4, 5, 6, 7, 8"
_Static_assert(COLUMN_COUNT == 8, "ALL_COLUMNS has them all");

struct extract {
    struct survey_file *file;
    const char *path;
    uint64_t least;
};

/* One statement, its format by sqlite3_mprintf() */
static int run(struct extract *extract, struct error *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *sql = sqlite3_vmprintf(format, args);
    va_end(args);
    if (sql == NULL)
        return error_set(error, "%s: out of memory", extract->path);
    int result = survey_file_query(extract->file, sql, NULL, NULL, error);
    sqlite3_free(sql);
    return result;
}

/* The columns, of which the last `untold` are PUBLIC_ANY */
static const char *told(int untold, char ret[COLUMN_TEXT_MAX])
{
    size_t used = 0;
    for (int i = 0; i < COLUMN_COUNT; i++)
        used += (size_t)snprintf(ret + used, COLUMN_TEXT_MAX - used, "%s%s%s",
                                 i < COLUMN_COUNT - untold ? "" : "'" PUBLIC_ANY "' AS ",
                                 COLUMNS[i], i + 1 < COLUMN_COUNT ? ", " : "");
    return ret;
}

static int make_round(struct extract *extract, int untold, struct error *error)
{
    char columns[COLUMN_TEXT_MAX], names[COLUMN_TEXT_MAX];
    sqlite3_int64 least = (sqlite3_int64)extract->least;
    told(untold, columns);
    told(0, names);
    if (run(extract, error,
            "CREATE TEMP TABLE united AS SELECT %s, sum(domains) AS domains, count(*) AS parts"
            " FROM temp.parts GROUP BY " ALL_COLUMNS,
            columns) != 0 ||
        run(extract, error, "DROP TABLE temp.parts") != 0 ||
        run(extract, error,
            "INSERT INTO temp.extract_rows SELECT %s, domains FROM temp.united WHERE domains >= "
            "%lld AND (%d = 0 OR domains < parts * %lld)",
            names, least, untold, least - 1) != 0 ||
        run(extract, error,
            "DELETE FROM temp.united WHERE domains >= %lld AND (%d = 0 OR domains < parts * %lld)",
            least, untold, least - 1) != 0)
        return -1;
    return run(extract, error, "ALTER TABLE temp.united RENAME TO parts");
}

static int take_count(void *context, sqlite3_stmt *row, struct error *error)
{
    (void)error;
    *(uint64_t *)context = survey_row_count(row, 0);
    return 0;
}

/* What is left of all rounds: with the smallest row it is enough. */
static int place_rest(struct extract *extract, struct error *error)
{
    uint64_t left = 0, rows = 0;
    if (survey_file_query(extract->file, "SELECT total(domains) FROM temp.parts", take_count, &left,
                          error) != 0 ||
        survey_file_query(extract->file, "SELECT count(*) FROM temp.extract_rows", take_count,
                          &rows, error) != 0)
        return -1;
    if (rows == 0)
        return error_set(error,
                         "%s: %llu domain%s, fewer than the %llu that a number has to speak of: "
                         "nothing of it can be made public",
                         extract->path, (unsigned long long)left, left == 1 ? "" : "s",
                         (unsigned long long)extract->least);
    if (left == 0)
        return 0;
    return run(
        extract, error,
        "UPDATE temp.extract_rows SET domains = domains + %lld, mx_outcome = '*', "
        "cname = '*', suffix = '*', stratum = '*', provider = '*', dnssec = '*', dane = '*', "
        "sts = '*' WHERE rowid = (SELECT rowid FROM temp.extract_rows ORDER BY domains, "
        "rowid LIMIT 1)",
        (long long)left);
}

int public_make(struct survey_file *file, const char *path, uint64_t least, struct error *error)
{
    struct extract extract = {file, path, least};
    char names[COLUMN_TEXT_MAX];
    told(0, names);
    if (run(&extract, error, sql_public_parts, (long long)least) != 0 ||
        run(&extract, error,
            "CREATE TEMP TABLE extract_rows AS SELECT * FROM temp.parts LIMIT 0") != 0)
        return -1;
    for (int untold = 0; untold <= COLUMN_COUNT; untold++)
        if (make_round(&extract, untold, error) != 0)
            return -1;
    if (place_rest(&extract, error) != 0)
        return -1;
    return run(&extract, error,
               "CREATE TEMP TABLE " PUBLIC_TABLE " AS SELECT %s, domains FROM temp.extract_rows "
               "ORDER BY " ALL_COLUMNS,
               names);
}
