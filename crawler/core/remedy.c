#include "crawler/core/remedy.h"

static bool has_tlsa(const struct remedy_facts *facts)
{
    return facts->dane == DANE_USABLE || facts->dane == DANE_UNUSABLE;
}

/* What is at fault moves along with the target; at the exchange itself it would stay behind. */
static bool target_at_fault(const struct remedy_facts *facts)
{
    return facts->base == REMEDY_BASE_TARGET &&
           (facts->dane == DANE_FAILED || facts->dane == DANE_UNUSABLE);
}

/* RFC 7672 s2.1.2: TLSA is not asked for then.  Whose name servers fail, nobody knows. */
static bool addresses_failed(const struct remedy_facts *facts)
{
    return facts->dane == DANE_FAILED && facts->base == REMEDY_BASE_NONE;
}

static bool refused_as(const struct sts_match *match, enum remedy_change change)
{
    if (match == NULL)
        return false;
    switch (change) {
    case REMEDY_HOST:
        return !match->name;
    case REMEDY_TARGET:
        return !match->target;
    case REMEDY_EITHER:
        return !match->name && !match->target;
    case REMEDY_ANOTHER_HOST:
    case REMEDY_MEND_RECORD:
        break;
    }
    return true; /* a name that is still to be found */
}

/* What a policy is to let in, it must be able to list. */
static struct remedy as_listable(struct remedy remedy, const struct remedy_facts *facts)
{
    bool host = facts->host_unlistable, target = facts->target_unlistable;
    if (!remedy.policy_first || remedy.change == REMEDY_ANOTHER_HOST)
        return remedy;
    if ((host && target) || (host && remedy.change == REMEDY_HOST) ||
        (target && remedy.change == REMEDY_TARGET)) {
        remedy.change = REMEDY_MEND_RECORD;
        remedy.reason = REMEDY_NO_REASON;
    } else if (remedy.change == REMEDY_EITHER && (host || target)) {
        remedy.change = host ? REMEDY_TARGET : REMEDY_HOST;
        remedy.reason = REMEDY_POLICY;
    }
    return remedy;
}

/* Where DANE gives no reason for one of them. */
static enum remedy_change by_policy(const struct sts_match *match)
{
    if (match == NULL || match->name == match->target)
        return REMEDY_EITHER;
    return match->name ? REMEDY_HOST : REMEDY_TARGET;
}

static struct remedy at_cname(const struct remedy_facts *facts)
{
    if (facts->dane == DANE_UNREACHABLE)
        return (struct remedy){REMEDY_HOST, .reason = REMEDY_TARGET_EMPTY};
    if (target_at_fault(facts))
        return (struct remedy){REMEDY_HOST, .reason = REMEDY_TARGET_FAULT};
    if (facts->dane == DANE_USABLE && facts->base == REMEDY_BASE_TARGET)
        return (struct remedy){REMEDY_TARGET, .reason = REMEDY_HAS_TLSA};
    if (facts->alias_dnssec == DNSSEC_SECURE && facts->target_dnssec == DNSSEC_INSECURE)
        return (struct remedy){REMEDY_HOST, .reason = REMEDY_TARGET_UNSIGNED};
    if (facts->dane == DANE_USABLE) /* a secure target was asked first, and had none */
        return (struct remedy){REMEDY_HOST, .reason = facts->target_dnssec == DNSSEC_SECURE
                                                          ? REMEDY_LOSES_DANE
                                                          : REMEDY_HAS_TLSA};
    enum remedy_change change = by_policy(facts->match);
    return (struct remedy){change,
                           .reason = change != REMEDY_EITHER ? REMEDY_POLICY : REMEDY_NO_REASON};
}

/* TLSA records in force at the exchange's own name are below the DNAME too: they come from
 * names of its target's. */
static struct remedy below_dname(const struct remedy_facts *facts)
{
    if (target_at_fault(facts) || facts->dane == DANE_UNREACHABLE)
        return (struct remedy){REMEDY_TARGET, .reason = REMEDY_BELOW_DNAME, .mend_first = true};
    if (!has_tlsa(facts))
        return (struct remedy){REMEDY_TARGET, .reason = REMEDY_BELOW_DNAME};
    if (facts->base == REMEDY_BASE_TARGET)
        return (struct remedy){REMEDY_TARGET, .reason = REMEDY_HAS_TLSA};
    if (facts->target_dnssec == DNSSEC_INSECURE)
        return (struct remedy){REMEDY_ANOTHER_HOST, .reason = REMEDY_TARGET_UNSIGNED};
    return (struct remedy){REMEDY_TARGET, .reason = REMEDY_BELOW_DNAME, .tlsa_first = true};
}

struct remedy remedy_of(const struct remedy_facts *facts)
{
    struct remedy remedy = facts->alias == ALIAS_DNAME ? below_dname(facts) : at_cname(facts);
    remedy.policy_first = refused_as(facts->match, remedy.change);
    remedy.mend_first |= addresses_failed(facts);
    return as_listable(remedy, facts);
}
