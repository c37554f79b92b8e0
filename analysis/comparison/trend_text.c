/* A series of surveys as text of 78 columns. */
#include <string.h>

#include "analysis/collect/survey_file.h"
#include "analysis/document/text_form.h"
#include "analysis/comparison/trend_form.h"

static int print_surveys(const struct trend *trend, FILE *out)
{
    int failed = 0;
    fprintf(out, "\n  %-10s  %12s  %12s  file\n", "begun", "domains", "mail hosts");
    for (size_t i = 0; i < trend->count; i++) {
        const struct survey_side *side = &trend->sides[i];
        char date[NUMBER_MAX], domains[NUMBER_MAX], hosts[NUMBER_MAX];
        int column = fprintf(out, "  %-10s  %12s  %12s  ", side_date_text(&side->report, date),
                             text_count(side->report.surveyed, domains),
                             text_count(side->report.hosts, hosts));
        failed |= text_wrap(out, column, column, side->name);
    }
    return failed;
}

static void print_share_row(const struct report *report, enum estimate_id id, int decimals,
                            FILE *out)
{
    const struct cluster_share *cluster = &report->estimates[id].cluster;
    char date[NUMBER_MAX], share[NUMBER_MAX], range[NUMBER_MAX], count[NUMBER_MAX], of[NUMBER_MAX];
    strcpy(share, "not known");
    if (cluster_has_share(cluster))
        text_percent(cluster->share, decimals, share);
    fprintf(out, "    %-10s %10s %23s %12s %12s\n", side_date_text(report, date), share,
            side_interval_text(report, id, decimals, range), text_count(cluster->count, count),
            text_count(cluster->of, of));
}

/* In percentage points, without the word */
static const char *bare_points(bool known, double change, int decimals, char ret[NUMBER_MAX])
{
    if (!known)
        return "-";
    points_text(change, decimals, ret);
    ret[strcspn(ret, " ")] = '\0';
    return ret;
}

static void print_change_row(const struct report *report, const struct change *change, int decimals,
                             FILE *out)
{
    const struct estimate *old = change->estimates[0], *new = change->estimates[1];
    bool known = cluster_has_share(&old->cluster) && cluster_has_share(&new->cluster);
    char date[NUMBER_MAX], whole[NUMBER_MAX], same[NUMBER_MAX], range[NUMBER_MAX] = "-";
    char scope[NUMBER_MAX], list[NUMBER_MAX];
    if (has_paired_interval(change)) {
        points_range_text(change->same.interval95, decimals, range);
        *strstr(range, " points") = '\0';
    }
    fprintf(
        out, "    %-10s %9s %9s %22s %9s %9s\n", side_date_text(report, date),
        bare_points(known, known ? new->cluster.share - old->cluster.share : 0, decimals, whole),
        bare_points(has_paired_units(change), same_change(change), decimals, same), range,
        bare_points(change->has_parts, change->parts.scope, decimals, scope),
        bare_points(change->has_parts, change->parts.list, decimals, list));
}

static int print_share(const struct trend *trend, enum estimate_id id, FILE *out)
{
    int decimals = trend_decimals(trend, id);
    fprintf(out, "\n  %s\n", ESTIMATE_WORDING[id].title);
    fprintf(out, "    %-10s %10s %23s %12s %12s\n", "begun", "share", OTHER_LISTS_TITLE, "count",
            "of");
    for (size_t i = 0; i < trend->count; i++)
        print_share_row(&trend->sides[i].report, id, decimals, out);
    fprintf(out, "    %-10s %9s %9s %22s %9s %9s\n", "points to", "change", "the same",
            "95 % interval", "once", "one list");
    for (size_t i = 1; i < trend->count; i++)
        print_change_row(&trend->sides[i].report, &trend->steps[i].changes[id], decimals, out);
    return print_same("First to last, the same", &trend->whole, id, decimals, out);
}

static int print_shares(const struct trend *trend, FILE *out)
{
    int failed = 0;
    text_heading(out, "Shares and their changes");
    for (int id = 0; id < ESTIMATE_COUNT; id++) {
        if (trend_knows(trend, (enum estimate_id)id)) {
            failed |= print_share(trend, (enum estimate_id)id, out);
            continue;
        }
        fprintf(out, "\n");
        failed |=
            text_print(out, 2, "%s: not known in any of the surveys.", ESTIMATE_WORDING[id].title);
    }
    fprintf(out, "\n");
    return failed | text_print(out, 2, "%s", CHANGE_NOTE);
}

static int print_steps(const struct trend *trend, FILE *out)
{
    int failed = 0;
    text_heading(out, "From survey to survey");
    for (size_t i = 1; i < trend->count; i++) {
        const struct survey_side *old = &trend->sides[i - 1], *new = &trend->sides[i];
        char line[2 * SURVEY_TEXT_MAX + 8];
        snprintf(line, sizeof line, "%s -> %s", old->name, new->name);
        fprintf(out, "\n  ");
        failed |= text_wrap(out, 2, 4, line);
        failed |= print_step(old, new, &trend->steps[i], out);
    }
    return failed;
}

int trend_print_text(const struct trend *trend, FILE *out)
{
    int failed = 0;
    fprintf(out, "MX survey: a series of %zu surveys\n=================================\n",
            trend->count);
    failed |= print_surveys(trend, out);
    failed |= print_shares(trend, out);
    failed |= print_steps(trend, out);
    return failed == 0 ? 0 : -1;
}
