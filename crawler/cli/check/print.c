#include "crawler/cli/check/print.h"

#include "crawler/cli/mine_rows.h"

void story_excluded(struct story *story)
{
    story->domain_worst = SEVERITY_NOTE;
    if (story->out == NULL)
        story_find_excluded(story, story->domain, "not asked, and nothing is known of it");
    story_say(story, "%s is excluded by %s\n", story->domain, story->exclude);
    if (story->worst < SEVERITY_UNKNOWN)
        story->worst = SEVERITY_UNKNOWN;
}

int check_print_text(struct story *story, const char *const *excluded, int excluded_count)
{
    sqlite3_stmt *row;
    int step, result = 0;
    if (sqlite3_prepare_v2(story->db, "SELECT domain FROM domains", -1, &row, NULL) != SQLITE_OK)
        return -1;
    while (result == 0 && (step = sqlite3_step(row)) != SQLITE_DONE)
        result = step == SQLITE_ROW ? story_domain(story, story_text(row, 0)) : -1;
    sqlite3_finalize(row);
    for (int i = 0; result == 0 && i < excluded_count; i++) {
        story->domain = excluded[i];
        story_excluded(story);
    }
    return result;
}

void check_print_sum(const struct story *story, uint64_t excluded)
{
    const uint64_t counts[MINE_RESULTS] = {
        [MINE_AFFECTED] = story->counts[SEVERITY_WRONG],
        [MINE_UNKNOWN] = story->counts[SEVERITY_UNKNOWN],
        [MINE_UNAFFECTED] = story->counts[SEVERITY_NOTE],
        [MINE_EXCLUDED] = excluded,
    };
    fputs("\n", story->out);
    mine_sum(story->out, counts);
}

static int put_rows(struct mine_rows *rows, const char *const *excluded, int excluded_count)
{
    sqlite3_stmt *row;
    int step, result = 0;
    if (sqlite3_prepare_v2(rows->story->db, "SELECT domain FROM domains", -1, &row, NULL) !=
        SQLITE_OK)
        return -1;
    mine_header(rows);
    while (result == 0 && (step = sqlite3_step(row)) != SQLITE_DONE)
        result = step == SQLITE_ROW ? mine_domain(rows, story_text(row, 0)) : -1;
    sqlite3_finalize(row);
    for (int i = 0; result == 0 && i < excluded_count; i++)
        result = mine_absent(rows, excluded[i], MINE_EXCLUDED);
    if (excluded_count > 0 && rows->story->worst < SEVERITY_UNKNOWN)
        rows->story->worst = SEVERITY_UNKNOWN;
    return result;
}

int check_print_csv(struct story *story, const char *const *excluded, int excluded_count, FILE *out)
{
    struct error error;
    struct mine_rows rows = {.story = story, .format = MINE_CSV};
    if (sink_open(out, "standard output", COMPRESSION_NONE, &rows.sink, &error) != 0)
        return 1;
    int result = put_rows(&rows, excluded, excluded_count);
    sink_close(rows.sink, &error); /* of an output that fails main() speaks, whatever the form */
    return result;
}
