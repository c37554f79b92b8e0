#include "analysis/comparison/form.h"

#include <math.h>
#include <string.h>
#include <stdlib.h>

#include "analysis/document/text_form.h"

const char CHANGE_NOTE[] =
    "A share changes because the same units changed, or because other units are counted. \"The "
    "same\" are units counted in both surveys. \"Counted once\": known to both surveys but counted "
    "in one of them, because they got or lost what the share is of, or a lookup failed. \"One list "
    "only\": known to one of the surveys. The three add up to the whole change. Both surveys count "
    "the same names: the change is a fact. p asks whether a list with the same large providers, "
    "but other small ones, would have changed the same way. Its interval takes units as clustered "
    "by their providers in the old survey and in the new, and those with more than 1 % of the "
    "units as they are. \"" OTHER_LISTS_TITLE
    "\": the interval of each survey's own share; " TOO_FEW_NOTE;

int change_decimals(const struct change *change)
{
    int most = 1;
    for (int when = OLD; when <= NEW; when++) {
        const struct estimate *estimate = change->estimates[when];
        if (cluster_has_share(&estimate->cluster) && text_decimals(estimate->wilson95) > most)
            most = text_decimals(estimate->wilson95);
    }
    if (has_paired_interval(change) && text_decimals(change->same.interval95) > most)
        most = text_decimals(change->same.interval95);
    return most;
}

double same_change(const struct change *change)
{
    double shares[2];
    if (!has_paired_units(change))
        return 0;
    for (int when = OLD; when <= NEW; when++)
        shares[when] = (double)change->paired.count[when] / (double)change->paired.of[when];
    return shares[NEW] - shares[OLD];
}

bool has_paired_units(const struct change *change)
{
    return change->paired.of[OLD] > 0 && change->paired.of[NEW] > 0;
}

bool has_paired_interval(const struct change *change)
{
    return change->by_units && change->same.reason == PAIRED_NO_REASON;
}

enum paired_reason change_reason(const struct change *change)
{
    return change->by_units ? change->same.reason : PAIRED_RECORDS;
}

const char *side_begin_text(const struct report *report, char ret[NUMBER_MAX])
{
    const char *start = report_info(report, "started_at");
    return start != NULL ? text_time(start, ret) : "begin not known";
}

const char *class_table_title(enum class_table table)
{
    static const char *const titles[CLASS_TABLE_COUNT] = {
        [CLASS_CNAME] = "CNAMEs among the mail exchanges",
        [CLASS_MX_OUTCOME] = "Mail exchanges (mx_outcome)",
        [CLASS_DNSSEC] = "DNSSEC of the MX answer (dnssec)",
        [CLASS_DANE] = "DANE (dane)",
        [CLASS_STS] = "MTA-STS (sts)",
    };
    return titles[table];
}

/* --- last month, this month --- */

static uint64_t policies(const struct sts_report *sts)
{
    return sts->domains[STS_ENFORCE] + sts->domains[STS_TESTING] + sts->domains[STS_OFF];
}

static bool knows_dnssec(const struct report *report)
{
    return report_ad_belief(report) != AD_NOT_BELIEVED;
}

const char *dnssec_not_compared_text(const struct report *old, const struct report *new)
{
#define NOT_COMPARED "Nothing of DNSSEC and DANE is compared: "
#define NOT_BELIEVED " survey AD was not believed, or the resolver did not validate all the time."
    static const char *const texts[2][2] = {
        {NOT_COMPARED
         "in neither survey AD was believed of a resolver that validated all the time.",
         NOT_COMPARED "in the old" NOT_BELIEVED},
        {NOT_COMPARED "in the new" NOT_BELIEVED, NULL}};
    return texts[knows_dnssec(old)][knows_dnssec(new)];
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

size_t month_rows(const struct report *old, const struct report *new,
                  struct month_row ret[MONTH_ROWS_MAX])
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
        if (!rows[i].by_dnssec || dnssec_not_compared_text(old, new) == NULL)
            ret[kept++] = (struct month_row){
                rows[i].name, rows[i].label, {month_count(old, i), month_count(new, i)}};
    return kept;
}

/* What costs mail or its protection, or is an alias where there was none */
static bool is_alarming(const char *word)
{
    static const char *const words[] = {
        "cname", "bogus", "failed", "invalid_record", "nxdomain", "unavailable", "invalid_policy"};
    for (size_t i = 0; word != NULL && i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

static int compare_moves(const void *one, const void *other)
{
    const struct class_move *a = one, *b = other;
    if (a->alarms != b->alarms)
        return a->alarms ? -1 : 1;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->from != b->from ? (int)a->from - (int)b->from : (int)a->to - (int)b->to;
}

bool class_table_is_compared(const struct comparison *comparison, enum class_table table)
{
    return comparison->dnssec_compared || (table != CLASS_DNSSEC && table != CLASS_DANE);
}

const char *class_table_empty(const struct comparison *comparison, enum class_table table)
{
    return class_table_is_compared(comparison, table) ? "no change" : "not compared";
}

size_t class_moves(const struct comparison *comparison, enum class_table table,
                   struct class_move ret[CLASS_MOVES_MAX])
{
    if (!class_table_is_compared(comparison, table))
        return 0;
    size_t length = 0;
    for (unsigned from = 0; from < class_count(table); from++) {
        for (unsigned to = 0; to < class_count(table); to++) {
            uint64_t count = comparison->classes[table].counts[from][to];
            if (from != to && count > 0)
                ret[length++] =
                    (struct class_move){from, to, count, is_alarming(class_word(table, to))};
        }
    }
    qsort(ret, length, sizeof *ret, compare_moves);
    return length;
}
