/* tlsa_search.h - at which names a mail host's TLSA records are sought, and what
 * the answers make of the host (RFC 7672 s2.1.2, s2.2.2, s2.2.3).
 *
 * Pure; the last part of host_rules.h, begun when addresses and alias are known.
 * A host is judged by the address lookups that gave an address:
 *
 *     no address, a lookup failed ---------------> failed       nothing is asked
 *     no address --------------------------------> unreachable  nothing is asked
 *     status not known (AD, EDE 33) -------------> unknown      nothing is asked
 *     addresses insecure, and the question for
 *       the first alias record fails, or denies --> failed   \   nothing is asked, or,
 *     neither addresses nor first alias secure --> insecure  /   with TLSA_ALL, at the host
 *     else: a candidate                            it is none that
 *       |- the question fails -------------------> failed       is too long, nor
 *       |- a secure RRset -----------------------> usable,      a name between
 *       |                                          unusable     host and target
 *       |- an answer of unknown status ----------> unknown
 *       '- none, or none that is secure: next candidate; after the last: none
 *
 *     candidates: not an alias: the host.  Addresses secure: the alias's target,
 *     then the host.  Only the first alias record secure: the host alone.
 *
 * A host that DANE does not apply to stays as it is whatever TLSA_ALL finds.
 *
 * The other verdict is of a sender that takes the expanded name, the end of the alias
 * chain, as the only candidate, and a TLSA name without room for an error (Exim): it
 * needs no question of its own.
 */
#ifndef MXSURVEY_CORE_TLSA_SEARCH_H
#define MXSURVEY_CORE_TLSA_SEARCH_H

#include "crawler/core/answer.h"

#define TLSA_PREFIX "_25._tcp" /* RFC 7672 s2.2.3: always port 25 for MX hosts */

enum {
    TLSA_TEXT_MAX = NAME_TEXT_MAX + sizeof TLSA_PREFIX, /* that before a name, as text, and a NUL */
};

enum tlsa_policy {
    TLSA_SECURE, /* asked where RFC 7672 s2.2.2 says to */
    TLSA_ALL,    /* asked for every host with an address */
};

/* What is known of the host.  The names must live as long as the search. */
struct tlsa_facts {
    enum tlsa_policy policy;
    bool believe_ad;
    enum outcome address_outcome; /* of A and AAAA together */
    enum dnssec dnssec;           /* of the addresses */
    bool aliased;
    enum dnssec alias_dnssec; /* of the first alias record; UNKNOWN without alias */
    bool alias_failed;        /* its question failed, or contradicts the addresses */
    const struct name *host;
    const struct name *target; /* end of its alias chain; NULL without alias, and of a chain that
                                  was not walked to its end */
};

struct tlsa_search {
    bool believe_ad;
    bool applies;                /* DANE does; else TLSA_ALL asks */
    enum dane dane, dane_exim;   /* as far as is known: the verdicts when nothing is left to ask */
    bool exim_settled;           /* whatever comes, dane_exim stays */
    unsigned base_count, asked;  /* of bases; those that were asked, or are being asked */
    const struct name *bases[2]; /* candidates that have room for the prefix */
    struct name question;        /* of bases[asked - 1] */
    struct lookup_answer lookup; /* the last reply; outcome UNKNOWN before any */
    enum dnssec dnssec;
    unsigned record_count, usable_count; /* usable by themselves, of a secure answer */
};

/* true: search->question is to be asked; false: search->dane is the verdict. */
bool tlsa_search_begin(struct tlsa_search *search, const struct tlsa_facts *facts);
/* usable_count: usable by themselves, whatever AD is. */
bool tlsa_search_take(struct tlsa_search *search, const struct lookup_answer *reply,
                      unsigned record_count, unsigned usable_count);

/* The question may not be asked: its base is no candidate.  As above. */
bool tlsa_search_skip(struct tlsa_search *search);

/* The base domain asked last, or NULL. */
const struct name *tlsa_search_base(const struct tlsa_search *search);

#endif
