/* words.h - the words of the survey: one enum and one table of words each.
 *
 * The number of a word is what the tables of the survey file store; 0 is
 * always "not known / does not apply" and is stored as NULL.  Numbers are never
 * reused or changed: views.sql turns them into the words (a test compares the
 * two).  Meanings: the data dictionary (schema/README.md).
 */
#ifndef MXSURVEY_CORE_WORDS_H
#define MXSURVEY_CORE_WORDS_H

/* X(constant, word), numbered from 1 in this order */
#define OUTCOME_WORDS(X)                                                                           \
    X(OUTCOME_ANSWER, "answer")                                                                    \
    X(OUTCOME_NODATA, "nodata")                                                                    \
    X(OUTCOME_NXDOMAIN, "nxdomain")                                                                \
    X(OUTCOME_FAILED, "failed")

#define FAILURE_WORDS(X)                                                                           \
    X(FAILURE_TIMEOUT, "timeout")                                                                  \
    X(FAILURE_SERVFAIL, "servfail")                                                                \
    X(FAILURE_BOGUS, "bogus")                                                                      \
    X(FAILURE_REFUSED, "refused")                                                                  \
    X(FAILURE_FORMERR, "formerr")                                                                  \
    X(FAILURE_NOTIMP, "notimp")                                                                    \
    X(FAILURE_MALFORMED, "malformed")                                                              \
    X(FAILURE_OTHER, "other")                                                                      \
    X(FAILURE_REFERRAL, "referral")                                                                \
    X(FAILURE_FILTERED, "filtered")

#define DNSSEC_WORDS(X)                                                                            \
    X(DNSSEC_SECURE, "secure")                                                                     \
    X(DNSSEC_INSECURE, "insecure")                                                                 \
    X(DNSSEC_BOGUS, "bogus")                                                                       \
    X(DNSSEC_INDETERMINATE, "indeterminate")

#define MX_OUTCOME_WORDS(X)                                                                        \
    X(MX_OUTCOME_MX, "mx")                                                                         \
    X(MX_OUTCOME_NULL_MX, "null_mx")                                                               \
    X(MX_OUTCOME_IMPLICIT_MX, "implicit_mx")                                                       \
    X(MX_OUTCOME_NO_SERVICE, "no_service")                                                         \
    X(MX_OUTCOME_NXDOMAIN, "nxdomain")                                                             \
    X(MX_OUTCOME_FAILED, "failed")

#define NULL_MX_FLAW_WORDS(X)                                                                      \
    X(NULL_MX_MIXED, "mixed")                                                                      \
    X(NULL_MX_PREFERENCE, "preference")

#define EXCHANGE_CLASS_WORDS(X)                                                                    \
    X(EXCHANGE_NULL, "null")                                                                       \
    X(EXCHANGE_ADDRESS, "address")                                                                 \
    X(EXCHANGE_LOCALHOST, "localhost")                                                             \
    X(EXCHANGE_SINGLE_LABEL, "single_label")                                                       \
    X(EXCHANGE_INVALID, "invalid")                                                                 \
    X(EXCHANGE_HOST, "host")

#define ALIAS_WORDS(X)                                                                             \
    X(ALIAS_NONE, "none")                                                                          \
    X(ALIAS_CNAME, "cname")                                                                        \
    X(ALIAS_DNAME, "dname")

#define ALIAS_PROBLEM_WORDS(X)                                                                     \
    X(ALIAS_DANGLING, "dangling")                                                                  \
    X(ALIAS_LOOP, "loop")                                                                          \
    X(ALIAS_TOO_LONG, "too_long")                                                                  \
    X(ALIAS_MULTIPLE, "multiple")

/* of a mail host */
#define DANE_WORDS(X)                                                                              \
    X(DANE_UNREACHABLE, "unreachable")                                                             \
    X(DANE_FAILED, "failed")                                                                       \
    X(DANE_INSECURE, "insecure")                                                                   \
    X(DANE_NONE, "none")                                                                           \
    X(DANE_UNUSABLE, "unusable")                                                                   \
    X(DANE_USABLE, "usable")

#define DOMAIN_DANE_WORDS(X)                                                                       \
    X(DOMAIN_DANE_COMPLETE, "complete")                                                            \
    X(DOMAIN_DANE_PRIMARY, "primary")                                                              \
    X(DOMAIN_DANE_PARTIAL, "partial")                                                              \
    X(DOMAIN_DANE_NONE, "none")                                                                    \
    X(DOMAIN_DANE_INSECURE, "insecure")                                                            \
    X(DOMAIN_DANE_FAILED, "failed")

/* what a sender makes of a domain's mail; in reports only */
#define DELIVERY_WORDS(X)                                                                          \
    X(DELIVERY_AUTHENTICATED, "authenticated")                                                     \
    X(DELIVERY_UNAUTHENTICATED, "unauthenticated")                                                 \
    X(DELIVERY_DEFERRED, "deferred")

/* why a TLSA record is not usable */
#define TLSA_REASON_WORDS(X)                                                                       \
    X(TLSA_REASON_USAGE, "usage")                                                                  \
    X(TLSA_REASON_SELECTOR, "selector")                                                            \
    X(TLSA_REASON_MATCHING_TYPE, "matching_type")                                                  \
    X(TLSA_REASON_LENGTH, "length")                                                                \
    X(TLSA_REASON_MALFORMED, "malformed")

/* of a well-known key */
#define KEY_STATUS_WORDS(X)                                                                        \
    X(KEY_ACTIVE, "active")                                                                        \
    X(KEY_BACKUP, "backup")                                                                        \
    X(KEY_RETIRED, "retired")                                                                      \
    X(KEY_EXPIRED, "expired")                                                                      \
    X(KEY_UNSENT, "unsent")                                                                        \
    X(KEY_JUNK, "junk")

/* why a policy is unavailable */
#define STS_DETAIL_WORDS(X)                                                                        \
    X(STS_DETAIL_DNS, "dns")                                                                       \
    X(STS_DETAIL_CONNECT, "connect")                                                               \
    X(STS_DETAIL_TLS, "tls")                                                                       \
    X(STS_DETAIL_TIMEOUT, "timeout")                                                               \
    X(STS_DETAIL_HTTP_STATUS, "http_status")                                                       \
    X(STS_DETAIL_TOO_LARGE, "too_large")                                                           \
    X(STS_DETAIL_SPECIAL_ADDRESS, "special_address")

/* what a failed lookup was for */
#define LOOKUP_KIND_WORDS(X)                                                                       \
    X(LOOKUP_MX, "mx")                                                                             \
    X(LOOKUP_ADDRESS, "address")                                                                   \
    X(LOOKUP_ALIAS, "alias")                                                                       \
    X(LOOKUP_TLSA, "tlsa")                                                                         \
    X(LOOKUP_STS, "sts")                                                                           \
    X(LOOKUP_TLSRPT, "tlsrpt")

/* --- MTA-STS (RFC 8461) and TLSRPT (RFC 8460) --- */

/* of a domain */
#define STS_WORDS(X)                                                                               \
    X(STS_NONE, "none")                                                                            \
    X(STS_ENFORCE, "enforce")                                                                      \
    X(STS_TESTING, "testing")                                                                      \
    X(STS_OFF, "off")                                                                              \
    X(STS_INVALID_RECORD, "invalid_record")                                                        \
    X(STS_INVALID_POLICY, "invalid_policy")                                                        \
    X(STS_UNAVAILABLE, "unavailable")                                                              \
    X(STS_FAILED, "failed")

#define STS_CNAME_EFFECT_WORDS(X)                                                                  \
    X(STS_CNAME_SAME, "same")                                                                      \
    X(STS_CNAME_NAME_ONLY, "name_only")                                                            \
    X(STS_CNAME_TARGET_ONLY, "target_only")                                                        \
    X(STS_CNAME_MIXED, "mixed")                                                                    \
    X(STS_CNAME_NEITHER, "neither")

#define TLSRPT_WORDS(X)                                                                            \
    X(TLSRPT_NONE, "none")                                                                         \
    X(TLSRPT_VALID, "valid")                                                                       \
    X(TLSRPT_MULTIPLE, "multiple")                                                                 \
    X(TLSRPT_INVALID, "invalid")                                                                   \
    X(TLSRPT_FAILED, "failed")

#define STS_RECORD_OUTCOME_WORDS(X)                                                                \
    X(STS_RECORD_NONE, "none")                                                                     \
    X(STS_RECORD_VALID, "valid")                                                                   \
    X(STS_RECORD_MULTIPLE, "multiple")                                                             \
    X(STS_RECORD_INVALID, "invalid")                                                               \
    X(STS_RECORD_FAILED, "failed")

#define STS_POLICY_OUTCOME_WORDS(X)                                                                \
    X(STS_POLICY_NOT_ASKED, "not_asked")                                                           \
    X(STS_POLICY_VALID, "valid")                                                                   \
    X(STS_POLICY_INVALID, "invalid")                                                               \
    X(STS_POLICY_UNAVAILABLE, "unavailable")

/* of a policy: as written in it */
#define STS_MODE_WORDS(X)                                                                          \
    X(STS_MODE_ENFORCE, "enforce")                                                                 \
    X(STS_MODE_TESTING, "testing")                                                                 \
    X(STS_MODE_NONE, "none")

/* --- what mail servers show (crawler/probe) --- */

/* Of one meeting with a mail host.  Conclusive are tls, no_starttls and tls_failed; whatever else
 * came of it says nothing about TLS. */
#define PROBE_OUTCOME_WORDS(X)                                                                     \
    X(PROBE_TLS, "tls")                                                                            \
    X(PROBE_NO_STARTTLS, "no_starttls")                                                            \
    X(PROBE_REFUSED, "refused")                                                                    \
    X(PROBE_TIMEOUT, "timeout")                                                                    \
    X(PROBE_CLOSED, "closed")                                                                      \
    X(PROBE_GREETING_4XX, "greeting_4xx")                                                          \
    X(PROBE_GREETING_5XX, "greeting_5xx")                                                          \
    X(PROBE_TLS_FAILED, "tls_failed")                                                              \
    X(PROBE_UNREACHABLE, "unreachable")                                                            \
    X(PROBE_MALFORMED, "malformed")

/* how far it came */
#define PROBE_PHASE_WORDS(X)                                                                       \
    X(PROBE_CONNECT, "connect")                                                                    \
    X(PROBE_GREETING, "greeting")                                                                  \
    X(PROBE_EHLO, "ehlo")                                                                          \
    X(PROBE_STARTTLS, "starttls")                                                                  \
    X(PROBE_HANDSHAKE, "handshake")                                                                \
    X(PROBE_QUIT, "quit")

#define TLS_VERSION_WORDS(X)                                                                       \
    X(TLS_VERSION_1_0, "TLSv1")                                                                    \
    X(TLS_VERSION_1_1, "TLSv1.1")                                                                  \
    X(TLS_VERSION_1_2, "TLSv1.2")                                                                  \
    X(TLS_VERSION_1_3, "TLSv1.3")

/* why no trusted authority vouches for a chain, whatever names it has */
#define PKIX_FAULT_WORDS(X)                                                                        \
    X(PKIX_EXPIRED, "expired")                                                                     \
    X(PKIX_NOT_YET_VALID, "not_yet_valid")                                                         \
    X(PKIX_SELF_SIGNED, "self_signed")                                                             \
    X(PKIX_UNTRUSTED, "untrusted")                                                                 \
    X(PKIX_INCOMPLETE, "incomplete")                                                               \
    X(PKIX_WEAK, "weak")                                                                           \
    X(PKIX_OTHER, "other")

/* of a TLSA record against the chain that a server showed */
#define TLSA_MATCH_WORDS(X)                                                                        \
    X(TLSA_MATCHED, "matched")                                                                     \
    X(TLSA_NO_MATCH, "no_match")                                                                   \
    X(TLSA_NOT_REACHED, "not_reached")

#define WORD_ENUM_MEMBER(constant, word) constant,
#define WORD_ENUM(tag, none, WORDS)                                                                \
    enum tag {                                                                                     \
        none,                                                                                      \
        WORDS(WORD_ENUM_MEMBER)                                                                    \
    };                                                                                             \
    const char *tag##_word(enum tag value); /* NULL for 0 */

#define FAILURE_LAST FAILURE_FILTERED /* the highest number of a failure */

WORD_ENUM(outcome, OUTCOME_UNKNOWN, OUTCOME_WORDS)
WORD_ENUM(failure, FAILURE_NONE, FAILURE_WORDS)
WORD_ENUM(dnssec, DNSSEC_UNKNOWN, DNSSEC_WORDS)
WORD_ENUM(mx_outcome, MX_OUTCOME_UNKNOWN, MX_OUTCOME_WORDS)
WORD_ENUM(null_mx_flaw, NULL_MX_NO_FLAW, NULL_MX_FLAW_WORDS)
WORD_ENUM(exchange_class, EXCHANGE_UNKNOWN, EXCHANGE_CLASS_WORDS)
WORD_ENUM(alias, ALIAS_UNKNOWN, ALIAS_WORDS)
WORD_ENUM(alias_problem, ALIAS_NO_PROBLEM, ALIAS_PROBLEM_WORDS)
WORD_ENUM(dane, DANE_UNKNOWN, DANE_WORDS)
WORD_ENUM(domain_dane, DOMAIN_DANE_UNKNOWN, DOMAIN_DANE_WORDS)
WORD_ENUM(delivery, DELIVERY_UNKNOWN, DELIVERY_WORDS)
WORD_ENUM(tlsa_reason, TLSA_USABLE, TLSA_REASON_WORDS)
WORD_ENUM(key_status, KEY_STATUS_UNKNOWN, KEY_STATUS_WORDS)
WORD_ENUM(lookup_kind, LOOKUP_UNKNOWN, LOOKUP_KIND_WORDS)
WORD_ENUM(sts, STS_NOT_ASKED, STS_WORDS)
WORD_ENUM(sts_cname_effect, STS_CNAME_NO_EFFECT, STS_CNAME_EFFECT_WORDS)
WORD_ENUM(tlsrpt, TLSRPT_NOT_ASKED, TLSRPT_WORDS)
WORD_ENUM(sts_record_outcome, STS_RECORD_NOT_ASKED, STS_RECORD_OUTCOME_WORDS)
WORD_ENUM(sts_policy_outcome, STS_POLICY_UNKNOWN, STS_POLICY_OUTCOME_WORDS)
WORD_ENUM(sts_mode, STS_MODE_UNKNOWN, STS_MODE_WORDS)
WORD_ENUM(sts_detail, STS_DETAIL_NONE, STS_DETAIL_WORDS)
WORD_ENUM(probe_outcome, PROBE_NOT_MET, PROBE_OUTCOME_WORDS)
WORD_ENUM(probe_phase, PROBE_NO_PHASE, PROBE_PHASE_WORDS)
WORD_ENUM(tls_version, TLS_NO_VERSION, TLS_VERSION_WORDS)
WORD_ENUM(pkix_fault, PKIX_VALID, PKIX_FAULT_WORDS)
WORD_ENUM(tlsa_match, TLSA_MATCH_UNKNOWN, TLSA_MATCH_WORDS)

#endif
