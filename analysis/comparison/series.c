#include "analysis/comparison/series.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/survey_file.h"

enum {
    STATE_MAX = 32
};

struct head {
    const char *path;
    char state[STATE_MAX]; /* "" where the file does not say */
    bool has_start;
    int64_t start; /* Unix seconds */
};

static const char HEAD_SQL[] =
    "SELECT key, value FROM run_info WHERE key IN ('state', 'started_at') LIMIT 2";

static int take_head(void *context, sqlite3_stmt *row, struct error *error)
{
    struct head *head = context;
    char *key = survey_row_text(row, 0), *value = survey_row_text(row, 1);
    (void)error;
    if (key != NULL && value != NULL && strcmp(key, "state") == 0) {
        strncpy(head->state, value, STATE_MAX - 1);
    } else if (key != NULL && value != NULL && strcmp(key, "started_at") == 0) {
        size_t length = strlen(value);
        head->has_start = length > 0 && length < 18 && strspn(value, "0123456789") == length;
        head->start = head->has_start ? strtoll(value, NULL, 10) : 0;
    }
    free(key);
    free(value);
    return 0;
}

static int read_head(const char *path, struct head *ret, struct error *error)
{
    struct survey_file *file;
    *ret = (struct head){.path = path};
    if (survey_file_open(path, &file, error) != 0)
        return -1;
    int result = survey_file_query(file, HEAD_SQL, take_head, ret, error);
    survey_file_close(file);
    return result;
}

static int check_next(const struct head *before, const struct head *head, struct error *error)
{
    if (strcmp(head->state, "finished") != 0)
        return error_set(error,
                         "%s: this survey is not finished: the same mxsurvey run finishes it, then "
                         "it can be compared",
                         head->path);
    if (before == NULL)
        return 0;
    if (head->has_start && before->has_start && head->start < before->start)
        return error_set(error, "%s: began before %s: name the oldest survey first", head->path,
                         before->path);
    return 0;
}

int series_check(char *const *paths, size_t count, struct error *error)
{
    struct head heads[2];
    for (size_t i = 0; i < count; i++) {
        if (read_head(paths[i], &heads[i % 2], error) != 0 ||
            check_next(i > 0 ? &heads[(i + 1) % 2] : NULL, &heads[i % 2], error) != 0)
            return -1;
    }
    return 0;
}
