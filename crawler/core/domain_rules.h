/* domain_rules.h - what the MX answer of a domain, and its hosts, make of it.
 *
 * Pure.  RFC 5321 s5.1 (implicit MX), RFC 7505 (null MX), RFC 2181 s10.3 (MX
 * hosts must not be aliases), RFC 7672 s2.2 (DANE needs a secure MX and secure
 * hosts).
 */
#ifndef MXSURVEY_CORE_DOMAIN_RULES_H
#define MXSURVEY_CORE_DOMAIN_RULES_H

#include "crawler/core/answer.h"

/* What must be known before a domain can be judged. */
enum domain_need {
    DOMAIN_NEEDS_NOTHING,
    DOMAIN_NEEDS_HOSTS,  /* the exchanges that are resolved */
    DOMAIN_NEEDS_ITSELF, /* no MX: its own addresses (RFC 5321 s5.1) */
};
enum domain_need domain_needs(enum outcome mx_outcome);

/* One MX record and what is known of its exchange. */
struct mx_fact {
    uint16_t preference;
    enum exchange_class class;
    enum outcome address_outcome; /* of its host; UNKNOWN where it is not resolved: no mail host */
    enum alias alias;             /* of its host; UNKNOWN where not resolved or not known */
    enum dane dane;               /* of its host; UNKNOWN where not resolved or not known */
    const struct name *exchange;  /* borrowed */
};

struct domain_facts {
    bool believe_ad;
    struct lookup_answer lookup; /* of MX */
    unsigned mx_count;           /* of mx: ANSWER only */
    const struct mx_fact *mx;
    /* the domain as its own mail host: DOMAIN_NEEDS_ITSELF only */
    struct lookup_answer address; /* of A and AAAA, as in struct host_verdict */
    enum dane address_dane;
};

struct domain_verdict {
    enum mx_outcome mx_outcome;
    enum null_mx_flaw null_mx_flaw;
    enum failure failure;
    struct ede ede;
    enum dnssec dnssec;
    int mx_count, cname_mx_count, unknown_mx_count; /* -1: not known */
    int provider_mx;       /* index in mx of the exchange whose registrable domain is the
                              provider; -1: none */
    enum domain_dane dane; /* UNKNOWN: no mail host, or the status of MX is not known */
    bool dane_ready;       /* signing the domain's own zone would make it COMPLETE */
    int tlsa_failures;     /* -1: not known */
};
void domain_judge(const struct domain_facts *facts, struct domain_verdict *ret);

#endif
