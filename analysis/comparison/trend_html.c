/* A series of surveys as a page. */
#include <stdlib.h>
#include <string.h>

#include "analysis/comparison/html.h"
#include "analysis/document/plot.h"
#include "analysis/comparison/trend_form.h"

static void survey_table(struct html_form *form, const struct trend *trend)
{
    static const struct html_column columns[] = {
        {"begun", false}, {"domains", true}, {"mail hosts", true}, {"file", false}};
    html_table_begin(form, "The surveys", columns, 4);
    for (size_t i = 0; i < trend->count; i++) {
        const struct survey_side *side = &trend->sides[i];
        char date[NUMBER_MAX];
        html_row_begin(form);
        html_cell_header(form, side_date_text(&side->report, date));
        html_cell_count(form, side->report.surveyed);
        html_cell_count(form, side->report.hosts);
        html_cell_text(form, side->name);
        html_row_end(form);
    }
    html_table_end(form);
}

/* --- figures over time --- */

/* False where a survey does not say when it began. */
static bool find_moments(const struct trend *trend, int64_t *ret)
{
    for (size_t i = 0; i < trend->count; i++) {
        const char *start = report_info(&trend->sides[i].report, "started_at");
        if (start == NULL || *start == '\0' || strlen(start) > 11 ||
            strspn(start, "0123456789") != strlen(start))
            return false;
        ret[i] = strtoll(start, NULL, 10);
    }
    return true;
}

static struct plot_share share_at(const struct report *report, enum estimate_id id)
{
    const struct cluster_share *cluster = &report->estimates[id].cluster;
    return (struct plot_share){
        .known = cluster_has_share(cluster),
        .share = cluster->share,
        .has_bar = side_interval_is_told(report, id),
        .bar = cluster->cluster95,
    };
}

static void figure(struct html_form *form, const struct trend *trend, const char *title,
                   const int64_t *moments, const enum estimate_id *ids, size_t count)
{
    struct plot_series series[PLOT_SERIES_MAX];
    struct plot_share *shares = calloc(count * trend->count, sizeof *shares);
    size_t known = 0;
    if (shares == NULL) {
        html_no_memory(form);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (!trend_knows(trend, ids[i]))
            continue;
        struct plot_share *line = &shares[known * trend->count];
        for (size_t j = 0; j < trend->count; j++)
            line[j] = share_at(&trend->sides[j].report, ids[i]);
        series[known++] = (struct plot_series){CHANGE_LABELS[ids[i]], line};
    }
    plot_times(form, title, moments, trend->count, series, known);
    free(shares);
}

static void figures(struct html_form *form, const struct trend *trend)
{
    static const enum estimate_id cnames[] = {DOMAINS_WITH_CNAME_MX, DOMAINS_WITH_CNAME_MX_SECURE,
                                              CNAME_MX_RECORDS, CNAME_MX_HOSTS};
    static const enum estimate_id others[] = {SECURE_DOMAINS, SECURE_HOSTS, HOSTS_WITH_TLSA,
                                              DOMAINS_DANE_COMPLETE, DOMAINS_WITH_STS};
    int64_t *moments = calloc(trend->count, sizeof *moments);
    if (moments == NULL) {
        html_no_memory(form);
    } else if (trend->count > PLOT_MOMENTS_MAX || !find_moments(trend, moments)) {
        html_paragraph(form, "Without figures: the files do not say when their surveys began, or "
                             "there are too many.");
    } else {
        figure(form, trend, "CNAMEs as mail exchanges", moments, cnames, 4);
        figure(form, trend, "DNSSEC, DANE, MTA-STS", moments, others, 5);
        html_paragraph(form, "Bars: 95 %% intervals, for other lists like each.");
    }
    free(moments);
}

/* --- one share --- */

static void share_table(struct html_form *form, const struct trend *trend, enum estimate_id id,
                        int decimals)
{
    static const struct html_column columns[] = {
        {"begun", false}, {"share", true}, {OTHER_LISTS_TITLE, true},
        {"count", true},  {"of", true},    {"unanswered", true}};
    html_table_begin(form, "Share", columns, 6);
    for (size_t i = 0; i < trend->count; i++) {
        const struct report *report = &trend->sides[i].report;
        const struct estimate *estimate = &report->estimates[id];
        char date[NUMBER_MAX], range[NUMBER_MAX];
        html_row_begin(form);
        html_cell_header(form, side_date_text(report, date));
        html_cell_percent(form, cluster_has_share(&estimate->cluster), estimate->cluster.share,
                          decimals);
        html_cell_text(form, side_interval_text(report, id, decimals, range));
        html_cell_count(form, estimate->cluster.count);
        html_cell_count(form, estimate->cluster.of);
        html_cell_count(form, estimate->unanswered);
        html_row_end(form);
    }
    html_table_end(form);
}

static void change_table(struct html_form *form, const struct trend *trend, enum estimate_id id,
                         int decimals)
{
    static const struct html_column columns[] = {
        {"to", false},           {"change", true},       {"the same units", true},
        {"95 % interval", true}, {"counted once", true}, {"one list only", true}};
    html_table_begin(form, "Change", columns, 6);
    for (size_t i = 1; i < trend->count; i++) {
        const struct change *change = &trend->steps[i].changes[id];
        const struct estimate *old = change->estimates[0], *new = change->estimates[1];
        bool both = cluster_has_share(&old->cluster) && cluster_has_share(&new->cluster);
        char date[NUMBER_MAX];
        html_row_begin(form);
        html_cell_header(form, side_date_text(&trend->sides[i].report, date));
        html_cell_points(form, both, both ? new->cluster.share - old->cluster.share : 0, decimals);
        html_cell_points(form, has_paired_units(change), same_change(change), decimals);
        html_cell_points_range(form, has_paired_interval(change), change->same.interval95,
                               decimals);
        html_cell_points(form, change->has_parts, change->parts.scope, decimals);
        html_cell_points(form, change->has_parts, change->parts.list, decimals);
        html_row_end(form);
    }
    html_table_end(form);
}

/* The change from the first survey to the last, which is tested */
static void whole(struct html_form *form, const struct trend *trend, enum estimate_id id,
                  int decimals)
{
    const struct change *change = &trend->whole.changes[id];
    char points[NUMBER_MAX], range[NUMBER_MAX], verdict[VERDICT_MAX];
    if (!has_paired_units(change))
        return;
    points_text(same_change(change), decimals, points);
    if (has_paired_interval(change))
        html_paragraph(form, "First to last, the same units: %s (95 %% interval %s): %s.", points,
                       points_range_text(change->same.interval95, decimals, range),
                       verdict_text(change, trend->whole.tested, verdict));
    else
        html_paragraph(form, "First to last, the same units: %s (no interval: %s).", points,
                       paired_reason_text(change));
}

static void share(struct html_form *form, const struct trend *trend, enum estimate_id id)
{
    int decimals = trend_decimals(trend, id);
    html_heading(form, ESTIMATE_WORDING[id].title);
    share_table(form, trend, id, decimals);
    change_table(form, trend, id, decimals);
    whole(form, trend, id, decimals);
}

int trend_print_html(const struct trend *trend, FILE *out, struct error *error)
{
    struct html_form form = {.out = out, .error = error};
    html_begin(&form, "MX survey: a series of surveys");
    html_section_begin(&form, "The series");
    survey_table(&form, trend);
    figures(&form, trend);
    html_section_end(&form);
    html_section_begin(&form, "Shares and their changes");
    for (int id = 0; id < ESTIMATE_COUNT; id++) {
        if (trend_knows(trend, (enum estimate_id)id))
            share(&form, trend, (enum estimate_id)id);
        else
            html_paragraph(&form, "%s: not known in any of the surveys.",
                           ESTIMATE_WORDING[id].title);
    }
    html_paragraph(&form, "%s", CHANGE_NOTE);
    html_section_end(&form);
    html_section_begin(&form, "From survey to survey");
    for (size_t i = 1; i < trend->count; i++) {
        const struct survey_side *old = &trend->sides[i - 1], *new = &trend->sides[i];
        char title[200];
        snprintf(title, sizeof title, "%.80s \u2192 %.80s", old->name, new->name);
        html_heading(&form, title);
        page_step(&form, old, new, &trend->steps[i]);
    }
    html_section_end(&form);
    html_end(&form);
    return form.failed;
}
