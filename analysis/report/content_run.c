/* What was met, what failed, and how it was measured. */
#include <stdio.h>
#include <string.h>

#include "analysis/report/content.h"
#include "analysis/report/meanings.h"
#include "crawler/core/ede.h"

void add_responses(struct document *document, const struct report *report)
{
    if (report->surveyed == 0)
        return;
    document_section(document, "responses", "What was answered");
    add_meanings(document, MX_TABLE, report->mx_outcomes);
    if (report->strata.strata > 0)
        document_paragraph(document,
                           "Here, and wherever counts have a share without an interval, it is that "
                           "of the names drawn, not weighed by the sizes of the strata.");
}

/* --- coverage --- */

/* Nothing is left to do in a finished survey of a part of its list. */
static const char *left_meaning(const struct report *report)
{
    if (report->design.kind == DESIGN_FIRST)
        return "domains of the list behind those";
    return report->design.kind == DESIGN_SAMPLE && report->left.count > 0
               ? "domains of the list that were not drawn"
               : "domains left";
}

static void add_coverage(struct document *document, const struct report *report)
{
    const struct exchange_mentions *unknown = &report->unknown_exchanges,
                                   *opted_out = &report->opted_out_exchanges;
    const struct {
        const char *word, *meaning;
        struct known_count count;
    } rows[] = {
        {"listed", report->strata.strata > 0 ? "domains drawn from the list" : "domains listed",
         report->listed},
        {"surveyed", "domains surveyed", {true, report->surveyed}},
        {"left", left_meaning(report), report->left},
        {"excluded", "domains beside these, excluded on request (opt-out)", report->excluded},
        {"duplicates", "names met again in the lists", report->duplicates},
        {"hosts", "mail hosts resolved", {true, report->hosts}},
        {"unknown_exchanges",
         words_of("MX records whose exchange may be an alias or not: its lookups failed, or it "
                  "opted out (domains: %s)",
                  count_of(unknown->domains)),
         {true, unknown->records}},
        {"opted_out_exchanges",
         words_of("of these, exchanges that opted out (domains: %s)", count_of(opted_out->domains)),
         {true, opted_out->records}},
        {"rejected", "list lines rejected", {true, report->rejected}},
    };
    document_table(document, "coverage", "What was listed and met", "what:|count:");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].count.known)
            document_counts(document, cell_word(rows[i].word, rows[i].meaning),
                            rows[i].count.count);
}

static void add_rejected(struct document *document, const struct report *report)
{
    const struct tally_list *lines = &report->rejected_lines;
    size_t shown = shown_rows(report, lines->length);
    if (lines->length == 0)
        return;
    document_table(document, "rejected_lines", "List lines rejected, by why", "reason:|lines");
    for (size_t i = 0; i < shown; i++) {
        const char *reason = lines->items[i].reason;
        document_counts(document, cell_text(reason != NULL ? reason : "no reason given"),
                        lines->items[i].count);
    }
    add_rest(document, lines->length - shown, "reason");
}

/* --- failures --- */

static void add_failed_lookups(struct document *document, const struct tally_list *failures)
{
    if (says_nothing(document, failures->length == 0, "No lookup failed."))
        return;
    document_table(document, "failed_lookups", "Failed lookups, by what they were for and why",
                   "lookup:|lookups");
    for (size_t i = 0; i < failures->length; i++) {
        const struct tally *failure = &failures->items[i];
        char text[200];
        snprintf(text, sizeof text, "%s: %s", failure->kind != NULL ? failure->kind : "?",
                 failure->reason != NULL ? failure->reason : "?");
        document_counts(document, cell_text(text), failure->count);
    }
}

static void add_extended_errors(struct document *document, const struct report *report)
{
    const struct ede_list *list = &report->ede;
    size_t shown = shown_rows(report, list->length);
    if (list->length == 0)
        return;
    document_table(document, "extended_errors",
                   "Extended DNS errors received (RFC 8914), and what they speak of",
                   "code|of|domains|hosts|lookups");
    for (size_t i = 0; i < shown; i++) {
        const struct ede_count *ede = &list->items[i];
        const char *name = ede_name(ede->code);
        document_cell(document,
                      cell_word(words_of("%u", ede->code),
                                words_of("%u %s", ede->code, name != NULL ? name : "(not known)")));
        document_counts(document, cell_text(ede_class_word(ede_class(ede->code))), ede->domains,
                        ede->hosts, ede->lookups);
    }
    add_rest(document, list->length - shown, "code");
    document_paragraph(
        document, "domain: the domain's zones, signatures or name servers; policy: the "
                  "resolver's own, such an answer says nothing of the domain; pace: the "
                  "resolver was asked too fast; rest: its state or cache, or no more than that "
                  "something is odd.");
}

void add_failures(struct document *document, const struct report *report)
{
    document_section(document, "failures", "Failures");
    add_meanings(document, FAILURE_TABLE, report->domain_failures);
    add_failed_lookups(document, &report->failures);
    add_extended_errors(document, report);
}

void add_run(struct document *document, const struct report *report)
{
    document_section(document, "run", "How it was measured");
    add_coverage(document, report);
    add_rejected(document, report);
    document_paragraph(document,
                       "What is secure depends on the resolver's version and policy: zones signed "
                       "only by algorithms that it does not support or refuses count as insecure "
                       "(RFC 9905: SHA-1), NSEC3 with many iterations as insecure or bogus (RFC "
                       "9276).");
    if (says_nothing(document, report->info_count == 0,
                     "When and how it was measured is not recorded."))
        return;
    document_table(document, "run_info", "run_info", "key|value");
    for (size_t i = 0; i < report->info_count; i++) {
        const struct info *info = &report->info[i];
        size_t length = strlen(info->key);
        bool is_time = length > 3 && strcmp(info->key + length - 3, "_at") == 0;
        char time[NUMBER_MAX];
        document_row(document, cell_text(info->key),
                     cell_word(info->value, is_time ? text_time(info->value, time) : info->value));
    }
}
