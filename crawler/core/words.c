#include "crawler/core/words.h"

#include <stddef.h>

#define WORD_TEXT(constant, word) word,
#define WORD_TABLE(tag, WORDS)                                                                     \
    const char *tag##_word(enum tag value)                                                         \
    {                                                                                              \
        static const char *const words[] = {NULL, WORDS(WORD_TEXT)};                               \
        return words[value];                                                                       \
    }

WORD_TABLE(outcome, OUTCOME_WORDS)
WORD_TABLE(failure, FAILURE_WORDS)
WORD_TABLE(dnssec, DNSSEC_WORDS)
WORD_TABLE(mx_outcome, MX_OUTCOME_WORDS)
WORD_TABLE(null_mx_flaw, NULL_MX_FLAW_WORDS)
WORD_TABLE(exchange_class, EXCHANGE_CLASS_WORDS)
WORD_TABLE(alias, ALIAS_WORDS)
WORD_TABLE(alias_problem, ALIAS_PROBLEM_WORDS)
WORD_TABLE(dane, DANE_WORDS)
WORD_TABLE(domain_dane, DOMAIN_DANE_WORDS)
WORD_TABLE(delivery, DELIVERY_WORDS)
WORD_TABLE(tlsa_reason, TLSA_REASON_WORDS)
WORD_TABLE(key_status, KEY_STATUS_WORDS)
WORD_TABLE(lookup_kind, LOOKUP_KIND_WORDS)
WORD_TABLE(sts, STS_WORDS)
WORD_TABLE(sts_cname_effect, STS_CNAME_EFFECT_WORDS)
WORD_TABLE(tlsrpt, TLSRPT_WORDS)
WORD_TABLE(sts_record_outcome, STS_RECORD_OUTCOME_WORDS)
WORD_TABLE(sts_policy_outcome, STS_POLICY_OUTCOME_WORDS)
WORD_TABLE(sts_mode, STS_MODE_WORDS)
WORD_TABLE(sts_detail, STS_DETAIL_WORDS)
WORD_TABLE(probe_outcome, PROBE_OUTCOME_WORDS)
WORD_TABLE(probe_phase, PROBE_PHASE_WORDS)
WORD_TABLE(tls_version, TLS_VERSION_WORDS)
WORD_TABLE(pkix_fault, PKIX_FAULT_WORDS)
WORD_TABLE(tlsa_match, TLSA_MATCH_WORDS)
