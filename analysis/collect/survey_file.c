#include "analysis/collect/survey_file.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/collect/sql_functions.h"
#include "analysis/document/utf8.h"
#include "crawler/store/header.h"
#include "crawler/store/schema.h"

enum {
    BUSY_TIMEOUT_MS = 5000,
    VALUE_MAX = 16 << 20 /* octets of one value; a survey has none near it */
};

/* 32 MiB: the hosts that many domains share */
static const char CACHE_SQL[] = "PRAGMA cache_size = -32768";

struct survey_file {
    sqlite3 *db;
    char *path; /* for errors */
};

/* The file itself has been read: it is the index of its log that is not there, or stale, and cannot
 * be written. */
static bool lacks_index(sqlite3 *db)
{
    int code = sqlite3_errcode(db), cause = sqlite3_system_errno(db);
    bool is_there = cause != ENOENT && cause != EACCES && cause != EROFS;
    return code == SQLITE_READONLY || (code == SQLITE_CANTOPEN && !is_there);
}

static int fail(struct survey_file *file, struct error *error)
{
    int code = sqlite3_extended_errcode(file->db);
    if (code == SQLITE_READONLY_ROLLBACK)
        return error_set(
            error,
            "%s: its run was killed while it wrote to it: run its mxsurvey run command "
            "again",
            file->path);
    if ((code & 0xff) == SQLITE_BUSY)
        return error_set(
            error,
            "%s: is locked by a run, which finishes it, or has it on a disk that other "
            "machines share: read it when that has ended",
            file->path);
    if ((code & 0xff) == SQLITE_FULL) /* nothing else is written here */
        return error_set(error,
                         "%s: cannot read the survey: no room for SQLite's temporary files; "
                         "SQLITE_TMPDIR can name another directory",
                         file->path);
    if (lacks_index(file->db))
        return error_set(error,
                         "%s: is unfinished, and read where its directory can be written: copy it "
                         "there, with the files beside it (-wal)",
                         file->path);
    if ((code & 0xff) == SQLITE_CANTOPEN && sqlite3_system_errno(file->db) != 0)
        return error_set(error, "%s: cannot open the survey: %s", file->path,
                         strerror(sqlite3_system_errno(file->db)));
    return error_set(error, "%s: cannot read the survey: %s", file->path, sqlite3_errmsg(file->db));
}

/* Before SQLite opens it: another program's database stays as it is, its log too. */
static int check_kind(struct survey_file *file, struct error *error)
{
    struct stat status = {0};
    struct header header;
    if (stat(file->path, &status) == 0 && S_ISDIR(status.st_mode))
        return error_set(error, "%s: is a directory, not a survey", file->path);
    if (!header_read_path(file->path, &header))
        return error_set(error, "%s: cannot open the survey: %s", file->path, strerror(errno));
    switch (header.kind) {
    case HEADER_EMPTY:
        return error_set(error, "%s: is empty, not a survey", file->path);
    case HEADER_FOREIGN:
        return error_set(error, "%s: not a survey: no SQLite database", file->path);
    case HEADER_OTHER:
        return error_set(error, "%s: not a survey: a database of another program", file->path);
    case HEADER_SURVEY:
        break;
    }
    if (header.schema > SCHEMA_VERSION)
        return error_set(error,
                         "%s: written by a newer mxsurvey (schema %" PRIu32
                         ", this one reads up to "
                         "%d): use that version",
                         file->path, header.schema, SCHEMA_VERSION);
    if (header.schema < SCHEMA_VERSION)
        return error_set(error,
                         "%s: written by an older mxsurvey (schema %" PRIu32
                         ", this one reads schema %d): use that version",
                         file->path, header.schema, SCHEMA_VERSION);
    return 0;
}

static int connect_to(struct survey_file *file, struct error *error)
{
    char *path = header_sql_path(file->path);
    if (path == NULL)
        return error_set(error, "%s: out of memory", file->path);
    int code = sqlite3_open_v2(path, &file->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    free(path);
    return code == SQLITE_OK ? 0 : fail(file, error);
}

int survey_file_open(const char *path, struct survey_file **ret, struct error *error)
{
    struct survey_file *file = calloc(1, sizeof *file);
    if (file == NULL)
        return error_set(error, "%s: out of memory", path);
    file->path = strdup(path);
    if (file->path == NULL) {
        error_set(error, "%s: out of memory", path);
        goto failed;
    }
    if (check_kind(file, error) != 0 || connect_to(file, error) != 0)
        goto failed;
    /* a hostile file's views must not reach functions with side effects */
    sqlite3_db_config(file->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(file->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_limit(file->db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    sqlite3_busy_timeout(file->db, BUSY_TIMEOUT_MS);
    if (survey_file_query(file, CACHE_SQL, NULL, NULL, error) != 0 ||
        survey_file_query(file, "BEGIN", NULL, NULL, error) != 0)
        goto failed;
    *ret = file;
    return 0;

failed:
    survey_file_close(file);
    return -1;
}

sqlite3 *survey_file_database(const struct survey_file *file)
{
    return file->db;
}

void survey_file_close(struct survey_file *file)
{
    if (file == NULL)
        return;
    sqlite3_close(file->db);
    free(file->path);
    free(file);
}

int survey_file_add_functions(struct survey_file *file, struct error *error)
{
    return sql_functions_register(file->db, error);
}

int survey_file_query(struct survey_file *file, const char *sql, survey_row_fn *each, void *context,
                      struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int result = 0;
    if (sqlite3_prepare_v2(file->db, sql, -1, &statement, NULL) != SQLITE_OK) {
        result = fail(file, error);
        goto done;
    }
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW && result == 0) {
        assert(each != NULL);
        result = each(context, statement, error);
    }
    if (result == 0 && step != SQLITE_DONE)
        result = fail(file, error);

done:
    sqlite3_finalize(statement);
    return result;
}

char *survey_row_text(sqlite3_stmt *row, int column)
{
    const unsigned char *text = sqlite3_column_text(row, column);
    if (text == NULL)
        return NULL;
    return utf8_clean((const char *)text, (size_t)sqlite3_column_bytes(row, column),
                      SURVEY_TEXT_MAX);
}

bool survey_row_is_null(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL;
}

uint64_t survey_row_count(sqlite3_stmt *row, int column)
{
    int64_t count = sqlite3_column_int64(row, column);
    return count < 0 ? 0 : (uint64_t)count;
}
