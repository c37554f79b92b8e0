#include "crawler/core/domain_rules.h"

#include "crawler/core/host_rules.h"

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
    ret->cname_mx_count = 0;
    for (unsigned i = 0; i < facts->mx_count; i++) {
        const struct mx_fact *mx = &facts->mx[i];
        if (mx->class == EXCHANGE_NULL) {
            nulls++;
            preferred |= mx->preference != 0;
        }
        if (mx->alias == ALIAS_CNAME || mx->alias == ALIAS_DNAME)
            ret->cname_mx_count++;
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
    ret->mx_count = ret->cname_mx_count = 0;
    switch (facts->address_outcome) {
    case OUTCOME_ANSWER:
        ret->mx_outcome = MX_OUTCOME_IMPLICIT_MX;
        break;
    case OUTCOME_FAILED:
        ret->mx_outcome = MX_OUTCOME_FAILED;
        ret->failure = facts->address_failure;
        ret->ede = facts->address_ede;
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

static unsigned count_tlsa_failures(const struct domain_facts *facts)
{
    unsigned count = 0;
    for (unsigned i = 0; i < facts->mx_count; i++)
        count += facts->mx[i].dane == DANE_FAILED && !named_before(facts, i);
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

/* What reachable mail hosts, and the primary ones among them, make of a secure domain. */
struct dane_count {
    bool any_host; /* reachable or not */
    unsigned reachable, usable;
    unsigned primary_reachable, primary_usable;
};

static void count_host(struct dane_count *count, enum dane dane, bool primary)
{
    if (dane == DANE_UNKNOWN)
        return;
    count->any_host = true;
    if (dane == DANE_UNREACHABLE)
        return;
    count->reachable++;
    count->usable += dane == DANE_USABLE;
    count->primary_reachable += primary;
    count->primary_usable += primary && dane == DANE_USABLE;
}

static enum domain_dane dane_of(const struct dane_count *count, enum dnssec dnssec)
{
    if (!count->any_host)
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
        count_host(&count, facts->address_dane, true);
        ret->tlsa_failures = facts->address_dane == DANE_FAILED;
    } else if (ret->mx_outcome == MX_OUTCOME_MX) {
        uint16_t lowest = lowest_preference(facts);
        for (unsigned i = 0; i < facts->mx_count; i++)
            count_host(&count, facts->mx[i].dane, facts->mx[i].preference == lowest);
        ret->tlsa_failures = (int)count_tlsa_failures(facts);
    }
    ret->dane = dane_of(&count, ret->dnssec);
}

void domain_judge(const struct domain_facts *facts, struct domain_verdict *ret)
{
    *ret = (struct domain_verdict){
        .provider_mx = -1, .mx_count = -1, .cname_mx_count = -1, .ede = facts->ede};
    ret->dnssec = dnssec_of(facts->believe_ad, facts->outcome, facts->failure, facts->authentic);
    switch (facts->outcome) {
    case OUTCOME_ANSWER:
        judge_mx(facts, ret);
        break;
    case OUTCOME_NODATA:
        judge_without_mx(facts, ret);
        break;
    case OUTCOME_NXDOMAIN:
        ret->mx_outcome = MX_OUTCOME_NXDOMAIN;
        ret->mx_count = ret->cname_mx_count = 0;
        break;
    case OUTCOME_FAILED:
    case OUTCOME_UNKNOWN:
        ret->mx_outcome = MX_OUTCOME_FAILED;
        ret->failure = facts->failure;
        break;
    }
    judge_dane(facts, ret);
}
