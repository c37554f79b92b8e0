#include "crawler/net/health/health.h"

#include <assert.h>
#include <string.h>

void health_init(struct health *health, uint64_t now_ms)
{
    *health = (struct health){
        .resolver = RESOLVER_ANSWERS,
        .silent_ms = now_ms,
        .zone = HEALTH_ZONES - 1,
    };
}

/* --- the resolver --- */

void health_want(struct health *health, uint64_t now_ms)
{
    health->begun = true;
    if (health->wanted++ > 0)
        return;
    health->answered_ms = now_ms;
    if (health->resolver == RESOLVER_ANSWERS)
        health->silent_ms = now_ms;
}

void health_unwant(struct health *health)
{
    assert(health->wanted > 0);
    health->wanted--;
}

void health_heard(struct health *health, uint64_t now_ms)
{
    health->heard_ms = health->silent_ms = now_ms;
    health->unanswered = 0;
    health->refused = false;
    if (health->alive_ms < health->restarted_ms)
        health->alive_ms = now_ms;
    if (health->resolver == RESOLVER_AWAY) {
        health->back_ms = now_ms;
        health->came_back = true;
        health->answered_ms = now_ms; /* its own silence was none of the network's */
    }
    health->resolver = RESOLVER_ANSWERS;
}

void health_refused(struct health *health)
{
    health->refused = true;
}

void health_doubt(struct health *health)
{
    if (health->resolver == RESOLVER_ANSWERS)
        health->resolver = RESOLVER_DOUBTED;
}

void health_doubt_silence(struct health *health, uint64_t asked_ms)
{
    if (health->heard_ms <= asked_ms)
        health_doubt(health);
}

void health_overslept(struct health *health, uint64_t now_ms)
{
    health->silent_ms = health->answered_ms = now_ms;
    health->unanswered = 0;
    health->back_ms = now_ms;
}

void health_restarted(struct health *health, uint64_t now_ms)
{
    health->back_ms = health->silent_ms = health->answered_ms = now_ms;
    health->restarted_ms = now_ms;
    health->came_back = true;
}

bool health_was_alive(const struct health *health, uint64_t asked_ms)
{
    bool heard = health->alive_ms >= health->restarted_ms;
    return asked_ms < health->restarted_ms || (heard && asked_ms >= health->alive_ms);
}

void health_resolver_probe_ended(struct health *health, bool answered)
{
    health->resolver_probing = false;
    if (!answered)
        health->unanswered++;
}

static void judge_silence(struct health *health, uint64_t now_ms)
{
    uint64_t silence = now_ms > health->silent_ms ? now_ms - health->silent_ms : 0;
    if (health->resolver == RESOLVER_ANSWERS && health->wanted > 0 && silence >= HEALTH_DOUBT_MS)
        health->resolver = RESOLVER_DOUBTED;
    bool away = health->refused || (health->resolver == RESOLVER_DOUBTED &&
                                    silence >= HEALTH_AWAY_MS && health->unanswered >= 2);
    if (away && health->resolver != RESOLVER_AWAY) {
        health->resolver = RESOLVER_AWAY;
        health->away_ms = now_ms;
    }
}

static bool resolver_probe_is_due(const struct health *health, uint64_t now_ms)
{
    return health->resolver != RESOLVER_ANSWERS && !health->resolver_probing &&
           now_ms - health->resolver_probed_ms >= HEALTH_PROBE_MS;
}

/* --- the network behind it --- */

static bool any(const bool zones[HEALTH_ZONES])
{
    return memchr(zones, true, HEALTH_ZONES) != NULL;
}

static bool all(const bool zones[HEALTH_ZONES])
{
    return memchr(zones, false, HEALTH_ZONES) == NULL;
}

/* Where no zone has an answer for us, but others have theirs. */
static bool is_blind(const struct health *health)
{
    return !any(health->proven) && all(health->tried) && health->answered;
}

void health_answered(struct health *health, uint64_t now_ms)
{
    health->answered = true;
    health->answered_ms = now_ms;
    if (health->network != NETWORK_WORKS && is_blind(health)) {
        health->network = NETWORK_WORKS;
        health->network_back_ms = now_ms;
    }
}

static bool network_probe_is_due(const struct health *health, uint64_t now_ms)
{
    if (health->network_probing || health->resolver != RESOLVER_ANSWERS ||
        (health->network_probed_ms != 0 && now_ms - health->network_probed_ms < HEALTH_PROBE_MS))
        return false;
    if (is_blind(health))
        return false;
    bool quiet = now_ms - health->answered_ms >= HEALTH_QUIET_MS;
    bool first = health->begun && !all(health->tried); /* so that later silence says something */
    return health->network != NETWORK_WORKS || health->failures > 0 || first ||
           (health->wanted > 0 && quiet);
}

/* The next one that may tell something. */
static unsigned next_zone(const struct health *health)
{
    unsigned zone = health->zone;
    bool choosy = any(health->proven);
    do
        zone = (zone + 1) % HEALTH_ZONES;
    while (choosy && health->tried[zone] && !health->proven[zone]);
    return zone;
}

static void return_from_gone(struct health *health, uint64_t now_ms)
{
    if (health->network == NETWORK_GONE) {
        health->network = NETWORK_SETTLES;
        health->returned_ms = now_ms;
    }
}

/* Of a zone that may not exist nothing follows. */
static void note_failed_probe(struct health *health)
{
    bool nothing_ever = !any(health->proven) && !health->answered && all(health->tried);
    health->failed_in_row += health->proven[health->zone];
    if (health->failed_in_row >= HEALTH_FAILED_IN_ROW || nothing_ever)
        health->network = NETWORK_GONE;
}

void health_network_probe_ended(struct health *health, bool answered, uint64_t now_ms)
{
    health->network_probing = false;
    /* what a resolver that is silent itself did not answer says nothing */
    if (!answered &&
        (health->resolver != RESOLVER_ANSWERS || health->network_probed_ms < health->back_ms))
        return;
    health->tried[health->zone] = true;
    if (!answered) {
        note_failed_probe(health);
        return;
    }
    health->proven[health->zone] = true;
    health->failed_in_row = 0;
    health->good_ms = health->network_probed_ms;
    return_from_gone(health, now_ms);
}

static void settle(struct health *health, uint64_t now_ms)
{
    if (health->network != NETWORK_SETTLES || now_ms - health->returned_ms < HEALTH_SETTLE_MS)
        return;
    health->network = NETWORK_WORKS;
    health->network_back_ms = health->answered_ms = now_ms;
    health->came_back = true;
}

struct health_due health_tick(struct health *health, uint64_t now_ms)
{
    struct health_due due = {.afresh = false};
    judge_silence(health, now_ms);
    settle(health, now_ms);
    due.afresh = health->came_back;
    health->came_back = false;
    if (resolver_probe_is_due(health, now_ms)) {
        due.resolver = health->resolver_probing = true;
        health->resolver_probed_ms = now_ms;
    }
    if (network_probe_is_due(health, now_ms)) {
        due.network = health->network_probing = true;
        due.zone = health->zone = next_zone(health);
        health->network_probed_ms = now_ms;
    }
    return due;
}

/* --- what may be concluded --- */

enum resolver_state health_of_silence(const struct health *health, uint64_t asked_ms)
{
    return asked_ms < health->back_ms ? RESOLVER_AWAY : health->resolver;
}

/* Since when the network has been there to a resolver that remembers its absence for so long. */
static uint64_t mended_ms(const struct health *health, uint64_t remembered_ms)
{
    uint64_t back_ms = health->network_back_ms;
    return back_ms != 0 ? back_ms + remembered_ms : 0;
}

enum failure_proof health_of_failure(const struct health *health,
                                     const struct health_failure *failure, uint64_t now_ms)
{
    uint64_t since_ms = mended_ms(health, failure->bogus ? HEALTH_KEYS_MS : 0);
    if (health->network != NETWORK_WORKS)
        return PROVES_NOTHING;
    if (failure->asked_ms < since_ms)
        return now_ms < since_ms ? PROVES_NOT_YET : PROVES_NOTHING;
    if (is_blind(health) || health->good_ms >= failure->failed_ms)
        return PROVES;
    return PROVES_NOT_YET;
}

bool health_network_was_gone(const struct health *health, uint64_t asked_ms)
{
    return health->network != NETWORK_WORKS || asked_ms < mended_ms(health, HEALTH_SERVERS_MS);
}

bool health_may_ask(const struct health *health)
{
    return health->resolver != RESOLVER_AWAY && health->network == NETWORK_WORKS;
}

bool health_lost(const struct health *health, uint64_t now_ms)
{
    return health->resolver == RESOLVER_AWAY && now_ms >= health->away_ms + HEALTH_LOST_MS;
}
