/* What was met, what failed, and how it was measured, in the page. */
#include "analysis/report/form.h"
#include "analysis/report/html.h"

enum {
    REJECTED_MAX = 20 /* reasons shown */
};

static void known_row(struct html_form *form, struct known_count count, const char *text)
{
    if (!count.known)
        return;
    html_row_begin(form);
    html_cell_header(form, text);
    html_cell_count(form, count.count);
    html_row_end(form);
}

static void count_row(struct html_form *form, uint64_t count, const char *text)
{
    known_row(form, (struct known_count){true, count}, text);
}

static void mentions_row(struct html_form *form, struct exchange_mentions mentions,
                         const char *meaning)
{
    char text[SENTENCE_MAX];
    count_row(form, mentions.records, mentions_text(mentions, meaning, text));
}

void page_coverage(struct html_form *form, const struct report *report)
{
    static const struct html_column columns[] = {{"", false}, {"count", true}};
    struct page_count outcomes[MX_OUTCOME_FAILED];
    for (int i = 1; i <= MX_OUTCOME_FAILED; i++)
        outcomes[i - 1] = (struct page_count){mx_outcome_word((enum mx_outcome)i),
                                              MX_OUTCOME_MEANINGS[i], report->mx_outcomes[i]};
    page_counts(form, "Domains surveyed, by outcome", "domains", "outcome", outcomes,
                MX_OUTCOME_FAILED);
    html_table_begin(form, "What was listed and met", columns, 2);
    known_row(form, report->listed, "domains listed");
    count_row(form, report->surveyed, "domains surveyed");
    known_row(form, report->left, "domains left");
    known_row(form, report->excluded, "domains beside these, excluded on request (opt-out)");
    known_row(form, report->duplicates, "names met again in the lists");
    count_row(form, report->hosts, "mail hosts resolved");
    mentions_row(form, report->unknown_exchanges, UNKNOWN_EXCHANGES_MEANING);
    mentions_row(form, report->opted_out_exchanges, OPTED_OUT_EXCHANGES_MEANING);
    count_row(form, report->rejected, "list lines rejected");
    html_table_end(form);
    if (report->rejected_lines.length == 0)
        return;
    html_table_begin(form, "List lines rejected, by why", columns, 2);
    for (size_t i = 0; i < report->rejected_lines.length && i < REJECTED_MAX; i++) {
        const struct tally *line = &report->rejected_lines.items[i];
        count_row(form, line->count, line->reason != NULL ? line->reason : "no reason given");
    }
    html_table_end(form);
}

static void failed_lookups(struct html_form *form, const struct tally_list *failures)
{
    static const struct html_column columns[] = {
        {"what for", false}, {"why", false}, {"lookups", true}};
    html_table_begin(form, "Failed lookups, by what they were for and why", columns, 3);
    for (size_t i = 0; i < failures->length; i++) {
        const struct tally *failure = &failures->items[i];
        html_row_begin(form);
        html_cell_header(form, failure->kind != NULL ? failure->kind : "?");
        html_cell_text(form, failure->reason != NULL ? failure->reason : "?");
        html_cell_count(form, failure->count);
        html_row_end(form);
    }
    html_table_end(form);
}

void page_failures(struct html_form *form, const struct report *report)
{
    struct page_count reasons[FAILURE_LAST];
    size_t count = 0;
    for (int i = 1; i <= FAILURE_LAST; i++) {
        if (report->domain_failures[i] > 0)
            reasons[count++] = (struct page_count){failure_word((enum failure)i), NULL,
                                                   report->domain_failures[i]};
    }
    if (count > 0)
        page_counts(form, "Failed domains, by why", "domains", "why", reasons, count);
    else
        html_paragraph(form, "No domain failed.");
    if (report->failures.length > 0)
        failed_lookups(form, &report->failures);
    else
        html_paragraph(form, "No lookup failed.");
}

void page_run(struct html_form *form, const struct report *report)
{
    static const struct html_column columns[] = {{"key", false}, {"value", false}};
    if (report->info_count == 0) {
        html_paragraph(form, "Not recorded.");
        return;
    }
    html_table_begin(form, "run_info", columns, 2);
    for (size_t i = 0; i < report->info_count; i++) {
        char time[NUMBER_MAX];
        html_row_begin(form);
        html_cell_header(form, report->info[i].key);
        html_cell_text(form, info_text(&report->info[i], time));
        html_row_end(form);
    }
    html_table_end(form);
}
