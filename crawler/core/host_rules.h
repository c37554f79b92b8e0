/* host_rules.h - a mail host: which question comes next, and what it is.
 *
 * Pure: no socket, clock, store or log.  The survey feeds it replies and asks
 * what it says; tests feed it tables of cases; `check` explains with it.
 *
 *     A, AAAA (both at once)
 *       |- an answer shows a CNAME ------------------------------.
 *       |- an answer shows none: not an alias -> TLSA            |
 *       '- both failed: CNAME at the host, then at each target   |
 *            (loops and chains that the resolver gives up on     |
 *            are only seen this way), at most HOPS_MAX           |
 *            |                                                   |
 *       a long chain, and a lookup failed: once more             |
 *       first alias not known to be secure:                      |
 *         CNAME at the host, or DNAME at its owner  <------------'
 *       TLSA at each candidate, where there is any: tlsa_search.h
 *       judged
 *
 * CNAME is asked only after the addresses: before them it can spoil a secure
 * dangling alias in the resolver's cache.
 */
#ifndef MXSURVEY_CORE_HOST_RULES_H
#define MXSURVEY_CORE_HOST_RULES_H

#include "crawler/core/tlsa_search.h"

enum {
    /* RFC 1034 sets no limit; a resolver that follows fewer hops than the chain
     * has fails on it, until its cache knows the hops one by one. */
    CHAIN_SAFE = 8,
    CHAIN_LONGEST = 16, /* schema/README.md: over it is too_long */
};

/* A reply, without its octets. */
struct host_reply {
    struct lookup_answer lookup;
    const struct chain *chain;              /* NULL for FAILED */
    unsigned address_count, special_count;  /* of A and AAAA answers */
    unsigned tlsa_count, tlsa_usable_count; /* of TLSA answers: records, usable by themselves */
};

struct host_lookup {
    bool done;
    struct lookup_answer lookup;
    bool shows_alias;
    unsigned hops; /* of the alias chain that its answer shows */
    unsigned address_count, special_count;
};

enum host_stage {
    HOST_ADDRESSES,       /* waiting for A and AAAA */
    HOST_WALK,            /* waiting for CNAME at the end of the chain so far */
    HOST_ADDRESSES_AGAIN, /* waiting for those of A and AAAA that failed, once more */
    HOST_FIRST_ALIAS,     /* waiting for the first alias record itself */
    HOST_TLSA,            /* waiting for TLSA at a candidate */
    HOST_JUDGED,
};

struct host_case {
    struct name name;
    bool believe_ad;
    enum tlsa_policy tlsa_policy;
    void *(*memory_get)(size_t size);
    enum host_stage stage;
    struct host_lookup a, aaaa;
    enum alias alias;
    enum dnssec alias_dnssec;
    enum alias_problem alias_problem;
    bool alias_multiple;
    struct name dname_owner;          /* of the first hop, where alias is ALIAS_DNAME */
    unsigned hop_count;               /* 0 also for an alias of a name that cannot be (YXDOMAIN) */
    struct hop *hops;                 /* owned; room for HOPS_MAX once there is one */
    bool hops_gave;                   /* an answer that shows them gave an address */
    struct host_lookup alias_failure; /* the CNAME or DNAME question that failed, or denies the
                                         alias that the addresses show: done is true */
    struct tlsa_search tlsa;          /* begun when the rest is known */
};

/* What to ask now: at this name A, AAAA, or both; else the type. */
struct host_question {
    bool a, aaaa;
    enum record_type type;
    const struct name *name; /* inside the case */
};

/* A case stays where it is: its parts point at each other.  memory_get gives memory of malloc()
 * for an alias chain, which few hosts have, never NULL. */
void host_case_init(struct host_case *host, const struct name *name, bool believe_ad,
                    enum tlsa_policy tlsa_policy, void *(*memory_get)(size_t size));
void host_case_done(struct host_case *host);

/* Takes the reply to a question of this type; true when it was the last one
 * waited for: then either host->stage is HOST_JUDGED, or host_next() says what
 * to ask. */
bool host_take(struct host_case *host, enum record_type type, const struct host_reply *reply);

void host_next(const struct host_case *host, struct host_question *ret); /* not when judged */

/* The question of host_next(), at another name than the host's, may not be asked: somebody there
 * opted out.  What it would have told stays unknown, and its name is no TLSA candidate.  Then as
 * after the last reply of host_take(). */
void host_refuse(struct host_case *host);

/* Lookups that may fail, as bits. */
enum host_failing {
    HOST_FAILING_A = 1,
    HOST_FAILING_AAAA = 2,
    HOST_FAILING_ALIAS = 4,
    HOST_FAILING_TLSA = 8,
};

/* The verdict: the columns of the view hosts. */
struct host_verdict {
    enum outcome address_outcome;
    enum failure failure; /* of A if it failed, else of AAAA if that did, also beside an ANSWER */
    struct ede ede;       /* of A and AAAA */
    unsigned tries;       /* of the lookup that failed */
    int ipv4_count, ipv6_count, special_count; /* -1: not known */
    enum dnssec dnssec;
    enum alias alias;
    enum dnssec alias_dnssec;
    enum alias_problem alias_problem;
    enum outcome tlsa_outcome;         /* UNKNOWN: not asked; then the next four do not apply */
    unsigned tlsa_hop;                 /* the base: 0 the host, else the target of this hop */
    enum dnssec tlsa_dnssec;           /* of the TLSA answer */
    int tlsa_count, tlsa_usable_count; /* -1: not known */
    enum dane dane;                    /* by RFC 7672 */
    enum dane dane_exim;               /* of a sender that takes the expanded name only */
    unsigned failed; /* a bit for each lookup that did, of host_failing; 0: nothing would be gained
                        by asking again */
};
void host_judge(const struct host_case *host, struct host_verdict *ret);

#endif
