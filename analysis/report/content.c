/* The report's order, and what its parts share. */
#include "analysis/report/content.h"

#include <stdio.h>
#include <string.h>

#include "analysis/document/text_form.h"
#include "analysis/report/estimate_form.h"

enum {
    MEANINGS_MAX = 16,
    ROW_MAX = 8
};

struct document_cell cell_share_of(uint64_t count, uint64_t of, int decimals)
{
    return of > 0 ? cell_share((double)count / (double)of, decimals) : cell_text(NULL);
}

struct document_cell cell_meaning(const char *meaning, char word[WORD_MAX])
{
    snprintf(word, WORD_MAX, "%.*s", (int)strcspn(meaning, ":"), meaning);
    return cell_word(word, meaning);
}

void add_counts(struct document *document, const char *word, const char *caption, const char *unit,
                const struct count_row *rows, size_t count, bool in_percent)
{
    char columns[200];
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += rows[i].count;
    if (sum == 0) {
        document_paragraph(document, "%s: none.", caption);
        return;
    }
    snprintf(columns, sizeof columns, "what:|count:%s%s", unit, in_percent ? "|share" : "");
    document_table_of(document, word, caption, columns);
    for (size_t i = 0; i < count; i++) {
        char begin[WORD_MAX];
        const struct document_cell cells[] = {
            rows[i].word != NULL ? cell_word(rows[i].word, rows[i].meaning)
                                 : cell_meaning(rows[i].meaning, begin),
            cell_count(rows[i].count), cell_share_of(rows[i].count, sum, 1)};
        document_cells(document, cells, in_percent ? 3 : 2);
    }
    document_figure(document, caption);
}

void add_meanings(struct document *document, const char *word, const char *caption,
                  const char *unit, const char *const *meanings, const uint64_t *counts,
                  size_t count, bool in_percent)
{
    struct count_row rows[MEANINGS_MAX];
    size_t length = 0;
    for (size_t i = 0; i < count && length < MEANINGS_MAX; i++)
        if (meanings[i] != NULL)
            rows[length++] = (struct count_row){NULL, meanings[i], counts[i]};
    add_counts(document, word, caption, unit, rows, length, in_percent);
}

void add_counts_row(struct document *document, struct document_cell name, const uint64_t *counts,
                    size_t count)
{
    struct document_cell cells[ROW_MAX] = {name};
    size_t length = 1;
    for (size_t i = 0; i < count && length < ROW_MAX; i++)
        cells[length++] = cell_count(counts[i]);
    document_cells(document, cells, length);
}

size_t shown_rows(const struct report *report, size_t count)
{
    return count < report->top ? count : report->top;
}

void add_rest(struct document *document, uint64_t rest, const char *rows)
{
    char count[NUMBER_MAX];
    if (rest > 0)
        document_paragraph(document, "And %s more %s: see --top, or --format json.",
                           text_count(rest, count), rows);
}

void add_named_top(struct document *document, const struct report *report, const char *word,
                   const char *caption, const struct named_top *top, const char *name)
{
    char columns[200];
    size_t rows = shown_rows(report, top->length);
    if (rows == 0)
        return;
    snprintf(columns, sizeof columns, "name:%s|domains|hosts", name);
    document_table_of(document, word, caption, columns);
    for (size_t i = 0; i < rows; i++)
        counts_row(document, cell_text(top->items[i].name), top->items[i].count.domains,
                   top->items[i].count.hosts);
    document_figure(document, caption);
    add_rest(document, top->length - rows, "rows");
}

void add_ad_belief(struct document *document, const struct report *report)
{
    if (report_ad_belief(report) == AD_NOT_BELIEVED)
        document_warning(document,
                         "AD of this resolver was not believed, or it did not validate all the "
                         "time: no DNSSEC status is known, and the DANE numbers say nothing.");
}

/* --- the head --- */

/* What readers must not miss, first */
static void add_warnings(struct document *document, const struct report *report)
{
    char text[SENTENCE_MAX];
    if (unanswered_text(report, text) != NULL)
        document_warning(document, "%s", text);
    if (!report->finished)
        document_warning(document, "%s", unfinished_text(report, text));
    if (report->surveyed == 0)
        document_warning(document, "No domain has been surveyed: there is nothing to estimate.");
    add_ad_belief(document, report);
}

/* Which names were asked, when, through whom */
static void add_subject(struct document *document, const struct report *report)
{
    const char *list = report_info(report, "list.1.path"),
               *digest = report_info(report, "list.1.sha256"),
               *started = report_info(report, "started_at"),
               *ended = report_info(report, "ended_at"),
               *resolver = report_info(report, "resolver"),
               *validates = report_info(report, "resolver_validates"),
               *place = report_info(report, "place");
    bool several = report_info(report, "list.2.path") != NULL;
    char surveyed[NUMBER_MAX], listed[NUMBER_MAX], from[NUMBER_MAX], to[NUMBER_MAX];
    document_paragraph(
        document,
        "%s: %s%s%.12s%s%s names, %s surveyed, %.10s to %.10s%s%.200s; resolver: %.200s%s%s.",
        several ? "Lists" : "List", list != NULL ? list : "not recorded",
        digest != NULL ? " (SHA-256 " : "", digest != NULL ? digest : "",
        several          ? ", and others), "
        : digest != NULL ? "...), "
                         : ", ",
        report->listed.known ? text_count(report->listed.count, listed) : "?",
        text_count(report->surveyed, surveyed), started != NULL ? text_time(started, from) : "?",
        ended != NULL ? text_time(ended, to) : "?", place != NULL ? ", from " : "",
        place != NULL ? place : "", resolver != NULL ? resolver : "not recorded",
        validates != NULL ? ", validates: " : "", validates != NULL ? validates : "");
}

/* The one line on DANE and MTA-STS */
static void add_protocols(struct document *document, const struct report *report)
{
    static const struct {
        enum estimate_id id;
        const char *words;
    } shares[] = {{SECURE_DOMAINS, "MX answer secure by DNSSEC"},
                  {DOMAINS_DANE_COMPLETE, "DANE complete, of these"},
                  {DOMAINS_WITH_STS, "MTA-STS"}};
    char text[SENTENCE_MAX] = "", share[NUMBER_MAX];
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        const struct estimate *estimate = &report->estimates[shares[i].id];
        size_t used = strlen(text);
        snprintf(
            text + used, sizeof text - used, "%s%s: %s", used > 0 ? "; " : "", shares[i].words,
            cluster_has_share(&estimate->cluster)
                ? text_percent(estimate->cluster.share, text_decimals(estimate->wilson95), share)
                : "not known");
    }
    document_paragraph(document, "Domains: %s.", text);
}

struct document *report_document(const struct report *report, bool only_summary)
{
    static void (*const parts[])(struct document * document, const struct report *report) = {
        add_cname_shares,    add_responses, add_breakdowns, add_providers, add_aliases,
        add_senders,         add_dane,      add_tlsa,       add_networks,  add_sts,
        add_protocol_shares, add_failures,  add_run,
    };
    struct document *document = document_new("MX survey: how common are CNAMEs as mail exchanges?");
    char text[SENTENCE_MAX];
    if (document == NULL)
        return NULL;
    add_warnings(document, report);
    add_subject(document, report);
    document_paragraph(document, "%s", design_text(report, text));
    add_summary(document, report);
    add_protocols(document, report);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !only_summary; i++)
        parts[i](document, report);
    return document;
}
