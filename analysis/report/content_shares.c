/* Shares, and the same shares by suffix, rank and DNSSEC status. */
#include <stdio.h>
#include <string.h>

#include "analysis/document/text_form.h"
#include "analysis/report/content.h"
#include "analysis/report/estimate_form.h"

/* --- a share and what is known about how sure it is --- */

/* The share; in tables of a random sample with the interval of the list's own share, as the
 * column's title says. */
static struct document_cell plain_cell(const struct estimate *estimate, int decimals)
{
    const struct cluster_share *share = &estimate->cluster;
    if (!cluster_has_share(share))
        return cell_text(NULL);
    return cell_with_of(cell_share(share->share, decimals), share->of, estimate->unanswered);
}

static struct document_cell share_cell(const struct estimate *estimate, int decimals)
{
    struct document_cell cell = plain_cell(estimate, decimals);
    return estimate->sample_reason == SAMPLE_NO_REASON
               ? cell_with_interval(cell, estimate->sample95)
               : cell;
}

static const char *share_title(const struct report *report)
{
    return report->design.kind == DESIGN_SAMPLE ? "share (the list's own)" : "share";
}

/* cluster95; words in its place where it is not fit to be printed */
static struct document_cell others_cell(const struct report *report,
                                        const struct cluster_share *share, int decimals,
                                        const char *words)
{
    if (!report_has_intervals(report) || !cluster_has_share(share))
        return cell_text(NULL);
    enum interval_ends ends = share->reason == CLUSTER_NONE  ? ENDS_HIGH
                              : share->reason == CLUSTER_ALL ? ENDS_LOW
                                                             : ENDS_BOTH;
    struct document_cell cell = {.kind = CELL_RANGE};
    if (cluster_has_interval(share))
        cell = cell_range(share->cluster95, ends, decimals);
    return cluster_is_told(share) ? cell : cell_range_in_words(cell, words);
}

static void add_others(struct document *document, const struct report *report,
                       const struct cluster_share *share, const char *column, int decimals)
{
    char words[SENTENCE_MAX];
    if (report_has_intervals(report))
        document_value(
            document, column, OTHER_LISTS_TITLE,
            others_cell(report, share, decimals, other_lists_text(share, decimals, words)));
}

static void add_bounds(struct document *document, const struct report *report,
                       const struct estimate *estimate, const char *units, int decimals)
{
    char unanswered[NUMBER_MAX], unseen[SENTENCE_MAX];
    if (estimate->unanswered == 0 && estimate->unseen == 0) {
        document_detail(document, "Unanswered %s: none.", units);
        return;
    }
    unseen_text(report, estimate, unseen);
    document_detail(document, "Unanswered %s: %s.%s%s", units,
                    text_count(estimate->unanswered, unanswered), *unseen != '\0' ? " " : "",
                    unseen);
    document_value(document, "bounds", "Whatever they are, the share is within",
                   cell_range(estimate->bounds, ENDS_BOTH, decimals));
}

static void add_clusters(struct document *document, const struct estimate *estimate, int decimals)
{
    const struct cluster_share *share = &estimate->cluster;
    char clusters[NUMBER_MAX], certain[NUMBER_MAX], units[NUMBER_MAX], without[NUMBER_MAX];
    char large[200] = "", largest[400] = "";
    if (share->certainty_clusters > 0)
        snprintf(large, sizeof large, "; those with more than 1 %% of the units (%s) hold %s",
                 text_count(share->certainty_clusters, certain),
                 text_percent((double)share->certainty_of / (double)share->of, 1, units));
    if (estimate->has_rest && estimate->largest != NULL)
        snprintf(largest, sizeof largest, " Without the largest (%.200s): %s.", estimate->largest,
                 text_percent(estimate->rest, decimals, without));
    document_detail(document, "Providers: %s%s.%s", text_count(share->clusters, clusters), large,
                    largest);
}

static void add_weighed(struct document *document, const struct report *report,
                        const struct estimate *estimate, int decimals)
{
    char text[SENTENCE_MAX];
    if (!estimate->is_weighed)
        return;
    document_detail(document, "%s", weighed_text(report, estimate, decimals, text));
}

static void add_estimate(struct document *document, const struct report *report,
                         enum estimate_id id)
{
    const struct estimate *estimate = &report->estimates[id];
    const struct estimate_wording *wording = &ESTIMATE_WORDING[id];
    char word[ESTIMATE_WORD_MAX], more[200], count[NUMBER_MAX], of[NUMBER_MAX];
    int decimals = text_decimals(estimate->wilson95);
    bool known = cluster_has_share(&estimate->cluster);
    if (!known && estimate->unanswered == 0)
        return; /* nothing of the kind was met */
    if (known)
        snprintf(more, sizeof more, ": %s of %s %s", text_count(estimate->cluster.count, count),
                 text_count(estimate->cluster.of, of), wording->units);
    else
        snprintf(more, sizeof more, ": 0 %s in this file; unanswered %s: %s", wording->units,
                 wording->unanswered_units, text_count(estimate->unanswered, count));
    document_fact(document,
                  &(struct document_fact){
                      .word = estimate_word(estimate, word),
                      .title = wording->title,
                      .label = wording->label,
                      .column = "share",
                      .more = more,
                  },
                  plain_cell(estimate, decimals));
    if (!known)
        return;
    if (estimate->sample_reason == SAMPLE_NO_REASON)
        document_value(document, "list_share", LIST_SHARE_TITLE,
                       cell_range(estimate->sample95, ENDS_BOTH, decimals));
    add_others(document, report, &estimate->cluster, "other_lists", decimals);
    add_bounds(document, report, estimate, wording->unanswered_units, decimals);
    add_clusters(document, estimate, decimals);
    add_weighed(document, report, estimate, decimals);
}

void add_cname_shares(struct document *document, const struct report *report)
{
    char text[SENTENCE_MAX];
    document_section(document, "cname_shares", "CNAMEs as mail exchanges");
    for (int id = DOMAINS_WITH_CNAME_MX; id <= CNAME_MX_HOSTS; id++)
        add_estimate(document, report, (enum estimate_id)id);
    document_figure(document, "Shares that have, or are, CNAMEs");
    if (*signed_difference_text(report, text) != '\0')
        document_paragraph(document, "%s", text);
    document_paragraph(document, "%s", CNAME_SHARES_NOTE);
}

void add_protocol_shares(struct document *document, const struct report *report)
{
    if (report->surveyed == 0)
        return;
    document_section(document, "protocol_shares", "DNSSEC, DANE, MTA-STS, IPv6");
    add_ad_belief(document, report);
    for (int id = SECURE_DOMAINS; id <= DOMAINS_WITH_IPV6_MX; id++)
        add_estimate(document, report, (enum estimate_id)id);
    document_figure(document, "DNSSEC, DANE, MTA-STS and IPv6");
}

void add_probe_shares(struct document *document, const struct report *report)
{
    for (int id = HOSTS_WITH_STARTTLS; id < ESTIMATE_COUNT; id++)
        add_estimate(document, report, (enum estimate_id)id);
    document_figure(document, "What mail servers showed");
}

/* --- tables: the share and its interval first, where a narrow page shows them --- */

enum {
    COLUMNS_MAX = 6
};

struct columns {
    struct document_column items[COLUMNS_MAX];
    size_t count;
};

static void add_column(struct columns *columns, const char *word, const char *title)
{
    columns->items[columns->count++] = (struct document_column){word, title};
}

/* --- breakdowns --- */

static struct document_cell key_cell(const struct breakdown_row *row, const char *none)
{
    return *row->key != '\0' ? cell_text(row->key) : cell_word("", none);
}

struct breakdown_words {
    const char *word, *title, *key; /* of the section; of the first column */
    const char *protocols;          /* word of the second table */
    const char *none;               /* of a row without key */
};

/* The shares of DNSSEC, DANE and MTA-STS: a table, or, with the intervals of a sample, one for
 * each, for a line of text has no room for all. */
static const struct protocol_table {
    const char *caption;
    bool domains; /* has their number */
    struct {
        enum breakdown_estimate estimate;
        const char *word, *title;
    } shares[BREAKDOWN_ESTIMATES];
    size_t count;
} ALL_PROTOCOLS[] = {{"DNSSEC, DANE and MTA-STS",
                      true,
                      {{BREAKDOWN_SECURE, "secure", "DNSSEC secure"},
                       {BREAKDOWN_DANE_COMPLETE, "dane_complete", "DANE complete"},
                       {BREAKDOWN_STS, "sts", "MTA-STS"},
                       {BREAKDOWN_DANE_READY, "dane_ready", "DANE ready"}},
                      4}},
  EACH_PROTOCOL[] = {{"DNSSEC", true, {{BREAKDOWN_SECURE, "secure", "DNSSEC secure"}}, 1},
                     {"DANE",
                      false,
                      {{BREAKDOWN_DANE_COMPLETE, "dane_complete", "DANE complete"},
                       {BREAKDOWN_DANE_READY, "dane_ready", "DANE ready"}},
                      2},
                     {"MTA-STS", false, {{BREAKDOWN_STS, "sts", "MTA-STS"}}, 1}};

static void add_protocol_table(struct document *document, const struct breakdown *breakdown,
                               size_t rows, const struct breakdown_words *words,
                               const struct protocol_table *table)
{
    struct columns columns = {0};
    add_column(&columns, "key", words->key);
    if (table->domains)
        add_column(&columns, "domains", "domains");
    for (size_t i = 0; i < table->count; i++)
        add_column(&columns, table->shares[i].word, table->shares[i].title);
    document_table(document, words->protocols, table->caption, columns.items, columns.count);
    for (size_t i = 0; i < rows; i++) {
        const struct breakdown_row *row = &breakdown->rows[i];
        struct document_cell cells[COLUMNS_MAX] = {key_cell(row, words->none)};
        size_t count = 1;
        if (table->domains)
            cells[count++] = cell_count(row->domains);
        for (size_t j = 0; j < table->count; j++)
            cells[count++] = share_cell(&row->estimates[table->shares[j].estimate], 1);
        document_cells(document, cells, count);
    }
}

static void add_breakdown(struct document *document, const struct report *report,
                          const struct breakdown *breakdown, const struct breakdown_words *words)
{
    size_t rows = shown_rows(report, breakdown->length);
    bool is_sample = report->design.kind == DESIGN_SAMPLE;
    const struct protocol_table *protocols = is_sample ? EACH_PROTOCOL : ALL_PROTOCOLS;
    size_t tables = is_sample ? sizeof EACH_PROTOCOL / sizeof *EACH_PROTOCOL : 1;
    document_section(document, words->word, words->title);
    struct columns columns = {0};
    add_column(&columns, "key", words->key);
    add_column(&columns, "share", share_title(report));
    if (report_has_intervals(report))
        add_column(&columns, "other_lists", OTHER_LISTS_TITLE);
    add_column(&columns, "cname", "with CNAME");
    add_column(&columns, "domains", "domains with MX");
    document_table(document, words->word, "CNAMEs as mail exchanges", columns.items, columns.count);
    for (size_t i = 0; i < rows; i++) {
        const struct breakdown_row *row = &breakdown->rows[i];
        const struct estimate *cname = &row->estimates[BREAKDOWN_CNAME_MX];
        struct document_cell cells[COLUMNS_MAX] = {key_cell(row, words->none),
                                                   share_cell(cname, 2)};
        size_t count = 2;
        if (report_has_intervals(report))
            cells[count++] = others_cell(report, &cname->cluster, 2, "too few");
        cells[count++] = cell_count(cname->cluster.count);
        cells[count++] = cell_count(cname->cluster.of);
        document_cells(document, cells, count);
    }
    document_figure(document, words->title);
    for (size_t i = 0; i < tables; i++)
        add_protocol_table(document, breakdown, rows, words, &protocols[i]);
    add_rest(document, breakdown->length - rows, "rows");
}

void add_breakdowns(struct document *document, const struct report *report)
{
    static const struct breakdown_words by_suffix = {"by_suffix", "By public suffix", "suffix",
                                                     "by_suffix_protocols", "(none)"};
    static const struct breakdown_words by_dnssec = {"by_dnssec", "DNSSEC-signed against unsigned",
                                                     "MX answer", "by_dnssec_protocols",
                                                     "(not known)"};
    static const struct breakdown_words by_rank = {"by_rank", "By rank in the list", "ranks",
                                                   "by_rank_protocols", "(no rank)"};
    static const struct breakdown_words by_stratum = {"by_stratum", "By stratum of the list",
                                                      "stratum", "by_stratum_protocols", "(none)"};
    if (report->surveyed == 0)
        return;
    if (report->by_stratum.length > 0)
        add_breakdown(document, report, &report->by_stratum, &by_stratum);
    add_breakdown(document, report, &report->by_suffix, &by_suffix);
    if (report->by_rank_band.length > 1 || *report->by_rank_band.rows[0].key != '\0')
        add_breakdown(document, report, &report->by_rank_band, &by_rank);
    add_breakdown(document, report, &report->by_dnssec, &by_dnssec);
    document_paragraph(document,
                       "Of which domains the shares are: DNSSEC secure of those that exist; DANE "
                       "complete of those with mail hosts and a secure MX answer; MTA-STS of those "
                       "asked; DANE ready of those with mail hosts and an unsigned one. Those "
                       "that are unanswered are left out.%s",
                       report->design.kind == DESIGN_SAMPLE
                           ? " In brackets: intervals for the list's own share."
                           : "");
    if (report_has_intervals(report))
        document_paragraph(document, TOO_FEW_NOTE);
}

/* --- the first lines: the interval that the design has, one --- */

void add_summary(struct document *document, const struct report *report)
{
    static const struct {
        enum estimate_id id;
        const char *word, *unit;
    } shares[] = {{DOMAINS_WITH_CNAME_MX, "domains", "domains"},
                  {CNAME_MX_RECORDS, "mx_records", "MX records"},
                  {CNAME_MX_HOSTS, "hosts", "mail hosts"}};
    struct columns columns = {0};
    bool others = report_has_intervals(report) && report->design.kind != DESIGN_SAMPLE;
    add_column(&columns, "unit", "");
    add_column(&columns, "share", share_title(report));
    if (others)
        add_column(&columns, "other_lists", OTHER_LISTS_TITLE);
    add_column(&columns, "of", "of");
    add_column(&columns, "unanswered", "unanswered");
    document_table(document, "summary", "CNAMEs as mail exchanges", columns.items, columns.count);
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        const struct estimate *estimate = &report->estimates[shares[i].id];
        int decimals = text_decimals(estimate->wilson95);
        struct document_cell cells[COLUMNS_MAX] = {cell_word(shares[i].word, shares[i].unit),
                                                   share_cell(estimate, decimals)};
        size_t count = 2;
        if (others)
            cells[count++] = others_cell(report, &estimate->cluster, decimals, "too few");
        cells[count++] = cell_count(estimate->cluster.of);
        cells[count++] = cell_count(estimate->unanswered);
        document_cells(document, cells, count);
    }
}
