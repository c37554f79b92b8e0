/* health.h - how a resolver does, and the network behind it: whether what fails may be concluded.
 *
 * Pure: time and events are arguments.  Two layers, each judged by its own sign; the third, our
 * own load, is window.h.
 *
 * The resolver: does it answer at all?
 *
 *                 silent for DOUBT_MS
 *     ANSWERS ------------------------> DOUBTED ---.
 *        ^  '-- doubted by its user ------^        | silent for AWAY_MS with two
 *        |            anything is heard            | probes unanswered, or refused
 *        |<-------------------------------'        v
 *        '------------ anything is heard -------- AWAY
 *
 * Silence counts only while something is waited for.  While in doubt or away a probe is due each
 * second: a question that any resolver answers at once.
 *
 * The network behind it: a resolver whose uplink is gone lives, and fails everything, at once or
 * after seconds, by whatever rcode; and so does one that serves us no more.
 *
 *                a failure waits, or nothing was answered for QUIET_MS
 *     WORKS <-------------------------------------------------> PROBED
 *       ^        a probe asked after it was answered              |
 *       |                                                         | FAILED_IN_ROW probes failed,
 *       | nothing for SETTLE_MS                                   | each below another zone
 *       |                  a probe is answered                    v
 *     SETTLES <------------------------------------------------- GONE
 *        '---------- FAILED_IN_ROW probes fail again -------------^
 *
 * Probes, at most one a second, ask for names that cannot exist, so that no cache knows them, below
 * several zones in turn: of one dead zone, the others tell.  The probes decide, not the share of
 * what fails: a list may be dead.  So a failure that the network could have caused stands only when
 * a probe asked after it has been answered; until then it waits.  What was under way while the
 * network was gone is asked afresh.  SETTLES: a resolver goes on for some seconds to tell of
 * failures that it remembers (Unbound: 5 s).  A zone whose keys it could not fetch is bogus to it
 * for longer (Unbound: a minute), with all names below it: what is bogus waits for the end of that.
 * A server that was silent it may take for dead for longer still (Unbound: a quarter of an hour):
 * what fails then stands, for the next pass asks again, but what is said with it (EDE) may be of
 * the outage.
 *
 * A zone that never had an answer says nothing by its silence: the DNS asked may be a small one of
 * its own, without it.  Where no probe was ever answered, but other questions are, failures stand
 * by themselves; where nothing ever was, the network is gone.
 */
#ifndef MXSURVEY_NET_HEALTH_HEALTH_H
#define MXSURVEY_NET_HEALTH_HEALTH_H

#include "crawler/core/lookup_rules.h"

#include <stdint.h>

enum {
    HEALTH_DOUBT_MS = 1000,
    HEALTH_AWAY_MS = 3000,
    HEALTH_PROBE_MS = 1000,      /* between probes of one kind */
    HEALTH_PROBE_WAIT_MS = 3000, /* a probe of the network is waited for */
    HEALTH_QUIET_MS = 2000,
    HEALTH_FAILED_IN_ROW = 2,
    HEALTH_SETTLE_MS = 6000,
    HEALTH_KEYS_MS = 61000, /* after the network is back */
    HEALTH_SERVERS_MS = 901000,
    HEALTH_LOST_MS = 1000, /* a single error of the system passes in a moment */
    HEALTH_ZONES = 4,
};

enum network_state {
    NETWORK_WORKS, /* as far as is known */
    NETWORK_GONE,
    NETWORK_SETTLES,
};

struct health {
    /* the resolver */
    enum resolver_state resolver;
    bool begun;         /* something was asked */
    unsigned wanted;    /* questions under way, or held for news of it */
    uint64_t heard_ms;  /* when anything last came; 0: nothing yet */
    uint64_t silent_ms; /* since when we listen without hearing: at least heard_ms */
    uint64_t away_ms;   /* begin of the last time that it was away */
    uint64_t back_ms;   /* end of it, 0: never away */
    uint64_t restarted_ms,
        alive_ms; /* when it was last started again; when it was first heard then */
    uint64_t resolver_probed_ms;
    unsigned unanswered; /* probes */
    bool resolver_probing;
    bool came_back; /* and nobody was told yet; also of the network */
    bool refused;   /* since it was last heard */
    /* the network */
    enum network_state network;
    unsigned failures;    /* that wait for a probe */
    uint64_t answered_ms; /* a lookup was answered, or the first one begun */
    bool answered;        /* any lookup, ever */
    bool network_probing;
    uint64_t network_probed_ms;                     /* the last probe was sent; 0: none yet */
    unsigned zone;                                  /* of it */
    bool tried[HEALTH_ZONES], proven[HEALTH_ZONES]; /* answered once */
    unsigned failed_in_row;
    uint64_t good_ms;         /* the last probe that was answered was asked; 0: none */
    uint64_t returned_ms;     /* a probe was answered again: begin of SETTLES */
    uint64_t network_back_ms; /* end of the last time that it was gone; 0: never */
};

void health_init(struct health *health, uint64_t now_ms);

/* --- what happens --- */

/* Questions waited for: each one wanted has to be unwanted. */
void health_want(struct health *health, uint64_t now_ms);
void health_unwant(struct health *health);

void health_heard(struct health *health, uint64_t now_ms); /* anything came from the resolver */
void health_refused(struct health *health);                /* the system: there is no way to it */

/* A lookup was answered: records, or that there are none. */
void health_answered(struct health *health, uint64_t now_ms);

/* Something failed that may or may not be the resolver's doing: probe it. */
void health_doubt(struct health *health);

/* A question asked at asked_ms got no answer.  If nothing else was heard since then, that proves
 * nothing: probe. */
void health_doubt_silence(struct health *health, uint64_t asked_ms);

/* The program itself slept, or its loop was held: no conclusion from the time since. */
void health_overslept(struct health *health, uint64_t now_ms);

/* The resolver was started again: what it had been asked is lost. */
void health_restarted(struct health *health, uint64_t now_ms);

/* A question that got lost with the resolver: was it asked of one that lived?  Not of one that had
 * just been started and had not said anything yet, which is no sign of what the question does. */
bool health_was_alive(const struct health *health, uint64_t asked_ms);

/* --- probes --- */

struct health_due {
    bool afresh;   /* it, or the network, is back: end what is under way, to be asked afresh */
    bool resolver; /* ask it something that it knows */
    bool network;  /* ask for a name that cannot exist, below the zone of this number */
    unsigned zone;
};

/* Every few milliseconds: changes of state by time, and which probes are to be sent now. */
struct health_due health_tick(struct health *health, uint64_t now_ms);

void health_resolver_probe_ended(struct health *health, bool answered);

/* answered: that there is no such name, or even records; not: a failure, or silence for
 * HEALTH_PROBE_WAIT_MS. */
void health_network_probe_ended(struct health *health, bool answered, uint64_t now_ms);

/* --- what may be concluded --- */

/* What a question that was first asked at asked_ms may conclude from silence. */
enum resolver_state health_of_silence(const struct health *health, uint64_t asked_ms);

/* A lookup that failed, and not by silence of the resolver itself. */
struct health_failure {
    uint64_t asked_ms, failed_ms;
    bool bogus;
};

/* A failure that waits is counted by health.failures, which its owner keeps. */
enum failure_proof health_of_failure(const struct health *health,
                                     const struct health_failure *failure, uint64_t now_ms);

/* May a resolver have failed since asked_ms because the network was gone? */
bool health_network_was_gone(const struct health *health, uint64_t asked_ms);

/* May it be asked?  Not while it is away, or the network behind it is gone. */
bool health_may_ask(const struct health *health);

/* Has the resolver been away for so long that its questions had better be asked elsewhere? */
bool health_lost(const struct health *health, uint64_t now_ms);

#endif
