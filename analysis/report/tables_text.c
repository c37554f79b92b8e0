/* Breakdowns, providers and aliases as text. */
#include <string.h>

#include "analysis/report/form.h"
#include "analysis/report/text.h"
#include "analysis/document/text_form.h"

enum {
    ROWS_MAX = 20, /* of one table; JSON has all */
    KEY_COLUMN = 61
};

/* The interval to be read: clustered, else Wilson's, marked. */
static const char *interval_text(const struct estimate *estimate, int decimals,
                                 char ret[NUMBER_MAX])
{
    if (!estimate->has_share)
        return "-";
    if (estimate->has_cluster)
        return text_range(estimate->cluster.logit95, decimals, ret);
    text_range(estimate->wilson95, decimals, ret);
    return strcat(ret, "*");
}

static const char *share_text(bool known, double share, int decimals, char ret[NUMBER_MAX])
{
    return known ? text_percent(share, decimals, ret) : "-";
}

static void print_row(struct printer *printer, const struct breakdown_row *row, const char *key)
{
    const struct estimate *alias = &row->estimates[BREAKDOWN_CNAME_MX];
    const struct estimate *secure = &row->estimates[BREAKDOWN_SECURE];
    char of[NUMBER_MAX], count[NUMBER_MAX], share[NUMBER_MAX], range[NUMBER_MAX],
        signed_share[NUMBER_MAX];
    int column = fprintf(printer->out, "  %11s %9s %8s  %-16s %8s  ",
                         text_count(alias->sums.of, of), text_count(alias->sums.count, count),
                         share_text(alias->has_share, alias->share, 2, share),
                         interval_text(alias, 2, range),
                         share_text(secure->has_share, secure->share, 1, signed_share));
    printer->failed |= text_wrap(printer->out, column, KEY_COLUMN, key);
}

static void print_breakdown(struct printer *printer, const struct breakdown *breakdown,
                            const char *title, const char *key, const char *none)
{
    text_heading(printer->out, title);
    fprintf(printer->out, "  %11s %9s %8s  %-16s %8s\n", "domains", "with", "", "95 % interval",
            "DNSSEC");
    fprintf(printer->out, "  %11s %9s %8s  %-16s %8s  %s\n", "with MX", "CNAME", "share",
            "(clustered)", "secure", key);
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

static bool any_interval_of_wilson(const struct breakdown *breakdown)
{
    for (size_t i = 0; i < breakdown->length && i < ROWS_MAX; i++) {
        const struct estimate *estimate = &breakdown->rows[i].estimates[BREAKDOWN_CNAME_MX];
        if (estimate->has_share && !estimate->has_cluster)
            return true;
    }
    return false;
}

void print_breakdowns(struct printer *printer)
{
    const struct report *report = printer->report;
    if (report->surveyed == 0)
        return;
    print_breakdown(printer, &report->by_suffix, "By public suffix", "suffix", "(none)");
    print_breakdown(printer, &report->by_dnssec, "DNSSEC-signed against unsigned", "MX answer",
                    "(not known)");
    print_ad_belief(printer);
    if (report->by_rank_band.length > 1 || *report->by_rank_band.rows[0].key != '\0')
        print_breakdown(printer, &report->by_rank_band, "By rank in the list", "ranks",
                        "(no rank)");
    if (any_interval_of_wilson(&report->by_suffix) || any_interval_of_wilson(&report->by_dnssec) ||
        any_interval_of_wilson(&report->by_rank_band)) {
        fputc('\n', printer->out);
        printer->failed |=
            text_print(printer->out, 2,
                       "* Wilson's: a clustered interval is not defined where none, all, or the "
                       "domains of one provider only have a CNAME.");
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
