#include "crawler/cli/mine_rows.h"

#include "analysis/document/json_form.h"
#include "analysis/document/text_form.h"
#include "analysis/notify/row.h"

#include <stdlib.h>
#include <string.h>

static const char *const columns[] = {"domain",       "severity", "code",  "subject",
                                      "alias_target", "text",     "advice"};
enum {
    COLUMNS = sizeof columns / sizeof *columns
};

void mine_header(struct mine_rows *rows)
{
    if (rows->format != MINE_CSV)
        return;
    for (unsigned i = 0; i < COLUMNS; i++) {
        sink_puts(rows->sink, i > 0 ? "," : "");
        sink_puts(rows->sink, columns[i]);
    }
    sink_puts(rows->sink, "\r\n");
}

/* --- one finding --- */

/* Of the object, or of the object's object. */
static const char *member(const json_t *row, const char *name)
{
    const json_t *value = json_object_get(row, name);
    return json_string_value(json_is_object(value) ? json_object_get(value, "text") : value);
}

static int put_csv(struct mine_rows *rows, const json_t *row)
{
    bool good = true;
    for (unsigned i = 0; i < COLUMNS; i++) {
        const char *text = member(row, columns[i]);
        sink_puts(rows->sink, i > 0 ? "," : "");
        if (text != NULL)
            good &= notify_put_guarded(rows->sink, text);
    }
    sink_puts(rows->sink, "\r\n");
    return good ? 0 : 1;
}

static int put_ndjson(struct mine_rows *rows, const json_t *row)
{
    char *line = json_dumps(row, JSON_COMPACT | JSON_ENSURE_ASCII);
    if (line == NULL)
        return 1;
    for (const char *at = line; *at != '\0'; at++) {
        if (*at == 0x7f) /* ASCII, and acts on a terminal */
            sink_puts(rows->sink, "\\u007f");
        else
            sink_put(rows->sink, at, 1);
    }
    sink_puts(rows->sink, "\n");
    free(line);
    return 0;
}

static int put_text(struct mine_rows *rows, const json_t *row)
{
    const char *target = member(row, "alias_target"), *advice = member(row, "advice");
    char *line = NULL;
    if (asprintf(&line, "%s: %s%s%s", member(row, "code"), member(row, "subject"),
                 target != NULL ? " -> " : "", target != NULL ? target : "") < 0)
        return 1;
    fputs("  ", rows->text);
    text_wrap(rows->text, 2, 6, line);
    free(line);
    fputs("    ", rows->text);
    text_wrap(rows->text, 4, 4, member(row, "text"));
    if (advice == NULL)
        return 0;
    if (asprintf(&line, "To do: %s.", advice) < 0)
        return 1;
    fputs("    ", rows->text);
    text_wrap(rows->text, 4, 4, line);
    free(line);
    return 0;
}

static int put(struct mine_rows *rows, const json_t *row)
{
    if (rows->format == MINE_TEXT)
        return put_text(rows, row);
    return rows->format == MINE_CSV ? put_csv(rows, row) : put_ndjson(rows, row);
}

/* --- a domain --- */

static int take_target(struct story *story, sqlite3_stmt *row)
{
    json_t **target = story->context;
    json_decref(*target);
    *target = story_json(story_text(row, 0));
    return 0;
}

/* 0; -1: the file; 1: no memory. */
static int put_finding(struct mine_rows *rows, const char *domain, json_t *finding)
{
    json_t *target = json_null();
    rows->story->context = &target;
    int result = story_each(rows->story,
                            "SELECT alias_target FROM hosts WHERE host = ?1 AND alias_target"
                            " IS NOT NULL AND alias IN ('cname', 'dname')",
                            member(finding, "subject"), take_target);
    json_t *row = json_pack(
        "{s:o, s:O, s:O, s:O, s:o, s:O, s:O}", columns[0], story_json(domain), columns[1],
        json_object_get(finding, columns[1]), columns[2], json_object_get(finding, columns[2]),
        columns[3], json_object_get(finding, columns[3]), columns[4], target, columns[5],
        json_object_get(finding, columns[5]), columns[6], json_object_get(finding, columns[6]));
    if (result == 0)
        result = row != NULL ? put(rows, row) : 1;
    json_decref(row);
    return result;
}

/* A heading, and what there is to do. */
static int put_findings(struct mine_rows *rows, const char *domain)
{
    static const char *const marks[] = {"", "? ", "! "};
    json_t *finding;
    size_t i;
    int result = 0;
    if (rows->story->domain_worst == SEVERITY_NOTE)
        return 0;
    if (rows->format == MINE_TEXT) {
        fprintf(rows->text, "\n%s", marks[rows->story->domain_worst]);
        text_wrap(rows->text, 2, 4, domain);
    }
    json_array_foreach(rows->story->findings, i, finding)
    {
        if (result == 0 && strcmp(member(finding, "severity"), severity_word(SEVERITY_NOTE)) != 0)
            result = put_finding(rows, domain, finding);
    }
    return result;
}

int mine_domain(struct mine_rows *rows, const char *domain)
{
    static const enum mine_result results[] = {MINE_UNAFFECTED, MINE_UNKNOWN, MINE_AFFECTED};
    struct story *story = rows->story;
    story->findings = json_array();
    int result = story_domain(story, domain);
    if (result == 0 && story->findings == NULL)
        result = 1;
    if (result == 0)
        result = put_findings(rows, domain);
    rows->counts[results[story->domain_worst]]++;
    json_decref(story->findings);
    story->findings = NULL;
    return result;
}

int mine_absent(struct mine_rows *rows, const char *domain, enum mine_result result)
{
    bool excluded = result == MINE_EXCLUDED;
    rows->counts[result]++;
    if (rows->format == MINE_TEXT) {
        if (excluded)
            return 0;
        fputs("  ", rows->text);
        text_wrap(rows->text, 2, 4, domain);
        return 0;
    }
    json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:n, s:s, s:n}", columns[0], domain, columns[1],
                            severity_word(SEVERITY_UNKNOWN), columns[2],
                            excluded ? finding_word(FINDING_EXCLUDED) : "not_in_survey", columns[3],
                            domain, columns[4], columns[5],
                            excluded ? "not asked, and nothing is known of it: it opted out"
                                     : "the survey does not have this name",
                            columns[6]);
    int failed = row != NULL ? put(rows, row) : 1;
    json_decref(row);
    return failed;
}

void mine_sum(FILE *out, const uint64_t counts[MINE_RESULTS])
{
    static const char *const words[MINE_RESULTS] = {"affected", "of which not all is known",
                                                    "unaffected", "excluded", "not in the survey"};
    char line[1000], number[NUMBER_MAX];
    uint64_t names = 0;
    for (unsigned i = 0; i < MINE_RESULTS; i++)
        names += counts[i];
    int used =
        snprintf(line, sizeof line, "%s name%s:", text_count(names, number), names == 1 ? "" : "s");
    for (unsigned i = 0; i < MINE_RESULTS; i++) {
        if (counts[i] > 0 || i == MINE_AFFECTED || i == MINE_UNAFFECTED)
            used += snprintf(line + used, sizeof line - (size_t)used, "%s %s %s", i > 0 ? "," : "",
                             text_count(counts[i], number), words[i]);
    }
    snprintf(line + used, sizeof line - (size_t)used, ".");
    text_wrap(out, 0, 0, line);
}
