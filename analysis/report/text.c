/* The report as text: plain words, the unit beside every number. */
#include "analysis/report/text.h"

#include <string.h>

#include "analysis/report/estimate_form.h"
#include "analysis/collect/survey_file.h"
#include "analysis/document/text_form.h"

static void print_head(struct printer *printer)
{
    const struct report *report = printer->report;
    FILE *out = printer->out;
    char text[SENTENCE_MAX];
    fprintf(out, REPORT_TITLE "\n");
    for (size_t i = 0; i < strlen(REPORT_TITLE); i++)
        fputc('=', out);
    fprintf(out, "\n" REPORT_RULE "\n");
    fprintf(out, "\n");
    if (unanswered_text(report, text) != NULL)
        printer->failed |= text_print(out, 0, "%s", text);
    if (!report->finished)
        printer->failed |= text_print(out, 0, "%s", unfinished_text(report, text));
    if (report->surveyed == 0)
        printer->failed |= text_print(out, 0, NOTHING_SURVEYED);
    printer->failed |= text_print(out, 0, "%s", design_text(report, text));
}

void print_ad_belief(struct printer *printer)
{
    if (report_ad_belief(printer->report) == AD_NOT_BELIEVED)
        printer->failed |= text_print(printer->out, 2, "%s", AD_NOT_BELIEVED_NOTE);
}

void print_line(struct printer *printer, uint64_t count, const char *text)
{
    char number[NUMBER_MAX];
    int column = fprintf(printer->out, "  %14s  ", text_count(count, number));
    printer->failed |= text_wrap(printer->out, column, 18, text);
}

static void print_chains(struct printer *printer)
{
    const struct report *report = printer->report;
    uint64_t by_hops[HOPS_MAX + 1];
    report_chain_hops(report, by_hops);
    text_heading(printer->out, "Alias chains (hosts named by MX records)");
    print_line(printer, report_chain_sum(report, "cname", NULL),
               "hosts whose first step is a CNAME");
    print_line(printer, report_chain_sum(report, "dname", NULL),
               "hosts whose first step is a DNAME");
    for (int hops = 0; hops <= HOPS_MAX; hops++) {
        char text[NUMBER_MAX];
        if (by_hops[hops] > 0)
            print_line(printer, by_hops[hops], chain_hops_text(hops, text));
    }
    for (int i = 1; i <= ALIAS_MULTIPLE; i++)
        print_line(printer,
                   report_chain_sum(report, NULL, alias_problem_word((enum alias_problem)i)),
                   ALIAS_PROBLEM_MEANINGS[i]);
}

void print_providers(struct printer *printer, const struct provider_top *top, const char *counted,
                     const char *of)
{
    if (top->length == 0)
        fprintf(printer->out, "  none\n");
    else
        fprintf(printer->out, "  %14s  %14s  %8s  provider\n", counted, of, "share");
    for (size_t i = 0; i < top->length; i++) {
        const struct provider_count *provider = &top->items[i];
        double share = provider->of > 0 ? (double)provider->count / (double)provider->of : 0;
        char count[NUMBER_MAX], among[NUMBER_MAX], percent[NUMBER_MAX];
        int column =
            fprintf(printer->out, "  %14s  %14s  %8s  ", text_count(provider->count, count),
                    text_count(provider->of, among), text_percent(share, 1, percent));
        printer->failed |= text_wrap(printer->out, column, 44, provider->provider);
    }
}

static void print_alias_providers(struct printer *printer)
{
    text_heading(printer->out, "Providers with the most domains that have a CNAME exchange");
    print_providers(printer, &printer->report->alias_providers, "with CNAME", "domains");
}

static void print_known(struct printer *printer, struct known_count count, const char *text)
{
    if (count.known)
        print_line(printer, count.count, text);
}

static void print_mentions(struct printer *printer, struct exchange_mentions mentions,
                           const char *meaning)
{
    char text[SENTENCE_MAX];
    print_line(printer, mentions.records, mentions_text(mentions, meaning, text));
}

static void print_coverage(struct printer *printer)
{
    const struct report *report = printer->report;
    text_heading(printer->out, "Coverage");
    print_known(printer, report->listed, "domains listed");
    print_line(printer, report->surveyed, "domains surveyed, of which");
    for (int i = 1; i <= MX_OUTCOME_FAILED; i++)
        print_line(printer, report->mx_outcomes[i], MX_OUTCOME_MEANINGS[i]);
    print_known(printer, report->left, "domains left");
    print_known(printer, report->excluded, "domains beside these, excluded on request (opt-out)");
    print_known(printer, report->duplicates, "names met again in the lists");
    print_line(printer, report->hosts, "mail hosts resolved");
    print_mentions(printer, report->unknown_exchanges, UNKNOWN_EXCHANGES_MEANING);
    print_mentions(printer, report->opted_out_exchanges, OPTED_OUT_EXCHANGES_MEANING);
    print_line(printer, report->rejected, "list lines rejected");
    for (size_t i = 0; i < report->rejected_lines.length && i < 20; i++) {
        const struct tally *line = &report->rejected_lines.items[i];
        char number[NUMBER_MAX];
        int column = fprintf(printer->out, "  %14s    ", text_count(line->count, number));
        printer->failed |= text_wrap(printer->out, column, 20,
                                     line->reason != NULL ? line->reason : "no reason given");
    }
}

static void print_failures(struct printer *printer)
{
    const struct tally_list *failures = &printer->report->failures;
    text_heading(printer->out, "Failed domains, by why");
    for (int i = 1; i <= FAILURE_LAST; i++) {
        if (printer->report->domain_failures[i] > 0)
            print_line(printer, printer->report->domain_failures[i], failure_word((enum failure)i));
    }
    if (printer->report->mx_outcomes[MX_OUTCOME_FAILED] == 0)
        fprintf(printer->out, "  none\n");
    text_heading(printer->out, "Failed lookups, by what they were for and why");
    if (failures->length == 0)
        fprintf(printer->out, "  none\n");
    for (size_t i = 0; i < failures->length; i++) {
        const struct tally *failure = &failures->items[i];
        char text[200];
        snprintf(text, sizeof text, "%s: %s", failure->kind != NULL ? failure->kind : "?",
                 failure->reason != NULL ? failure->reason : "?");
        print_line(printer, failure->count, text);
    }
}

static void print_run(struct printer *printer)
{
    const struct report *report = printer->report;
    text_heading(printer->out, "When and how it was measured (run_info)");
    if (report->info_count == 0)
        fprintf(printer->out, "  not recorded\n");
    for (size_t i = 0; i < report->info_count; i++) {
        const struct info *info = &report->info[i];
        char time[NUMBER_MAX];
        const char *value = info_text(info, time);
        char line[2 * SURVEY_TEXT_MAX + 8];
        snprintf(line, sizeof line, "%s: %s", info->key, value);
        fprintf(printer->out, "  ");
        printer->failed |= text_wrap(printer->out, 2, 4, line);
    }
}

int report_print_text(const struct report *report, FILE *out)
{
    struct printer printer = {out, report, 0};
    print_head(&printer);
    print_cname_shares(&printer);
    print_breakdowns(&printer);
    print_provider_table(&printer);
    print_alias_providers(&printer);
    print_chains(&printer);
    print_alias_targets(&printer);
    print_protocol_shares(&printer);
    print_dane(&printer);
    print_sts(&printer);
    print_senders(&printer);
    print_resolver(&printer);
    print_coverage(&printer);
    print_failures(&printer);
    print_run(&printer);
    return printer.failed == 0 ? 0 : -1;
}
