#include "analysis/comparison/form.h"

bool has_paired_interval(const struct change *change)
{
    return change->by_units && change->same.reason == PAIRED_NO_REASON;
}

enum paired_reason change_reason(const struct change *change)
{
    return change->by_units ? change->same.reason : PAIRED_RECORDS;
}

bool class_table_is_compared(const struct comparison *comparison, enum class_table table)
{
    return comparison->dnssec_compared || (table != CLASS_DNSSEC && table != CLASS_DANE);
}

/* --- last month, this month --- */

static uint64_t policies(const struct sts_report *sts)
{
    return sts->domains[STS_ENFORCE] + sts->domains[STS_TESTING] + sts->domains[STS_OFF];
}

static uint64_t month_count(const struct report *report, size_t row)
{
    const struct dane_report *dane = &report->dane;
    const uint64_t counts[MONTH_ROWS_MAX] = {
        report->surveyed,
        report->estimates[DOMAINS_WITH_CNAME_MX].cluster.count,
        report->estimates[SECURE_DOMAINS].cluster.count,
        dane_secure_domains(dane),
        dane->domains[DOMAINS_COMPLETE] + dane->domains[DOMAINS_PRIMARY],
        dane->domains[DOMAINS_PARTIAL],
        dane->failing_domains,
        dane->hosts[HOSTS_USABLE],
        policies(&report->sts),
        report->sts.domains[STS_ENFORCE],
    };
    return counts[row];
}

size_t month_rows(const struct comparison *comparison, struct month_row ret[MONTH_ROWS_MAX])
{
    static const struct {
        const char *name, *label;
        bool by_dnssec; /* rests on DNSSEC statuses */
    } rows[MONTH_ROWS_MAX] = {
        {"surveyed", "domains surveyed", false},
        {"cname_mx", "domains with a CNAME among their mail exchanges", false},
        {"dnssec_secure", "domains whose MX answer is secure (DNSSEC)", true},
        {"dane_secure", "of these, domains with mail hosts", true},
        {"dane_primary", "of these, domains with DANE at every primary mail host", true},
        {"dane_partial", "domains with DANE at some mail hosts only (partial)", true},
        {"tlsa_failing", "domains with a mail host whose TLSA records cannot be looked up", true},
        {"hosts_tlsa_usable", "mail hosts with usable TLSA records", true},
        {"sts", "domains with an MTA-STS policy", false},
        {"sts_enforce", "of these, in mode enforce", false},
    };
    size_t kept = 0;
    for (size_t i = 0; i < MONTH_ROWS_MAX; i++)
        if (!rows[i].by_dnssec || comparison->dnssec_compared)
            ret[kept++] = (struct month_row){rows[i].name,
                                             rows[i].label,
                                             {month_count(comparison->reports[OLD], i),
                                              month_count(comparison->reports[NEW], i)}};
    return kept;
}
