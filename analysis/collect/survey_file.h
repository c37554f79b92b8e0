/* survey_file.h - a survey's SQLite file, read only, through its views.
 *
 * Whatever is in the file is untrusted: it may come from anywhere.  One file is for
 * one thread.
 */
#ifndef MXSURVEY_ANALYSIS_COLLECT_SURVEY_FILE_H
#define MXSURVEY_ANALYSIS_COLLECT_SURVEY_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "crawler/core/error.h"

struct survey_file;
struct sqlite3_stmt;

/* Opens path and begins one read transaction, so that all queries see one state
 * of a survey that may still be running.  No database, no survey, or one of a
 * another schema: -1, one line. */
int survey_file_open(const char *path, struct survey_file **ret, struct error *error);
void survey_file_close(struct survey_file *file); /* NULL is fine */

/* For statements with values to bind, and tables of one's own in `temp`. */
struct sqlite3 *survey_file_database(const struct survey_file *file);

/* Makes the functions of sql_functions.h known to the file's queries; -1, one line. */
int survey_file_add_functions(struct survey_file *file, struct error *error);

/* Runs one statement and calls for each of its rows.  Stops at non-zero and
 * returns it (the callback has filled error); -1 with error where the file fails. */
typedef int survey_row_fn(void *context, struct sqlite3_stmt *row, struct error *error);
int survey_file_query(struct survey_file *file, const char *sql, survey_row_fn *each, void *context,
                      struct error *error);

/* A column's text as a string of the caller's own, made valid by utf8_clean() and
 * cut to SURVEY_TEXT_MAX octets.  NULL for SQL NULL and without memory. */
enum {
    SURVEY_TEXT_MAX = 4096
};
char *survey_row_text(struct sqlite3_stmt *row, int column);

bool survey_row_is_null(struct sqlite3_stmt *row, int column);

/* A count: NULL and negative numbers are 0. */
uint64_t survey_row_count(struct sqlite3_stmt *row, int column);

#endif
