#include "crawler/core/hop_rules.h"

#include <string.h>

/* Labels from the left that both have: at most these can DNAME's substitution have
 * carried over (RFC 6672 s2.2). */
static unsigned shared_labels(const struct name *a, const struct name *b)
{
    unsigned count = 0, at = 0;
    while (at < a->length && at < b->length && a->wire[at] != 0 && a->wire[at] == b->wire[at] &&
           memcmp(a->wire + at, b->wire + at, 1U + a->wire[at]) == 0) {
        at += 1U + a->wire[at];
        count++;
    }
    return count;
}

static void take_off(const struct name *name, unsigned labels, struct name *ret)
{
    unsigned at = 0;
    for (; labels > 0; labels--)
        at += 1U + name->wire[at];
    ret->length = (uint8_t)(name->length - at);
    memcpy(ret->wire, name->wire + at, ret->length);
}

bool hop_begin(struct hop_case *hop, const struct hop_facts *facts)
{
    hop->believe_ad = facts->believe_ad;
    hop->kind = facts->kind;
    memcpy(&hop->owner, facts->owner, NAME_SIZE(facts->owner->length));
    hop->above = shared_labels(facts->owner, facts->target);
    /* not the root: a DNAME there would make an alias of every name */
    if (hop->above == name_label_count(facts->owner) && hop->above > 0)
        hop->above--;
    if (!facts->believe_ad)
        hop->dnssec = DNSSEC_INDETERMINATE;
    else if (facts->whole_secure)
        hop->dnssec = DNSSEC_SECURE;
    else if (facts->number == 1)
        hop->dnssec = facts->first;
    else
        hop->dnssec = DNSSEC_UNKNOWN;
    if (hop->dnssec == DNSSEC_UNKNOWN && hop->kind == ALIAS_DNAME && hop->above == 0)
        hop->dnssec = DNSSEC_INDETERMINATE; /* no DNAME makes this target of this owner */
    return hop->dnssec == DNSSEC_UNKNOWN;
}

void hop_next(const struct hop_case *hop, struct name *ret, enum record_type *ret_type)
{
    *ret_type = hop->kind == ALIAS_DNAME ? TYPE_DNAME : TYPE_CNAME;
    take_off(&hop->owner, hop->kind == ALIAS_DNAME ? hop->above : 0, ret);
}

bool hop_take(struct hop_case *hop, const struct lookup_answer *reply)
{
    bool found = reply->outcome == OUTCOME_ANSWER || lookup_failed(reply);
    if (!found && hop->kind == ALIAS_DNAME && hop->above > 1) {
        hop->above--;
        return true;
    }
    /* without such a record the answers contradict each other */
    hop->dnssec = found ? dnssec_of(hop->believe_ad, reply) : DNSSEC_INDETERMINATE;
    return false;
}
