/* Breakdowns, providers and aliases in the page. */
#include <stdio.h>

#include "analysis/report/estimate_form.h"
#include "analysis/report/html.h"

enum {
    ROWS_MAX = 20 /* of one table; JSON has all */
};

/* --- breakdowns --- */

static size_t shown_rows(const struct breakdown *breakdown)
{
    return breakdown->length < ROWS_MAX ? breakdown->length : ROWS_MAX;
}

static const char *key_text(const struct breakdown_row *row, const char *none)
{
    return *row->key != '\0' ? row->key : none;
}

struct breakdown_words {
    const char *caption, *key; /* of the figure of sizes, of the first column */
    const char *none;          /* of a row without key */
    bool by_dnssec;            /* no share of secure answers: it is 0 or all in every row */
};

static bool any_share(const struct breakdown *breakdown, enum breakdown_estimate estimate)
{
    for (size_t i = 0; i < shown_rows(breakdown); i++) {
        if (cluster_has_share(&breakdown->rows[i].estimates[estimate].cluster))
            return true;
    }
    return false;
}

static void share_table(struct html_form *form, const struct report *report,
                        const struct breakdown *breakdown, enum breakdown_estimate estimate,
                        const char *title, const struct breakdown_words *words)
{
    struct html_column columns[PAGE_SHARE_COLUMNS];
    size_t count;
    page_share_columns(report, words->key, columns, &count);
    html_table_begin(form, title, columns, count);
    for (size_t i = 0; i < shown_rows(breakdown); i++) {
        const struct breakdown_row *row = &breakdown->rows[i];
        html_row_begin(form);
        html_cell_header(form, key_text(row, words->none));
        page_share_cells(form, report, &row->estimates[estimate],
                         estimate == BREAKDOWN_CNAME_MX ? 2 : 1, false);
        html_row_end(form);
    }
    html_table_end(form);
}

static void share_pair(struct html_form *form, const struct report *report,
                       const struct breakdown *breakdown, enum breakdown_estimate estimate,
                       const struct breakdown_words *words)
{
    static const char *const titles[BREAKDOWN_ESTIMATES] = {
        [BREAKDOWN_CNAME_MX] = "Domains with a CNAME exchange",
        [BREAKDOWN_SECURE] = "Domains whose MX answer is secure",
        [BREAKDOWN_DANE_COMPLETE] = "Of the secure ones with mail hosts: DANE complete",
        [BREAKDOWN_STS] = "Domains with an MTA-STS policy",
    };
    struct plot_row rows[ROWS_MAX];
    if (!any_share(breakdown, estimate))
        return;
    for (size_t i = 0; i < shown_rows(breakdown); i++)
        rows[i] = (struct plot_row){key_text(&breakdown->rows[i], words->none),
                                    page_share(report, &breakdown->rows[i].estimates[estimate])};
    html_pair_begin(form);
    plot_shares(form, titles[estimate], rows, shown_rows(breakdown));
    share_table(form, report, breakdown, estimate, titles[estimate], words);
    html_pair_end(form);
}

static void sizes_pair(struct html_form *form, const struct breakdown *breakdown,
                       const struct breakdown_words *words)
{
    const struct html_column columns[] = {
        {words->key, false}, {"domains", true}, {"with MX records", true}};
    struct plot_bar bars[ROWS_MAX];
    for (size_t i = 0; i < shown_rows(breakdown); i++)
        bars[i] = (struct plot_bar){key_text(&breakdown->rows[i], words->none),
                                    breakdown->rows[i].domains};
    html_pair_begin(form);
    plot_bars(form, words->caption, bars, shown_rows(breakdown));
    html_table_begin(form, words->caption, columns, 3);
    for (size_t i = 0; i < shown_rows(breakdown); i++) {
        html_row_begin(form);
        html_cell_header(form, key_text(&breakdown->rows[i], words->none));
        html_cell_count(form, breakdown->rows[i].domains);
        html_cell_count(form, breakdown->rows[i].mx_domains);
        html_row_end(form);
    }
    html_table_end(form);
    html_pair_end(form);
}

static void breakdown_part(struct html_form *form, const struct report *report,
                           const struct breakdown *breakdown, const struct breakdown_words *words)
{
    share_pair(form, report, breakdown, BREAKDOWN_CNAME_MX, words);
    page_share_key(form, report);
    if (!words->by_dnssec)
        share_pair(form, report, breakdown, BREAKDOWN_SECURE, words);
    share_pair(form, report, breakdown, BREAKDOWN_DANE_COMPLETE, words);
    share_pair(form, report, breakdown, BREAKDOWN_STS, words);
    sizes_pair(form, breakdown, words);
    page_rest(form, breakdown->length - shown_rows(breakdown), "rows");
    if (report_has_intervals(report))
        html_paragraph(form, TOO_FEW_NOTE);
}

void page_by_suffix(struct html_form *form, const struct report *report)
{
    static const struct breakdown_words words = {"Domains surveyed", "suffix", "(none)", false};
    breakdown_part(form, report, &report->by_suffix, &words);
}

void page_by_dnssec(struct html_form *form, const struct report *report)
{
    static const struct breakdown_words words = {"Domains surveyed", "MX answer", "(not known)",
                                                 true};
    char text[SENTENCE_MAX];
    page_ad_belief(form, report);
    if (*signed_difference_text(report, text) != '\0')
        html_paragraph(form, "%s", text);
    breakdown_part(form, report, &report->by_dnssec, &words);
}

void page_by_rank(struct html_form *form, const struct report *report)
{
    static const struct breakdown_words words = {"Domains surveyed", "ranks", "(no rank)", false};
    breakdown_part(form, report, &report->by_rank_band, &words);
}

/* --- providers --- */

static struct plot_share provider_share(const struct provider_row *row,
                                        enum breakdown_estimate estimate)
{
    /* a provider's domains are one cluster: no interval says how sure its share is */
    uint64_t of = row->shares[estimate].of;
    return (struct plot_share){
        .known = of > 0,
        .share = of > 0 ? (double)row->shares[estimate].count / (double)of : 0,
    };
}

static void provider_figures(struct html_form *form, const struct provider_table *table)
{
    struct plot_bar bars[PROVIDERS_MAX];
    struct plot_row aliases[PROVIDERS_MAX], secure[PROVIDERS_MAX];
    for (size_t i = 0; i < table->length; i++) {
        const struct provider_row *row = &table->rows[i];
        bars[i] = (struct plot_bar){row->provider, row->domains};
        aliases[i] = (struct plot_row){row->provider, provider_share(row, BREAKDOWN_CNAME_MX)};
        secure[i] = (struct plot_row){row->provider, provider_share(row, BREAKDOWN_SECURE)};
    }
    html_pair_begin(form);
    plot_bars(form, "Domains", bars, table->length);
    plot_shares(form, "Share with a CNAME exchange", aliases, table->length);
    plot_shares(form, "Share with a secure MX answer", secure, table->length);
    html_pair_end(form);
}

static void provider_cells(struct html_form *form, const struct provider_row *row,
                           enum breakdown_estimate estimate, int decimals)
{
    struct plot_share share = provider_share(row, estimate);
    html_cell_count(form, row->shares[estimate].count);
    html_cell_count(form, row->shares[estimate].of);
    html_cell_percent(form, share.known, share.share, decimals);
}

void page_provider_table(struct html_form *form, const struct report *report)
{
    static const struct html_column columns[] = {
        {"provider", false},      {"domains", true}, {"of all", true},
        {"with CNAME", true},     {"of", true},      {"share", true},
        {"secure", true},         {"of", true},      {"share", true},
        {"DANE complete", true},  {"of", true},      {"share", true},
        {"MTA-STS policy", true}, {"of", true},      {"share", true},
    };
    const struct provider_table *table = &report->providers;
    if (table->length == 0) {
        html_paragraph(form, "None.");
        return;
    }
    provider_figures(form, table);
    html_table_begin(form, "Providers, by domains", columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < table->length; i++) {
        const struct provider_row *row = &table->rows[i];
        html_row_begin(form);
        html_cell_header(form, row->provider);
        html_cell_count(form, row->domains);
        html_cell_percent(form, report->surveyed > 0,
                          (double)row->domains / (double)report->surveyed, 2);
        for (int j = 0; j < BREAKDOWN_ESTIMATES; j++)
            provider_cells(form, row, (enum breakdown_estimate)j, j == BREAKDOWN_CNAME_MX ? 2 : 1);
        html_row_end(form);
    }
    html_table_end(form);
}

/* --- aliases --- */

void page_chains(struct html_form *form, const struct report *report)
{
    struct page_count lengths[HOPS_MAX + 1], rest[2 + ALIAS_MULTIPLE];
    char texts[HOPS_MAX + 1][NUMBER_MAX];
    uint64_t by_hops[HOPS_MAX + 1];
    size_t count = 0, others = 0;
    report_chain_hops(report, by_hops);
    for (int hops = 0; hops <= HOPS_MAX; hops++) {
        if (by_hops[hops] > 0)
            lengths[count++] =
                (struct page_count){chain_hops_text(hops, texts[hops]), NULL, by_hops[hops]};
    }
    rest[others++] = (struct page_count){"CNAME first", "hosts whose first step is a CNAME",
                                         report_chain_sum(report, "cname", NULL)};
    rest[others++] = (struct page_count){"DNAME first", "hosts whose first step is a DNAME",
                                         report_chain_sum(report, "dname", NULL)};
    for (int i = 1; i <= ALIAS_MULTIPLE; i++) {
        const char *word = alias_problem_word((enum alias_problem)i);
        rest[others++] = (struct page_count){word, ALIAS_PROBLEM_MEANINGS[i],
                                             report_chain_sum(report, NULL, word)};
    }
    if (count == 0) {
        html_paragraph(form, "No MX record names an alias.");
        return;
    }
    page_counts(form, "Hosts that are aliases, by the length of the chain", "hosts", "chain",
                lengths, count);
    page_counts(form, "How chains begin, and what is wrong with them", "hosts", "chain", rest,
                others);
}

static void alias_row(struct html_form *form, struct alias_count count, const char *text)
{
    html_row_begin(form);
    html_cell_header(form, text);
    html_cell_count(form, count.hosts);
    html_cell_count(form, count.domains);
    html_row_end(form);
}

static void alias_targets_table(struct html_form *form, const struct alias_report *aliases)
{
    static const struct html_column columns[] = {
        {"provider of the chain's last name", false}, {"alias hosts", true}, {"domains", true}};
    struct plot_bar bars[PROVIDERS_MAX];
    if (aliases->target_count == 0)
        return;
    for (size_t i = 0; i < aliases->target_count; i++)
        bars[i] =
            (struct plot_bar){aliases->targets[i].provider, aliases->targets[i].count.domains};
    html_pair_begin(form);
    plot_bars(form, "Domains, by where their aliases lead", bars, aliases->target_count);
    html_table_begin(form, "Providers of the chains' last names", columns, 3);
    for (size_t i = 0; i < aliases->target_count; i++)
        alias_row(form, aliases->targets[i].count, aliases->targets[i].provider);
    html_table_end(form);
    html_pair_end(form);
}

void page_alias_targets(struct html_form *form, const struct report *report)
{
    static const struct html_column columns[] = {
        {"", false}, {"alias hosts", true}, {"domains", true}};
    const struct alias_report *aliases = &report->aliases;
    const struct plot_bar bars[] = {
        {"same provider", aliases->same_provider.hosts},
        {"another provider", aliases->other_provider.hosts},
        {"not known", aliases->unknown_provider.hosts},
    };
    html_pair_begin(form);
    plot_bars(form, "Alias hosts that lead to", bars, 3);
    html_table_begin(form, "Alias hosts that MX records name", columns, 3);
    alias_row(form, aliases->all, "all that MX records name");
    alias_row(form, aliases->same_provider, "to the same provider");
    alias_row(form, aliases->other_provider, "to another provider");
    alias_row(form, aliases->unknown_provider,
              "to a name, or from one, without a registrable domain");
    for (int i = 1; i <= ALIAS_MULTIPLE; i++)
        alias_row(form, aliases->problems[i], ALIAS_PROBLEM_MEANINGS[i]);
    html_table_end(form);
    html_pair_end(form);
    alias_targets_table(form, aliases);
}
