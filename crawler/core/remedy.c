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

/* RFC 7672 s2.1.2: TLSA is not asked for then.  Whose name servers fail, nobody knows; those of
 * the exchange where it is the first alias record that cannot be had, which ends with the alias. */
static bool addresses_failed(const struct remedy_facts *facts)
{
    return facts->dane == DANE_FAILED && facts->base == REMEDY_BASE_NONE &&
           facts->alias_dnssec != DNSSEC_INDETERMINATE;
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

static bool target_unsigned(const struct remedy_facts *facts)
{
    return facts->alias_dnssec == DNSSEC_SECURE && facts->target_dnssec == DNSSEC_INSECURE;
}

/* Why the TLSA records that are in force at the exchange itself speak for it. */
static enum remedy_reason keeps_tlsa(const struct remedy_facts *facts)
{
    if (target_unsigned(facts))
        return REMEDY_TARGET_UNSIGNED;
    /* a secure target was asked first, and had none */
    return facts->target_dnssec == DNSSEC_SECURE ? REMEDY_LOSES_DANE : REMEDY_HAS_TLSA;
}

/* The target is somebody else's host. */
static struct remedy at_foreign(const struct remedy_facts *facts)
{
    if (facts->dane == DANE_USABLE && facts->base == REMEDY_BASE_HOST)
        return (struct remedy){REMEDY_HOST, .reason = keeps_tlsa(facts), .own_only = true};
    if (facts->dane == DANE_USABLE)
        return (struct remedy){REMEDY_TARGET, .reason = REMEDY_HAS_TLSA};
    return (struct remedy){REMEDY_TARGET, .reason = REMEDY_FOREIGN,
                           .mend_first = target_at_fault(facts)};
}

static struct remedy at_cname(const struct remedy_facts *facts)
{
    if (facts->dane == DANE_UNREACHABLE)
        return (struct remedy){REMEDY_HOST, .reason = REMEDY_TARGET_EMPTY};
    if (facts->foreign)
        return at_foreign(facts);
    if (target_at_fault(facts))
        return (struct remedy){REMEDY_HOST, .reason = REMEDY_TARGET_FAULT};
    if (facts->dane == DANE_USABLE && facts->base == REMEDY_BASE_TARGET)
        return (struct remedy){REMEDY_TARGET, .reason = REMEDY_HAS_TLSA};
    if (target_unsigned(facts))
        return (struct remedy){REMEDY_HOST, .reason = REMEDY_TARGET_UNSIGNED};
    if (facts->dane == DANE_USABLE)
        return (struct remedy){REMEDY_HOST, .reason = keeps_tlsa(facts)};
    enum remedy_change change = by_policy(facts->match);
    if (change == REMEDY_EITHER && facts->own != REMEDY_HIDDEN_NONE)
        return (struct remedy){REMEDY_TARGET, .reason = REMEDY_HIDDEN_TLSA};
    if (change == REMEDY_EITHER && facts->at_target != REMEDY_HIDDEN_NONE)
        return (struct remedy){REMEDY_HOST, .reason = REMEDY_HIDDEN_TLSA};
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
    remedy = as_listable(remedy, facts);
    remedy.hidden_first =
        (remedy.change == REMEDY_HOST && facts->own != REMEDY_HIDDEN_NONE) ||
        (remedy.change == REMEDY_TARGET && facts->at_target != REMEDY_HIDDEN_NONE);
    return remedy;
}

bool remedy_asks_own(const struct remedy_facts *facts)
{
    bool in_force =
        facts->base == REMEDY_BASE_HOST && (facts->dane == DANE_NONE || has_tlsa(facts));
    struct remedy_facts found = *facts;
    found.own = REMEDY_HIDDEN_RECORDS;
    found.at_target = REMEDY_HIDDEN_NONE;
    const struct remedy remedy = remedy_of(&found);
    /* the first alias record cannot be had: if it could, DANE would apply to this name */
    bool hangs = facts->dane == DANE_FAILED && facts->alias_dnssec == DNSSEC_INDETERMINATE;
    /* a host that is not signed is one that DANE does not apply to */
    return !in_force && facts->alias_dnssec != DNSSEC_INSECURE &&
           (hangs || remedy.hidden_first || remedy.reason == REMEDY_HIDDEN_TLSA);
}

/* A target that is secure with the whole chain was asked first; one that is not needs no answer. */
bool remedy_asks_target(const struct remedy_facts *facts)
{
    struct remedy_facts found = *facts;
    found.own = REMEDY_HIDDEN_NONE;
    found.at_target = REMEDY_HIDDEN_RECORDS;
    const struct remedy remedy = remedy_of(&found);
    return facts->target_dnssec == DNSSEC_UNKNOWN && facts->base != REMEDY_BASE_TARGET &&
           (remedy.hidden_first || remedy.reason == REMEDY_HIDDEN_TLSA);
}
