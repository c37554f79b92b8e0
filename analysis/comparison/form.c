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

const char *p_value_text(double p, char ret[NUMBER_MAX])
{
    if (p < 1e-15)
        snprintf(ret, NUMBER_MAX, "p < 1e-15");
    else
        snprintf(ret, NUMBER_MAX, "p = %.2g", p);
    return ret;
}

bool side_interval_is_told(const struct report *report, enum estimate_id id)
{
    return report_has_intervals(report) && cluster_is_told(&report->estimates[id].cluster);
}

int change_decimals(const struct change *change)
{
    int decimals = 1;
    for (int when = 0; when < 2; when++) {
        const struct estimate *estimate = change->estimates[when];
        int wanted = cluster_has_share(&estimate->cluster) ? text_decimals(estimate->wilson95) : 1;
        decimals = wanted > decimals ? wanted : decimals;
    }
    if (has_paired_interval(change)) {
        int wanted = text_decimals(change->same.interval95);
        decimals = wanted > decimals ? wanted : decimals;
    }
    return decimals;
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

static enum paired_reason reason_of(const struct change *change)
{
    return change->by_units ? change->same.reason : PAIRED_RECORDS;
}

const char *paired_reason_text(const struct change *change)
{
    static const char *const texts[] = {
        [PAIRED_NO_REASON] = "",
        [PAIRED_NO_UNITS] = "nothing was counted both times",
        [PAIRED_NO_CHANGE] = "none changed",
        [PAIRED_CERTAIN] = "all of the change is whole providers with over 1 %",
        [PAIRED_FEW] = "too few providers changed",
        [PAIRED_RECORDS] = "MX records come and go",
    };
    return texts[reason_of(change)];
}

const char *paired_reason_name(const struct change *change)
{
    return paired_reason_word(reason_of(change));
}

const char *verdict_text(const struct change *change, size_t tested, char ret[VERDICT_MAX])
{
    char p[NUMBER_MAX];
    if (change->p_holm < 0.05)
        snprintf(ret, VERDICT_MAX, "more than chance (%s, Holm over %zu share%s)",
                 p_value_text(change->p_holm, p), tested, tested == 1 ? "" : "s");
    else
        snprintf(ret, VERDICT_MAX, "no more than chance");
    return ret;
}

const char *side_begin_text(const struct report *report, char ret[NUMBER_MAX])
{
    const char *start = report_info(report, "started_at");
    return start != NULL ? text_time(start, ret) : "begin not known";
}

const char *lists_text(const struct survey_side *old, const struct survey_side *new)
{
    return same_lists(&old->report, &new->report)
               ? "Both surveys were of the same lists."
               : "The surveys were of different lists, or of lists of which the files do not "
                 "say that they are the same.";
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
    if (knows_dnssec(old) && knows_dnssec(new))
        return NULL;
    return knows_dnssec(old)   ? "Nothing of DNSSEC and DANE is compared: in the new survey AD was "
                                 "not believed, or the resolver did not validate all the time."
           : knows_dnssec(new) ? "Nothing of DNSSEC and DANE is compared: in the old survey AD was "
                                 "not believed, or the resolver did not validate all the time."
                               : "Nothing of DNSSEC and DANE is compared: in neither survey AD was "
                                 "believed of a resolver that validated all the time.";
}

/* Rows that rest on DNSSEC statuses */
static bool rests_on_dnssec(const struct month_row *row)
{
    static const char *const names[] = {"dnssec_secure", "dane_secure",  "dane_primary",
                                        "dane_partial",  "tlsa_failing", "hosts_tlsa_usable"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(row->name, names[i]) == 0)
            return true;
    }
    return false;
}

size_t month_rows(const struct report *old, const struct report *new,
                  struct month_row ret[MONTH_ROWS_MAX])
{
    const struct report *const reports[2] = {old, new};
    const struct {
        const char *name, *label;
    } rows[MONTH_ROWS_MAX] = {
        {"surveyed", "domains surveyed"},
        {"cname_mx", "domains with a CNAME among their mail exchanges"},
        {"dnssec_secure", "domains whose MX answer is secure (DNSSEC)"},
        {"dane_secure", "of these, domains with mail hosts"},
        {"dane_primary", "of these, domains with DANE at every primary mail host"},
        {"dane_partial", "domains with DANE at some mail hosts only (partial)"},
        {"tlsa_failing", "domains with a mail host whose TLSA records cannot be looked up"},
        {"hosts_tlsa_usable", "mail hosts with usable TLSA records"},
        {"sts", "domains with an MTA-STS policy"},
        {"sts_enforce", "of these, in mode enforce"},
    };
    for (size_t i = 0; i < MONTH_ROWS_MAX; i++)
        ret[i] = (struct month_row){.name = rows[i].name, .label = rows[i].label};
    for (int when = 0; when < 2; when++) {
        const struct report *report = reports[when];
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
        for (size_t i = 0; i < MONTH_ROWS_MAX; i++)
            ret[i].counts[when] = counts[i];
    }
    size_t kept = 0;
    bool all = dnssec_not_compared_text(old, new) == NULL;
    for (size_t i = 0; i < MONTH_ROWS_MAX; i++) {
        if (all || !rests_on_dnssec(&ret[i]))
            ret[kept++] = ret[i];
    }
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
