#include "analysis/collect/survey_file.h"

#include <assert.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/collect/sql_functions.h"
#include "analysis/document/utf8.h"
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
    int schema;
};

static int fail(struct survey_file *file, struct error *error)
{
    int code = sqlite3_errcode(file->db);
    if (code == SQLITE_NOTADB)
        return error_set(error, "%s: not a survey: no SQLite database", file->path);
    if (code == SQLITE_CANTOPEN && sqlite3_system_errno(file->db) != 0)
        return error_set(error, "%s: cannot open the survey: %s", file->path,
                         strerror(sqlite3_system_errno(file->db)));
    return error_set(error, "%s: cannot read the survey: %s", file->path, sqlite3_errmsg(file->db));
}

static int read_number(void *context, sqlite3_stmt *row, struct error *error)
{
    (void)error;
    *(int *)context = sqlite3_column_int(row, 0);
    return 0;
}

static int check_kind(struct survey_file *file, struct error *error)
{
    int application = 0, version = 0;
    if (survey_file_query(file, "PRAGMA application_id", read_number, &application, error) != 0 ||
        survey_file_query(file, "PRAGMA user_version", read_number, &version, error) != 0)
        return -1;
    if (application != SCHEMA_APPLICATION_ID)
        return error_set(error, "%s: not a survey: a database of another program", file->path);
    if (version > SCHEMA_VERSION)
        return error_set(error,
                         "%s: written by a newer mxsurvey (schema %d, this one reads up to %d): "
                         "use that version",
                         file->path, version, SCHEMA_VERSION);
    file->schema = version;
    return 0;
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
    struct stat status = {0};
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        error_set(error, "%s: is a directory, not a survey", path);
        goto failed;
    }
    if (S_ISREG(status.st_mode) && status.st_size == 0) {
        error_set(error, "%s: is empty, not a survey", path);
        goto failed;
    }
    if (sqlite3_open_v2(path, &file->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        fail(file, error);
        goto failed;
    }
    /* a hostile file's views must not reach functions with side effects */
    sqlite3_db_config(file->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(file->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_limit(file->db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    sqlite3_busy_timeout(file->db, BUSY_TIMEOUT_MS);
    if (survey_file_query(file, CACHE_SQL, NULL, NULL, error) != 0 ||
        survey_file_query(file, "BEGIN", NULL, NULL, error) != 0 || check_kind(file, error) != 0)
        goto failed;
    *ret = file;
    return 0;

failed:
    survey_file_close(file);
    return -1;
}

int survey_file_schema(const struct survey_file *file)
{
    return file->schema;
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

uint64_t survey_row_count(sqlite3_stmt *row, int column)
{
    int64_t count = sqlite3_column_int64(row, column);
    return count < 0 ? 0 : (uint64_t)count;
}
