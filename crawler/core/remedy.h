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
 * one that keeps both, and first what it needs.  Addresses of somebody else's host are not
 * the postmaster's to move: they change without a word, and their certificate has another name.
 * And TLSA records that senders saw nothing of, at the exchange's own name because its target
 * came first, or at either because DANE did not apply, would be in force at once.
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

/* TLSA records that senders do not go by now. */
enum remedy_hidden {
    REMEDY_HIDDEN_NONE, /* none are there, or none that is secure; or they are in force now */
    REMEDY_HIDDEN_RECORDS,
    REMEDY_HIDDEN_FAILED, /* their lookup fails, or could not be made */
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
    bool foreign; /* the target is below another registrable domain than the exchange */
    /* at the exchange's own name, at its target: asked for where remedy_asks_...() */
    enum remedy_hidden own, at_target;
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
    REMEDY_FOREIGN,         /* the addresses are another's */
    REMEDY_HIDDEN_TLSA,     /* hidden TLSA records would come into force at the other */
};

struct remedy {
    enum remedy_change change;
    enum remedy_reason reason;
    bool policy_first; /* what becomes the exchange is to be in the policy before it does */
    bool tlsa_first;   /* the TLSA records are to be at the target before it does */
    bool mend_first;   /* what is at fault stays so whatever is changed: to be mended before */
    bool hidden_first; /* hidden TLSA records there come into force: to be seen to before */
    bool own_only;     /* REMEDY_HOST, but only of addresses that are one's own */
};

/* Does the advice depend on facts->own, on facts->at_target? */
bool remedy_asks_own(const struct remedy_facts *facts);
bool remedy_asks_target(const struct remedy_facts *facts);

struct remedy remedy_of(const struct remedy_facts *facts);

#endif
