#include "crawler/core/link_rules.h"

#include "crawler/core/host_rules.h"

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

bool link_begin(struct link_case *link, const struct link_facts *facts)
{
    link->believe_ad = facts->believe_ad;
    link->kind = facts->kind;
    memcpy(&link->owner, facts->owner, NAME_SIZE(facts->owner->length));
    link->above = shared_labels(facts->owner, facts->target);
    /* not the root: a DNAME there would make an alias of every name */
    if (link->above == name_label_count(facts->owner) && link->above > 0)
        link->above--;
    if (!facts->believe_ad)
        link->dnssec = DNSSEC_INDETERMINATE;
    else if (facts->whole_secure)
        link->dnssec = DNSSEC_SECURE;
    else if (facts->hop == 1)
        link->dnssec = facts->first;
    else
        link->dnssec = DNSSEC_UNKNOWN;
    if (link->dnssec == DNSSEC_UNKNOWN && link->kind == ALIAS_DNAME && link->above == 0)
        link->dnssec = DNSSEC_INDETERMINATE; /* no DNAME makes this target of this owner */
    return link->dnssec == DNSSEC_UNKNOWN;
}

void link_next(const struct link_case *link, struct name *ret, enum record_type *ret_type)
{
    *ret_type = link->kind == ALIAS_DNAME ? TYPE_DNAME : TYPE_CNAME;
    take_off(&link->owner, link->kind == ALIAS_DNAME ? link->above : 0, ret);
}

bool link_take(struct link_case *link, enum outcome outcome, enum failure failure, bool authentic)
{
    bool found = outcome == OUTCOME_ANSWER || outcome == OUTCOME_FAILED;
    if (!found && link->kind == ALIAS_DNAME && link->above > 1) {
        link->above--;
        return true;
    }
    /* without such a record the answers contradict each other */
    link->dnssec =
        found ? dnssec_of(link->believe_ad, outcome, failure, authentic) : DNSSEC_INDETERMINATE;
    return false;
}
