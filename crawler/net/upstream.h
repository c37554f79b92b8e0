/* upstream.h - one resolver: its lanes, and whether it is alive.
 *
 *                 silent for DOUBT_MS
 *     ANSWERS ------------------------> DOUBTED ---.
 *        ^  '-- doubted by its user ------^        | silent for AWAY_MS with two
 *        |            anything is heard            | probes unanswered, or refused
 *        |<-------------------------------'        v
 *        '------------ anything is heard -------- AWAY
 *
 * Silence counts only while something is waited for.  While in doubt or away a
 * probe is sent each second: a question that any resolver answers at once.
 * Answers to single questions may take as long as they want.  Of a resolver that has been away
 * for LOST_MS the questions under way may be taken back, for another resolver.
 *
 * Must not move while it is open.
 */
#ifndef MXSURVEY_NET_UPSTREAM_H
#define MXSURVEY_NET_UPSTREAM_H

#include "crawler/core/lookup_rules.h"
#include "crawler/net/lane.h"

enum {
    DOUBT_MS = 1000,
    AWAY_MS = 3000,
    PROBE_MS = 1000,
    LOST_MS = 1000, /* a probe besides: a single error of the system passes in a moment */
};

struct upstream_settings {
    uv_loop_t *loop;
    struct sockaddr_storage address;
    unsigned sockets; /* UDP lanes */
    unsigned timeout_ms, tries;
    unsigned receive_buffer;
    /* these four as in struct lane_events */
    void (*come)(struct lane_question *const *questions, unsigned count);
    void (*ended)(struct lane_question *question, int status, const uint8_t *bytes, size_t size,
                  bool inside_send);
    void (*again)(void *context);
    void (*emptied)(void *context);
    void (*closed)(void *context); /* after upstream_close() */
    void *context;
};

struct upstream {
    struct upstream_settings settings;
    struct lane *lanes; /* sockets of them */
    unsigned next_lane;
    struct lane tcp, probe;
    enum resolver_state state;
    unsigned wanted;    /* questions under way or held for news of it */
    uint64_t heard_ms;  /* when anything last came */
    uint64_t silent_ms; /* since when we listen without hearing: at least heard_ms */
    uint64_t back_ms;   /* end of the last time that it was away, 0: never away */
    uint64_t away_ms;   /* begin of the last time */
    uint64_t probed_ms;
    unsigned unanswered; /* probes */
    bool probing;
    bool refused;    /* seen, and not yet acted upon */
    unsigned probes; /* all, for alternating them */
    struct lane_question probe_question;
    unsigned open_lanes;
};

int upstream_init(struct upstream *upstream, const struct upstream_settings *settings,
                  struct error *error);

/* Questions waited for: each one wanted has to be unwanted. */
void upstream_want(struct upstream *upstream);
void upstream_unwant(struct upstream *upstream);

/* A UDP lane with room for a question; NULL when all are full. */
struct lane *upstream_lane(struct upstream *upstream);

/* Something failed that may or may not be the resolver's doing: probe it. */
void upstream_doubt(struct upstream *upstream);

/* A question asked at asked_ms got no answer.  If nothing else was heard since
 * then, that proves nothing: probe. */
void upstream_doubt_silence(struct upstream *upstream, uint64_t asked_ms);

/* The program itself slept, or the loop was held: no conclusion from the time since. */
void upstream_overslept(struct upstream *upstream);

/* What a question that was first asked at asked_ms may conclude from silence. */
enum resolver_state upstream_state_for(const struct upstream *upstream, uint64_t asked_ms);

/* Called every few milliseconds: time-outs, probes, changes of state. */
void upstream_tick(struct upstream *upstream, uint64_t now_ms, uint16_t random);

/* Has it been away for so long that its questions had better be asked elsewhere? */
bool upstream_lost(const struct upstream *upstream, uint64_t now_ms);

/* Ends its questions under way over UDP. */
void upstream_abandon(struct upstream *upstream);

void upstream_close(struct upstream *upstream);
void upstream_done(struct upstream *upstream); /* frees; after closed, or a failed init */

#endif
