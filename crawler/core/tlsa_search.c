#include "crawler/core/tlsa_search.h"

#include <string.h>

/* A name that leaves no room for the prefix cannot have TLSA records.  false: it does. */
static bool add_base(struct tlsa_search *search, const struct name *base)
{
    struct name question;
    if (base == NULL || !name_prepend(TLSA_PREFIX, base, &question))
        return false;
    search->bases[search->base_count++] = base;
    return true;
}

static bool ask_next(struct tlsa_search *search)
{
    if (search->asked == search->base_count)
        return false;
    return name_prepend(TLSA_PREFIX, search->bases[search->asked++], &search->question);
}

static void settle_exim(struct tlsa_search *search, enum dane dane)
{
    if (!search->exim_settled)
        search->dane_exim = dane;
    search->exim_settled = true;
}

/* Both kinds of sender say the same, and no answer changes it. */
static void settle(struct tlsa_search *search, enum dane dane)
{
    search->dane = dane;
    settle_exim(search, dane);
}

/* RFC 7672 s2.2.2: the addresses are secure. */
static void begin_at_secure(struct tlsa_search *search, const struct tlsa_facts *facts)
{
    search->applies = true;
    search->dane = DANE_NONE;
    bool at_target = add_base(search, facts->target), at_host = add_base(search, facts->host);
    if (facts->aliased && facts->target == NULL)
        settle_exim(search, DANE_NONE);
    else if (facts->aliased ? !at_target : !at_host)
        settle_exim(search, DANE_FAILED);
}

/* The addresses are insecure, and maybe an alias leads to them (s2.1.3). */
static void begin_at_insecure(struct tlsa_search *search, const struct tlsa_facts *facts)
{
    settle_exim(search, DANE_INSECURE);
    search->applies = facts->alias_dnssec == DNSSEC_SECURE;
    if (search->applies)
        search->dane = DANE_NONE;
    else if (facts->alias_failed)
        search->dane = DANE_FAILED; /* s2.1.2: it may be secure, and TLSA records be there */
    else if (!facts->aliased || facts->alias_dnssec == DNSSEC_INSECURE)
        search->dane = DANE_INSECURE;
    else
        search->dane = search->dane_exim = DANE_UNKNOWN;
    if (search->applies || facts->policy == TLSA_ALL)
        add_base(search, facts->host);
}

bool tlsa_search_begin(struct tlsa_search *search, const struct tlsa_facts *facts)
{
    memset(search, 0, sizeof *search);
    search->believe_ad = facts->believe_ad;
    if (facts->address_outcome == OUTCOME_FAILED)
        settle(search, facts->believe_ad ? DANE_FAILED : DANE_UNKNOWN); /* s2.1.2 */
    else if (facts->address_outcome != OUTCOME_ANSWER)
        settle(search, DANE_UNREACHABLE);
    else if (facts->dnssec == DNSSEC_SECURE)
        begin_at_secure(search, facts);
    else if (facts->dnssec == DNSSEC_INSECURE)
        begin_at_insecure(search, facts);
    else
        settle(search, DANE_UNKNOWN);
    return ask_next(search);
}

/* What the last reply makes of the host. */
static enum dane verdict_of(const struct tlsa_search *search)
{
    if (lookup_failed(&search->lookup))
        return DANE_FAILED;
    if (search->dnssec == DNSSEC_INDETERMINATE)
        return DANE_UNKNOWN;
    if (search->lookup.outcome != OUTCOME_ANSWER || search->dnssec != DNSSEC_SECURE)
        return DANE_NONE;
    return search->usable_count > 0 ? DANE_USABLE : DANE_UNUSABLE;
}

bool tlsa_search_take(struct tlsa_search *search, const struct lookup_answer *reply,
                      unsigned record_count, unsigned usable_count)
{
    search->lookup = *reply;
    search->dnssec = dnssec_of(search->believe_ad, reply);
    search->record_count = record_count;
    search->usable_count = search->dnssec == DNSSEC_SECURE ? usable_count : 0;
    enum dane dane = verdict_of(search);
    if (search->applies) {
        search->dane = dane;
        settle_exim(search, dane);
    }
    /* s2.2.3: secure records end the search even if none is usable; so does an error */
    return dane == DANE_NONE && ask_next(search);
}

bool tlsa_search_skip(struct tlsa_search *search)
{
    search->asked--;
    search->base_count--;
    settle_exim(search, DANE_NONE);
    for (unsigned i = search->asked; i < search->base_count; i++)
        search->bases[i] = search->bases[i + 1];
    return ask_next(search);
}

const struct name *tlsa_search_base(const struct tlsa_search *search)
{
    return search->asked > 0 ? search->bases[search->asked - 1] : NULL;
}
