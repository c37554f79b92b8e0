/* Breakdowns, providers and aliases as text. */
#include <string.h>

#include "analysis/report/estimate_form.h"
#include "analysis/report/text.h"
#include "analysis/document/text_form.h"

enum {
    ROWS_MAX = 20, /* of one table; JSON has all */
    KEY_COLUMN = 61
};

static const char *share_text(bool known, double share, int decimals, char ret[NUMBER_MAX])
{
    return known ? text_percent(share, decimals, ret) : "-";
}

/* The interval for other lists; none of a survey that is not finished */
static const char *others_text(const struct printer *printer, const struct estimate *estimate,
                               char ret[NUMBER_MAX])
{
    return report_has_intervals(printer->report) ? other_lists_cell(&estimate->cluster, 2, ret)
                                                 : "-";
}

static void print_row(struct printer *printer, const struct breakdown_row *row, const char *key)
{
    const struct estimate *alias = &row->estimates[BREAKDOWN_CNAME_MX];
    const struct estimate *secure = &row->estimates[BREAKDOWN_SECURE];
    char of[NUMBER_MAX], count[NUMBER_MAX], share[NUMBER_MAX], range[NUMBER_MAX],
        signed_share[NUMBER_MAX];
    int column = fprintf(
        printer->out, "  %11s %9s %8s  %-16s %8s  ", text_count(alias->cluster.of, of),
        text_count(alias->cluster.count, count),
        share_text(cluster_has_share(&alias->cluster), alias->cluster.share, 2, share),
        others_text(printer, alias, range),
        share_text(cluster_has_share(&secure->cluster), secure->cluster.share, 1, signed_share));
    printer->failed |= text_wrap(printer->out, column, KEY_COLUMN, key);
}

static void print_breakdown(struct printer *printer, const struct breakdown *breakdown,
                            const char *title, const char *key, const char *none)
{
    text_heading(printer->out, title);
    fprintf(printer->out, "  %11s %9s %8s  %-16s %8s\n", "domains", "with", "", "other lists",
            "DNSSEC");
    fprintf(printer->out, "  %11s %9s %8s  %-16s %8s  %s\n", "with MX", "CNAME", "share", "like it",
            "secure", key);
    for (size_t i = 0; i < breakdown->length && i < ROWS_MAX; i++) {
        const struct breakdown_row *row = &breakdown->rows[i];
        print_row(printer, row, *row->key != '\0' ? row->key : none);
    }
    if (breakdown->length > ROWS_MAX) {
        char rest[NUMBER_MAX];
        printer->failed |=
            text_print(printer->out, 2, "... and %s more: --format json has all of them.",
                       text_count(breakdown->length - ROWS_MAX, rest));
    }
}

static bool any_too_few(const struct breakdown *breakdown)
{
    for (size_t i = 0; i < breakdown->length && i < ROWS_MAX; i++) {
        const struct cluster_share *share =
            &breakdown->rows[i].estimates[BREAKDOWN_CNAME_MX].cluster;
        if (cluster_has_share(share) && !cluster_is_told(share))
            return true;
    }
    return false;
}

void print_breakdowns(struct printer *printer)
{
    const struct report *report = printer->report;
    char text[SENTENCE_MAX];
    if (report->surveyed == 0)
        return;
    print_breakdown(printer, &report->by_suffix, "By public suffix", "suffix", "(none)");
    print_breakdown(printer, &report->by_dnssec, "DNSSEC-signed against unsigned", "MX answer",
                    "(not known)");
    if (*signed_difference_text(report, text) != '\0') {
        fputc('\n', printer->out);
        printer->failed |= text_print(printer->out, 2, "%s", text);
    }
    print_ad_belief(printer);
    if (report->by_rank_band.length > 1 || *report->by_rank_band.rows[0].key != '\0')
        print_breakdown(printer, &report->by_rank_band, "By rank in the list", "ranks",
                        "(no rank)");
    if (report_has_intervals(report) &&
        (any_too_few(&report->by_suffix) || any_too_few(&report->by_dnssec) ||
         any_too_few(&report->by_rank_band))) {
        fputc('\n', printer->out);
        printer->failed |= text_print(printer->out, 2, TOO_FEW_NOTE);
    }
}

void print_provider_table(struct printer *printer)
{
    const struct provider_table *table = &printer->report->providers;
    text_heading(printer->out, "Providers, by domains");
    if (table->length == 0)
        fprintf(printer->out, "  none\n");
    else
        fprintf(printer->out, "  %11s %8s %10s %8s %7s  %s\n", "domains", "of all", "with CNAME",
                "share", "secure", "provider");
    for (size_t i = 0; i < table->length; i++) {
        const struct provider_row *row = &table->rows[i];
        uint64_t of = row->shares[BREAKDOWN_CNAME_MX].of,
                 count = row->shares[BREAKDOWN_CNAME_MX].count,
                 known = row->shares[BREAKDOWN_SECURE].of,
                 secure = row->shares[BREAKDOWN_SECURE].count;
        char domains[NUMBER_MAX], all[NUMBER_MAX], aliases[NUMBER_MAX], share[NUMBER_MAX],
            signed_share[NUMBER_MAX];
        int column = fprintf(
            printer->out, "  %11s %8s %10s %8s %7s  ", text_count(row->domains, domains),
            text_percent((double)row->domains / (double)printer->report->surveyed, 2, all),
            text_count(count, aliases),
            share_text(of > 0, of > 0 ? (double)count / (double)of : 0, 2, share),
            share_text(known > 0, known > 0 ? (double)secure / (double)known : 0, 1, signed_share));
        printer->failed |= text_wrap(printer->out, column, 52, row->provider);
    }
}

static void print_alias_count(struct printer *printer, struct alias_count count, const char *text)
{
    char hosts[NUMBER_MAX], domains[NUMBER_MAX];
    int column = fprintf(printer->out, "  %14s  %14s  ", text_count(count.hosts, hosts),
                         text_count(count.domains, domains));
    printer->failed |= text_wrap(printer->out, column, 34, text);
}

void print_alias_targets(struct printer *printer)
{
    const struct alias_report *aliases = &printer->report->aliases;
    text_heading(printer->out, "Where the aliases lead");
    fprintf(printer->out, "  %14s  %14s\n", "alias hosts", "domains");
    print_alias_count(printer, aliases->all, "all that MX records name");
    print_alias_count(printer, aliases->same_provider, "to the same provider");
    print_alias_count(printer, aliases->other_provider, "to another provider");
    print_alias_count(printer, aliases->unknown_provider,
                      "to a name, or from one, without a registrable domain");
    for (int i = 1; i <= ALIAS_MULTIPLE; i++) {
        if (aliases->problems[i].hosts > 0)
            print_alias_count(printer, aliases->problems[i],
                              alias_problem_word((enum alias_problem)i));
    }
    if (aliases->target_count == 0)
        return;
    fprintf(printer->out, "\n  %14s  %14s  provider of the chain's last name\n", "alias hosts",
            "domains");
    for (size_t i = 0; i < aliases->target_count; i++)
        print_alias_count(printer, aliases->targets[i].count, aliases->targets[i].provider);
}
