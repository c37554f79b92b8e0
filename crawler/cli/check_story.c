#include "crawler/cli/check_story.h"

#include <string.h>

const char *story_text(sqlite3_stmt *row, int column)
{
    const char *value = (const char *)sqlite3_column_text(row, column);
    return value != NULL ? value : "";
}

bool story_is(sqlite3_stmt *row, int column, const char *word)
{
    return strcmp(story_text(row, column), word) == 0;
}

bool story_is_null(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL;
}

void story_wrong(struct story *story, const char *line)
{
    fprintf(story->out, "    ! %s\n", line);
    story->faults++;
    story->well = false;
}

/* Runs sql with one text bound and calls each for its rows. */
int story_each(struct story *story, const char *sql, const char *bound,
               int (*each)(struct story *story, sqlite3_stmt *row))
{
    sqlite3_stmt *row;
    int result = 0, step;
    if (sqlite3_prepare_v2(story->db, sql, -1, &row, NULL) != SQLITE_OK)
        return -1;
    sqlite3_bind_text(row, 1, bound, -1, SQLITE_TRANSIENT);
    while (result == 0 && (step = sqlite3_step(row)) != SQLITE_DONE)
        result = step == SQLITE_ROW ? each(story, row) : -1;
    sqlite3_finalize(row);
    return result;
}

static const char *explain_failure(const char *failure)
{
    static const char *const words[][2] = {
        {"timeout", "no answer within the time allowed"},
        {"servfail", "SERVFAIL: the name servers are lame, unreachable or broken"},
        {"bogus", "DNSSEC validation fails (bogus): validating resolvers see nothing here"},
        {"refused", "the resolver refuses the question"},
        {"formerr", "the resolver calls the question malformed"},
        {"notimp", "the resolver does not implement the question"},
        {"malformed", "the answer is malformed or answers another question"},
    };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i][0], failure) == 0)
            return words[i][1];
    }
    return "an unusual response code";
}

void story_failure(struct story *story, const char *what, const char *failure, const char *ede)
{
    char line[256];
    snprintf(line, sizeof line, "%s failed: %s%s%s%s", what, explain_failure(failure),
             *ede != '\0' ? " (EDE " : "", ede, *ede != '\0' ? ")" : "");
    story_wrong(story, line);
}
