#include "analysis/report/shares/wording.h"

#include <stdio.h>
#include <string.h>

/* Of what several are */
#define WITH_MX   "domains with MX records"
#define ENFORCING "domains that enforce a policy over a CNAME exchange"
#define SHOWED    "CNAME exchanges that showed a certificate"

const struct estimate_wording ESTIMATE_WORDING[ESTIMATE_COUNT] = {
    [DOMAINS_WITH_CNAME_MX] = {"Domains with a CNAME among their mail exchanges", "domains",
                               WITH_MX, "domains"},
    [DOMAINS_WITH_CNAME_MX_SECURE] = {"The same, domains secured by DNSSEC only", "signed domains",
                                      "DNSSEC-secure domains with MX records", "domains"},
    [DOMAINS_WITH_CNAME_MX_INSECURE] = {"The same, unsigned domains only", "unsigned domains",
                                        "unsigned domains with MX records", "domains"},
    [DOMAINS_ALL_PRIMARY_CNAME] = {"Domains all of whose lowest-preference exchanges are CNAMEs",
                                   "domains, all primary", WITH_MX, "domains"},
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
                             "refused by target", ENFORCING, "domains"},
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
                          "the exchange's name", SHOWED, "CNAME exchanges"},
    [ALIAS_NAMES_TARGET] = {"CNAME exchanges whose certificate has the target's name",
                            "the target's name", SHOWED, "CNAME exchanges"},
    [ALIAS_NAME_MATCH] = {"The same, the exchange's name in a valid certificate",
                          "the exchange's, valid", SHOWED, "CNAME exchanges"},
    [ALIAS_TARGET_MATCH] = {"The same, the target's name in a valid certificate",
                            "the target's, valid", SHOWED, "CNAME exchanges"},
    [STS_REFUSED_AS_PROBED] = {"MTA-STS: refused by senders that follow RFC 8461, as probed",
                               "refused, RFC 8461", ENFORCING, "domains"},
    [STS_REFUSED_BY_TARGET_AS_PROBED] =
        {"MTA-STS: refused by senders that match a CNAME's target, as probed",
         "refused by target, as probed", ENFORCING, "domains"},
};

const char *estimate_word(const struct estimate *estimate, char ret[ESTIMATE_WORD_MAX])
{
    bool all = strcmp(estimate->stratum, "all") == 0;
    snprintf(ret, ESTIMATE_WORD_MAX, "%s%s%s", estimate->name, all ? "" : ".",
             all ? "" : estimate->stratum);
    return ret;
}

struct document_cell cell_estimate(const struct estimate *estimate, int decimals)
{
    const struct cluster_share *share = &estimate->cluster;
    if (!cluster_has_share(share))
        return cell_text(NULL);
    return cell_with_of(cell_share(share->share, decimals), share->of, estimate->unanswered);
}

void add_fact_of(struct document *document, const struct estimate *estimate, enum estimate_id id)
{
    const struct estimate_wording *wording = &ESTIMATE_WORDING[id];
    char word[ESTIMATE_WORD_MAX];
    document_fact(document, estimate_word(estimate, word), wording->title, wording->label);
}

bool report_has_intervals(const struct report *report)
{
    return report->design.kind != DESIGN_PARTIAL;
}

bool cluster_is_told(const struct cluster_share *share)
{
    return cluster_has_interval(share) && share->reliability == RELIABILITY_OK;
}
