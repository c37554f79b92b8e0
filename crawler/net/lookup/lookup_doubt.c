/* Failures beside the lookups that the network may be the reason of. */
#include "crawler/net/lookup/lookup_private.h"

/* By what one resolver, and the network behind it, have shown. */
static enum failure_proof verdict_of(const struct health *health, const struct network_doubt *doubt,
                                     uint64_t now_ms)
{
    const struct health_failure failure = {
        .asked_ms = doubt->began_ms,
        .failed_ms = doubt->failed_ms,
    };
    if (health->resolver == RESOLVER_AWAY)
        return PROVES_NOT_YET;
    if (health_of_silence(health, doubt->began_ms) == RESOLVER_AWAY)
        return PROVES_NOTHING;
    return health_of_failure(health, &failure, now_ms);
}

/* The network is there where one of the resolvers has it. */
static enum failure_proof verdict(const struct lookups *lookups, const struct network_doubt *doubt)
{
    enum failure_proof ret = PROVES_NOTHING;
    for (unsigned i = 0; i < lookups->settings.resolver_count; i++) {
        enum failure_proof one =
            verdict_of(&lookups->upstreams[i].health, doubt, uv_now(lookups->loop));
        if (one == PROVES)
            return one;
        if (one == PROVES_NOT_YET)
            ret = one;
    }
    return ret;
}

/* While somebody waits for it there are probes. */
void lookups_doubt_network(struct lookups *lookups, struct network_doubt *doubt)
{
    for (unsigned i = 0; i < lookups->settings.resolver_count; i++) {
        struct health *health = &lookups->upstreams[i].health;
        health_want(health, uv_now(lookups->loop));
        health->failures++;
    }
    doubt->next = lookups->doubts;
    lookups->doubts = doubt;
}

static void settle(struct lookups *lookups, struct network_doubt *doubt, bool stands)
{
    for (unsigned i = 0; i < lookups->settings.resolver_count; i++) {
        struct health *health = &lookups->upstreams[i].health;
        health_unwant(health);
        health->failures--;
    }
    doubt->settled(doubt, stands);
}

void lookups_settle_doubts(struct lookups *lookups)
{
    struct network_doubt *next, *doubt = lookups->doubts;
    lookups->doubts = NULL;
    for (; doubt != NULL && !lookups->closing; doubt = next) {
        next = doubt->next;
        enum failure_proof judged = verdict(lookups, doubt);
        if (judged == PROVES_NOT_YET) {
            doubt->next = lookups->doubts;
            lookups->doubts = doubt;
        } else {
            settle(lookups, doubt, judged == PROVES);
        }
    }
}
