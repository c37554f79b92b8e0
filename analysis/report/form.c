#include "analysis/report/form.h"

#include <stdio.h>
#include <string.h>

#include "analysis/report/unanswered.h"

const char *const DANE_DOMAINS_MEANINGS[DANE_DOMAINS_COUNT] = {
    [DOMAINS_COMPLETE] = "complete: usable TLSA at every mail host with an address",
    [DOMAINS_PRIMARY] = "primary: only those of the lowest preference all have it",
    [DOMAINS_PARTIAL] = "partial: at some",
    [DOMAINS_NONE] = "none: the MX answer is secure, no host has usable TLSA",
    [DOMAINS_INSECURE] = "insecure: the MX answer is not, DANE does not apply",
    [DOMAINS_FAILED] = "failed: the MX lookup failed",
};

const char *const DANE_HOSTS_MEANINGS[DANE_HOSTS_COUNT] = {
    [HOSTS_USABLE] = "usable: secure TLSA records that senders can use",
    [HOSTS_UNUSABLE] = "unusable: secure TLSA records, none of which senders can use",
    [HOSTS_NONE] = "none: no secure TLSA records",
    [HOSTS_INSECURE] = "insecure: DANE does not apply",
    [HOSTS_FAILED] = "failed: a lookup failed, senders with DANE cannot deliver",
    [HOSTS_UNREACHABLE] = "unreachable: no address",
};

const char *const EFFECT_MEANINGS[EFFECT_COUNT] = {
    [EFFECT_EXPANDED] = "expanded: the TLSA records of the alias's target are in force",
    [EFFECT_INITIAL] = "initial: those of the exchange's own name are",
    [EFFECT_LOST] = "lost: the alias is not secure, DANE does not apply",
    [EFFECT_NONE] = "none: no secure TLSA at the names that count",
    [EFFECT_FAILED] = "a lookup failed",
    [EFFECT_UNREACHABLE] = "no address",
};

const char *const STS_MEANINGS[STS_FAILED + 1] = {
    [STS_NONE] = "none: no policy announced",
    [STS_ENFORCE] = "enforce: senders refuse hosts that the policy does not name",
    [STS_TESTING] = "testing: they report them and deliver",
    [STS_OFF] = "off: a policy of mode none",
    [STS_INVALID_RECORD] = "invalid record, or several",
    [STS_INVALID_POLICY] = "invalid policy",
    [STS_UNAVAILABLE] = "unavailable: the policy could not be fetched",
    [STS_FAILED] = "failed: the DNS lookup failed",
};

const char *const MX_OUTCOME_MEANINGS[MX_OUTCOME_FAILED + 1] = {
    [MX_OUTCOME_MX] = "domains with MX records",
    [MX_OUTCOME_NULL_MX] = "domains with a null MX: they take no mail (RFC 7505)",
    [MX_OUTCOME_IMPLICIT_MX] = "domains without MX, with an address (implicit MX)",
    [MX_OUTCOME_NO_SERVICE] = "domains with neither",
    [MX_OUTCOME_NXDOMAIN] = "domains that do not exist",
    [MX_OUTCOME_FAILED] = "domains whose lookup failed",
};

const char *const ALIAS_PROBLEM_MEANINGS[ALIAS_MULTIPLE + 1] = {
    [ALIAS_DANGLING] = "dangling: the chain ends at a name that does not exist",
    [ALIAS_LOOP] = "loops: the chain meets a name again",
    [ALIAS_TOO_LONG] = "too long: over 16 steps",
    [ALIAS_MULTIPLE] = "multiple: two CNAMEs at one name",
};

uint64_t report_chain_sum(const struct report *report, const char *kind, const char *problem)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < report->chains.length; i++) {
        const struct tally *chain = &report->chains.items[i];
        bool kind_fits = kind == NULL || (chain->kind != NULL && strcmp(chain->kind, kind) == 0);
        bool problem_fits =
            problem == NULL || (chain->reason != NULL && strcmp(chain->reason, problem) == 0);
        if (kind_fits && problem_fits)
            sum += chain->count;
    }
    return sum;
}

void report_chain_hops(const struct report *report, uint64_t ret[HOPS_MAX + 1])
{
    memset(ret, 0, (HOPS_MAX + 1) * sizeof *ret);
    for (size_t i = 0; i < report->chains.length; i++) {
        uint64_t hops = report->chains.items[i].hops;
        ret[hops < HOPS_MAX ? hops : HOPS_MAX] += report->chains.items[i].count;
    }
}

const char *chain_hops_text(int hops, char ret[NUMBER_MAX])
{
    snprintf(ret, NUMBER_MAX, "chains of %d step%s%s", hops, hops == 1 ? "" : "s",
             hops == HOPS_MAX ? " or more" : "");
    return ret;
}

const char CA_KEYS_NOTE[] = "The DNS cannot prove any of these: the host's chain was not looked "
                            "at. A record that a stronger "
                            "digest displaces (RFC 7671 s9) is not counted.";
const char ALIAS_DANE_NOTE[] =
    "Both names count where the whole chain is secure, else the exchange's own alone. Senders "
    "need not follow the alias for DANE (RFC 7672 s2.2.2): addresses at the exchange itself are "
    "safer.";
const char RESOLVER_NOTE[] =
    "What is secure depends on its version and policy: zones signed only by algorithms that it "
    "does not support or refuses count as insecure (RFC 9905: SHA-1), NSEC3 with many "
    "iterations as insecure or bogus (RFC 9276).";

const char EDE_NOTE[] =
    "domain: the domain's zones, signatures or name servers; policy: the resolver's own, such an "
    "answer says nothing of the domain; pace: the resolver was asked too fast; rest: its state or "
    "cache, or no more than that something is odd.";

const char AD_NOT_BELIEVED_NOTE[] = "AD of this resolver was not believed, or it did not validate "
                                    "all the time: no DNSSEC status is "
                                    "known, and the DANE numbers say nothing.";

const char *dane_deployment_text(const struct dane_report *dane, char ret[SENTENCE_MAX])
{
    uint64_t secure = dane_secure_domains(dane);
    uint64_t complete = dane->domains[DOMAINS_COMPLETE];
    uint64_t primary = complete + dane->domains[DOMAINS_PRIMARY];
    char of[NUMBER_MAX], share[NUMBER_MAX], wider[NUMBER_MAX], count[NUMBER_MAX];
    snprintf(
        ret, SENTENCE_MAX,
        "DANE TLSA is deployed on ~%s of domains with DNSSEC and mail hosts: complete on %s of %s "
        "with a secure MX answer. Counted at primary hosts only, as the monthly posts "
        "to dane-users do: %s. Only the DNS is judged: no certificate was compared.",
        text_percent((double)complete / (double)secure, 1, share), text_count(complete, count),
        text_count(secure, of), text_percent((double)primary / (double)secure, 1, wider));
    return ret;
}

const char *unanswered_text(const struct report *report, char ret[SENTENCE_MAX])
{
    char share[NUMBER_MAX], failed[NUMBER_MAX], surveyed[NUMBER_MAX];
    uint64_t count = report->mx_outcomes[MX_OUTCOME_FAILED];
    if (!unanswered_is_much(count, report->surveyed))
        return NULL;
    snprintf(ret, SENTENCE_MAX,
             "UNANSWERED: %s of the domains surveyed (%s of %s) gave no answer. So many speak of "
             "trouble with the network, the resolver or the list: see the failures and the bounds "
             "before the shares.",
             text_percent((double)count / (double)report->surveyed, 1, share),
             text_count(count, failed), text_count(report->surveyed, surveyed));
    return ret;
}

const char *mentions_text(struct exchange_mentions mentions, const char *meaning,
                          char ret[SENTENCE_MAX])
{
    char domains[NUMBER_MAX];
    snprintf(ret, SENTENCE_MAX, "%s (domains: %s)", meaning, text_count(mentions.domains, domains));
    return ret;
}

const char *unfinished_text(const struct report *report, char ret[SENTENCE_MAX])
{
    char surveyed[NUMBER_MAX], listed[NUMBER_MAX], left[NUMBER_MAX];
    text_count(report->surveyed, surveyed);
    if (report->listed.known)
        snprintf(
            ret, SENTENCE_MAX,
            "PARTIAL: this survey is not finished. %s of %s listed domains are surveyed, %s "
            "are left. All numbers speak of the surveyed ones only, which need not be typical.",
            surveyed, text_count(report->listed.count, listed),
            text_count(report->left.count, left));
    else
        snprintf(ret, SENTENCE_MAX,
                 "PARTIAL: this survey is not finished. %s domains are surveyed so far. All "
                 "numbers speak of those only, which need not be typical.",
                 surveyed);
    return ret;
}

const char *info_text(const struct info *info, char ret[NUMBER_MAX])
{
    size_t length = strlen(info->key);
    bool is_time = length > 3 && strcmp(info->key + length - 3, "_at") == 0;
    return is_time ? text_time(info->value, ret) : info->value;
}
