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

static int count_of_rows(struct extract *extract, const char *sql, uint64_t *ret,
                         struct error *error)
{
    return survey_file_query(extract->file, sql, take_count, ret, error);
}

/* What is left of all rounds goes into a row that tells nothing then, and that is no smaller than
 * `enough`: the one united last, and those before it as long as it takes.  Not the smallest:
 * between the least and the smallest that is left to read it may have one size only, and who
 * subtracts it knows the rest.  With two more than the least, the rest may be one domain or
 * several. */
static int place_rest(struct extract *extract, struct error *error)
{
    uint64_t left = 0, rows = 0, enough = extract->least + 2;
    if (count_of_rows(extract, "SELECT total(domains) FROM temp.parts", &left, error) != 0 ||
        count_of_rows(extract, "SELECT count(*) FROM temp.extract_rows", &rows, error) != 0)
        return -1;
    if (rows == 0 && left < extract->least)
        return error_set(error,
                         "%s: %llu domain%s, fewer than the %llu that a number has to speak of: "
                         "nothing of it can be made public",
                         extract->path, (unsigned long long)left, left == 1 ? "" : "s",
                         (unsigned long long)extract->least);
    if (left == 0)
        return 0;
    char nothing[COLUMN_TEXT_MAX];
    told(COLUMN_COUNT, nothing);
    if (run(extract, error,
            "CREATE TEMP TABLE rest AS WITH backwards AS (SELECT rowid AS place, domains, "
            "sum(domains) OVER (ORDER BY rowid DESC) - domains AS before FROM temp.extract_rows) "
            "SELECT place, domains FROM backwards WHERE before = 0 OR before + %lld < %lld",
            (long long)left, (long long)enough) != 0 ||
        run(extract, error,
            "DELETE FROM temp.extract_rows WHERE rowid IN (SELECT place FROM temp.rest)") != 0)
        return -1;
    return run(extract, error,
               "INSERT INTO temp.extract_rows SELECT %s, %lld + coalesce(sum(domains), 0) "
               "FROM temp.rest",
               nothing, (long long)left);
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
