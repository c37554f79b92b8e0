#include "crawler/core/domain_rules.h"

enum domain_need domain_needs(enum outcome mx_outcome)
{
    switch (mx_outcome) {
    case OUTCOME_ANSWER:
        return DOMAIN_NEEDS_HOSTS;
    case OUTCOME_NODATA:
        return DOMAIN_NEEDS_ITSELF;
    case OUTCOME_NXDOMAIN: /* MX-02 */
    case OUTCOME_FAILED:
    case OUTCOME_UNKNOWN:
        break;
    }
    return DOMAIN_NEEDS_NOTHING;
}

static bool has_provider(enum exchange_class class)
{
    return exchange_class_is_resolved(class) && class != EXCHANGE_SINGLE_LABEL;
}

/* The lowest-preference exchange other than `.`; of several the first in text
 * order.  -1 where there is none, or where it can have no registrable domain. */
static int provider_of(const struct domain_facts *facts)
{
    int best = -1;
    for (unsigned i = 0; i < facts->mx_count; i++) {
        const struct mx_fact *mx = &facts->mx[i];
        if (mx->class == EXCHANGE_NULL)
            continue;
        if (best < 0 || mx->preference < facts->mx[best].preference ||
            (mx->preference == facts->mx[best].preference &&
             name_compare_text(mx->exchange, facts->mx[best].exchange) < 0))
            best = (int)i;
    }
    return best >= 0 && has_provider(facts->mx[best].class) ? best : -1;
}

static void judge_mx(const struct domain_facts *facts, struct domain_verdict *ret)
{
    unsigned nulls = 0;
    bool preferred = false;
    ret->cname_mx_count = ret->unknown_mx_count = 0;
    for (unsigned i = 0; i < facts->mx_count; i++) {
        const struct mx_fact *mx = &facts->mx[i];
        if (mx->class == EXCHANGE_NULL) {
            nulls++;
            preferred |= mx->preference != 0;
        }
        if (mx->alias == ALIAS_CNAME || mx->alias == ALIAS_DNAME)
            ret->cname_mx_count++;
        if (mx->alias == ALIAS_UNKNOWN && exchange_class_is_resolved(mx->class))
            ret->unknown_mx_count++; /* its lookup failed, or it opted out */
    }
    ret->mx_count = (int)facts->mx_count;
    ret->mx_outcome = nulls == facts->mx_count ? MX_OUTCOME_NULL_MX : MX_OUTCOME_MX;
    if (nulls > 0 && nulls < facts->mx_count)
        ret->null_mx_flaw = NULL_MX_MIXED; /* RFC 7505 s3: no other MX beside it */
    else if (preferred)
        ret->null_mx_flaw = NULL_MX_PREFERENCE;
    ret->provider_mx = provider_of(facts);
}

static void judge_without_mx(const struct domain_facts *facts, struct domain_verdict *ret)
{
    ret->mx_count = ret->cname_mx_count = ret->unknown_mx_count = 0;
    switch (facts->address.outcome) {
    case OUTCOME_ANSWER:
        ret->mx_outcome = MX_OUTCOME_IMPLICIT_MX;
        break;
    case OUTCOME_FAILED:
        ret->mx_outcome = MX_OUTCOME_FAILED;
        ret->failure = facts->address.failure;
        ret->ede = facts->address.ede;
        break;
    case OUTCOME_NODATA:
    case OUTCOME_NXDOMAIN:
    case OUTCOME_UNKNOWN:
        ret->mx_outcome = MX_OUTCOME_NO_SERVICE;
        break;
    }
}

/* --- DANE --- */

/* A host that is named twice is one host. */
static bool named_before(const struct domain_facts *facts, unsigned i)
{
    for (unsigned j = 0; j < i; j++) {
        if (name_equal(facts->mx[j].exchange, facts->mx[i].exchange))
            return true;
    }
    return false;
}

static bool is_mail_host(const struct mx_fact *mx)
{
    return mx->address_outcome != OUTCOME_UNKNOWN;
}

/* A lookup that locates TLSA records failed: what failed for want of an address is another. */
static bool is_tlsa_failure(enum dane dane, enum outcome address_outcome)
{
    return dane == DANE_FAILED && address_outcome == OUTCOME_ANSWER;
}

static int count_tlsa_failures(const struct domain_facts *facts)
{
    int count = 0;
    for (unsigned i = 0; i < facts->mx_count; i++) {
        const struct mx_fact *mx = &facts->mx[i];
        count += is_tlsa_failure(mx->dane, mx->address_outcome) &&
                 exchange_is_used(mx->exchange, mx->class) && !named_before(facts, i);
    }
    return count;
}

static uint16_t lowest_preference(const struct domain_facts *facts)
{
    uint16_t lowest = UINT16_MAX;
    for (unsigned i = 0; i < facts->mx_count; i++) {
        if (facts->mx[i].class != EXCHANGE_NULL && facts->mx[i].preference < lowest)
            lowest = facts->mx[i].preference;
    }
    return lowest;
}

/* What reachable mail hosts, and the primary ones among them, make of a domain. */
struct dane_count {
    bool any_host; /* reachable or not */
    unsigned reachable, usable;
    unsigned primary_reachable, primary_usable;
};

static void count_host(struct dane_count *count, enum dane dane, bool primary)
{
    if (dane == DANE_UNREACHABLE)
        return;
    count->reachable++;
    count->usable += dane == DANE_USABLE;
    count->primary_reachable += primary;
    count->primary_usable += primary && dane == DANE_USABLE;
}

/* Senders use an address too, and a host whose owner opted out of the survey: without DANE, as
 * far as is known.  What they do not use counts for nothing. */
static void count_exchange(struct dane_count *count, const struct mx_fact *mx, bool primary)
{
    count->any_host |= is_mail_host(mx);
    if (exchange_is_used(mx->exchange, mx->class))
        count_host(count, is_mail_host(mx) ? mx->dane : DANE_NONE, primary);
}

static enum domain_dane dane_of(const struct dane_count *count, enum dnssec dnssec)
{
    if (!count->any_host || dnssec == DNSSEC_INDETERMINATE)
        return DOMAIN_DANE_UNKNOWN;
    if (dnssec != DNSSEC_SECURE)
        return DOMAIN_DANE_INSECURE; /* RFC 7672 s2.2.1 */
    if (count->usable == 0)
        return DOMAIN_DANE_NONE;
    if (count->usable == count->reachable)
        return DOMAIN_DANE_COMPLETE;
    if (count->primary_usable > 0 && count->primary_usable == count->primary_reachable)
        return DOMAIN_DANE_PRIMARY;
    return DOMAIN_DANE_PARTIAL;
}

static void judge_dane(const struct domain_facts *facts, struct domain_verdict *ret)
{
    struct dane_count count = {0};
    if (ret->mx_outcome == MX_OUTCOME_FAILED) {
        ret->dane = DOMAIN_DANE_FAILED;
        ret->tlsa_failures = -1;
        return;
    }
    if (ret->mx_outcome == MX_OUTCOME_IMPLICIT_MX) {
        count.any_host = true;
        count_host(&count, facts->address_dane, true);
        ret->tlsa_failures = is_tlsa_failure(facts->address_dane, facts->address.outcome);
    } else if (ret->mx_outcome == MX_OUTCOME_MX) {
        uint16_t lowest = lowest_preference(facts);
        for (unsigned i = 0; i < facts->mx_count; i++)
            count_exchange(&count, &facts->mx[i], facts->mx[i].preference == lowest);
        ret->tlsa_failures = count_tlsa_failures(facts);
    }
    if (count.any_host && ret->dnssec == DNSSEC_INDETERMINATE)
        ret->tlsa_failures = -1; /* DANE is not known of it, nor are its failures */
    ret->dane = dane_of(&count, ret->dnssec);
    ret->dane_ready =
        ret->dane == DOMAIN_DANE_INSECURE && count.usable > 0 && count.usable == count.reachable;
}

void domain_judge(const struct domain_facts *facts, struct domain_verdict *ret)
{
    *ret = (struct domain_verdict){
        .mx_count = -1,
        .cname_mx_count = -1,
        .unknown_mx_count = -1,
        .provider_mx = -1,
        .ede = facts->lookup.ede,
        .dnssec = dnssec_of(facts->believe_ad, &facts->lookup),
    };
    switch (facts->lookup.outcome) {
    case OUTCOME_ANSWER:
        judge_mx(facts, ret);
        break;
    case OUTCOME_NODATA:
        judge_without_mx(facts, ret);
        break;
    case OUTCOME_NXDOMAIN:
        ret->mx_outcome = MX_OUTCOME_NXDOMAIN;
        ret->mx_count = ret->cname_mx_count = ret->unknown_mx_count = 0;
        break;
    case OUTCOME_FAILED:
    case OUTCOME_UNKNOWN:
        ret->mx_outcome = MX_OUTCOME_FAILED;
        ret->failure = facts->lookup.failure;
        break;
    }
    judge_dane(facts, ret);
}
