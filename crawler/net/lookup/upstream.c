#include "crawler/net/lookup/upstream.h"

#include "crawler/base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PORT_QUESTIONS = 1536,
    PROBE_PORT_QUESTIONS = 8,
};

static uint16_t random_id(void)
{
    uint16_t id;
    memory_unforeseen(&id, sizeof id);
    return id;
}

static uint64_t now_of(const struct upstream *upstream)
{
    return uv_now(upstream->settings.loop);
}

static void on_heard(void *context)
{
    struct upstream *upstream = context;
    health_heard(&upstream->health, now_of(upstream));
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

static void on_stray(void *context)
{
    struct upstream *upstream = context;
    upstream->strays++;
}

static void on_refused(void *context)
{
    struct upstream *upstream = context;
    health_refused(&upstream->health);
}

static void on_resolver_probe_ended(struct lane_question *question, int status,
                                    const uint8_t *bytes, size_t size, bool inside_send)
{
    struct upstream *upstream = question->lane->settings.events.context;
    (void)bytes, (void)size, (void)inside_send;
    health_resolver_probe_ended(&upstream->health, status == ARES_SUCCESS);
}

/* Whatever it is that was answered, only the network behind the resolver can have told. */
static void on_network_probe_ended(struct lane_question *question, int status, const uint8_t *bytes,
                                   size_t size, bool inside_send)
{
    struct upstream *upstream = question->lane->settings.events.context;
    struct answer answer;
    bool answered = status == ARES_SUCCESS && !inside_send &&
                    message_read(bytes, size, question->what, &answer) == MESSAGE_OK &&
                    answer.outcome != OUTCOME_FAILED;
    health_network_probe_ended(&upstream->health, answered, now_of(upstream));
}

static void on_lane_closed(void *context)
{
    struct upstream *upstream = context;
    if (--upstream->open_lanes == 0)
        upstream->settings.closed(upstream->settings.context);
}

static int open_lane(struct upstream *upstream, struct lane *lane,
                     const struct lane_settings *settings, struct error *error)
{
    struct lane_settings full = *settings;
    full.loop = upstream->settings.loop;
    full.resolver = upstream->settings.address;
    full.forgeable = upstream->settings.forgeable;
    if (full.port_questions == 0)
        full.port_questions = PROBE_PORT_QUESTIONS;
    full.udp_size = full.forgeable ? EDNS_UDP_SIZE : EDNS_UDP_SIZE_LOOPBACK;
    full.events.again = on_again;
    full.events.heard = on_heard;
    full.events.emptied = on_emptied;
    full.events.refused = on_refused;
    full.events.stray = on_stray;
    full.events.closed = on_lane_closed;
    full.events.context = upstream;
    if (lane_init(lane, &full, error) != 0)
        return -1;
    upstream->open_lanes++;
    return 0;
}

static int open_lanes(struct upstream *upstream, struct error *error)
{
    const struct upstream_settings *settings = &upstream->settings;
    struct lane_settings lane = {
        .timeout_ms = settings->timeout_ms,
        .tries = settings->tries,
        .receive_buffer = settings->receive_buffer,
        .events = {.come = settings->come, .ended = settings->ended},
    };
    for (unsigned i = 0; i < settings->sockets; i++) {
        /* not all at the same time */
        lane.port_questions = PORT_QUESTIONS + i * PORT_QUESTIONS / settings->sockets;
        if (open_lane(upstream, &upstream->lanes[i], &lane, error) != 0)
            return -1;
    }
    stream_init(&upstream->tcp, &(struct stream_settings){
                                    .loop = settings->loop,
                                    .resolver = settings->address,
                                    .timeout_ms = settings->patience_ms,
                                    .events =
                                        {
                                            .ended = settings->ended,
                                            .again = on_again,
                                            .heard = on_heard,
                                            .closed = on_lane_closed,
                                            .context = upstream,
                                        },
                                });
    upstream->open_lanes++;
    return 0;
}

static int open_probes(struct upstream *upstream, struct error *error)
{
    const struct lane_settings resolver = {
        .timeout_ms = HEALTH_PROBE_MS,
        .tries = 1,
        .events = {.ended = on_resolver_probe_ended},
    };
    const struct lane_settings network = {
        .timeout_ms = HEALTH_PROBE_WAIT_MS,
        .tries = 1,
        .events = {.ended = on_network_probe_ended},
    };
    upstream->resolver_probe.question = (struct question){.name = {.length = 1}, .type = TYPE_SOA};
    upstream->network_probe.question = (struct question){.type = TYPE_A, .checking_disabled = true};
    if (open_lane(upstream, &upstream->resolver_probe.lane, &resolver, error) != 0)
        return -1;
    return open_lane(upstream, &upstream->network_probe.lane, &network, error);
}

int upstream_init(struct upstream *upstream, const struct upstream_settings *settings,
                  struct error *error)
{
    memset(upstream, 0, sizeof *upstream);
    upstream->settings = *settings;
    health_init(&upstream->health, now_of(upstream));
    window_init(&upstream->window, settings->max_in_flight, settings->timeout_ms, now_of(upstream));
    upstream->lanes = calloc(settings->sockets, sizeof *upstream->lanes);
    if (upstream->lanes == NULL)
        return error_set(error, "out of memory for %u sockets", settings->sockets);
    return open_lanes(upstream, error) == 0 ? open_probes(upstream, error) : -1;
}

bool upstream_has_room(const struct upstream *upstream)
{
    return health_may_ask(&upstream->health) && upstream->under_way < upstream->window.size;
}

/* The lanes take turns, a box of questions each: the more leave together, the less work is each
 * for the kernel. */
struct lane *upstream_lane(struct upstream *upstream)
{
    struct lane *lane = &upstream->lanes[upstream->next_lane];
    if (lane_gathers(lane) && lane_has_room(lane))
        return lane;
    for (unsigned i = 0; i < upstream->settings.sockets; i++) {
        if (++upstream->next_lane == upstream->settings.sockets)
            upstream->next_lane = 0;
        lane = &upstream->lanes[upstream->next_lane];
        if (lane_has_room(lane))
            return lane;
    }
    lane = &upstream->lanes[upstream->next_lane]; /* all wait to change their port, say */
    return lane->count < LANE_QUESTIONS_MAX ? lane : NULL;
}

/* Two questions in turn: most resolvers answer both from memory, all answer one
 * of them.  Without RD none has to ask anybody; with RD none may be silent. */
static void probe_resolver(struct upstream *upstream)
{
    struct upstream_probe *probe = &upstream->resolver_probe;
    lane_send(&probe->lane, &probe->wire, &probe->question, random_id(),
              upstream->resolver_probes++ % 2 == 1);
}

/* A name that cannot exist.  The zones are signed with NSEC3 and opt-out, or not at all: of others
 * a resolver that has seen their NSEC records knows without asking what is not there (RFC 8198). */
static void probe_network(struct upstream *upstream, unsigned zone)
{
    static const char *const zones[HEALTH_ZONES] = {"com", "de", "nl", "root-servers.net"};
    struct upstream_probe *probe = &upstream->network_probe;
    uint64_t random;
    char text[64];
    memory_unforeseen(&random, sizeof random);
    int length =
        snprintf(text, sizeof text, UPSTREAM_PROBE_LABEL "%016" PRIx64 ".%s", random, zones[zone]);
    name_from_text(text, (size_t)length, &probe->question.name);
    upstream->network_probes++;
    lane_send(&probe->lane, &probe->wire, &probe->question, random_id(), true);
}

void upstream_tick(struct upstream *upstream, uint64_t now_ms)
{
    struct health_due due = health_tick(&upstream->health, now_ms);
    if (due.afresh)
        upstream_abandon(upstream);
    if (due.resolver)
        probe_resolver(upstream);
    if (due.network)
        probe_network(upstream, due.zone);
    for (unsigned i = 0; i < upstream->settings.sockets; i++)
        lane_tick(&upstream->lanes[i]);
    stream_tick(&upstream->tcp);
    lane_tick(&upstream->resolver_probe.lane);
    lane_tick(&upstream->network_probe.lane);
}

void upstream_abandon(struct upstream *upstream)
{
    for (unsigned i = 0; i < upstream->settings.sockets; i++)
        lane_abandon(&upstream->lanes[i]);
    stream_abandon(&upstream->tcp);
}

void upstream_close(struct upstream *upstream)
{
    upstream->open_lanes++; /* so that closed is called once */
    for (unsigned i = 0; i < upstream->settings.sockets; i++)
        lane_close(&upstream->lanes[i]);
    stream_close(&upstream->tcp);
    lane_close(&upstream->resolver_probe.lane);
    lane_close(&upstream->network_probe.lane);
    on_lane_closed(upstream);
}

/* Of a failed init: no socket was opened. */
static void forget(struct lane *lane)
{
    if (lane->channel != NULL)
        ares_destroy(lane->channel);
}

void upstream_done(struct upstream *upstream)
{
    if (upstream->lanes == NULL)
        return;
    for (unsigned i = 0; i < upstream->settings.sockets; i++)
        forget(&upstream->lanes[i]);
    forget(&upstream->resolver_probe.lane);
    forget(&upstream->network_probe.lane);
    free(upstream->lanes);
    upstream->lanes = NULL;
}
