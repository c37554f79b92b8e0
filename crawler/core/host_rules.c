#include "crawler/core/host_rules.h"

#include <stdlib.h>
#include <string.h>

void host_case_init(struct host_case *host, const struct name *name, bool believe_ad,
                    enum tlsa_policy tlsa_policy, void *(*memory_get)(size_t size))
{
    memset(host, 0, sizeof *host);
    memcpy(&host->name, name, NAME_SIZE(name->length));
    host->believe_ad = believe_ad;
    host->tlsa_policy = tlsa_policy;
    host->memory_get = memory_get;
    host->stage = HOST_ADDRESSES;
}

void host_case_done(struct host_case *host)
{
    free(host->hops);
    host->hops = NULL;
}

static bool failed(const struct host_lookup *lookup)
{
    return lookup_failed(&lookup->lookup);
}

/* The tries and codes of an attempt before count too. */
static void note(struct host_lookup *lookup, const struct host_reply *reply)
{
    struct lookup_answer before = lookup->lookup;
    *lookup = (struct host_lookup){
        .done = true,
        .lookup = reply->lookup,
        .shows_alias = reply->chain != NULL && (reply->chain->count > 0 || reply->chain->overflow),
        .hops = reply->chain != NULL ? reply->chain->count : 0,
        .address_count = reply->address_count,
        .special_count = reply->special_count,
    };
    lookup->lookup.tries += before.tries;
    ede_merge(&lookup->lookup.ede, &before.ede);
}

static bool is_alias(const struct host_case *host)
{
    return host->alias == ALIAS_CNAME || host->alias == ALIAS_DNAME;
}

static void note_dname(struct host_case *host, const struct name *owner)
{
    host->alias = ALIAS_DNAME;
    memcpy(&host->dname_owner, owner, NAME_SIZE(owner->length));
}

static void add_hop(struct host_case *host, const struct hop *hop)
{
    if (host->hops == NULL)
        host->hops = host->memory_get(HOPS_MAX * sizeof *host->hops);
    host->hops[host->hop_count].kind = hop->kind;
    host->hops[host->hop_count].ttl = hop->ttl;
    memcpy(&host->hops[host->hop_count].target, &hop->target, NAME_SIZE(hop->target.length));
    host->hop_count++;
}

/* The hop where the chain parts from what is known; the length of the shorter where it does not. */
static unsigned parting(const struct host_case *host, const struct chain *chain)
{
    unsigned both = chain->count < host->hop_count ? chain->count : host->hop_count, i = 0;
    while (i < both && name_equal(&chain->hops[i].target, &host->hops[i].target))
        i++;
    return i;
}

/* Does the chain take the place of what is known?  One that gave addresses does, for what they are
 * worth goes by their own; else a longer one.  Of two that part, as servers show them that change
 * the alias from answer to answer, one has to be chosen whichever came first: the first in wire
 * order where they part. */
static bool goes_before(const struct chain *chain, bool gave, const struct host_case *host,
                        unsigned parted)
{
    if (gave != host->hops_gave)
        return gave;
    if (chain->count != host->hop_count)
        return chain->count > host->hop_count;
    return parted < chain->count &&
           name_comes_before(&chain->hops[parted].target, &host->hops[parted].target);
}

/* Hops that both show: made by a DNAME where either shows the DNAME, the closest one; and with the
 * longer of two TTLs, for what a cache gives is what it has left. */
static void join_hops(struct host_case *host, const struct chain *chain, unsigned shared)
{
    for (unsigned i = 0; i < shared; i++) {
        if (chain->hops[i].ttl > host->hops[i].ttl)
            host->hops[i].ttl = chain->hops[i].ttl;
        if (chain->hops[i].kind != ALIAS_DNAME)
            continue;
        if (i == 0 && (host->hops[0].kind != ALIAS_DNAME ||
                       chain->dname_owner.length > host->dname_owner.length))
            note_dname(host, &chain->dname_owner);
        host->hops[i].kind = ALIAS_DNAME;
    }
}

/* A name below a DNAME that makes no name of it is an alias without a target. */
static void adopt_overflow(struct host_case *host, const struct chain *chain)
{
    if (host->hop_count == 0 &&
        (host->alias != ALIAS_DNAME || chain->dname_owner.length > host->dname_owner.length))
        note_dname(host, &chain->dname_owner);
}

static void take_chain(struct host_case *host, const struct chain *chain, unsigned from)
{
    if (from == 0) {
        host->alias = chain->hops[0].kind;
        if (host->alias == ALIAS_DNAME)
            note_dname(host, &chain->dname_owner);
    }
    host->hop_count = from;
    for (unsigned i = from; i < chain->count; i++)
        add_hop(host, &chain->hops[i]);
    if (chain->loop)
        host->alias_problem = ALIAS_LOOP;
    else if (chain->count > CHAIN_LONGEST)
        host->alias_problem = ALIAS_TOO_LONG;
    else
        host->alias_problem = ALIAS_NO_PROBLEM;
}

/* The chain that an address answer shows, and what A and AAAA show together: the same in
 * whatever order they come. */
static void adopt_chain(struct host_case *host, const struct chain *chain, bool gave)
{
    if (chain->count == 0) {
        if (chain->overflow)
            adopt_overflow(host, chain);
        return;
    }
    unsigned shared = parting(host, chain);
    host->alias_multiple |= chain->multiple;
    join_hops(host, chain, shared);
    if (!goes_before(chain, gave, host, shared))
        return;
    take_chain(host, chain, shared);
    host->hops_gave = gave;
}

/* The rcode is of the chain's end (RFC 6604 s3).  Servers of a name with addresses that say
 * NXDOMAIN for the other type (RFC 4074 s4.2) do not make it dangle. */
static void judge_end(struct host_case *host)
{
    const struct host_lookup *lookups[] = {&host->a, &host->aaaa};
    bool denied = host->alias_problem == ALIAS_DANGLING; /* as the walk has seen it */
    if (host->alias_problem == ALIAS_LOOP || host->alias_problem == ALIAS_TOO_LONG)
        return;
    for (unsigned i = 0; i < 2; i++)
        denied |=
            lookups[i]->lookup.outcome == OUTCOME_NXDOMAIN && lookups[i]->hops == host->hop_count;
    bool has_address = host->a.address_count + host->aaaa.address_count > 0;
    host->alias_problem = denied && !has_address ? ALIAS_DANGLING : ALIAS_NO_PROBLEM;
}

/* AD speaks for the whole answer, the alias records too (RFC 6604 s2.2). */
static void adopt_alias_security(struct host_case *host)
{
    const struct host_lookup *lookups[] = {&host->a, &host->aaaa};
    for (unsigned i = 0; i < 2; i++) {
        if (lookups[i]->shows_alias && lookups[i]->lookup.authentic)
            host->alias_dnssec = DNSSEC_SECURE;
    }
    if (!host->believe_ad)
        host->alias_dnssec = DNSSEC_INDETERMINATE;
}

/* --- what the address answers say together --- */

static enum outcome address_outcome(const struct host_lookup *a, const struct host_lookup *aaaa)
{
    if (a->address_count > 0 || aaaa->address_count > 0)
        return OUTCOME_ANSWER;
    if (failed(a) || failed(aaaa))
        return OUTCOME_FAILED;
    if (a->lookup.outcome == OUTCOME_NXDOMAIN || aaaa->lookup.outcome == OUTCOME_NXDOMAIN)
        return OUTCOME_NXDOMAIN;
    return OUTCOME_NODATA;
}

/* The status of several answers together: that of the worst known, else not known. */
static enum dnssec together(enum dnssec a, enum dnssec b)
{
    if (a == DNSSEC_INDETERMINATE || b == DNSSEC_INDETERMINATE)
        return DNSSEC_INDETERMINATE;
    return a == DNSSEC_INSECURE || b == DNSSEC_INSECURE ? DNSSEC_INSECURE : DNSSEC_SECURE;
}

/* Of the answers that gave an address; without any, of the denials. */
static enum dnssec addresses_dnssec(const struct host_case *host, enum outcome outcome)
{
    const struct host_lookup *lookups[] = {&host->a, &host->aaaa};
    if (outcome == OUTCOME_FAILED)
        return dnssec_of(host->believe_ad, failed(&host->a) ? &host->a.lookup : &host->aaaa.lookup);
    enum dnssec dnssec = host->believe_ad ? DNSSEC_SECURE : DNSSEC_INDETERMINATE;
    for (unsigned i = 0; i < 2; i++) {
        if (outcome != OUTCOME_ANSWER || lookups[i]->address_count > 0)
            dnssec = together(dnssec, dnssec_of(host->believe_ad, &lookups[i]->lookup));
    }
    return dnssec;
}

/* --- what comes next --- */

/* All but TLSA is known. */
static void begin_tlsa(struct host_case *host)
{
    enum outcome outcome = address_outcome(&host->a, &host->aaaa);
    /* an address of the host's own, beside an alias that gave none, is judged as the host's */
    bool aliased = is_alias(host) && (host->hops_gave || outcome != OUTCOME_ANSWER);
    bool whole = aliased && host->alias_problem == ALIAS_NO_PROBLEM;
    struct tlsa_facts facts = {
        .policy = host->tlsa_policy,
        .believe_ad = host->believe_ad,
        .address_outcome = outcome,
        .dnssec = addresses_dnssec(host, outcome),
        .aliased = aliased,
        .alias_dnssec = aliased ? host->alias_dnssec : DNSSEC_UNKNOWN,
        .alias_failed = aliased && host->alias_failure.done,
        .host = &host->name,
        .target = whole ? &host->hops[host->hop_count - 1].target : NULL,
    };
    host->stage = tlsa_search_begin(&host->tlsa, &facts) ? HOST_TLSA : HOST_JUDGED;
}

static void after_chain(struct host_case *host)
{
    if (is_alias(host)) {
        judge_end(host);
        adopt_alias_security(host);
    }
    if (is_alias(host) && host->alias_dnssec == DNSSEC_UNKNOWN)
        host->stage = HOST_FIRST_ALIAS; /* RFC 7672 s2.1.3 */
    else
        begin_tlsa(host);
}

/* A chain that is long, but ends: the resolver can follow it now that its cache
 * knows the hops, even where it gave up on it at first. */
static bool worth_asking_again(const struct host_case *host)
{
    return host->hop_count > CHAIN_SAFE && host->alias_problem != ALIAS_LOOP &&
           host->alias_problem != ALIAS_TOO_LONG && !host->alias_failure.done &&
           (failed(&host->a) || failed(&host->aaaa));
}

/* The chain is known as far as it goes. */
static void end_of_chain(struct host_case *host)
{
    if (!worth_asking_again(host)) {
        after_chain(host);
        return;
    }
    host->a.done = !failed(&host->a);
    host->aaaa.done = !failed(&host->aaaa);
    host->stage = HOST_ADDRESSES_AGAIN;
}

static void after_addresses(struct host_case *host)
{
    if (is_alias(host)) {
        end_of_chain(host);
    } else if (failed(&host->a) && failed(&host->aaaa)) {
        host->stage = HOST_WALK;
    } else {
        host->alias = ALIAS_NONE;
        begin_tlsa(host);
    }
}

static bool met_before(const struct host_case *host, const struct name *target)
{
    if (name_equal(target, &host->name))
        return true;
    for (unsigned i = 0; i < host->hop_count; i++) {
        if (name_equal(target, &host->hops[i].target))
            return true;
    }
    return false;
}

/* A name of the walk that is not known to be an alias. */
static void end_walk(struct host_case *host, const struct host_reply *reply)
{
    if (lookup_failed(&reply->lookup))
        note(&host->alias_failure, reply);
    else if (reply->chain->overflow)
        adopt_overflow(host, reply->chain);
    else if (host->hop_count == 0)
        host->alias = ALIAS_NONE;
    if (is_alias(host) && reply->lookup.outcome == OUTCOME_NXDOMAIN)
        host->alias_problem = ALIAS_DANGLING;
    end_of_chain(host);
}

static void walk_on(struct host_case *host, const struct host_reply *reply)
{
    const struct chain *chain = reply->chain;
    if (reply->lookup.outcome != OUTCOME_ANSWER || chain->count == 0) {
        end_walk(host, reply);
        return;
    }
    const struct hop *hop = &chain->hops[0];
    if (host->hop_count == 0) {
        host->alias = hop->kind;
        if (hop->kind == ALIAS_DNAME)
            note_dname(host, &chain->dname_owner);
        /* of a DNAME only the record at its owner tells: asked at the end */
        if (reply->lookup.authentic || hop->kind == ALIAS_CNAME)
            host->alias_dnssec = dnssec_of(host->believe_ad, &reply->lookup);
    }
    host->alias_multiple |= chain->multiple;
    bool loop = met_before(host, &hop->target);
    add_hop(host, hop);
    if (loop)
        host->alias_problem = ALIAS_LOOP;
    else if (host->hop_count > CHAIN_LONGEST)
        host->alias_problem = ALIAS_TOO_LONG;
    if (host->alias_problem != ALIAS_NO_PROBLEM)
        end_of_chain(host);
}

/* Denied where the address answers show it: they contradict each other, and nothing is known. */
static struct host_reply contradiction(const struct host_reply *denial)
{
    struct host_reply ret = {.lookup = denial->lookup};
    ret.lookup.outcome = OUTCOME_FAILED;
    ret.lookup.failure = FAILURE_OTHER;
    ret.lookup.authentic = false;
    return ret;
}

static void take_first_alias(struct host_case *host, const struct host_reply *reply)
{
    if (reply->lookup.outcome != OUTCOME_ANSWER) {
        struct host_reply denied = contradiction(reply);
        note(&host->alias_failure, lookup_failed(&reply->lookup) ? reply : &denied);
        host->alias_dnssec = DNSSEC_INDETERMINATE;
    } else {
        if (host->alias == ALIAS_CNAME)
            host->alias_multiple |= reply->chain->multiple;
        host->alias_dnssec = dnssec_of(host->believe_ad, &reply->lookup);
    }
    begin_tlsa(host);
}

static void take_tlsa(struct host_case *host, const struct host_reply *reply)
{
    if (!tlsa_search_take(&host->tlsa, &reply->lookup, reply->tlsa_count, reply->tlsa_usable_count))
        host->stage = HOST_JUDGED;
}

bool host_take(struct host_case *host, enum record_type type, const struct host_reply *reply)
{
    switch (host->stage) {
    case HOST_ADDRESSES:
    case HOST_ADDRESSES_AGAIN:
        note(type == TYPE_A ? &host->a : &host->aaaa, reply);
        if (!lookup_failed(&reply->lookup))
            adopt_chain(host, reply->chain, reply->address_count > 0);
        if (!host->a.done || !host->aaaa.done)
            return false;
        if (host->stage == HOST_ADDRESSES)
            after_addresses(host);
        else
            after_chain(host);
        return true;
    case HOST_WALK:
        walk_on(host, reply);
        return true;
    case HOST_FIRST_ALIAS:
        take_first_alias(host, reply);
        return true;
    case HOST_TLSA:
        take_tlsa(host, reply);
        return true;
    case HOST_JUDGED:
        break;
    }
    abort();
}

void host_refuse(struct host_case *host)
{
    if (host->stage == HOST_WALK)
        end_of_chain(host);
    else if (host->stage == HOST_TLSA && !tlsa_search_skip(&host->tlsa))
        host->stage = HOST_JUDGED;
    else if (host->stage != HOST_TLSA)
        abort(); /* all else is asked at the host's name, or above it */
}

void host_next(const struct host_case *host, struct host_question *ret)
{
    *ret = (struct host_question){0};
    switch (host->stage) {
    case HOST_ADDRESSES:
    case HOST_ADDRESSES_AGAIN:
        ret->a = !host->a.done;
        ret->aaaa = !host->aaaa.done;
        ret->name = &host->name;
        break;
    case HOST_WALK:
        ret->type = TYPE_CNAME;
        ret->name = host->hop_count > 0 ? &host->hops[host->hop_count - 1].target : &host->name;
        break;
    case HOST_FIRST_ALIAS:
        ret->type = host->alias == ALIAS_DNAME ? TYPE_DNAME : TYPE_CNAME;
        ret->name = host->alias == ALIAS_DNAME ? &host->dname_owner : &host->name;
        break;
    case HOST_TLSA:
        ret->type = TYPE_TLSA;
        ret->name = &host->tlsa.question;
        break;
    case HOST_JUDGED:
        abort();
    }
}

/* --- the verdict --- */

static void judge_tlsa(const struct host_case *host, struct host_verdict *ret)
{
    const struct tlsa_search *tlsa = &host->tlsa;
    ret->dane = tlsa->dane;
    ret->dane_exim = tlsa->dane_exim;
    ret->tlsa_outcome = tlsa->lookup.outcome;
    ret->tlsa_dnssec = tlsa->dnssec;
    ret->tlsa_hop = tlsa->asked == 0 || tlsa_search_base(tlsa) == &host->name ? 0 : host->hop_count;
    bool answered = tlsa->lookup.outcome != OUTCOME_UNKNOWN && !lookup_failed(&tlsa->lookup);
    ret->tlsa_count = answered ? (int)tlsa->record_count : -1;
    ret->tlsa_usable_count = answered ? (int)tlsa->usable_count : -1;
}

static unsigned failing(const struct host_case *host)
{
    return (failed(&host->a) ? HOST_FAILING_A : 0U) |
           (failed(&host->aaaa) ? HOST_FAILING_AAAA : 0U) |
           (host->alias_failure.done ? HOST_FAILING_ALIAS : 0U) |
           (lookup_failed(&host->tlsa.lookup) ? HOST_FAILING_TLSA : 0U);
}

void host_judge(const struct host_case *host, struct host_verdict *ret)
{
    const struct host_lookup *a = &host->a, *aaaa = &host->aaaa;
    enum outcome outcome = address_outcome(a, aaaa);
    *ret = (struct host_verdict){
        .address_outcome = outcome,
        .ede = a->lookup.ede,
        .ipv4_count = failed(a) ? -1 : (int)a->address_count,
        .ipv6_count = failed(aaaa) ? -1 : (int)aaaa->address_count,
        .special_count =
            failed(a) && failed(aaaa) ? -1 : (int)(a->special_count + aaaa->special_count),
        .dnssec = addresses_dnssec(host, outcome),
        .alias = host->alias,
        .alias_dnssec = host->alias_dnssec,
        .alias_problem = host->alias_problem,
        .failed = failing(host),
    };
    ede_merge(&ret->ede, &aaaa->lookup.ede);
    judge_tlsa(host, ret);
    if (ret->alias_problem == ALIAS_NO_PROBLEM && host->alias_multiple)
        ret->alias_problem = ALIAS_MULTIPLE;
    const struct host_lookup *lookup = failed(a) ? a : failed(aaaa) ? aaaa : NULL;
    if (lookup != NULL) {
        ret->failure = lookup->lookup.failure;
        ret->tries = lookup->lookup.tries;
    }
}
