#include "analysis/report/estimate_form.h"

#include <stdio.h>
#include <string.h>

const struct estimate_wording ESTIMATE_WORDING[ESTIMATE_COUNT] = {
    [DOMAINS_WITH_CNAME_MX] = {"Domains with a CNAME among their mail exchanges", "domains",
                               "domains with MX records", "domains"},
    [DOMAINS_WITH_CNAME_MX_SECURE] = {"The same, domains secured by DNSSEC only", "signed domains",
                                      "DNSSEC-secure domains with MX records", "domains"},
    [DOMAINS_WITH_CNAME_MX_INSECURE] = {"The same, unsigned domains only", "unsigned domains",
                                        "unsigned domains with MX records", "domains"},
    [DOMAINS_ALL_PRIMARY_CNAME] = {"Domains all of whose lowest-preference exchanges are CNAMEs",
                                   "domains, all primary", "domains with MX records", "domains"},
    [CNAME_MX_RECORDS] = {"MX records whose exchange is a CNAME", "MX records", "MX records",
                          "MX records"},
    [CNAME_MX_HOSTS] = {"Hosts named by MX records that are CNAMEs", "hosts", "hosts", "hosts"},
    [SECURE_DOMAINS] = {"Domains whose MX answer is secure", "domains, secure", "domains",
                        "domains"},
    [SECURE_HOSTS] = {"Mail hosts whose addresses are secure", "hosts, secure",
                      "mail hosts with an address", "mail hosts"},
    [HOSTS_WITH_TLSA] = {"Mail hosts with secure TLSA records (DANE)", "hosts with TLSA",
                         "mail hosts that can have them", "mail hosts"},
    [DOMAINS_DANE_COMPLETE] = {"Domains with DANE for every mail host", "domains, DANE complete",
                               "DNSSEC-secure domains with mail hosts", "domains"},
    [DOMAINS_DANE_READY] = {"Unsigned domains that signing alone would give DANE",
                            "domains, DANE ready", "unsigned domains with mail hosts", "domains"},
    [DOMAINS_WITH_STS] = {"Domains with an MTA-STS policy", "domains with MTA-STS", "domains asked",
                          "domains"},
    [STS_REFUSED_ENFORCE] = {"MTA-STS: refused by senders that match a CNAME's target",
                             "refused by target",
                             "domains that enforce a policy over a CNAME exchange", "domains"},
    [STS_REFUSED_TESTING] = {"The same, mode testing: delivered, and reported", "reported, testing",
                             "domains that test a policy over a CNAME exchange", "domains"},
    [DOMAINS_WITH_IPV6_MX] = {"Domains with a mail host that has an IPv6 address",
                              "domains with IPv6", "domains with mail hosts", "domains"},
    [HOSTS_WITH_STARTTLS] = {"Mail hosts that speak TLS (STARTTLS)", "hosts with TLS",
                             "mail hosts that answered", "mail hosts"},
    [TLSA_HOSTS_FAILING] = {"Mail hosts that senders with DANE deliver nothing to today",
                            "DANE fails", "mail hosts with usable TLSA records that answered",
                            "mail hosts"},
    [ALIAS_NAMES_HOST] = {"CNAME exchanges whose certificate has the exchange's name",
                          "the exchange's name", "CNAME exchanges that showed a certificate",
                          "CNAME exchanges"},
    [ALIAS_NAMES_TARGET] = {"CNAME exchanges whose certificate has the target's name",
                            "the target's name", "CNAME exchanges that showed a certificate",
                            "CNAME exchanges"},
    [ALIAS_NAME_MATCH] = {"The same, the exchange's name in a valid certificate",
                          "the exchange's, valid", "CNAME exchanges that showed a certificate",
                          "CNAME exchanges"},
    [ALIAS_TARGET_MATCH] = {"The same, the target's name in a valid certificate",
                            "the target's, valid", "CNAME exchanges that showed a certificate",
                            "CNAME exchanges"},
    [STS_REFUSED_AS_PROBED] = {"MTA-STS: refused by senders that follow RFC 8461, as probed",
                               "refused, RFC 8461",
                               "domains that enforce a policy over a CNAME exchange", "domains"},
    [STS_REFUSED_BY_TARGET_AS_PROBED] = {"MTA-STS: refused by senders that match a CNAME's target, "
                                         "as probed",
                                         "refused by target, as probed",
                                         "domains that enforce a policy over a CNAME exchange",
                                         "domains"},
};

const char *estimate_word(const struct estimate *estimate, char ret[ESTIMATE_WORD_MAX])
{
    bool all = strcmp(estimate->stratum, "all") == 0;
    snprintf(ret, ESTIMATE_WORD_MAX, "%s%s%s", estimate->name, all ? "" : ".",
             all ? "" : estimate->stratum);
    return ret;
}

const char CNAME_SHARES_NOTE[] =
    "\"CNAME\" means any alias, by CNAME or DNAME. Whose a domain or host is, says the registrable "
    "domain that its alias leads to, else that of the exchange; what has neither counts as a "
    "provider of its own.";

/* --- the design --- */

static const char THIRD_SENTENCE[] =
    " The interval for other lists takes providers as drawn at random, but for those with more "
    "than 1 % of the units, which it takes as they are.";

/* Of a sample that was drawn from strata */
static const char *strata_text(const struct report *report, char ret[SENTENCE_MAX])
{
    char count[NUMBER_MAX], covered[NUMBER_MAX];
    *ret = '\0';
    if (report->strata.strata == 0)
        return ret;
    int used = snprintf(ret, SENTENCE_MAX, " from %s strata, by whose sizes shares are weighed",
                        text_count(report->strata.strata, count));
    if (report->strata.covered < 1)
        snprintf(ret + used, SENTENCE_MAX - (size_t)used, "; these have %s of the names",
                 text_percent(report->strata.covered, 1, covered));
    return ret;
}

const char *design_text(const struct report *report, char ret[SENTENCE_MAX])
{
    const struct design *design = &report->design;
    char surveyed[NUMBER_MAX], population[NUMBER_MAX], of[NUMBER_MAX + 4] = "";
    char strata[SENTENCE_MAX];
    bool one = design->population == 1;
    text_count(design->surveyed, surveyed);
    text_count(design->population, population);
    switch (design->kind) {
    case DESIGN_CENSUS:
        snprintf(ret, SENTENCE_MAX,
                 "%s %s of the list %s surveyed: shares are counts of this list and have no "
                 "sampling error. What was not answered can change them within the bounds.%s",
                 one ? "The only" : "All", one ? "name" : strcat(population, " names"),
                 one ? "was" : "were", THIRD_SENTENCE);
        break;
    case DESIGN_SAMPLE:
        snprintf(
            ret, SENTENCE_MAX,
            "%s of the list's %s names were surveyed, drawn at random%s. Intervals are for the "
            "list's own share (Wilson, with finite population correction).%s",
            surveyed, population, strata_text(report, strata), THIRD_SENTENCE);
        break;
    case DESIGN_FIRST:
        snprintf(ret, SENTENCE_MAX,
                 "The first %s names of the list were surveyed, all of them: shares are counts of "
                 "these and have no sampling error. They say nothing of the names behind them.%s",
                 surveyed, THIRD_SENTENCE);
        break;
    case DESIGN_PARTIAL:
        if (design->has_population)
            snprintf(of, sizeof of, "of %s ", population);
        snprintf(ret, SENTENCE_MAX,
                 "The survey is not finished: %s %snames so far, in no random order. Shares are "
                 "counts so far, without an interval.",
                 surveyed, of);
        break;
    }
    return ret;
}

bool report_has_intervals(const struct report *report)
{
    return report->design.kind != DESIGN_PARTIAL;
}

/* --- other lists --- */

bool cluster_is_told(const struct cluster_share *share)
{
    return cluster_has_interval(share) && share->reliability == RELIABILITY_OK;
}

static const char *told_text(const struct cluster_share *share, int decimals, char ret[NUMBER_MAX])
{
    char bound[NUMBER_MAX];
    if (share->reason == CLUSTER_NONE)
        snprintf(ret, NUMBER_MAX, "at most %.40s",
                 text_percent(share->cluster95.high, decimals, bound));
    else if (share->reason == CLUSTER_ALL)
        snprintf(ret, NUMBER_MAX, "at least %.40s",
                 text_percent(share->cluster95.low, decimals, bound));
    else
        text_range(share->cluster95, decimals, ret);
    return ret;
}

const char *other_lists_text(const struct cluster_share *share, int decimals,
                             char ret[SENTENCE_MAX])
{
    char told[NUMBER_MAX], rarer[NUMBER_MAX], rest[NUMBER_MAX];
    if (cluster_is_told(share))
        snprintf(ret, SENTENCE_MAX, "%s", told_text(share, decimals, told));
    else if (cluster_has_rest(share))
        snprintf(ret, SENTENCE_MAX, "too few providers to say (%s of %s have it%s)",
                 text_count(share->rarer_clusters, rarer),
                 text_count(share->clusters - share->certainty_clusters, rest),
                 share->rarer_is_without ? " not" : "");
    else
        snprintf(ret, SENTENCE_MAX, "too few providers to say");
    return ret;
}

/* --- beside the share --- */

const char *unseen_text(const struct report *report, const struct estimate *estimate,
                        char ret[SENTENCE_MAX])
{
    char failed[NUMBER_MAX], unseen[NUMBER_MAX];
    *ret = '\0';
    if (estimate->unseen > 0)
        snprintf(ret, SENTENCE_MAX,
                 "%s domains whose MX lookup failed are taken to have as many records as the "
                 "others: %s more.",
                 text_count(report->mx_outcomes[MX_OUTCOME_FAILED], failed),
                 text_count(estimate->unseen, unseen));
    return ret;
}

const char *weighed_text(const struct report *report, const struct estimate *estimate, int decimals,
                         char ret[SENTENCE_MAX])
{
    const double well_covered = 0.9, too_thin = 0.1;
    const struct cluster_share *share = &estimate->weighed;
    const struct zone_cover *zones = &report->zones;
    char value[NUMBER_MAX], covered[NUMBER_MAX], thin[NUMBER_MAX], number[NUMBER_MAX];
    char others[SENTENCE_MAX];
    if (!cluster_has_share(share)) {
        snprintf(ret, SENTENCE_MAX, "Not known weighed by the sizes of zones: %s of %.200s.",
                 zones->zones > 0 ? "no unit is in one" : "no domain is in one", report->weights);
        return ret;
    }
    int length = snprintf(
        ret, SENTENCE_MAX, "%s weighed by the sizes of %s zones (%s of the names in %.200s)%s%s",
        text_percent(share->share, decimals, value), text_count(zones->zones, number),
        text_percent(zones->covered, 1, covered), report->weights,
        report_has_intervals(report) ? "; " OTHER_LISTS_TITLE ": " : "",
        report_has_intervals(report) ? other_lists_text(share, decimals, others) : "");
    if (zones->covered < well_covered && length < SENTENCE_MAX)
        length += snprintf(ret + length, (size_t)(SENTENCE_MAX - length),
                           "; the other zones are not surveyed enough to speak for");
    if (zones->thin > too_thin && length < SENTENCE_MAX)
        length += snprintf(ret + length, (size_t)(SENTENCE_MAX - length),
                           "; %s rest on fewer than %d names a zone",
                           text_percent(zones->thin, 1, thin), ZONE_THIN);
    if (length < SENTENCE_MAX)
        snprintf(ret + length, (size_t)(SENTENCE_MAX - length), ".");
    return ret;
}

static int add_interval(char ret[SENTENCE_MAX], int length, const char *title,
                        struct interval interval, int decimals)
{
    bool none_shown = interval.low <= 0 && interval.high >= 0;
    if (length >= SENTENCE_MAX)
        return length;
    return length + snprintf(ret + length, (size_t)(SENTENCE_MAX - length),
                             "; %s: %+.*f to %+.*f points%s", title, decimals, 100 * interval.low,
                             decimals, 100 * interval.high,
                             none_shown ? ", no difference shown" : "");
}

const char *signed_difference_text(const struct report *report, char ret[SENTENCE_MAX])
{
    const struct signed_difference *found = &report->signed_difference;
    bool told = report_has_intervals(report) && found->has_cluster;
    *ret = '\0';
    if (!found->has_difference)
        return ret;
    int decimals = text_decimals(found->has_cluster ? found->cluster95 : (struct interval){0, 0});
    int length =
        snprintf(ret, SENTENCE_MAX, "Domains with a CNAME: signed less unsigned %+.*f points",
                 decimals, 100 * found->difference);
    if (found->has_sample)
        length = add_interval(ret, length, LIST_SHARE_TITLE, found->sample95, decimals);
    if (told)
        length = add_interval(ret, length, OTHER_LISTS_TITLE, found->cluster95, decimals);
    if (length < SENTENCE_MAX)
        snprintf(ret + length, (size_t)(SENTENCE_MAX - length), ".");
    return ret;
}
