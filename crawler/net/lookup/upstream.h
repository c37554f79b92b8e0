/* upstream.h - one resolver: its lanes, its health (health/health.h) and what it takes at once
 * (health/window.h).
 *
 * This is where the two pure machines meet the loop: its clock, and the probes that they want sent.
 * Answers to single questions may take as long as they want.
 *
 * Must not move while it is open.
 */
#ifndef MXSURVEY_NET_LOOKUP_UPSTREAM_H
#define MXSURVEY_NET_LOOKUP_UPSTREAM_H

#include "crawler/net/health/health.h"
#include "crawler/net/health/window.h"
#include "crawler/net/lookup/lane.h"
#include "crawler/net/lookup/stream.h"

struct upstream_settings {
    uv_loop_t *loop;
    struct sockaddr_storage address;
    unsigned sockets; /* UDP lanes */
    unsigned timeout_ms, tries;
    unsigned patience_ms; /* for all tries of one question */
    unsigned max_in_flight;
    unsigned receive_buffer;
    bool forgeable; /* as in struct lane_settings */
    /* these four as in struct lane_events */
    void (*come)(struct lane_question *const *questions, unsigned count);
    void (*ended)(struct lane_question *question, int status, const uint8_t *bytes, size_t size,
                  bool inside_send);
    void (*again)(void *context);
    void (*emptied)(void *context);
    void (*closed)(void *context); /* after upstream_close() */
    void *context;
};

/* Before the random part of a name that is asked for to probe the network. */
#define UPSTREAM_PROBE_LABEL "mxsurvey-probe-"

/* A question of our own. */
struct upstream_probe {
    struct lane lane;
    struct lane_question wire;
    struct question question;
};

struct upstream {
    struct upstream_settings settings;
    struct health health;
    struct window window;
    unsigned under_way; /* lookups of its user on the wire */
    struct lane *lanes; /* settings.sockets of them */
    unsigned next_lane;
    struct stream tcp;
    struct upstream_probe resolver_probe, network_probe;
    unsigned resolver_probes, network_probes; /* sent */
    uint64_t strays;                          /* answers to no question */
    unsigned open_lanes;
};

int upstream_init(struct upstream *upstream, const struct upstream_settings *settings,
                  struct error *error);

/* May another question go there now? */
bool upstream_has_room(const struct upstream *upstream);

/* A UDP lane with room for a question; NULL when all are full. */
struct lane *upstream_lane(struct upstream *upstream);

/* Called every few milliseconds: time-outs, probes, changes of state. */
void upstream_tick(struct upstream *upstream, uint64_t now_ms);

/* Ends its questions under way. */
void upstream_abandon(struct upstream *upstream);

void upstream_close(struct upstream *upstream);
void upstream_done(struct upstream *upstream); /* frees; after closed, or a failed init */

#endif
