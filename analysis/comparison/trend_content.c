/* A series of surveys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/comparison/content.h"
#include "analysis/document/text_form.h"

/* Whether any survey has the share */
static bool trend_knows(const struct trend *trend, enum estimate_id id)
{
    for (size_t i = 0; i < trend->count; i++) {
        if (cluster_has_share(&trend->sides[i].report.estimates[id].cluster))
            return true;
    }
    return false;
}

/* Whether any has units that it would count, had they been answered */
static bool trend_missed(const struct trend *trend, enum estimate_id id)
{
    for (size_t i = 0; i < trend->count; i++) {
        if (trend->sides[i].report.estimates[id].unanswered > 0)
            return true;
    }
    return false;
}

/* Decimals that suit all of them */
static int trend_decimals(const struct trend *trend, enum estimate_id id)
{
    int decimals = 1;
    for (size_t i = 1; i < trend->count; i++) {
        int wanted = change_decimals(&trend->steps[i].changes[id]);
        decimals = wanted > decimals ? wanted : decimals;
    }
    return decimals;
}

enum {
    MINUTE = 60, /* seconds */
    DAY = 86400,
};

/* When it began; -1: the file does not say it as a number. */
static long long begin_of(const struct survey_side *side)
{
    const char *start = report_info(&side->report, "started_at");
    bool good = start != NULL && *start != '\0' && strlen(start) <= 11 &&
                strspn(start, "0123456789") == strlen(start);
    return good ? strtoll(start, NULL, 10) : -1;
}

/* What parts the beginnings of the surveys, which are in order: digits of cell_time() */
static int begin_digits(const struct trend *trend)
{
    int digits = 0;
    for (size_t i = 1; i < trend->count; i++) {
        long long begin = begin_of(&trend->sides[i]), before = begin_of(&trend->sides[i - 1]);
        int wanted = begin / MINUTE == before / MINUTE ? 2 : begin / DAY == before / DAY ? 1 : 0;
        digits = wanted > digits ? wanted : digits;
    }
    return digits;
}

/* When a survey began; as a text where it is no number. */
static struct document_cell begin_cell(const struct trend *trend, size_t survey,
                                       char ret[NUMBER_MAX])
{
    const char *start = report_info(&trend->sides[survey].report, "started_at");
    long long begin = begin_of(&trend->sides[survey]);
    if (begin >= 0)
        return cell_time(begin, begin_digits(trend));
    snprintf(ret, NUMBER_MAX, "%.10s", start != NULL ? start : "not known");
    return cell_text(ret);
}

static void add_surveys(struct document *document, const struct trend *trend)
{
    document_section(document, "surveys", "The series");
    document_table(document, "surveys", NULL, "begun|domains|hosts:mail hosts|file");
    for (size_t i = 0; i < trend->count; i++) {
        const struct survey_side *side = &trend->sides[i];
        char date[NUMBER_MAX];
        document_counts(document, begin_cell(trend, i, date), side->report.surveyed,
                        side->report.hosts);
        document_cell(document, cell_text(side->name));
    }
}

/* Tables have words of their own: "share.domains_with_cname_mx", "change. ..." */
static void add_course(struct document *document, const struct trend *trend, enum estimate_id id)
{
    char name[ESTIMATE_WORD_MAX];
    document_table(document,
                   words_of("share.%s", estimate_word(&trend->sides[0].report.estimates[id], name)),
                   NULL, "begun|share:share (" OTHER_LISTS_TITLE ")|count|of|unanswered");
    for (size_t i = 0; i < trend->count; i++) {
        const struct report *report = &trend->sides[i].report;
        const struct estimate *estimate = &report->estimates[id];
        const struct cluster_share *share = &estimate->cluster;
        struct document_cell cell = cell_text(NULL);
        char date[NUMBER_MAX];
        if (cluster_has_share(share))
            cell = cell_share(share->share, trend_decimals(trend, id));
        if (report_has_intervals(report) && cluster_is_told(share))
            cell = cell_with_interval(cell, share->cluster95);
        document_cell(document, begin_cell(trend, i, date));
        document_counts(document, cell, share->count, share->of, estimate->unanswered);
    }
    document_figure(document, words_of("%s: the share over time", ESTIMATE_WORDING[id].label));
}

static struct document_cell points_if(bool known, double change, int decimals)
{
    return known ? cell_points(change, decimals) : cell_text(NULL);
}

static void add_changes(struct document *document, const struct trend *trend, enum estimate_id id)
{
    int decimals = trend_decimals(trend, id);
    char name[ESTIMATE_WORD_MAX];
    document_table(
        document, words_of("change.%s", estimate_word(&trend->sides[0].report.estimates[id], name)),
        NULL,
        "to:points to|same:the same units|change:all that differs|counted_once:counted once|"
        "one_list:one list only");
    for (size_t i = 1; i < trend->count; i++) {
        const struct change *change = &trend->steps[i].changes[id];
        char date[NUMBER_MAX];
        document_row(document, begin_cell(trend, i, date), cell_same(change, decimals),
                     points_if(change->has_whole, change->whole, decimals),
                     points_if(change->has_parts, change->parts.scope, decimals),
                     points_if(change->has_parts, change->parts.list, decimals));
    }
    document_figure(document,
                    words_of("%s: changes of the same units", ESTIMATE_WORDING[id].label));
}

/* The answers before the course that led to them */
static void add_first_to_last(struct document *document, const struct trend *trend,
                              enum estimate_id begin, enum estimate_id end, const char *word,
                              const char *title)
{
    document_section(document, word, title);
    for (enum estimate_id id = begin; id < end; id++)
        if (trend_knows(trend, id))
            add_same(document, &trend->whole, id, trend_decimals(trend, id));
    document_figure(document, title);
    for (enum estimate_id id = begin; id < end; id++)
        if (!trend_knows(trend, id) && trend_missed(trend, id))
            document_paragraph(document, "%s: not known in any of the surveys.",
                               ESTIMATE_WORDING[id].title);
}

static void add_all_shares(struct document *document, const struct trend *trend)
{
    add_first_to_last(document, trend, 0, SECURE_DOMAINS, "first_to_last",
                      "CNAMEs, from the first survey to the last");
    add_first_to_last(document, trend, SECURE_DOMAINS, ESTIMATE_COUNT, "protocols_first_to_last",
                      "DNSSEC, DANE, MTA-STS, IPv6, from the first survey to the last");
    add_change_note(document);
    document_section(document, "course", "Survey by survey");
    document_paragraph(document, OTHER_LISTS_TITLE
                       ": the interval of each survey's own share; a share without one has too few "
                       "providers to say.");
    for (enum estimate_id id = 0; id < ESTIMATE_COUNT; id++)
        if (trend_knows(trend, id)) {
            document_heading(document, ESTIMATE_WORDING[id].title);
            add_course(document, trend, id);
            add_changes(document, trend, id);
        }
}

static void add_steps(struct document *document, const struct trend *trend)
{
    document_section(document, "steps", "From survey to survey");
    for (size_t i = 1; i < trend->count; i++) {
        const struct survey_side *old = &trend->sides[i - 1], *new = &trend->sides[i];
        document_heading(document, words_of("%.900s -> %.900s", old->name, new->name));
        add_step(document, words_of("differences.%zu", i), &trend->steps[i]);
    }
}

struct document *trend_document(const struct trend *trend)
{
    struct document *document = document_new("MX survey: a series of surveys");
    if (document == NULL)
        return NULL;
    add_answer(document, &trend->whole);
    add_surveys(document, trend);
    add_all_shares(document, trend);
    add_steps(document, trend);
    return document;
}
