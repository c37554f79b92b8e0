#include "crawler/cli/check_print.h"

void story_excluded(struct story *story)
{
    story->domain_worst = SEVERITY_NOTE;
    if (story->out == NULL)
        story_find(story, FINDING_EXCLUDED, NULL, NULL,
                   "not asked, and nothing is known of it: it is excluded by %s", story->exclude);
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
