/* The report as a page: the words and tables of its text, and figures. */
#include "analysis/report/html.h"

#include <stdlib.h>

#include "analysis/report/form.h"

/* --- shared by the parts --- */

struct plot_share page_share(const struct estimate *estimate)
{
    return (struct plot_share){
        .known = estimate->has_share,
        .share = estimate->share,
        .has_bar = estimate->has_share,
        .bar = estimate->wilson95,
        .has_band = estimate->has_cluster,
        .band = estimate->cluster.logit95,
    };
}

void page_count_table(struct html_form *form, const char *title, const char *unit, const char *what,
                      const struct page_count *rows, size_t count)
{
    const struct html_column columns[] = {{what, false}, {unit, true}};
    html_table_begin(form, title, columns, 2);
    for (size_t i = 0; i < count; i++) {
        html_row_begin(form);
        html_cell_header(form, rows[i].meaning != NULL ? rows[i].meaning : rows[i].label);
        html_cell_count(form, rows[i].count);
        html_row_end(form);
    }
    html_table_end(form);
}

void page_counts(struct html_form *form, const char *title, const char *unit, const char *what,
                 const struct page_count *rows, size_t count)
{
    struct plot_bar bars[PLOT_ROWS_MAX];
    html_pair_begin(form);
    for (size_t i = 0; i < count && i < PLOT_ROWS_MAX; i++)
        bars[i] = (struct plot_bar){rows[i].label, rows[i].count};
    plot_bars(form, title, bars, count < PLOT_ROWS_MAX ? count : PLOT_ROWS_MAX);
    page_count_table(form, title, unit, what, rows, count);
    html_pair_end(form);
}

void page_providers(struct html_form *form, const struct provider_top *top, const char *title,
                    const char *counted, const char *of)
{
    const struct html_column columns[] = {
        {"provider", false}, {counted, true}, {of, true}, {"share", true}};
    struct plot_bar bars[PROVIDERS_MAX];
    if (top->length == 0) {
        html_paragraph(form, "None.");
        return;
    }
    html_pair_begin(form);
    for (size_t i = 0; i < top->length; i++)
        bars[i] = (struct plot_bar){top->items[i].provider, top->items[i].count};
    plot_bars(form, title, bars, top->length);
    html_table_begin(form, title, columns, 4);
    for (size_t i = 0; i < top->length; i++) {
        const struct provider_count *item = &top->items[i];
        html_row_begin(form);
        html_cell_header(form, item->provider);
        html_cell_count(form, item->count);
        html_cell_count(form, item->of);
        html_cell_percent(form, item->of > 0,
                          item->of > 0 ? (double)item->count / (double)item->of : 0, 1);
        html_row_end(form);
    }
    html_table_end(form);
    html_pair_end(form);
}

void page_rest(struct html_form *form, size_t rest, const char *rows)
{
    if (rest > 0)
        html_paragraph(form, "And %zu more %s: --format json has all of them.", rest, rows);
}

void page_share_cells(struct html_form *form, const struct estimate *estimate, int decimals)
{
    html_cell_percent(form, estimate->has_share, estimate->share, decimals);
    html_cell_range(form, estimate->has_share, estimate->wilson95, decimals);
    html_cell_range(form, estimate->has_cluster, estimate->cluster.logit95, decimals);
    html_cell_count(form, estimate->sums.count);
    html_cell_count(form, estimate->sums.of);
}

void page_share_key(struct html_form *form)
{
    plot_key(form, "95 % interval of independent units (Wilson)",
             "95 % interval, clustered by provider");
}

/* --- estimates --- */

/* For figures, which have little room */
static const char *const ESTIMATE_LABELS[ESTIMATE_COUNT] = {
    [DOMAINS_WITH_CNAME_MX] = "domains",
    [DOMAINS_WITH_CNAME_MX_SECURE] = "domains, DNSSEC-secure",
    [CNAME_MX_RECORDS] = "MX records",
    [CNAME_MX_HOSTS] = "hosts",
    [SECURE_DOMAINS] = "domains, secure",
    [SECURE_HOSTS] = "hosts, secure",
    [HOSTS_WITH_TLSA] = "hosts with TLSA",
    [DOMAINS_DANE_COMPLETE] = "domains, DANE complete",
    [DOMAINS_WITH_STS] = "domains with MTA-STS",
    [STS_REFUSED_BY_TARGET_MATCHING] = "MTA-STS over CNAME refused",
};

static void shares_figure(struct html_form *form, const struct report *report, const char *title,
                          enum estimate_id first, enum estimate_id last)
{
    struct plot_row rows[ESTIMATE_COUNT];
    size_t count = 0;
    for (int id = (int)first; id <= (int)last; id++) {
        if (report->estimates[id].has_share)
            rows[count++] =
                (struct plot_row){ESTIMATE_LABELS[id], page_share(&report->estimates[id])};
    }
    plot_shares(form, title, rows, count);
}

static int decimals_of(const struct estimate *estimate)
{
    return estimate->has_share ? text_decimals(estimate->wilson95) : 1;
}

static void shares_table(struct html_form *form, const struct report *report, const char *title,
                         enum estimate_id first, enum estimate_id last)
{
    static const struct html_column columns[] = {
        {"", false},     {"share", true}, {PAGE_WILSON_TITLE, true}, {PAGE_CLUSTER_TITLE, true},
        {"count", true}, {"of", true},
    };
    html_table_begin(form, title, columns, 6);
    for (int id = (int)first; id <= (int)last; id++) {
        const struct estimate *estimate = &report->estimates[id];
        html_row_begin(form);
        html_cell_header(form, ESTIMATE_WORDING[id].title);
        page_share_cells(form, estimate, decimals_of(estimate));
        html_row_end(form);
    }
    html_table_end(form);
}

/* The largest cluster, by the name of its provider where it has one */
static void largest_cells(struct html_form *form, const struct estimate *estimate, int decimals)
{
    const struct cluster_sums *sums = &estimate->sums;
    html_cell_text(form, estimate->largest != NULL ? estimate->largest : "");
    html_cell_percent(form, estimate->has_share,
                      estimate->has_share ? (double)sums->largest_of / (double)sums->of : 0, 1);
    html_cell_percent(form, estimate->has_rest, estimate->rest, decimals);
}

static void certainty_table(struct html_form *form, const struct report *report, const char *title,
                            enum estimate_id first, enum estimate_id last)
{
    static const struct html_column columns[] = {
        {"", false},
        {"units counted", false},
        {"providers", true},
        {"effective clusters", true},
        {"design effect", true},
        {"largest provider", false},
        {"holds", true},
        {"share without it", true},
        {"unanswered", true},
        {"share, whatever these are", true},
    };
    html_table_begin(form, title, columns, 10);
    for (int id = (int)first; id <= (int)last; id++) {
        const struct estimate *estimate = &report->estimates[id];
        int decimals = decimals_of(estimate);
        html_row_begin(form);
        html_cell_header(form, ESTIMATE_WORDING[id].title);
        html_cell_text(form, ESTIMATE_WORDING[id].units);
        html_cell_count(form, estimate->sums.clusters);
        html_cell_real(form, estimate->has_share, estimate->effective_clusters, 4);
        html_cell_real(form, estimate->has_cluster, estimate->cluster.design_effect, 4);
        largest_cells(form, estimate, decimals);
        html_cell_count(form, estimate->unanswered);
        html_cell_range(form, estimate->has_share, estimate->bounds, decimals);
        html_row_end(form);
    }
    html_table_end(form);
}

static void bootstrap_table(struct html_form *form, const struct report *report,
                            enum estimate_id first, enum estimate_id last)
{
    static const struct html_column columns[] = {
        {"", false}, {"95\u00a0% (percentiles)", true}, {"mean", true}, {"standard error", true}};
    char count[NUMBER_MAX];
    if (report->bootstrap_replicates == 0)
        return;
    html_table_begin(form, "Bootstrap over providers", columns, 4);
    for (int id = (int)first; id <= (int)last; id++) {
        const struct estimate *estimate = &report->estimates[id];
        const struct bootstrap_result *result = &estimate->bootstrap;
        int decimals = decimals_of(estimate);
        html_row_begin(form);
        html_cell_header(form, ESTIMATE_WORDING[id].title);
        html_cell_range(form, estimate->has_bootstrap, result->percentile95, decimals);
        html_cell_percent(form, estimate->has_bootstrap, result->mean, decimals);
        html_cell_percent(form, estimate->has_bootstrap, result->standard_error, decimals);
        html_row_end(form);
    }
    html_table_end(form);
    html_paragraph(form, "%s replicates, seed %llu.",
                   text_count(report->bootstrap_replicates, count),
                   (unsigned long long)report->bootstrap_seed);
}

static bool any_weighed(const struct report *report, enum estimate_id first, enum estimate_id last)
{
    bool any_weighed = false;
    for (int id = (int)first; id <= (int)last; id++)
        any_weighed |= report->estimates[id].has_poststratified;
    return any_weighed;
}

static void weighed_table(struct html_form *form, const struct report *report,
                          enum estimate_id first, enum estimate_id last)
{
    static const struct html_column columns[] = {
        {"", false},
        {"share", true},
        {"95\u00a0% (independent)", true},
        {PAGE_CLUSTER_TITLE, true},
        {"strata", true},
        {"units in them", true},
    };
    if (!any_weighed(report, first, last))
        return;
    html_table_begin(form, "Weighed by the sizes of zones", columns, 6);
    for (int id = (int)first; id <= (int)last; id++) {
        const struct estimate *estimate = &report->estimates[id];
        const struct poststratified *result = &estimate->poststratified;
        int decimals = decimals_of(estimate);
        if (!estimate->has_poststratified)
            continue;
        html_row_begin(form);
        html_cell_header(form, ESTIMATE_WORDING[id].title);
        html_cell_percent(form, true, result->share, decimals);
        html_cell_range(form, true, result->normal95, decimals);
        html_cell_range(form, result->has_cluster, result->cluster95, decimals);
        html_cell_count(form, result->strata);
        html_cell_count(form, result->of);
        html_row_end(form);
    }
    html_table_end(form);
    html_paragraph(form, "Sizes of zones: %.1000s.", report->weights);
}

static void estimates(struct html_form *form, const struct report *report, const char *title,
                      enum estimate_id first, enum estimate_id last)
{
    bool dominated = false;
    html_pair_begin(form);
    shares_figure(form, report, title, first, last);
    shares_table(form, report, "Shares", first, last);
    html_pair_end(form);
    page_share_key(form);
    certainty_table(form, report, "How sure", first, last);
    bootstrap_table(form, report, first, last);
    weighed_table(form, report, first, last);
    for (int id = (int)first; id <= (int)last; id++)
        dominated |= estimate_is_dominated(&report->estimates[id]);
    if (dominated)
        html_paragraph(form, "Where one provider holds more than a fifth of the units it "
                             "dominates: take the clustered interval as a hint.");
}

static void page_shares(struct html_form *form, const struct report *report)
{
    estimates(form, report, "Shares that have, or are, CNAMEs", DOMAINS_WITH_CNAME_MX,
              CNAME_MX_HOSTS);
    html_paragraph(form, "%s", CNAME_SHARES_NOTE);
}

void page_ad_belief(struct html_form *form, const struct report *report)
{
    if (report_ad_belief(report) == AD_NOT_BELIEVED)
        html_warning(form, "%s", AD_NOT_BELIEVED_NOTE);
}

static void page_protocols(struct html_form *form, const struct report *report)
{
    page_ad_belief(form, report);
    estimates(form, report, "DNSSEC, DANE and MTA-STS", SECURE_DOMAINS,
              STS_REFUSED_BY_TARGET_MATCHING);
}

static void page_alias_providers(struct html_form *form, const struct report *report)
{
    page_providers(form, &report->alias_providers, "Domains with a CNAME exchange", "with CNAME",
                   "domains");
}

/* --- the page --- */

static bool any(const struct report *report)
{
    return report->surveyed > 0;
}

static bool has_ranks(const struct report *report)
{
    return any(report) &&
           (report->by_rank_band.length > 1 || *report->by_rank_band.rows[0].key != '\0');
}

static bool has_senders(const struct report *report)
{
    return report->senders.domains > 0;
}

static bool has_dane(const struct report *report)
{
    return report->dane.asked;
}

static bool has_resolver(const struct report *report)
{
    return report_info(report, "resolver") != NULL || report->ede.length > 0;
}

static const struct {
    const char *title;
    bool (*has)(const struct report *report); /* NULL: always */
    void (*print)(struct html_form *form, const struct report *report);
} PARTS[] = {
    {"CNAMEs as mail exchanges", NULL, page_shares},
    {"By public suffix", any, page_by_suffix},
    {"DNSSEC-signed against unsigned", any, page_by_dnssec},
    {"By rank in the list", has_ranks, page_by_rank},
    {"Providers, by domains", NULL, page_provider_table},
    {"Providers with the most domains that have a CNAME exchange", NULL, page_alias_providers},
    {"Alias chains", NULL, page_chains},
    {"Where the aliases lead", NULL, page_alias_targets},
    {"DNSSEC, DANE, MTA-STS", NULL, page_protocols},
    {"DANE for SMTP (RFC 7672)", has_dane, page_dane},
    {"DANE lookup failures: what breaks mail", has_dane, page_dane_failures},
    {"TLSA records", has_dane, page_tlsa},
    {"MTA-STS", NULL, page_sts},
    {"What an alias does, sender by sender", has_senders, page_senders},
    {"DNSSEC as this resolver sees it", has_resolver, page_resolver},
    {"Coverage", NULL, page_coverage},
    {"Failures", NULL, page_failures},
    {"When and how it was measured", NULL, page_run},
};
enum {
    PART_COUNT = sizeof PARTS / sizeof *PARTS
};

static void print_head(struct html_form *form, const struct report *report)
{
    char text[SENTENCE_MAX], count[NUMBER_MAX], time[NUMBER_MAX];
    const char *started = report_info(report, "started_at");
    html_begin(form, REPORT_TITLE);
    html_paragraph(form, REPORT_RULE);
    html_paragraph(form, "%s domains surveyed%s%.100s.", text_count(report->surveyed, count),
                   started != NULL ? ", from " : "",
                   started != NULL ? text_time(started, time) : "");
    if (unanswered_text(report, text) != NULL)
        html_warning(form, "%s", text);
    if (!report->finished)
        html_warning(form, "%s", unfinished_text(report, text));
    if (report->surveyed == 0)
        html_warning(form, NOTHING_SURVEYED);
}

static void print_page(struct html_form *form, const struct report *report)
{
    const char *titles[PART_COUNT];
    bool shown[PART_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < PART_COUNT; i++) {
        shown[i] = PARTS[i].has == NULL || PARTS[i].has(report);
        if (shown[i])
            titles[count++] = PARTS[i].title;
    }
    print_head(form, report);
    html_contents(form, titles, count);
    for (size_t i = 0; i < PART_COUNT && form->failed == 0; i++) {
        if (!shown[i])
            continue;
        html_section_begin(form, PARTS[i].title);
        PARTS[i].print(form, report);
        html_section_end(form);
    }
    html_end(form);
}

/* Whole or not at all: a figure that cannot be drawn leaves no half page in out. */
int report_print_html(const struct report *report, FILE *out, struct error *error)
{
    char *page = NULL;
    size_t length = 0;
    struct html_form form = {.out = open_memstream(&page, &length), .error = error};
    if (form.out == NULL) {
        html_no_memory(&form);
        return -1;
    }
    print_page(&form, report);
    if (fclose(form.out) != 0)
        html_no_memory(&form);
    if (form.failed == 0)
        fwrite(page, 1, length, out);
    free(page);
    return form.failed;
}
