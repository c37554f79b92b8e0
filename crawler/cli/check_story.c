#include "crawler/cli/check_story.h"

#include "crawler/core/ede.h"

#include <stdlib.h>
#include <string.h>

enum {
    EDE_STORY_MAX = 1024, /* 16 codes of a lookup, with their names */
};

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

enum dnssec story_dnssec(sqlite3_stmt *row, int column)
{
    for (enum dnssec dnssec = DNSSEC_SECURE; dnssec <= DNSSEC_INDETERMINATE; dnssec++) {
        if (story_is(row, column, dnssec_word(dnssec)))
            return dnssec;
    }
    return DNSSEC_UNKNOWN;
}

void story_wrong(struct story *story, const char *line)
{
    fprintf(story->out, "    ! %s\n", line);
    story->faults++;
    story->well = false;
}

int story_each(struct story *story, const char *sql, const char *bound,
               int (*each)(struct story *story, sqlite3_stmt *row))
{
    sqlite3_stmt *row;
    int result = 0, step;
    if (sqlite3_prepare_v2(story->db, sql, -1, &row, NULL) != SQLITE_OK)
        return -1;
    sqlite3_bind_text(row, 1, bound, -1, SQLITE_TRANSIENT);
    if (sqlite3_bind_parameter_count(row) > 1)
        sqlite3_bind_text(row, 2, story->domain, -1, SQLITE_TRANSIENT);
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

/* " (EDE 6 DNSSEC Bogus, 9 DNSKEY Missing)" of "6,9"; "" of "". */
static void explain_ede(const char *ede, char ret[EDE_STORY_MAX])
{
    size_t used = 0;
    char *end = NULL;
    ret[0] = '\0';
    for (const char *code = ede; *code != '\0'; code = *end == ',' ? end + 1 : end) {
        unsigned long number = strtoul(code, &end, 10);
        const char *name = end != code ? ede_name((unsigned)number) : NULL;
        if (end == code || used + 64 > EDE_STORY_MAX)
            break; /* not as the survey writes them */
        used += (size_t)snprintf(ret + used, EDE_STORY_MAX - used, "%s%lu%s%s",
                                 used == 0 ? " (EDE " : ", ", number, name != NULL ? " " : "",
                                 name != NULL ? name : "");
    }
    if (used > 0)
        snprintf(ret + used, EDE_STORY_MAX - used, ")");
}

void story_failure(struct story *story, const char *what, const char *failure, const char *ede)
{
    char line[EDE_STORY_MAX + 256], codes[EDE_STORY_MAX];
    explain_ede(ede, codes);
    snprintf(line, sizeof line, "%s failed: %s%s", what, explain_failure(failure), codes);
    story_wrong(story, line);
}

void story_failure_aside(struct story *story, const char *what, const char *failure,
                         const char *ede)
{
    char codes[EDE_STORY_MAX];
    explain_ede(ede, codes);
    fprintf(story->out, "      %s failed: %s%s\n", what, explain_failure(failure), codes);
}
