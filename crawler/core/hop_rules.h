/* hop_rules.h - one hop of an alias chain: what to ask to learn its own security.
 *
 * Pure.  AD speaks for a whole answer (RFC 6604 s2.2): where that is not secure, some
 * of its hops may be.  A hop made by a CNAME is asked for at its owner.  One made by a
 * DNAME is asked for at the DNAME's owner, because a resolver that validates cannot
 * answer for the CNAME that stands for it; which of the names above is not kept:
 *
 *     owner   mail.old.example.org    labels shared from the left: mail, old, example
 *     target  mail.old.example.net    asked, in turn: org, example.org, old.example.org
 *
 * From the top, because nothing but the DNAME is at the names below it (RFC 6672 s2.4).
 */
#ifndef MXSURVEY_CORE_HOP_RULES_H
#define MXSURVEY_CORE_HOP_RULES_H

#include "crawler/core/answer.h"

struct hop_case {
    bool believe_ad;
    enum alias kind;
    struct name owner; /* the name before the hop */
    unsigned above;    /* of DNAME: the labels taken off owner for the name to ask */
    enum dnssec dnssec;
};

/* What is known of a chain before. */
struct hop_facts {
    bool believe_ad;
    bool whole_secure; /* the answers that gave the host's addresses, or denied them */
    enum dnssec first; /* of the first hop; UNKNOWN where not known */
    unsigned number;   /* of this hop, from 1 */
    enum alias kind;
    const struct name *owner, *target;
};

/* true: hop_next() is to be asked; false: hop->dnssec is known. */
bool hop_begin(struct hop_case *hop, const struct hop_facts *facts);
void hop_next(const struct hop_case *hop, struct name *ret, enum record_type *ret_type);
bool hop_take(struct hop_case *hop, const struct lookup_answer *reply); /* true: once more */

#endif
