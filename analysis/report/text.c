/* The report as text: plain words, the unit beside every number. */
#include "analysis/report/text.h"

#include <string.h>

#include "analysis/report/form.h"
#include "analysis/collect/survey_file.h"
#include "analysis/document/text_form.h"

static void print_clusters(struct printer *printer, const struct estimate *estimate, int decimals)
{
    const struct cluster_sums *sums = &estimate->sums;
    double largest = (double)sums->largest_of / (double)sums->of;
    char clusters[NUMBER_MAX], share[NUMBER_MAX], without[NUMBER_MAX];
    text_count(sums->clusters, clusters);
    text_percent(largest, 1, share);
    if (!estimate->has_cluster)
        return;
    printer->failed |=
        text_print(printer->out, 4,
                   "%s providers; the largest holds %s of the units; design effect %.4g, effective "
                   "clusters %.4g.",
                   clusters, share, estimate->cluster.design_effect, estimate->effective_clusters);
    if (!estimate->has_rest)
        return;
    printer->failed |= text_print(
        printer->out, 4, "Without the largest%s%.200s%s: %s.%s",
        estimate->largest != NULL ? " (" : "", estimate->largest != NULL ? estimate->largest : "",
        estimate->largest != NULL ? ")" : "", text_percent(estimate->rest, decimals, without),
        estimate_is_dominated(estimate) ? " It dominates: take the clustered interval as a hint."
                                        : "");
}

static void print_bootstrap(struct printer *printer, const struct estimate *estimate, int decimals)
{
    char range[NUMBER_MAX], count[NUMBER_MAX];
    if (!estimate->has_bootstrap)
        return;
    printer->failed |=
        text_print(printer->out, 4, "Bootstrap over providers, %s replicates, seed %llu: %s.",
                   text_count(printer->report->bootstrap_replicates, count),
                   (unsigned long long)printer->report->bootstrap_seed,
                   text_range(estimate->bootstrap.percentile95, decimals, range));
}

static void print_poststratified(struct printer *printer, const struct estimate *estimate,
                                 int decimals)
{
    const struct poststratified *result = &estimate->poststratified;
    char share[NUMBER_MAX], normal[NUMBER_MAX], cluster[NUMBER_MAX], of[NUMBER_MAX];
    if (!estimate->has_poststratified)
        return;
    if (result->has_cluster)
        text_range(result->cluster95, decimals, cluster);
    else
        strcpy(cluster, "not defined");
    printer->failed |= text_print(
        printer->out, 4,
        "Weighed by the sizes of zones (%llu strata, %s units): %s (95 %% interval %s; clustered "
        "by provider %s)",
        (unsigned long long)result->strata, text_count(result->of, of),
        text_percent(result->share, decimals, share),
        text_range(result->normal95, decimals, normal), cluster);
}

static void print_estimate(struct printer *printer, enum estimate_id id)
{
    const struct estimate *estimate = &printer->report->estimates[id];
    FILE *out = printer->out;
    char count[NUMBER_MAX], of[NUMBER_MAX], share[NUMBER_MAX], wilson[NUMBER_MAX];
    char cluster[NUMBER_MAX], bounds[NUMBER_MAX], unanswered[NUMBER_MAX];
    text_count(estimate->unanswered, unanswered);
    fprintf(out, "\n  %s\n", ESTIMATE_WORDING[id].title);
    if (!estimate->has_share) {
        printer->failed |= text_print(out, 4, "Not known: 0 %s in this file; unanswered %s: %s.",
                                      ESTIMATE_WORDING[id].units,
                                      ESTIMATE_WORDING[id].unanswered_units, unanswered);
        return;
    }
    int decimals = text_decimals(estimate->wilson95);
    text_range(estimate->bounds, decimals, bounds);
    if (estimate->has_cluster)
        text_range(estimate->cluster.logit95, decimals, cluster);
    else
        strcpy(cluster, "not defined");
    printer->failed |= text_print(out, 4, "%s (95 %% interval %s; clustered by provider %s)",
                                  text_percent(estimate->share, decimals, share),
                                  text_range(estimate->wilson95, decimals, wilson), cluster);
    printer->failed |= text_print(out, 4, "%s of %s %s", text_count(estimate->sums.count, count),
                                  text_count(estimate->sums.of, of), ESTIMATE_WORDING[id].units);
    print_clusters(printer, estimate, decimals);
    print_bootstrap(printer, estimate, decimals);
    print_poststratified(printer, estimate, decimals);
    if (estimate->unanswered == 0)
        printer->failed |=
            text_print(out, 4, "Unanswered %s: none.", ESTIMATE_WORDING[id].unanswered_units);
    else
        printer->failed |=
            text_print(out, 4, "Unanswered %s: %s. Whatever they are, the share is within %s.",
                       ESTIMATE_WORDING[id].unanswered_units, unanswered, bounds);
}

static void print_head(struct printer *printer)
{
    const struct report *report = printer->report;
    FILE *out = printer->out;
    char text[SENTENCE_MAX];
    fprintf(out, REPORT_TITLE "\n");
    for (size_t i = 0; i < strlen(REPORT_TITLE); i++)
        fputc('=', out);
    fprintf(out, "\n" REPORT_RULE "\n");
    const char *unanswered = unanswered_text(report, text);
    if (!report->finished || report->surveyed == 0 || unanswered != NULL)
        fprintf(out, "\n");
    if (unanswered != NULL)
        printer->failed |= text_print(out, 0, "%s", unanswered);
    if (!report->finished)
        printer->failed |= text_print(out, 0, "%s", unfinished_text(report, text));
    if (report->surveyed == 0)
        printer->failed |= text_print(out, 0, NOTHING_SURVEYED);
}

static void print_shares(struct printer *printer)
{
    text_heading(printer->out, "CNAMEs as mail exchanges");
    for (int id = DOMAINS_WITH_CNAME_MX; id <= CNAME_MX_HOSTS; id++)
        print_estimate(printer, (enum estimate_id)id);
    fprintf(printer->out, "\n");
    printer->failed |= text_print(printer->out, 2, "%s", CNAME_SHARES_NOTE);
}

void print_ad_belief(struct printer *printer)
{
    if (report_ad_belief(printer->report) == AD_NOT_BELIEVED)
        printer->failed |= text_print(printer->out, 2, "%s", AD_NOT_BELIEVED_NOTE);
}

static void print_dnssec(struct printer *printer)
{
    text_heading(printer->out, "DNSSEC, DANE, MTA-STS");
    print_ad_belief(printer);
    for (int id = SECURE_DOMAINS; id < ESTIMATE_COUNT; id++)
        print_estimate(printer, (enum estimate_id)id);
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
    print_shares(&printer);
    print_breakdowns(&printer);
    print_provider_table(&printer);
    print_alias_providers(&printer);
    print_chains(&printer);
    print_alias_targets(&printer);
    print_dnssec(&printer);
    print_dane(&printer);
    print_sts(&printer);
    print_senders(&printer);
    print_resolver(&printer);
    print_coverage(&printer);
    print_failures(&printer);
    print_run(&printer);
    return printer.failed == 0 ? 0 : -1;
}
