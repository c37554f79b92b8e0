/* form.h - words and sums that the report's text and its page share. */
#ifndef MXSURVEY_ANALYSIS_REPORT_FORM_H
#define MXSURVEY_ANALYSIS_REPORT_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/report/data.h"
#include "analysis/document/text_form.h"

/* Words of the report's head */
#define REPORT_TITLE     "MX survey: how common are CNAMEs as mail exchanges?"
#define REPORT_RULE      "RFC 2181 section 10.3: the host that an MX record names must not be an alias."
#define NOTHING_SURVEYED "No domain has been surveyed: there is nothing to estimate."

/* What a word means, beside its count */
extern const char *const MX_OUTCOME_MEANINGS[MX_OUTCOME_FAILED + 1];
extern const char *const DANE_DOMAINS_MEANINGS[DANE_DOMAINS_COUNT];
extern const char *const DANE_HOSTS_MEANINGS[DANE_HOSTS_COUNT];
extern const char *const EFFECT_MEANINGS[EFFECT_COUNT];
extern const char *const STS_MEANINGS[STS_FAILED + 1];
extern const char *const STS_RECORD_MEANINGS[STS_RECORD_FAILED + 1];
extern const char *const STS_DETAIL_MEANINGS[STS_DETAIL_SPECIAL_ADDRESS + 1];
extern const char *const STS_FAULT_MEANINGS[STS_FAULT_COUNT];
extern const char *const STS_CNAME_EFFECT_MEANINGS[STS_CNAME_NEITHER + 1];
extern const char *const TLSRPT_MEANINGS[TLSRPT_FAILED + 1];
extern const char *const ALIAS_PROBLEM_MEANINGS[ALIAS_MULTIPLE + 1];

/* How to read keys of CAs, aliases under DANE, the resolver */
extern const char CA_KEYS_NOTE[], ALIAS_DANE_NOTE[], RESOLVER_NOTE[], EDE_NOTE[];

#define EDE_HEADING "Extended DNS errors received (RFC 8914), and what they speak of"

/* Beside MX records; mentions_text() adds of how many domains */
#define UNKNOWN_EXCHANGES_MEANING                                                                  \
    "MX records whose exchange may be an alias or not: its lookups failed, or it opted out"
#define OPTED_OUT_EXCHANGES_MEANING "of these, exchanges that opted out"

/* Lines about DANE */
#define TLSA_FAILING_MEANING                                                                       \
    "of those that fail, domains with a host whose TLSA lookup itself fails, as the monthly "      \
    "posts to dane-users count"
#define OTHER_FAILED_MEANING                                                                       \
    "mail hosts of which another lookup fails: of addresses, or of the first alias record"
#define CA_KEYS_HEADING "Keys of well-known CAs, and digests of none, in records that senders go by"
#define ONLY_STALE_MEANING                                                                         \
    "mail hosts with stale keys only (expired, retired, never sent, of no key; or a CA's where "   \
    "the host's own belongs, usage 3): likely broken"
#define ONLY_BACKUP_MEANING                                                                        \
    "mail hosts with keys only that their CA keeps as a backup, or these and stale ones: no "      \
    "certificate of today matches"
#define LEFTOVERS_MEANING                                                                          \
    "mail hosts with stale keys beside other records (not only backups): harmless leftovers"
#define INSECURE_TLSA_MEANING                                                                      \
    "mail hosts asked by RFC 7672 whose TLSA answer is not secure: an alias, or a zone below the " \
    "host, is not signed"

/* How to read DNSSEC and DANE where report_ad_belief() is AD_NOT_BELIEVED */
extern const char AD_NOT_BELIEVED_NOTE[];

/* Tables of MTA-STS that have two columns */
#define STS_MATCHES_TITLE        "MTA-STS policies and the names of MX records (RFC 8461 s4.1)"
#define STS_MATCHED_MEANING      "domains with a policy to enforce or to test, and MX records"
#define STS_ODD_MEANING          "at odds: at least one exchange does not match"
#define STS_SHUT_MEANING         "of these, none matches: enforced, no mail from senders with MTA-STS"
#define STS_ALIASES_TITLE        "MTA-STS policies over CNAME exchanges"
#define STS_OVER_ALIASES_MEANING "domains with such a policy, together"

enum {
    SENTENCE_MAX = 600
};
/* Of a survey that is not finished; and of DANE, where domains are secure */
const char *unfinished_text(const struct report *report, char ret[SENTENCE_MAX]);

/* Where so much is unanswered that it has to be said first; else NULL */
const char *unanswered_text(const struct report *report, char ret[SENTENCE_MAX]);
const char *mentions_text(struct exchange_mentions mentions, const char *meaning,
                          char ret[SENTENCE_MAX]);
const char *dane_deployment_text(const struct dane_report *dane, char ret[SENTENCE_MAX]);

/* Valid policies that are not text/plain; "" where there is no valid one */
const char *sts_media_type_text(const struct sts_report *sts, char ret[SENTENCE_MAX]);

/* Who refuses mail to alias exchanges; "" where no policy is over any */
const char *sts_refused_text(const struct report *report, char ret[SENTENCE_MAX]);
extern const char STS_TESTING_NOTE[];
const char *sts_not_asked_text(const struct report *report); /* why */

/* The value: as it is, times as dates */
const char *info_text(const struct info *info, char ret[NUMBER_MAX]);

/* Alias hosts with this kind and problem; NULL: any */
uint64_t report_chain_sum(const struct report *report, const char *kind, const char *problem);

enum {
    HOPS_MAX = 17 /* alias_hops of too_long; a larger one is counted with it */
};
/* Alias hosts by the length of their chain, and a length in words */
void report_chain_hops(const struct report *report, uint64_t ret[HOPS_MAX + 1]);
const char *chain_hops_text(int hops, char ret[NUMBER_MAX]);

#endif
