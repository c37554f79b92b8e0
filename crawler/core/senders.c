#include "crawler/core/senders.h"

/* What a sender does with a host: UNKNOWN, the ways to deliver, or DEFERRED: it stays away. */
static enum delivery by_dane(enum dnssec mx, enum dane dane)
{
    if (mx == DNSSEC_INSECURE)
        return DELIVERY_UNAUTHENTICATED; /* RFC 7672 s2.2.1: DANE does not apply */
    switch (dane) {
    case DANE_UNREACHABLE:
    case DANE_FAILED: /* s2.1.2 */
        return DELIVERY_DEFERRED;
    case DANE_INSECURE:
    case DANE_NONE:
    case DANE_UNUSABLE: /* s2.2: TLS is a must, authentication is not */
        return DELIVERY_UNAUTHENTICATED;
    case DANE_USABLE:
        return DELIVERY_AUTHENTICATED;
    case DANE_UNKNOWN:
        break;
    }
    return DELIVERY_UNKNOWN;
}

/* RFC 8461 s5: only an enforced policy keeps mail from a host; without one, or where it cannot
 * be had (s3.3), mail goes as it would without MTA-STS. */
static enum delivery by_sts(enum sts sts, bool match)
{
    if (sts == STS_FAILED || sts == STS_NOT_ASKED)
        return DELIVERY_UNKNOWN;
    if (sts != STS_ENFORCE)
        return DELIVERY_UNAUTHENTICATED;
    return match ? DELIVERY_AUTHENTICATED : DELIVERY_DEFERRED;
}

static enum delivery at_host(const struct sender_facts *facts, const struct sender_host *host,
                             enum sender sender)
{
    if (!host->has_address)
        return DELIVERY_DEFERRED;
    switch (sender) {
    case SENDER_DANE:
        return by_dane(facts->dnssec, host->dane);
    case SENDER_DANE_TARGET:
        return by_dane(facts->dnssec, host->dane_exim);
    case SENDER_STS:
        return by_sts(facts->sts, host->match_name);
    case SENDER_STS_TARGET:
        return by_sts(facts->sts, host->aliased ? host->match_target : host->match_name);
    case SENDER_COUNT:
        break;
    }
    return DELIVERY_UNKNOWN;
}

/* Of hosts of one preference, which are tried in any order: the least that is known to happen. */
static enum delivery worse(enum delivery a, enum delivery b)
{
    if (a == DELIVERY_UNAUTHENTICATED || b == DELIVERY_UNAUTHENTICATED)
        return DELIVERY_UNAUTHENTICATED;
    return a == DELIVERY_UNKNOWN || b == DELIVERY_UNKNOWN ? DELIVERY_UNKNOWN : a;
}

static enum delivery at_domain(const struct sender_facts *facts, enum sender sender)
{
    enum delivery ret = DELIVERY_DEFERRED;
    uint16_t lowest = 0;
    for (unsigned i = 0; i < facts->count; i++) {
        const struct sender_host *host = &facts->hosts[i];
        enum delivery delivery = at_host(facts, host, sender);
        if (delivery == DELIVERY_DEFERRED)
            continue;
        if (ret == DELIVERY_DEFERRED || host->preference < lowest) {
            lowest = host->preference;
            ret = delivery;
        } else if (host->preference == lowest) {
            ret = worse(ret, delivery);
        }
    }
    return ret;
}

void senders_judge(const struct sender_facts *facts, enum delivery ret[SENDER_COUNT])
{
    bool known = facts->dnssec == DNSSEC_SECURE || facts->dnssec == DNSSEC_INSECURE;
    for (enum sender sender = 0; sender < SENDER_COUNT; sender++) {
        bool dane = sender == SENDER_DANE || sender == SENDER_DANE_TARGET;
        ret[sender] = dane && !known ? DELIVERY_UNKNOWN : at_domain(facts, sender);
    }
}
