/* senders.h - what kinds of senders make of a domain's mail, by what DNS and its policy say.
 *
 * Pure.  RFC 7672 and RFC 8461 leave senders no choice about MX hosts that are aliases; real
 * ones differ in which name they take, so one domain's mail is delivered by one of them and
 * waits, or goes without authentication, at another:
 *
 *     SENDER_DANE         RFC 7672 (Postfix): the expanded name, then the exchange's own
 *     SENDER_DANE_TARGET  the expanded name only (Exim)
 *     SENDER_STS          RFC 8461 s4.1: the exchange's name has to match the policy
 *     SENDER_STS_TARGET   the alias's target has to (as a large sender did in 2021)
 *
 * Postfix takes a domain with a `.` among its exchanges (RFC 7505 s3 has it alone) for one without
 * mail, and returns it.
 *
 * Each goes by one of the two standards.  Of the hosts that it would deliver to, those of the
 * lowest preference count: others get mail only when all these are down.  Where the hosts have not
 * been met, certificates are not looked at: `authenticated` is what they are good for at best.
 */
#ifndef MXSURVEY_CORE_SENDERS_H
#define MXSURVEY_CORE_SENDERS_H

#include "crawler/core/words.h"

#include <stdbool.h>
#include <stdint.h>

enum sender {
    SENDER_DANE,
    SENDER_DANE_TARGET,
    SENDER_STS,
    SENDER_STS_TARGET,
    SENDER_COUNT
};

/* What an exchange showed when it was met. */
struct sender_shown {
    bool known;                    /* false: it was not met, or what came of it says nothing */
    bool tls;                      /* a handshake was finished */
    bool name_match, target_match; /* a valid certificate for its name, for its alias's target */
    bool dane_match;               /* the TLSA records that `dane` is about authenticate it */
};

/* An exchange that senders use (exchange_is_used()). */
struct sender_host {
    uint16_t preference;
    bool has_address;          /* true also where the survey does not know: it opted out */
    enum dane dane, dane_exim; /* NONE where it is not resolved */
    bool aliased;
    bool match_name, match_target; /* by the domain's valid policy; the latter of an alias only */
    struct sender_shown shown;
};

struct sender_facts {
    enum dnssec dnssec; /* of the MX answer */
    enum sts sts;
    bool met;      /* hosts have been met: `shown` counts */
    bool has_null; /* one of the MX records is a null MX */
    unsigned count;
    const struct sender_host *hosts; /* in any order */
};

/* DELIVERY_UNKNOWN also where it depends on hosts of which it is not known. */
void senders_judge(const struct sender_facts *facts, enum delivery ret[SENDER_COUNT]);

#endif
