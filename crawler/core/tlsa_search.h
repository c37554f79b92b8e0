/* tlsa_search.h - at which names a mail host's TLSA records are sought, and what
 * the answers make of the host (RFC 7672 s2.2.2, s2.2.3).
 *
 * Pure; the last part of host_rules.h, begun when addresses and alias are known:
 *
 *     an address lookup failed ------------------> failed       nothing is asked
 *     no address --------------------------------> unreachable  nothing is asked
 *     neither addresses nor first alias secure --> insecure     nothing is asked,
 *                                                  or, with TLSA_ALL, at the host
 *     else: a candidate                            it is none that
 *       |- the question fails -------------------> failed       is too long, nor
 *       |- a secure RRset -----------------------> usable,      a name between
 *       |                                          unusable     host and target
 *       '- none, or none that is secure: next candidate; after the last: none
 *
 *     candidates: not an alias: the host.  Addresses secure: the alias's target,
 *     then the host.  Only the first alias record secure: the host alone.
 *
 * A host that DANE does not apply to stays `insecure` whatever TLSA_ALL finds.
 */
#ifndef MXSURVEY_CORE_TLSA_SEARCH_H
#define MXSURVEY_CORE_TLSA_SEARCH_H

#include "crawler/core/message.h"

#define TLSA_PREFIX "_25._tcp" /* RFC 7672 s2.2.3: always port 25 for MX hosts */

enum tlsa_policy {
    TLSA_SECURE, /* asked where RFC 7672 s2.2.2 says to */
    TLSA_ALL,    /* asked for every host with an address */
};

/* What is known of the host.  The names must live as long as the search. */
struct tlsa_facts {
    enum tlsa_policy policy;
    bool believe_ad;
    bool address_failed; /* A or AAAA */
    bool has_address;
    enum dnssec dnssec;       /* of the addresses */
    enum dnssec alias_dnssec; /* of the first alias record; UNKNOWN without alias */
    const struct name *host;
    const struct name *target; /* end of its alias chain; NULL without alias, and of a chain that
                                  was not walked to its end */
};

struct tlsa_search {
    bool believe_ad;
    enum dane dane;              /* as far as is known: the verdict when nothing is left to ask */
    unsigned base_count, asked;  /* of bases; those that were asked, or are being asked */
    const struct name *bases[2]; /* candidates that have room for the prefix */
    struct name question;        /* of bases[asked - 1] */
    /* the last reply; outcome UNKNOWN before any */
    enum outcome outcome;
    enum failure failure;
    struct ede ede;
    unsigned tries;
    enum dnssec dnssec;
    unsigned record_count, usable_count; /* usable by themselves, of a secure answer */
};

struct tlsa_reply {
    enum outcome outcome;
    enum failure failure;
    struct ede ede;
    unsigned tries;
    bool authentic;
    unsigned record_count, usable_count; /* usable by themselves, whatever AD is */
};

/* true: search->question is to be asked; false: search->dane is the verdict. */
bool tlsa_search_begin(struct tlsa_search *search, const struct tlsa_facts *facts);
bool tlsa_search_take(struct tlsa_search *search, const struct tlsa_reply *reply);

/* The question may not be asked: its base is no candidate.  As above. */
bool tlsa_search_skip(struct tlsa_search *search);

/* The base domain asked last, or NULL. */
const struct name *tlsa_search_base(const struct tlsa_search *search);

#endif
