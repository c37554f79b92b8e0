/* finding.h - what check finds fault with, and what it advises: codes, once.
 *
 * Both forms of check's output print from these.  The codes are the interface of
 * `--format json` (schema/check.schema.json); tests follow each advice by its code.
 */
#ifndef MXSURVEY_CLI_CHECK_FINDING_H
#define MXSURVEY_CLI_CHECK_FINDING_H

/* From the least to the worst. */
enum severity {
    SEVERITY_NOTE,    /* true, and nothing has to be done */
    SEVERITY_UNKNOWN, /* not known, so that all may not be well */
    SEVERITY_WRONG,
};

/* X(constant, severity, code) */
#define FINDINGS(X)                                                                                \
    X(FINDING_LOOKUP_FAILED, WRONG, "lookup_failed")                                               \
    X(FINDING_FAMILY_FAILED, WRONG, "family_failed")                                               \
    X(FINDING_NXDOMAIN, WRONG, "nxdomain")                                                         \
    X(FINDING_NO_SERVICE, WRONG, "no_service")                                                     \
    X(FINDING_EXCLUDED, UNKNOWN, "excluded")                                                       \
    X(FINDING_AD_NOT_BELIEVED, NOTE, "ad_not_believed")                                            \
    X(FINDING_NOT_VALIDATED, UNKNOWN, "not_validated")                                             \
    X(FINDING_NULL_MX_MIXED, WRONG, "null_mx_mixed")                                               \
    X(FINDING_NULL_MX_PREFERENCE, WRONG, "null_mx_preference")                                     \
    X(FINDING_EXCHANGE_ADDRESS, WRONG, "exchange_address")                                         \
    X(FINDING_EXCHANGE_LOCALHOST, WRONG, "exchange_localhost")                                     \
    X(FINDING_EXCHANGE_SINGLE_LABEL, WRONG, "exchange_single_label")                               \
    X(FINDING_EXCHANGE_INVALID, WRONG, "exchange_invalid")                                         \
    X(FINDING_NO_ADDRESS, WRONG, "no_address")                                                     \
    X(FINDING_SPECIAL_ADDRESS, WRONG, "special_address")                                           \
    X(FINDING_IPV6_ONLY, WRONG, "ipv6_only")                                                       \
    X(FINDING_ALIAS_EXCHANGE, WRONG, "alias_exchange")                                             \
    X(FINDING_ALIAS_DANGLING, WRONG, "alias_dangling")                                             \
    X(FINDING_ALIAS_LOOP, WRONG, "alias_loop")                                                     \
    X(FINDING_ALIAS_TOO_LONG, WRONG, "alias_too_long")                                             \
    X(FINDING_ALIAS_MULTIPLE, WRONG, "alias_multiple")                                             \
    X(FINDING_ALIAS_CONTRADICTED, WRONG, "alias_contradicted")                                     \
    X(FINDING_DANE_DEFERS, WRONG, "dane_defers")                                                   \
    X(FINDING_DANE_PARTIAL, WRONG, "dane_partial")                                                 \
    X(FINDING_DANE_READY, NOTE, "dane_ready")                                                      \
    X(FINDING_TLSA_UNUSABLE, WRONG, "tlsa_unusable")                                               \
    X(FINDING_TLSA_SOME_UNUSABLE, WRONG, "tlsa_some_unusable")                                     \
    X(FINDING_TLSA_EMPTY, WRONG, "tlsa_empty")                                                     \
    X(FINDING_TLSA_NOT_REACHED, WRONG, "tlsa_not_reached")                                         \
    X(FINDING_TLSA_KEYS, WRONG, "tlsa_keys")                                                       \
    X(FINDING_TLSA_LEFTOVERS, NOTE, "tlsa_leftovers")                                              \
    X(FINDING_TLSA_ROLLOVER, NOTE, "tlsa_rollover")                                                \
    X(FINDING_RECORD_MULTIPLE, WRONG, "record_multiple")                                           \
    X(FINDING_RECORD_INVALID, WRONG, "record_invalid")                                             \
    X(FINDING_POLICY_UNAVAILABLE, WRONG, "policy_unavailable")                                     \
    X(FINDING_POLICY_INVALID, WRONG, "policy_invalid")                                             \
    X(FINDING_POLICY_SHORT, NOTE, "policy_short")                                                  \
    X(FINDING_POLICY_MATCH, WRONG, "policy_match")                                                 \
    /* of hosts that were met */                                                                   \
    X(FINDING_NOT_MET, UNKNOWN, "not_met")                                                         \
    X(FINDING_NO_STARTTLS, WRONG, "no_starttls")                                                   \
    X(FINDING_TLS_FAILED, WRONG, "tls_failed")                                                     \
    X(FINDING_TLS_OLD, WRONG, "tls_old")                                                           \
    X(FINDING_PLAINTEXT, WRONG, "plaintext")                                                       \
    X(FINDING_DANE_MISMATCH, WRONG, "dane_mismatch")                                               \
    X(FINDING_TLSA_STALE, NOTE, "tlsa_stale")                                                      \
    X(FINDING_CERTIFICATE_INVALID, WRONG, "certificate_invalid")                                   \
    X(FINDING_CERTIFICATE_NAME, WRONG, "certificate_name")                                         \
    X(FINDING_CERTIFICATE_TARGET, NOTE, "certificate_target")                                      \
    X(FINDING_CERTIFICATE_EXPIRES, NOTE, "certificate_expires")

/* X(constant, code): one change.  Its name is what is changed, its value to what. */
#define ADVICES(X)                                                                                 \
    X(ADVICE_MEND_LOOKUP, "mend_lookup") /* name: make it answer questions of the type value */    \
    X(ADVICE_SIGN_ANEW, "sign_anew")     /* name: its zone; value: the type */                     \
    X(ADVICE_PUBLISH_MX, "publish_mx")   /* name: the domain */                                    \
    X(ADVICE_REMOVE_NULL_MX, "remove_null_mx")                                                     \
    X(ADVICE_ZERO_NULL_MX, "zero_null_mx")                                                         \
    X(ADVICE_NAME_HOST, "name_host")             /* name: an exchange, to be another */            \
    X(ADVICE_NAME_TARGET, "name_target")         /* name: an exchange, to be value */              \
    X(ADVICE_MOVE_ADDRESSES, "move_addresses")   /* to name, from its alias's target value */      \
    X(ADVICE_END_ALIAS, "end_alias")             /* name_target or move_addresses */               \
    X(ADVICE_PUBLISH_ADDRESS, "publish_address") /* name: a host, to have one that is reachable */ \
    X(ADVICE_PUBLISH_IPV4, "publish_ipv4")                                                         \
    X(ADVICE_PUBLISH_TLSA, "publish_tlsa") /* name: of the TLSA records: 3 1 1 of the host's key;  \
                                              those there are removed */                           \
    X(ADVICE_ADD_TLSA, "add_tlsa")         /* the same, beside those there */                      \
    X(ADVICE_REMOVE_TLSA, "remove_tlsa") /* name: of the records; value: all, unusable or stale */ \
    X(ADVICE_CHECK_TLSA, "check_tlsa")   /* name: of records, to match the host's certificate */   \
    X(ADVICE_SIGN_ZONE, "sign_zone")     /* of name */                                             \
    X(ADVICE_ONE_RECORD, "one_record")   /* name: of the TXT records */                            \
    X(ADVICE_MEND_RECORD, "mend_record") /* name: of the TXT record */                             \
    X(ADVICE_SERVE_POLICY, "serve_policy") /* name: of the policy's server */                      \
    X(ADVICE_MEND_POLICY, "mend_policy")                                                           \
    X(ADVICE_LIST_IN_POLICY, "list_in_policy") /* name: the domain; value: the pattern */          \
    X(ADVICE_MEND_TLS, "mend_tls") /* name: of a host, to offer STARTTLS and TLS from 1.2 on */    \
    X(ADVICE_RENEW_CERTIFICATE, "renew_certificate") /* name: of a host */                         \
    X(ADVICE_CERTIFY_NAME, "certify_name") /* name: of a host; value: for its certificate */

#define FINDING_MEMBER(constant, severity, code) constant,
enum finding_code {
    FINDINGS(FINDING_MEMBER)
};
#define ADVICE_MEMBER(constant, code) constant,
enum advice_code {
    ADVICES(ADVICE_MEMBER)
};

const char *finding_word(enum finding_code code);
const char *advice_word(enum advice_code code);
const char *severity_word(enum severity severity);
enum severity finding_severity(enum finding_code code);

enum {
    STEPS_MAX = 16,
    TEXT_MAX = 8192, /* some names of 1,005 octets as text */
};

/* Changes in the order in which they are to be made, and all of them in words. */
struct advice {
    char text[TEXT_MAX];
    unsigned count;
    struct advice_step {
        enum advice_code code;
        const char *name, *value; /* borrowed; value or NULL */
    } steps[STEPS_MAX];
};

void advice_begin(struct advice *advice);
/* One change more; of more than STEPS_MAX the last are in the words only. */
void advice_step(struct advice *advice, enum advice_code code, const char *name, const char *value);
void advice_say(struct advice *advice, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
