#include "crawler/net/upstream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void on_heard(void *context)
{
    struct upstream *upstream = context;
    uint64_t now = uv_now(upstream->settings.loop);
    upstream->heard_ms = upstream->silent_ms = now;
    upstream->unanswered = 0;
    upstream->refused = false;
    if (upstream->state == RESOLVER_ANSWERS)
        return;
    if (upstream->state == RESOLVER_AWAY)
        upstream->back_ms = now;
    upstream->state = RESOLVER_ANSWERS;
}

static void on_again(void *context)
{
    struct upstream *upstream = context;
    upstream->settings.again(upstream->settings.context);
}

static void on_emptied(void *context)
{
    struct upstream *upstream = context;
    upstream->settings.emptied(upstream->settings.context);
}

static void on_refused(void *context)
{
    struct upstream *upstream = context;
    upstream->refused = true;
}

static void on_probe_ended(struct lane_question *question, int status, const uint8_t *bytes,
                           size_t size, bool inside_send)
{
    struct upstream *upstream = question->lane->settings.events.context;
    (void)bytes, (void)size, (void)inside_send;
    upstream->probing = false;
    if (status != ARES_SUCCESS)
        upstream->unanswered++;
}

static void on_lane_closed(void *context)
{
    struct upstream *upstream = context;
    if (--upstream->open_lanes == 0)
        upstream->settings.closed(upstream->settings.context);
}

static int open_lane(struct upstream *upstream, struct lane *lane, bool tcp, bool probe,
                     struct error *error)
{
    const struct upstream_settings *settings = &upstream->settings;
    struct lane_settings lane_settings = {
        .loop = settings->loop,
        .resolver = settings->address,
        .tcp = tcp,
        .timeout_ms = probe ? PROBE_MS : settings->timeout_ms,
        .tries = probe ? 1 : settings->tries,
        .receive_buffer = probe ? 0 : settings->receive_buffer,
        .events =
            {
                .come = probe ? NULL : settings->come,
                .ended = probe ? on_probe_ended : settings->ended,
                .again = on_again,
                .heard = on_heard,
                .emptied = on_emptied,
                .refused = on_refused,
                .closed = on_lane_closed,
                .context = upstream,
            },
    };
    if (lane_init(lane, &lane_settings, error) != 0)
        return -1;
    upstream->open_lanes++;
    return 0;
}

int upstream_init(struct upstream *upstream, const struct upstream_settings *settings,
                  struct error *error)
{
    memset(upstream, 0, sizeof *upstream);
    upstream->settings = *settings;
    upstream->state = RESOLVER_ANSWERS;
    upstream->heard_ms = upstream->silent_ms = uv_now(settings->loop);
    upstream->lanes = calloc(settings->sockets, sizeof *upstream->lanes);
    if (upstream->lanes == NULL)
        return error_set(error, "out of memory for %u sockets", settings->sockets);
    if (open_lane(upstream, &upstream->tcp, true, false, error) != 0)
        return -1;
    if (open_lane(upstream, &upstream->probe, false, true, error) != 0)
        return -1;
    for (unsigned i = 0; i < settings->sockets; i++) {
        if (open_lane(upstream, &upstream->lanes[i], false, false, error) != 0)
            return -1;
    }
    return 0;
}

void upstream_want(struct upstream *upstream)
{
    if (upstream->wanted++ == 0 && upstream->state == RESOLVER_ANSWERS)
        upstream->silent_ms = uv_now(upstream->settings.loop);
}

void upstream_unwant(struct upstream *upstream)
{
    assert(upstream->wanted > 0);
    upstream->wanted--;
}

/* The lanes take turns, a box of questions each: the more leave together, the less work is each
 * for the kernel. */
struct lane *upstream_lane(struct upstream *upstream)
{
    struct lane *lane = &upstream->lanes[upstream->next_lane];
    if (lane_gathers(lane) && lane->count < LANE_QUESTIONS_MAX)
        return lane;
    for (unsigned i = 0; i < upstream->settings.sockets; i++) {
        if (++upstream->next_lane == upstream->settings.sockets)
            upstream->next_lane = 0;
        lane = &upstream->lanes[upstream->next_lane];
        if (lane->count < LANE_QUESTIONS_MAX)
            return lane;
    }
    return NULL;
}

void upstream_doubt_silence(struct upstream *upstream, uint64_t asked_ms)
{
    if (upstream->heard_ms <= asked_ms)
        upstream_doubt(upstream);
}

void upstream_doubt(struct upstream *upstream)
{
    if (upstream->state == RESOLVER_ANSWERS)
        upstream->state = RESOLVER_DOUBTED;
}

void upstream_overslept(struct upstream *upstream)
{
    upstream->silent_ms = uv_now(upstream->settings.loop);
    upstream->unanswered = 0;
    upstream->back_ms = upstream->silent_ms;
}

enum resolver_state upstream_state_for(const struct upstream *upstream, uint64_t asked_ms)
{
    if (upstream->state == RESOLVER_AWAY || asked_ms < upstream->back_ms)
        return RESOLVER_AWAY;
    return upstream->state;
}

/* Two questions in turn: most resolvers answer both from memory, all answer one
 * of them.  Without RD none has to ask anybody; with RD none may be silent. */
static void probe(struct upstream *upstream, uint64_t now_ms, uint16_t random)
{
    static const struct question root_soa = {.name = {.length = 1}, .type = TYPE_SOA};
    if (upstream->probing || now_ms - upstream->probed_ms < PROBE_MS)
        return;
    upstream->probing = true;
    upstream->probed_ms = now_ms;
    lane_send(&upstream->probe, &upstream->probe_question, &root_soa, random,
              upstream->probes++ % 2 == 1);
}

static void judge_silence(struct upstream *upstream, uint64_t now_ms)
{
    uint64_t silence = now_ms > upstream->silent_ms ? now_ms - upstream->silent_ms : 0;
    if (upstream->state == RESOLVER_ANSWERS && upstream->wanted > 0 && silence >= DOUBT_MS)
        upstream->state = RESOLVER_DOUBTED;
    bool away = upstream->refused || (upstream->state == RESOLVER_DOUBTED && silence >= AWAY_MS &&
                                      upstream->unanswered >= 2);
    if (away && upstream->state != RESOLVER_AWAY) {
        upstream->state = RESOLVER_AWAY;
        upstream->away_ms = now_ms;
    }
    upstream->refused = false;
}

void upstream_tick(struct upstream *upstream, uint64_t now_ms, uint16_t random)
{
    judge_silence(upstream, now_ms);
    if (upstream->state != RESOLVER_ANSWERS)
        probe(upstream, now_ms, random);
    for (unsigned i = 0; i < upstream->settings.sockets; i++)
        lane_tick(&upstream->lanes[i]);
    lane_tick(&upstream->tcp);
    lane_tick(&upstream->probe);
}

bool upstream_lost(const struct upstream *upstream, uint64_t now_ms)
{
    return upstream->state == RESOLVER_AWAY && now_ms >= upstream->away_ms + LOST_MS;
}

void upstream_abandon(struct upstream *upstream)
{
    for (unsigned i = 0; i < upstream->settings.sockets; i++)
        lane_abandon(&upstream->lanes[i]);
}

void upstream_close(struct upstream *upstream)
{
    upstream->open_lanes++; /* so that closed is called once */
    for (unsigned i = 0; i < upstream->settings.sockets; i++)
        lane_close(&upstream->lanes[i]);
    lane_close(&upstream->tcp);
    lane_close(&upstream->probe);
    on_lane_closed(upstream);
}

void upstream_done(struct upstream *upstream)
{
    if (upstream->lanes == NULL)
        return;
    for (unsigned i = 0; i < upstream->settings.sockets; i++) {
        if (upstream->lanes[i].channel != NULL) /* a failed init: no socket was opened */
            ares_destroy(upstream->lanes[i].channel);
    }
    if (upstream->tcp.channel != NULL)
        ares_destroy(upstream->tcp.channel);
    if (upstream->probe.channel != NULL)
        ares_destroy(upstream->probe.channel);
    free(upstream->lanes);
    upstream->lanes = NULL;
}
