/* export_row.h - one row in one of the forms of export.h. */
#ifndef MXSURVEY_ANALYSIS_EXPORT_EXPORT_ROW_H
#define MXSURVEY_ANALYSIS_EXPORT_EXPORT_ROW_H

#include <stdbool.h>

#include "analysis/export/export.h"

struct sqlite3_stmt;

/* Values as JSON and as CSV fields; false without memory. */
bool put_json_text(struct sink *sink, const char *text, size_t length);
bool put_csv_text(struct sink *sink, const char *text, size_t length);

bool put_json_value(struct sink *sink, struct sqlite3_stmt *row, int column);
bool put_csv_value(struct sink *sink, struct sqlite3_stmt *row, int column);

#endif
