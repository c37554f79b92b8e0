/* The report as text: plain words, the unit beside every number. */
#include "analysis/report_text.h"

#include <string.h>

#include "analysis/survey_file.h"
#include "analysis/text_form.h"

static const struct {
    const char *title;
    const char *units;            /* of `of`, `count`: plural */
    const char *unanswered_units; /* plural */
} WORDING[ESTIMATE_COUNT] = {
    [DOMAINS_WITH_CNAME_MX] = {"Domains with a CNAME among their mail exchanges",
                               "domains with MX records", "domains"},
    [DOMAINS_WITH_CNAME_MX_SECURE] = {"The same, domains secured by DNSSEC only",
                                      "DNSSEC-secure domains with MX records", "domains"},
    [CNAME_MX_RECORDS] = {"MX records whose exchange is a CNAME", "MX records", "MX records"},
    [CNAME_MX_HOSTS] = {"Hosts named by MX records that are CNAMEs", "hosts", "hosts"},
    [SECURE_DOMAINS] = {"Domains whose MX answer is secure", "domains", "domains"},
    [SECURE_HOSTS] = {"Mail hosts whose addresses are secure", "mail hosts with an address",
                      "mail hosts"},
    [HOSTS_WITH_TLSA] = {"Mail hosts with secure TLSA records (DANE)",
                         "mail hosts that can have them", "mail hosts"},
    [DOMAINS_DANE_COMPLETE] = {"Domains with DANE for every mail host",
                               "DNSSEC-secure domains with mail hosts", "domains"},
    [DOMAINS_WITH_STS] = {"Domains with an MTA-STS policy", "domains asked", "domains"},
    [STS_REFUSED_BY_TARGET_MATCHING] = {"MTA-STS: refused by senders that match a CNAME's target",
                                        "domains with a policy over a CNAME exchange", "domains"},
};

/* Above this share of the units in one cluster, the clustered interval is not to be trusted. */
static const double DOMINATING_SHARE = 0.2;

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
        largest > DOMINATING_SHARE ? " It dominates: take the clustered interval as a hint." : "");
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
    fprintf(out, "\n  %s\n", WORDING[id].title);
    if (!estimate->has_share) {
        printer->failed |= text_print(out, 4, "Not known: 0 %s in this file; unanswered %s: %s.",
                                      WORDING[id].units, WORDING[id].unanswered_units, unanswered);
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
                                  text_count(estimate->sums.of, of), WORDING[id].units);
    print_clusters(printer, estimate, decimals);
    print_bootstrap(printer, estimate, decimals);
    print_poststratified(printer, estimate, decimals);
    if (estimate->unanswered == 0)
        printer->failed |= text_print(out, 4, "Unanswered %s: none.", WORDING[id].unanswered_units);
    else
        printer->failed |=
            text_print(out, 4, "Unanswered %s: %s. Whatever they are, the share is within %s.",
                       WORDING[id].unanswered_units, unanswered, bounds);
}

static void print_head(struct printer *printer)
{
    const struct report *report = printer->report;
    FILE *out = printer->out;
    char surveyed[NUMBER_MAX], listed[NUMBER_MAX], left[NUMBER_MAX];
    text_count(report->surveyed, surveyed);
    fprintf(out, "MX survey: how common are CNAMEs as mail exchanges?\n");
    fprintf(out, "===================================================\n");
    fprintf(out, "RFC 2181 section 10.3: the host that an MX record names must not be an alias.\n");
    if (!report->finished) {
        fprintf(out, "\n");
        if (report->listed.known)
            printer->failed |= text_print(
                out, 0,
                "PARTIAL: this survey is not finished. %s of %s listed domains are surveyed, %s "
                "are left. All numbers speak of the surveyed ones only, which need not be typical.",
                surveyed, text_count(report->listed.count, listed),
                text_count(report->left.count, left));
        else
            printer->failed |= text_print(
                out, 0,
                "PARTIAL: this survey is not finished. %s domains are surveyed so far. All "
                "numbers speak of those only, which need not be typical.",
                surveyed);
    }
    if (report->surveyed == 0)
        printer->failed |=
            text_print(out, 0, "%sNo domain has been surveyed: there is nothing to estimate.",
                       report->finished ? "\n" : "");
}

static void print_shares(struct printer *printer)
{
    text_heading(printer->out, "CNAMEs as mail exchanges");
    for (int id = DOMAINS_WITH_CNAME_MX; id <= CNAME_MX_HOSTS; id++)
        print_estimate(printer, (enum estimate_id)id);
    fprintf(printer->out, "\n");
    printer->failed |= text_print(
        printer->out, 2,
        "\"CNAME\" means any alias, by CNAME or DNAME. The first interval (Wilson) takes units as "
        "independent. They are not: domains share providers, so the clustered interval (ratio "
        "estimator, logit, t) is the honest one; what has no provider counts as a provider of its "
        "own. Both ask what a list drawn like this one could "
        "have shown; a list that is a whole zone has no sampling error in itself.");
}

static void print_dnssec(struct printer *printer)
{
    text_heading(printer->out, "DNSSEC, DANE, MTA-STS");
    for (int id = SECURE_DOMAINS; id < ESTIMATE_COUNT; id++)
        print_estimate(printer, (enum estimate_id)id);
}

void print_line(struct printer *printer, uint64_t count, const char *text)
{
    char number[NUMBER_MAX];
    int column = fprintf(printer->out, "  %14s  ", text_count(count, number));
    printer->failed |= text_wrap(printer->out, column, 18, text);
}

static uint64_t chain_sum(const struct report *report, const char *kind, const char *problem)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < report->chains.length; i++) {
        const struct tally *chain = &report->chains.items[i];
        bool kind_fits = kind == NULL || (chain->kind != NULL && strcmp(chain->kind, kind) == 0);
        bool problem_fits =
            problem == NULL || (chain->reason != NULL && strcmp(chain->reason, problem) == 0);
        if (kind_fits && problem_fits)
            sum += chain->count;
    }
    return sum;
}

static void print_chains(struct printer *printer)
{
    enum {
        HOPS_MAX = 17 /* alias_hops of too_long; a larger one is counted with it */
    };
    const struct report *report = printer->report;
    uint64_t by_hops[HOPS_MAX + 1] = {0};
    for (size_t i = 0; i < report->chains.length; i++) {
        uint64_t hops = report->chains.items[i].hops;
        by_hops[hops < HOPS_MAX ? hops : HOPS_MAX] += report->chains.items[i].count;
    }
    text_heading(printer->out, "Alias chains (hosts named by MX records)");
    print_line(printer, chain_sum(report, "cname", NULL), "hosts whose first step is a CNAME");
    print_line(printer, chain_sum(report, "dname", NULL), "hosts whose first step is a DNAME");
    for (int hops = 0; hops <= HOPS_MAX; hops++) {
        char text[NUMBER_MAX];
        snprintf(text, sizeof text, "chains of %d step%s%s", hops, hops == 1 ? "" : "s",
                 hops == HOPS_MAX ? " or more" : "");
        if (by_hops[hops] > 0)
            print_line(printer, by_hops[hops], text);
    }
    print_line(printer, chain_sum(report, NULL, "dangling"),
               "dangling: the chain ends at a name that does not exist");
    print_line(printer, chain_sum(report, NULL, "loop"), "loops: the chain meets a name again");
    print_line(printer, chain_sum(report, NULL, "too_long"), "too long: over 16 steps");
    print_line(printer, chain_sum(report, NULL, "multiple"), "multiple: two CNAMEs at one name");
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

static void print_coverage(struct printer *printer)
{
    static const char *const meanings[MX_OUTCOME_FAILED + 1] = {
        [MX_OUTCOME_MX] = "domains with MX records",
        [MX_OUTCOME_NULL_MX] = "domains with a null MX: they take no mail (RFC 7505)",
        [MX_OUTCOME_IMPLICIT_MX] = "domains without MX, with an address (implicit MX)",
        [MX_OUTCOME_NO_SERVICE] = "domains with neither",
        [MX_OUTCOME_NXDOMAIN] = "domains that do not exist",
        [MX_OUTCOME_FAILED] = "domains whose lookup failed",
    };
    const struct report *report = printer->report;
    text_heading(printer->out, "Coverage");
    print_known(printer, report->listed, "domains listed");
    print_line(printer, report->surveyed, "domains surveyed, of which");
    for (int i = 1; i <= MX_OUTCOME_FAILED; i++)
        print_line(printer, report->mx_outcomes[i], meanings[i]);
    print_known(printer, report->left, "domains left");
    print_known(printer, report->excluded, "domains beside these, excluded on request (opt-out)");
    print_known(printer, report->duplicates, "names met again in the lists");
    print_line(printer, report->hosts, "mail hosts resolved");
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
    for (int i = 1; i <= FAILURE_OTHER; i++) {
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
        size_t length = strlen(info->key);
        bool is_time = length > 3 && strcmp(info->key + length - 3, "_at") == 0;
        const char *value = is_time ? text_time(info->value, time) : info->value;
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
    print_resolver(&printer);
    print_coverage(&printer);
    print_failures(&printer);
    print_run(&printer);
    return printer.failed == 0 ? 0 : -1;
}
