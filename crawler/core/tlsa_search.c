#include "crawler/core/tlsa_search.h"

#include "crawler/core/host_rules.h"

#include <string.h>

/* A name that leaves no room for the prefix cannot have TLSA records. */
static void add_base(struct tlsa_search *search, const struct name *base)
{
    struct name question;
    if (base != NULL && name_prepend(TLSA_PREFIX, base, &question))
        search->bases[search->base_count++] = base;
}

static bool ask_next(struct tlsa_search *search)
{
    if (search->asked == search->base_count)
        return false;
    return name_prepend(TLSA_PREFIX, search->bases[search->asked++], &search->question);
}

bool tlsa_search_begin(struct tlsa_search *search, const struct tlsa_facts *facts)
{
    memset(search, 0, sizeof *search);
    search->believe_ad = facts->believe_ad;
    if (facts->address_failed) {
        search->dane = DANE_FAILED; /* RFC 7672 s2.1.2 */
    } else if (!facts->has_address) {
        search->dane = DANE_UNREACHABLE;
    } else if (facts->dnssec == DNSSEC_SECURE) {
        search->dane = DANE_NONE;
        add_base(search, facts->target);
        add_base(search, facts->host);
    } else if (facts->alias_dnssec == DNSSEC_SECURE) {
        search->dane = DANE_NONE;
        add_base(search, facts->host);
    } else {
        search->dane = DANE_INSECURE;
        if (facts->policy == TLSA_ALL)
            add_base(search, facts->host);
    }
    return ask_next(search);
}

bool tlsa_search_take(struct tlsa_search *search, const struct tlsa_reply *reply)
{
    bool applies = search->dane != DANE_INSECURE;
    search->outcome = reply->outcome;
    search->failure = reply->failure;
    search->ede = reply->ede;
    search->tries = reply->tries;
    search->dnssec =
        dnssec_of(search->believe_ad, reply->outcome, reply->failure, reply->authentic);
    bool secure = search->dnssec == DNSSEC_SECURE;
    search->record_count = reply->record_count;
    search->usable_count = secure ? reply->usable_count : 0;
    if (reply->outcome == OUTCOME_FAILED) {
        if (applies)
            search->dane = DANE_FAILED;
        return false; /* no reason to try the next name */
    }
    if (reply->outcome == OUTCOME_ANSWER && secure) {
        if (applies)
            search->dane = reply->usable_count > 0 ? DANE_USABLE : DANE_UNUSABLE;
        return false; /* s2.2.3: even if none is usable */
    }
    return ask_next(search);
}

bool tlsa_search_skip(struct tlsa_search *search)
{
    search->asked--;
    search->base_count--;
    for (unsigned i = search->asked; i < search->base_count; i++)
        search->bases[i] = search->bases[i + 1];
    return ask_next(search);
}

const struct name *tlsa_search_base(const struct tlsa_search *search)
{
    return search->asked > 0 ? search->bases[search->asked - 1] : NULL;
}
