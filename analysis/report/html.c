/* The report as a page: the words and tables of its text, and figures. */
#include "analysis/report/html.h"

#include <stdlib.h>

#include "analysis/report/estimate_form.h"

/* --- shared by the parts --- */

/* Bar and band: the list's own share and other lists like it; without the first, the second alone.
 */
struct plot_share page_share(const struct report *report, const struct estimate *estimate)
{
    bool told = report_has_intervals(report) && cluster_is_told(&estimate->cluster);
    bool sample = estimate->sample_reason == SAMPLE_NO_REASON;
    bool known = cluster_has_share(&estimate->cluster);
    return (struct plot_share){
        .known = known,
        .share = estimate->cluster.share,
        .has_bar = known && (page_has_sample(report) ? sample : told),
        .bar = page_has_sample(report) ? estimate->sample95 : estimate->cluster.cluster95,
        .has_band = page_has_sample(report) && told,
        .band = estimate->cluster.cluster95,
    };
}

bool page_has_sample(const struct report *report)
{
    return report->design.kind == DESIGN_SAMPLE;
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

void page_share_columns(const struct report *report, const char *key,
                        struct html_column ret[PAGE_SHARE_COLUMNS], size_t *ret_count)
{
    size_t count = 0;
    ret[count++] = (struct html_column){key, false};
    ret[count++] = (struct html_column){"share", true};
    ret[count++] = (struct html_column){"count", true};
    ret[count++] = (struct html_column){"of", true};
    if (page_has_sample(report))
        ret[count++] = (struct html_column){LIST_SHARE_TITLE, true};
    if (report_has_intervals(report))
        ret[count++] = (struct html_column){OTHER_LISTS_TITLE, true};
    *ret_count = count;
}

static void other_lists(struct html_form *form, const struct cluster_share *share, int decimals,
                        bool in_words)
{
    char text[SENTENCE_MAX], cell[NUMBER_MAX];
    bool range =
        cluster_is_told(share) && share->reason != CLUSTER_NONE && share->reason != CLUSTER_ALL;
    if (range || !cluster_has_share(share))
        html_cell_range(form, range, share->cluster95, decimals);
    else
        html_cell_text(form, in_words ? other_lists_text(share, decimals, text)
                                      : other_lists_cell(share, decimals, cell));
}

void page_share_cells(struct html_form *form, const struct report *report,
                      const struct estimate *estimate, int decimals, bool in_words)
{
    const struct cluster_share *share = &estimate->cluster;
    html_cell_percent(form, cluster_has_share(share), share->share, decimals);
    html_cell_count(form, share->count);
    html_cell_count(form, share->of);
    if (page_has_sample(report))
        html_cell_range(form, estimate->sample_reason == SAMPLE_NO_REASON, estimate->sample95,
                        decimals);
    if (report_has_intervals(report))
        other_lists(form, share, decimals, in_words);
}

void page_share_key(struct html_form *form, const struct report *report)
{
    static const char own[] = LIST_SHARE_TITLE ", 95 %", others[] = OTHER_LISTS_TITLE ", 95 %";
    if (page_has_sample(report))
        plot_key(form, own, others);
    else
        plot_key(form, report_has_intervals(report) ? others : NULL, NULL);
}

/* --- estimates --- */

/* For figures, which have little room */
static const char *const ESTIMATE_LABELS[ESTIMATE_COUNT] = {
    [DOMAINS_WITH_CNAME_MX] = "domains",
    [DOMAINS_WITH_CNAME_MX_SECURE] = "domains, DNSSEC-secure",
    [DOMAINS_WITH_CNAME_MX_INSECURE] = "domains, unsigned",
    [DOMAINS_ALL_PRIMARY_CNAME] = "domains, all primary",
    [CNAME_MX_RECORDS] = "MX records",
    [CNAME_MX_HOSTS] = "hosts",
    [SECURE_DOMAINS] = "domains, secure",
    [SECURE_HOSTS] = "hosts, secure",
    [HOSTS_WITH_TLSA] = "hosts with TLSA",
    [DOMAINS_DANE_COMPLETE] = "domains, DANE complete",
    [DOMAINS_DANE_READY] = "unsigned, ready for DANE",
    [DOMAINS_WITH_STS] = "domains with MTA-STS",
    [STS_REFUSED_ENFORCE] = "MTA-STS over CNAME refused",
    [STS_REFUSED_TESTING] = "the same, testing",
    [DOMAINS_WITH_IPV6_MX] = "domains with IPv6",
};

static void shares_figure(struct html_form *form, const struct report *report, const char *title,
                          enum estimate_id first, enum estimate_id last)
{
    struct plot_row rows[ESTIMATE_COUNT];
    size_t count = 0;
    for (int id = (int)first; id <= (int)last; id++) {
        if (cluster_has_share(&report->estimates[id].cluster))
            rows[count++] =
                (struct plot_row){ESTIMATE_LABELS[id], page_share(report, &report->estimates[id])};
    }
    plot_shares(form, title, rows, count);
}

static int decimals_of(const struct estimate *estimate)
{
    return cluster_has_share(&estimate->cluster) ? text_decimals(estimate->wilson95) : 1;
}

static void shares_table(struct html_form *form, const struct report *report, const char *title,
                         enum estimate_id first, enum estimate_id last)
{
    struct html_column columns[PAGE_SHARE_COLUMNS];
    size_t count;
    page_share_columns(report, "", columns, &count);
    html_table_begin(form, title, columns, count);
    for (int id = (int)first; id <= (int)last; id++) {
        const struct estimate *estimate = &report->estimates[id];
        html_row_begin(form);
        html_cell_header(form, ESTIMATE_WORDING[id].title);
        page_share_cells(form, report, estimate, decimals_of(estimate), true);
        html_row_end(form);
    }
    html_table_end(form);
}

/* The largest cluster, by its name where it has one */
static void largest_cells(struct html_form *form, const struct estimate *estimate, int decimals)
{
    const struct cluster_share *share = &estimate->cluster;
    bool known = cluster_has_share(share);
    html_cell_text(form, estimate->largest != NULL ? estimate->largest : "");
    html_cell_percent(form, known, known ? (double)share->largest / (double)share->of : 0, 1);
    html_cell_percent(form, estimate->has_rest, estimate->rest, decimals);
}

static void certainty_table(struct html_form *form, const struct report *report, const char *title,
                            enum estimate_id first, enum estimate_id last)
{
    static const struct html_column columns[] = {
        {"", false},
        {"units counted", false},
        {"unanswered", true},
        {"more behind failed domains", true},
        {"share, whatever these are", true},
        {"providers", true},
        {"with over 1 % each", true},
        {"largest provider", false},
        {"holds", true},
        {"share without it", true},
    };
    html_table_begin(form, title, columns, sizeof columns / sizeof *columns);
    for (int id = (int)first; id <= (int)last; id++) {
        const struct estimate *estimate = &report->estimates[id];
        int decimals = decimals_of(estimate);
        html_row_begin(form);
        html_cell_header(form, ESTIMATE_WORDING[id].title);
        html_cell_text(form, ESTIMATE_WORDING[id].units);
        html_cell_count(form, estimate->unanswered);
        html_cell_count(form, estimate->unseen);
        html_cell_range(form, cluster_has_share(&estimate->cluster), estimate->bounds, decimals);
        html_cell_count(form, estimate->cluster.clusters);
        html_cell_count(form, estimate->cluster.certainty_clusters);
        largest_cells(form, estimate, decimals);
        html_row_end(form);
    }
    html_table_end(form);
}

/* MX records and hosts, as failed domains would have them */
static void unseen_note(struct html_form *form, const struct report *report, enum estimate_id first,
                        enum estimate_id last)
{
    char text[SENTENCE_MAX];
    for (int id = (int)first; id <= (int)last; id++) {
        if (*unseen_text(report, &report->estimates[id], text) == '\0')
            continue;
        html_paragraph(form, "%s", text);
        return;
    }
}

static void weighed_list(struct html_form *form, const struct report *report,
                         enum estimate_id first, enum estimate_id last)
{
    char text[SENTENCE_MAX];
    for (int id = (int)first; id <= (int)last; id++) {
        const struct estimate *estimate = &report->estimates[id];
        if (estimate->is_weighed)
            html_paragraph(form, "%s: %s", ESTIMATE_WORDING[id].title,
                           weighed_text(report, estimate, decimals_of(estimate), text));
    }
}

static void estimates(struct html_form *form, const struct report *report, const char *title,
                      enum estimate_id first, enum estimate_id last)
{
    html_pair_begin(form);
    shares_figure(form, report, title, first, last);
    shares_table(form, report, "Shares", first, last);
    html_pair_end(form);
    page_share_key(form, report);
    weighed_list(form, report, first, last);
    certainty_table(form, report, "What is not known, and behind whom the units are", first, last);
    unseen_note(form, report, first, last);
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
    estimates(form, report, "DNSSEC, DANE, MTA-STS and IPv6", SECURE_DOMAINS, DOMAINS_WITH_IPV6_MX);
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
    {"DNSSEC, DANE, MTA-STS, IPv6", NULL, page_protocols},
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
    html_paragraph(form, "%s", design_text(report, text));
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
