#include "analysis/export/export.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/export/export_row.h"
#include "analysis/export/public.h"
#include "analysis/collect/survey_file.h"

enum {
    COLUMNS_MAX = 2000, /* SQLite's own limit */
    VIEWS_TEXT_MAX = 600
};

struct exporter {
    const struct export_request *request;
    const char *table; /* whose rows: the view */
    struct sink *sink;
    int columns;
    char *keys[COLUMNS_MAX]; /* of JSON, ready to be written: `{"domain":`, `,"rank":` */
    bool found;
    char views[VIEWS_TEXT_MAX]; /* their names, for the error */
};

static int no_memory(const struct exporter *exporter, struct error *error)
{
    return error_set(error, "%s: out of memory", exporter->request->path);
}

/* --- which view --- */

static int look_at_view(void *context, sqlite3_stmt *row, struct error *error)
{
    struct exporter *exporter = context;
    char *name = survey_row_text(row, 0);
    if (name == NULL)
        return no_memory(exporter, error);
    exporter->found |= strcmp(name, exporter->request->view) == 0;
    size_t used = strlen(exporter->views);
    if (used + strlen(name) + 3 < sizeof exporter->views)
        snprintf(exporter->views + used, sizeof exporter->views - used, "%s%s",
                 used > 0 ? ", " : "", name);
    free(name);
    return 0;
}

/* The view is there, or what may be published is made.  What begins with `_` is no interface. */
static int find_table(struct survey_file *file, struct exporter *exporter, struct error *error)
{
    if (exporter->request->view == NULL)
        return public_make(file, exporter->request->path, exporter->request->least, error);
    if (survey_file_query(file,
                          "SELECT name FROM sqlite_schema WHERE type = 'view' AND name NOT LIKE "
                          "'\\_%' ESCAPE '\\' ORDER BY name",
                          look_at_view, exporter, error) != 0)
        return -1;
    if (!exporter->found)
        return error_set(error, "%s: no view \"%.60s\"; it has: %s", exporter->request->path,
                         exporter->request->view, exporter->views);
    return 0;
}

/* --- its columns --- */

/* What comes before a value of a JSON object. */
static char *make_key(const char *name, bool first)
{
    char *key = NULL, *text = NULL;
    size_t length;
    struct sink *sink;
    struct error ignored;
    FILE *memory = open_memstream(&text, &length);
    if (memory == NULL)
        return NULL;
    if (sink_open(memory, name, COMPRESSION_NONE, &sink, &ignored) == 0) {
        sink_puts(sink, first ? "{" : ",");
        bool good = put_json_text(sink, name, strlen(name));
        sink_puts(sink, ":");
        if (sink_close(sink, &ignored) == 0 && good)
            key = strdup(text);
    }
    fclose(memory);
    free(text);
    return key;
}

static int take_column(void *context, sqlite3_stmt *row, struct error *error)
{
    struct exporter *exporter = context;
    const char *name = (const char *)sqlite3_column_text(row, 0);
    if (name == NULL || exporter->columns == COLUMNS_MAX)
        return no_memory(exporter, error);
    if (exporter->request->format == EXPORT_CSV) {
        if (exporter->columns > 0)
            sink_put(exporter->sink, ",", 1);
        if (!put_csv_text(exporter->sink, name, strlen(name)))
            return no_memory(exporter, error);
        exporter->columns++;
        return 0;
    }
    char *key = make_key(name, exporter->columns == 0);
    if (key == NULL)
        return no_memory(exporter, error);
    exporter->keys[exporter->columns++] = key;
    return 0;
}

static int take_columns(struct survey_file *file, struct exporter *exporter, struct error *error)
{
    char *sql =
        sqlite3_mprintf("SELECT name FROM pragma_table_info(%Q) ORDER BY cid", exporter->table);
    if (sql == NULL)
        return no_memory(exporter, error);
    int result = survey_file_query(file, sql, take_column, exporter, error);
    sqlite3_free(sql);
    if (result == 0 && exporter->request->format == EXPORT_CSV)
        sink_put(exporter->sink, "\r\n", 2);
    return result;
}

/* --- its rows --- */

static bool put_row(struct exporter *exporter, sqlite3_stmt *row)
{
    struct sink *sink = exporter->sink;
    bool good = true;
    for (int i = 0; i < exporter->columns; i++) {
        if (exporter->request->format == EXPORT_NDJSON) {
            sink_puts(sink, exporter->keys[i]);
            good &= put_json_value(sink, row, i);
        } else {
            if (i > 0)
                sink_put(sink, ",", 1);
            good &= put_csv_value(sink, row, i);
        }
    }
    if (exporter->request->format == EXPORT_NDJSON)
        sink_put(sink, "}\n", 2);
    else
        sink_put(sink, "\r\n", 2);
    return good;
}

enum {
    OUTPUT_FAILED = 1 /* sink_close() has the reason */
};

static int take_row(void *context, sqlite3_stmt *row, struct error *error)
{
    struct exporter *exporter = context;
    if (!put_row(exporter, row))
        return no_memory(exporter, error);
    return sink_failed(exporter->sink) ? OUTPUT_FAILED : 0;
}

static int take_rows(struct survey_file *file, struct exporter *exporter, struct error *error)
{
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", exporter->table);
    if (sql == NULL)
        return no_memory(exporter, error);
    int result = survey_file_query(file, sql, take_row, exporter, error);
    sqlite3_free(sql);
    return result;
}

static int take_state(void *context, sqlite3_stmt *row, struct error *error)
{
    (void)error;
    *(bool *)context = sqlite3_column_int(row, 0) != 0;
    return 0;
}

int export_write(struct export_request *request, FILE *out, struct error *error)
{
    struct survey_file *file = NULL;
    struct exporter *exporter = calloc(1, sizeof *exporter);
    int result = -1;
    if (exporter == NULL)
        return error_set(error, "%s: out of memory", request->path);
    exporter->request = request;
    request->finished = false;
    exporter->table = request->view != NULL ? request->view : PUBLIC_TABLE;
    /* a view of the file's owner may use the functions */
    if (survey_file_open(request->path, &file, error) != 0 ||
        survey_file_add_functions(file, error) != 0 || find_table(file, exporter, error) != 0 ||
        survey_file_query(file, "SELECT value = 'finished' FROM run_info WHERE key = 'state'",
                          take_state, &request->finished, error) != 0 ||
        sink_open(out, request->output, request->compression, &exporter->sink, error) != 0)
        goto done;
    if (take_columns(file, exporter, error) == 0)
        result = take_rows(file, exporter, error);
    if (result >= 0) {
        result = sink_close(exporter->sink, error);
        exporter->sink = NULL;
    }

done:
    sink_free(exporter->sink);
    survey_file_close(file);
    if (request->format == EXPORT_NDJSON) {
        for (int i = 0; i < exporter->columns; i++)
            free(exporter->keys[i]);
    }
    free(exporter);
    return result;
}
