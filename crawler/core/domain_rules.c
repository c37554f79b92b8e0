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

void domain_judge(const struct domain_facts *facts, struct domain_verdict *ret)
{
    *ret = (struct domain_verdict){.provider_mx = -1, .mx_count = -1, .cname_mx_count = -1};
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
        ret->ede = facts->ede;
        break;
    }
}
