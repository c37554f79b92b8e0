/* remedy.h - what to change where an MX exchange is an alias (RFC 2181 s10.3).
 *
 * Pure.  Two changes end the alias: the addresses move to the exchange itself, or its
 * target becomes the exchange.  Each moves what senders go by:
 *
 *                             addresses at the exchange    target as the exchange
 *     TLSA base (RFC 7672     the exchange                 the target
 *       s2.2.3)
 *     matched by the MTA-STS  the exchange, by all         the target, by all
 *       policy                  senders                      senders
 *
 * so one of them can lose DANE, or mail that the policy's senders refuse; advised is the
 * one that keeps both, and first what it needs.
 */
#ifndef MXSURVEY_CORE_REMEDY_H
#define MXSURVEY_CORE_REMEDY_H

#include "crawler/core/sts.h"

/* The TLSA base domain asked last. */
enum remedy_base {
    REMEDY_BASE_NONE, /* TLSA was not asked */
    REMEDY_BASE_HOST, /* the exchange's own name */
    REMEDY_BASE_TARGET,
};

/* An alias whose chain ends at a name that is there: of others the chain is to be mended. */
struct remedy_facts {
    enum alias alias; /* CNAME or DNAME */
    enum dane dane;
    enum remedy_base base;
    enum dnssec alias_dnssec;      /* of the first alias record */
    enum dnssec target_dnssec;     /* of the target's addresses; UNKNOWN: the chain hides it */
    const struct sts_match *match; /* NULL: no valid policy, or one that asks for nothing */
    bool host_unlistable, target_unlistable; /* not sts_may_list() */
};

enum remedy_change {
    REMEDY_EITHER,       /* nothing speaks against one of them */
    REMEDY_HOST,         /* the addresses move to the exchange */
    REMEDY_TARGET,       /* the target becomes the exchange */
    REMEDY_ANOTHER_HOST, /* neither: a host of its own becomes the exchange */
    REMEDY_MEND_RECORD,  /* neither: no policy could list what would be the exchange */
};

/* Why not the other one. */
enum remedy_reason {
    REMEDY_NO_REASON,
    REMEDY_LOSES_DANE,      /* the TLSA records are here, there are none at the other */
    REMEDY_HAS_TLSA,        /* the TLSA records are here; the other was not asked */
    REMEDY_TARGET_UNSIGNED, /* DANE will never apply there */
    REMEDY_TARGET_FAULT,    /* its TLSA records are not usable, or cannot be had */
    REMEDY_TARGET_EMPTY,    /* it has no address */
    REMEDY_POLICY,          /* the policy matches this one alone */
    REMEDY_BELOW_DNAME,     /* no records can be below a DNAME (RFC 6672 s2.4) */
};

struct remedy {
    enum remedy_change change;
    enum remedy_reason reason;
    bool policy_first; /* what becomes the exchange is to be in the policy before it does */
    bool tlsa_first;   /* the TLSA records are to be at the target before it does */
    bool mend_first;   /* what is at fault stays so whatever is changed: to be mended before */
};

struct remedy remedy_of(const struct remedy_facts *facts);

#endif
