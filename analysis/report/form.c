#include "analysis/report/form.h"

#include <stdio.h>

#include "analysis/report/unanswered.h"

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
             "UNANSWERED: %s of the domains surveyed (%s of %s): trouble with network, resolver or "
             "list? See failures and bounds first.",
             text_percent((double)count / (double)report->surveyed, 1, share),
             text_count(count, failed), text_count(report->surveyed, surveyed));
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
            "are left. Shares are counts so far, in no random order and without an interval: all "
            "numbers speak of the surveyed ones only, which need not be typical.",
            surveyed, text_count(report->listed.count, listed),
            text_count(report->left.count, left));
    else
        snprintf(ret, SENTENCE_MAX,
                 "PARTIAL: this survey is not finished. %s domains are surveyed so far. Shares are "
                 "counts so far, in no random order and without an interval: all numbers speak of "
                 "those only, which need not be typical.",
                 surveyed);
    return ret;
}
