/* Shares, and the same shares by suffix, rank and DNSSEC status. */
#include <math.h>
#include <stdio.h>

#include "analysis/document/text_form.h"
#include "analysis/report/content.h"
#include "analysis/report/shares/wording.h"

enum {
    MOST_DECIMALS = 6,
};

/* --- a share and what is known about how sure it is --- */

/* In tables of a random sample with the interval of the list's own share, as the column's title
 * says */
static struct document_cell share_cell(const struct estimate *estimate, int decimals)
{
    struct document_cell cell = cell_estimate(estimate, decimals);
    return estimate->sample_reason == SAMPLE_NO_REASON
               ? cell_with_interval(cell, estimate->sample95)
               : cell;
}

/* cluster95, with a bound where none, or all, have it; words in its place where it is not fit to be
 * printed */
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

/* Such words: how few */
static const char *too_few_text(const struct cluster_share *share, char ret[CELL_TEXT_MAX])
{
    int length = snprintf(ret, CELL_TEXT_MAX, "too few providers to say");
    if (cluster_has_rest(share))
        snprintf(ret + length, CELL_TEXT_MAX - (size_t)length, " (%s of %s have it%s)",
                 count_of(share->rarer_clusters),
                 count_of(share->clusters - share->certainty_clusters),
                 share->rarer_is_without ? " not" : "");
    return ret;
}

static void add_bounds(struct document *document, const struct report *report,
                       const struct estimate *estimate, const char *units, int decimals)
{
    uint64_t failed = report->mx_outcomes[MX_OUTCOME_FAILED];
    bool none = estimate->unanswered == 0 && estimate->unseen == 0;
    document_detail(document, "Unanswered %s: %s.", units,
                    none ? "none" : count_of(estimate->unanswered));
    if (none)
        return;
    if (estimate->unseen > 0)
        document_add(document,
                     " %s whose MX lookup failed %s taken to have as many records as the others: "
                     "%s more.",
                     number_of(failed, "domain"), failed == 1 ? "is" : "are",
                     count_of(estimate->unseen));
    document_value(document, "bounds", "Whatever they are, the share is within",
                   cell_range(estimate->bounds, ENDS_BOTH, decimals));
}

/* Another share of the same kind, which may be much smaller: what is there is not said to be 0, nor
 * what is not all to be 100 %. */
static const char *other_percent_of(double share, int decimals)
{
    double rarer = share < 0.5 ? share : 1 - share;
    while (rarer > 0 && decimals < MOST_DECIMALS && 100 * rarer * pow(10, decimals) < 0.5)
        decimals++;
    return percent_of(share, decimals);
}

static void add_clusters(struct document *document, const struct estimate *estimate, int decimals)
{
    const struct cluster_share *share = &estimate->cluster;
    document_detail(document, "Providers: %s", count_of(share->clusters));
    if (share->certainty_clusters > 0)
        document_add(document, "; those with more than 1 %% of the units (%s) hold %s",
                     count_of(share->certainty_clusters),
                     percent_of((double)share->certainty_of / (double)share->of, 1));
    document_add(document, ".");
    if (estimate->has_rest && estimate->largest != NULL)
        document_add(document, " Without the largest (%.200s): %s.", estimate->largest,
                     other_percent_of(estimate->rest, decimals));
}

/* The share weighed by the sizes of zones */
static void add_weighed(struct document *document, const struct report *report,
                        const struct estimate *estimate, int decimals)
{
    const double well_covered = 0.9, too_thin = 0.1;
    const struct cluster_share *share = &estimate->weighed;
    const struct zone_cover *zones = &report->zones;
    char few[CELL_TEXT_MAX], number[CELL_TEXT_MAX];
    struct document_cell others = others_cell(report, share, decimals, too_few_text(share, few));
    if (!estimate->is_weighed)
        return;
    if (!cluster_has_share(share)) {
        document_detail(document, "Not known weighed by the sizes of zones: %s of %.200s.",
                        zones->zones > 0 ? "no unit is in one" : "no domain is in one",
                        report->weights);
        return;
    }
    document_detail(document, "%s weighed by the size%s of %s (%s of the names in %.200s)",
                    other_percent_of(share->share, decimals), zones->zones == 1 ? "" : "s",
                    number_of(zones->zones, "zone"), percent_of(zones->covered, 1),
                    report->weights);
    if (report_has_intervals(report))
        document_add(document, "; " OTHER_LISTS_TITLE ": %s", cell_words(&others, "", number));
    if (zones->covered < well_covered)
        document_add(document, "; the other zones are not surveyed enough to speak for");
    if (zones->thin > too_thin)
        document_add(document, "; %s rest on fewer than %d names a zone",
                     percent_of(zones->thin, 1), ZONE_THIN);
    document_add(document, ".");
}

static void add_estimate(struct document *document, const struct report *report,
                         enum estimate_id id)
{
    const struct estimate *estimate = &report->estimates[id];
    const struct cluster_share *share = &estimate->cluster;
    const struct estimate_wording *wording = &ESTIMATE_WORDING[id];
    char few[CELL_TEXT_MAX];
    int decimals = text_decimals(estimate->wilson95);
    bool known = cluster_has_share(share);
    if (!known && estimate->unanswered == 0)
        return; /* nothing of the kind was met */
    add_fact_of(document, estimate, id);
    document_value(document, "share", NULL, cell_estimate(estimate, decimals));
    if (!known) {
        document_add(document, ": 0 %s in this file; unanswered %s: %s", wording->units,
                     wording->unanswered_units, count_of(estimate->unanswered));
        return;
    }
    document_add(document, ": %s of %s %s", count_of(share->count), count_of(share->of),
                 wording->units);
    if (estimate->sample_reason == SAMPLE_NO_REASON)
        document_value(document, "list_share", LIST_SHARE_TITLE,
                       cell_range(estimate->sample95, ENDS_BOTH, decimals));
    else if (estimate->sample_reason == SAMPLE_HOSTS)
        document_detail(document, LIST_SHARE_TITLE ": not known; a host is met the more often the "
                                                   "more names lead to it.");
    if (report_has_intervals(report))
        document_value(document, "other_lists", OTHER_LISTS_TITLE,
                       others_cell(report, share, decimals, too_few_text(share, few)));
    add_bounds(document, report, estimate, wording->unanswered_units, decimals);
    add_clusters(document, estimate, decimals);
    add_weighed(document, report, estimate, decimals);
}

/* Nothing that they could be shares of was met. */
static bool nothing_met(const struct report *report, enum estimate_id first, enum estimate_id last)
{
    for (enum estimate_id id = first; id <= last; id++) {
        const struct estimate *estimate = &report->estimates[id];
        if (cluster_has_share(&estimate->cluster) || estimate->unanswered > 0)
            return false;
    }
    return true;
}

static void add_estimates(struct document *document, const struct report *report,
                          enum estimate_id first, enum estimate_id last, const char *figure)
{
    for (enum estimate_id id = first; id <= last; id++)
        add_estimate(document, report, id);
    document_figure(document, figure);
}

/* --- signed domains less unsigned ones --- */

static void add_interval(struct document *document, const char *title, struct interval interval,
                         int decimals)
{
    document_add(document, "; %s: %s points%s", title, points_range_of(interval, decimals),
                 interval.low <= 0 && interval.high >= 0 ? ", no difference shown" : "");
}

static void add_signed_difference(struct document *document, const struct report *report)
{
    const struct signed_difference *found = &report->signed_difference;
    if (!found->has_difference)
        return;
    int decimals = text_decimals(found->has_cluster ? found->cluster95 : (struct interval){0, 0});
    document_paragraph(document, "Domains with a CNAME: signed less unsigned %s points",
                       points_of(found->difference, decimals));
    if (found->has_sample)
        add_interval(document, LIST_SHARE_TITLE, found->sample95, decimals);
    if (report_has_intervals(report) && found->has_cluster)
        add_interval(document, OTHER_LISTS_TITLE, found->cluster95, decimals);
    document_add(document, ".");
}

void add_cname_shares(struct document *document, const struct report *report)
{
    document_section(document, "cname_shares", "CNAMEs as mail exchanges");
    if (says_nothing(document, nothing_met(report, DOMAINS_WITH_CNAME_MX, CNAME_MX_HOSTS),
                     "No domain was met with an MX record that is no null MX."))
        return;
    add_estimates(document, report, DOMAINS_WITH_CNAME_MX, CNAME_MX_HOSTS,
                  "Shares that have, or are, CNAMEs");
    add_signed_difference(document, report);
    document_paragraph(document,
                       "\"CNAME\" means any alias, by CNAME or DNAME. Whose a domain or host is, "
                       "says the registrable domain that its alias leads to, else that of the "
                       "exchange; what has neither counts as a provider of its own.");
    if (report->operators != NULL)
        document_add(document, " Of these, %.200s says which are one operator's.",
                     report->operators);
}

void add_protocol_shares(struct document *document, const struct report *report)
{
    if (report->surveyed == 0)
        return;
    document_section(document, "protocol_shares", "DNSSEC, DANE, MTA-STS, IPv6");
    add_ad_belief(document, report);
    if (says_nothing(document, nothing_met(report, SECURE_DOMAINS, DOMAINS_WITH_IPV6_MX),
                     "No domain was met that could have any of these."))
        return;
    add_estimates(document, report, SECURE_DOMAINS, DOMAINS_WITH_IPV6_MX,
                  "DNSSEC, DANE, MTA-STS and IPv6");
}

void add_probe_shares(struct document *document, const struct report *report)
{
    add_estimates(document, report, HOSTS_WITH_STARTTLS, ESTIMATE_COUNT - 1,
                  "What mail servers showed");
}

/* --- tables: the share and its interval first, where a narrow page shows them --- */

/* A table of shares of domains with a CNAME: a name, the share, other lists, two counts */
struct share_table {
    struct document *document;
    const struct report *report;
    bool others;  /* has the interval for other lists */
    bool too_few; /* said in the place of one */
};

static void begin_shares(const struct share_table *table, const char *word, const char *name,
                         const char *counts)
{
    document_table(table->document, word, "CNAMEs as mail exchanges", "%s|share:%s%s%s", name,
                   table->report->design.kind == DESIGN_SAMPLE ? "share (the list's own)" : "share",
                   table->others ? "|other_lists:" OTHER_LISTS_TITLE : "", counts);
}

static void add_share(struct share_table *table, struct document_cell name,
                      const struct estimate *estimate, int decimals, uint64_t first,
                      uint64_t second)
{
    const struct cluster_share *share = &estimate->cluster;
    struct document_cell cell = share_cell(estimate, decimals);
    document_cell(table->document, name);
    if (table->others) {
        document_cell(table->document, cell);
        cell = others_cell(table->report, share, decimals, "too few");
        table->too_few |= cluster_has_share(share) && !cluster_is_told(share);
    }
    document_counts(table->document, cell, first, second);
}

/* --- breakdowns --- */

struct breakdown_words {
    const char *word, *title, *key; /* of the section; of the first column */
    const char *none;               /* of a row without key */
};

static struct document_cell key_cell(const struct breakdown_row *row,
                                     const struct breakdown_words *words)
{
    return *row->key != '\0' ? cell_text(row->key) : cell_word("", words->none);
}

/* The shares of DNSSEC, DANE and MTA-STS: a table, or, with the intervals of a sample, one for
 * each, for a line of text has no room for all. */
struct protocol_table {
    const char *caption, *columns;
    bool domains; /* has their number */
    enum breakdown_estimate shares[BREAKDOWN_ESTIMATES];
    size_t count;
};
static const struct protocol_table ALL_PROTOCOLS[] = {
    {"DNSSEC, DANE and MTA-STS",
     "|domains|secure:DNSSEC secure|dane_complete:DANE complete|sts:MTA-STS|dane_ready:DANE ready",
     true,
     {BREAKDOWN_SECURE, BREAKDOWN_DANE_COMPLETE, BREAKDOWN_STS, BREAKDOWN_DANE_READY},
     4}};
static const struct protocol_table EACH_PROTOCOL[] = {
    {"DNSSEC", "|domains|secure:DNSSEC secure", true, {BREAKDOWN_SECURE}, 1},
    {"DANE",
     "|dane_complete:DANE complete|dane_ready:DANE ready",
     false,
     {BREAKDOWN_DANE_COMPLETE, BREAKDOWN_DANE_READY},
     2},
    {"MTA-STS", "|sts:MTA-STS", false, {BREAKDOWN_STS}, 1}};

static void add_protocols(struct document *document, const struct breakdown *breakdown, size_t rows,
                          const struct breakdown_words *words, const struct protocol_table *table)
{
    document_table(document, words_of("%s_protocols", words->word), table->caption, "key:%s%s",
                   words->key, table->columns);
    for (size_t i = 0; i < rows; i++) {
        const struct breakdown_row *row = &breakdown->rows[i];
        document_cell(document, key_cell(row, words));
        if (table->domains)
            document_cell(document, cell_count(row->domains));
        for (size_t j = 0; j < table->count; j++)
            document_cell(document, share_cell(&row->estimates[table->shares[j]], 1));
    }
}

/* Whether a row has words in its interval's place */
static bool add_breakdown(struct document *document, const struct report *report,
                          const struct breakdown *breakdown, const struct breakdown_words *words)
{
    size_t rows = shown_rows(report, breakdown->length);
    struct share_table table = {document, report, report_has_intervals(report), false};
    document_section(document, words->word, words->title);
    begin_shares(&table, words->word, words_of("key:%s", words->key),
                 "|cname:with CNAME|domains:domains with MX");
    for (size_t i = 0; i < rows; i++) {
        const struct estimate *cname = &breakdown->rows[i].estimates[BREAKDOWN_CNAME_MX];
        add_share(&table, key_cell(&breakdown->rows[i], words), cname, 2, cname->cluster.count,
                  cname->cluster.of);
    }
    document_figure(document, words->title);
    if (report->design.kind != DESIGN_SAMPLE)
        add_protocols(document, breakdown, rows, words, ALL_PROTOCOLS);
    else
        for (size_t i = 0; i < sizeof EACH_PROTOCOL / sizeof *EACH_PROTOCOL; i++)
            add_protocols(document, breakdown, rows, words, &EACH_PROTOCOL[i]);
    add_rest(document, breakdown->length - rows, "row");
    return table.too_few;
}

void add_breakdowns(struct document *document, const struct report *report)
{
    const struct breakdown *ranks = &report->by_rank_band;
    const struct {
        const struct breakdown *breakdown;
        bool told;
        struct breakdown_words words;
    } breakdowns[] = {
        {&report->by_stratum,
         report->by_stratum.length > 0,
         {"by_stratum", "By stratum of the list", "stratum", "(none)"}},
        {&report->by_suffix, true, {"by_suffix", "By public suffix", "suffix", "(none)"}},
        {ranks,
         ranks->length > 1 || (ranks->length > 0 && *ranks->rows[0].key != '\0'),
         {"by_rank", "By rank in the list", "ranks", "(no rank)"}},
        {&report->by_dnssec,
         true,
         {"by_dnssec", "DNSSEC-signed against unsigned", "MX answer", "(not known)"}},
    };
    bool too_few = false;
    if (report->surveyed == 0)
        return;
    for (size_t i = 0; i < sizeof breakdowns / sizeof *breakdowns; i++)
        if (breakdowns[i].told)
            too_few |=
                add_breakdown(document, report, breakdowns[i].breakdown, &breakdowns[i].words);
    document_paragraph(document,
                       "Of which domains the shares are: DNSSEC secure of those that exist; DANE "
                       "complete of those with mail hosts and a secure MX answer; MTA-STS of those "
                       "asked; DANE ready of those with mail hosts and an unsigned one. Those "
                       "that are unanswered are left out.%s",
                       report->design.kind == DESIGN_SAMPLE
                           ? " In brackets: intervals for the list's own share."
                           : "");
    if (too_few)
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
    struct share_table table = {
        document, report, report_has_intervals(report) && report->design.kind != DESIGN_SAMPLE,
        false};
    begin_shares(&table, "summary", "unit:", "|of|unanswered");
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        const struct estimate *estimate = &report->estimates[shares[i].id];
        add_share(&table, cell_word(shares[i].word, shares[i].unit), estimate,
                  text_decimals(estimate->wilson95), estimate->cluster.of, estimate->unanswered);
    }
}
