#include "crawler/core/senders.h"

/* What a sender may do, with a host or with a domain's mail: a bit for each way to deliver, and
 * for DEFERRED: it stays away.  Of what is known, one. */
enum {
    MAY_AUTHENTICATE = 1,
    MAY_DELIVER = 2, /* without authentication */
    MAY_DEFER = 4,
    MAY_ALL = MAY_AUTHENTICATE | MAY_DELIVER | MAY_DEFER
};

/* It delivers so if the host shows what it wants, a certificate that is good to it, or at least
 * TLS; at best where hosts have not been met. */
static unsigned if_shown(const struct sender_facts *facts, const struct sender_shown *shown,
                         bool good, unsigned delivered)
{
    if (!facts->met)
        return delivered;
    if (!shown->known)
        return delivered | MAY_DEFER;
    return shown->tls && good ? delivered : MAY_DEFER;
}

static unsigned by_dane(const struct sender_facts *facts, const struct sender_host *host,
                        enum dane dane)
{
    struct sender_shown shown = host->shown;
    if (facts->dnssec == DNSSEC_INSECURE)
        return MAY_DELIVER; /* RFC 7672 s2.2.1: DANE does not apply */
    switch (dane) {
    case DANE_UNREACHABLE:
    case DANE_FAILED: /* s2.1.2 */
        return MAY_DEFER;
    case DANE_INSECURE:
    case DANE_NONE:
        return MAY_DELIVER;
    case DANE_UNUSABLE: /* s2.2: TLS is a must, authentication is not */
        return if_shown(facts, &shown, true, MAY_DELIVER);
    case DANE_USABLE:
        shown.known &= host->dane == DANE_USABLE; /* else other records were compared */
        return if_shown(facts, &shown, shown.dane_match, MAY_AUTHENTICATE);
    case DANE_UNKNOWN:
        break;
    }
    return MAY_ALL;
}

/* RFC 8461 s5: only an enforced policy keeps mail from a host; without one, or where it cannot
 * be had (s3.3), mail goes as it would without MTA-STS.  The certificate: s4.2. */
static unsigned by_sts(const struct sender_facts *facts, const struct sender_host *host,
                       bool takes_target)
{
    const struct sender_shown *shown = &host->shown;
    if (facts->sts == STS_FAILED || facts->sts == STS_NOT_ASKED)
        return MAY_ALL;
    if (facts->sts != STS_ENFORCE)
        return MAY_DELIVER;
    if (takes_target ? !host->match_target : !host->match_name)
        return MAY_DEFER;
    return if_shown(facts, shown, takes_target ? shown->target_match : shown->name_match,
                    MAY_AUTHENTICATE);
}

static unsigned at_host(const struct sender_facts *facts, const struct sender_host *host,
                        enum sender sender)
{
    if (!host->has_address)
        return MAY_DEFER;
    switch (sender) {
    case SENDER_DANE:
        return by_dane(facts, host, host->dane);
    case SENDER_DANE_TARGET:
        return by_dane(facts, host, host->dane_exim);
    case SENDER_STS:
        return by_sts(facts, host, false);
    case SENDER_STS_TARGET:
        return by_sts(facts, host, host->aliased);
    case SENDER_COUNT:
        break;
    }
    return MAY_ALL;
}

/* Of hosts of one preference, which are tried in any order: the least that happens, of those that
 * it does not stay away from. */
static unsigned at_preference(const struct sender_facts *facts, enum sender sender, int preference)
{
    unsigned any = 0, all = MAY_ALL, ret = 0;
    bool only_good = true; /* none of them delivers without authentication for certain */
    for (unsigned i = 0; i < facts->count; i++) {
        if (facts->hosts[i].preference != preference)
            continue;
        unsigned host = at_host(facts, &facts->hosts[i], sender);
        any |= host;
        all &= host;
        only_good &= host != MAY_DELIVER;
    }
    if (only_good)
        ret |= any & MAY_AUTHENTICATE;
    return ret | (any & MAY_DELIVER) | (all & MAY_DEFER);
}

/* The lowest preference above this one; -1: there is none. */
static int next_preference(const struct sender_facts *facts, int above)
{
    int ret = -1;
    for (unsigned i = 0; i < facts->count; i++) {
        int preference = facts->hosts[i].preference;
        if (preference > above && (ret < 0 || preference < ret))
            ret = preference;
    }
    return ret;
}

static enum delivery at_domain(const struct sender_facts *facts, enum sender sender)
{
    unsigned may = MAY_DEFER;
    for (int preference = next_preference(facts, -1); preference >= 0 && (may & MAY_DEFER) != 0;
         preference = next_preference(facts, preference))
        may = (may & (MAY_AUTHENTICATE | MAY_DELIVER)) | at_preference(facts, sender, preference);
    switch (may) {
    case MAY_AUTHENTICATE:
        return DELIVERY_AUTHENTICATED;
    case MAY_DELIVER:
        return DELIVERY_UNAUTHENTICATED;
    case MAY_DEFER:
        return DELIVERY_DEFERRED;
    default:
        return DELIVERY_UNKNOWN;
    }
}

void senders_judge(const struct sender_facts *facts, enum delivery ret[SENDER_COUNT])
{
    bool known = facts->dnssec == DNSSEC_SECURE || facts->dnssec == DNSSEC_INSECURE;
    for (enum sender sender = 0; sender < SENDER_COUNT; sender++) {
        bool dane = sender == SENDER_DANE || sender == SENDER_DANE_TARGET;
        ret[sender] = dane && !known ? DELIVERY_UNKNOWN : at_domain(facts, sender);
    }
    if (facts->has_null)
        ret[SENDER_DANE] = DELIVERY_DEFERRED;
}
