/* lookup_private.h - the inside of lookup.h: shared by lookup.c (the loop's turn,
 * life), lookup_wire.c (queues, on the wire) and lookup_settle.c (what comes back).
 */
#ifndef MXSURVEY_NET_LOOKUP_LOOKUP_PRIVATE_H
#define MXSURVEY_NET_LOOKUP_LOOKUP_PRIVATE_H

#include "crawler/core/lookup_rules.h"
#include "crawler/net/health/limit.h"
#include "crawler/net/lookup/inflight.h"
#include "crawler/net/lookup/lookup.h"
#include "crawler/net/lookup/pace.h"
#include "crawler/base/pool.h"
#include "crawler/net/lookup/upstream.h"

enum {
    RANDOM_IDS = 1024, /* read at once */
    GIVEN_UP_MAX = 1024,
};

struct waiter {
    struct waiter *next;
    lookup_done *done;
    void *context;
};

struct lookup {
    struct inflight_entry entry; /* first: found by it */
    struct lookups *lookups;
    struct lookup *next; /* in the one list it is in */
    struct lane_question wire;
    struct upstream *upstream; /* asked last, or to be asked next, or held for */
    uint64_t asked_of;         /* the resolvers, a bit each, that were asked since it was begun */
    struct lookup_stage stage;
    enum reply_kind reply; /* why it is held */
    uint64_t asked_ms;     /* afresh: silence of the resolver since then proves nothing */
    uint64_t stage_ms;     /* begin of the wait that was promised; 0: not begun */
    uint64_t failed_ms;    /* while it is unproven: when it failed, */
    enum failure failure;  /* how, */
    enum failure cause;    /* and why */
    int status;            /* of a send that failed */
    unsigned tries;
    uint8_t cut_short; /* waits of this stage that ended before their time */
    uint8_t afresh;    /* times that it was asked afresh */
    uint8_t deaths;    /* of these, because the resolver went away under it */
    bool suspect;      /* asked apart from others */
    bool given_up;
    bool unreadable;
    bool refused; /* by all that may be asked, and is asked again for that alone */
    struct ede ede;
    struct waiter first, *more; /* more: latest first */
};

struct queue {
    struct lookup *first, *last;
    unsigned count;
};

struct lookups {
    struct lookup_settings settings;
    uv_loop_t *loop;
    uv_timer_t tick;
    uv_check_t check;
    unsigned open_handles; /* and upstreams that still close */
    bool closing, settling;
    void (*room)(void *context);
    void *room_context;
    void (*closed)(void *context);
    void *closed_context;

    struct upstream *upstreams;
    unsigned next_upstream;
    uint64_t promised_ms; /* that one question is waited for */
    uint64_t ticked_ms;
    struct pace pace;
    struct limit limit;
    struct inflight inflight;
    struct pool pool, waiters;
    struct queue waiting, held, failed;
    struct queue moved[RESOLVERS_MAX]; /* to be asked of this resolver, when it has room */
    unsigned moved_count;              /* in all of these */
    struct queue unproven; /* failed, and not known yet whether that is the network's doing */
    struct network_doubt *doubts;
    struct queue suspects; /* to be asked apart from others */
    unsigned suspects_under_way;
    bool alone;                      /* the one under way is */
    uint64_t given_up[GIVEN_UP_MAX]; /* inflight_hash() of questions not to be asked again */
    unsigned given_up_count;
    bool confirming; /* lookups_confirm_failures() */
    struct lookup_counters counters;
    struct answer answer; /* of the lookup that is being settled */
    uint16_t random[RANDOM_IDS];
    unsigned random_left;
};

void queue_push_back(struct queue *queue, struct lookup *lookup);
void queue_push_front(struct queue *queue, struct lookup *lookup);
struct lookup *queue_pop(struct queue *queue); /* NULL: empty */

uint16_t lookups_random_id(struct lookups *lookups);

/* true: a question may be put on the wire now. */
bool lookups_wire_has_room(struct lookups *lookups);

/* Questions that may be under way at once now, by all the resolvers' windows. */
unsigned lookups_window(const struct lookups *lookups);

/* Puts those on the wire that another resolver has failed at. */
void lookups_ask_moved(struct lookups *lookups);

/* Puts those on the wire that are asked apart, as many as may be. */
void lookups_ask_suspects(struct lookups *lookups);

/* Asks again whether its failure may be concluded. */
void lookups_settle_unproven(struct lookups *lookups, struct lookup *lookup);

/* Those that it is known of whether they stand. */
void lookups_settle_doubts(struct lookups *lookups);

/* A resolver other than these that may be asked, now or when it has room; NULL: there is none. */
struct upstream *lookups_other_upstream(struct lookups *lookups, uint64_t than);

/* The lookup is to be asked of its `upstream`, when that has room: others need not wait for it. */
void lookups_move(struct lookups *lookups, struct lookup *lookup);

/* false: no resolver answers, or has a lane free. */
bool lookups_put_on_wire(struct lookups *lookups, struct lookup *lookup);

/* A lookup at the start of a stage: all tries, the wait not begun. */
void lookups_begin(struct lookups *lookups, struct lookup *lookup, enum lookup_round round,
                   bool tcp);

/* Decides by core/lookup_rules.h and does it: the lookup is in a queue, on the
 * wire or gone afterwards. */
void lookups_settle_reply(struct lookups *lookups, struct lookup *lookup, enum reply_kind kind);
void lookups_settle_failure(struct lookups *lookups, struct lookup *lookup); /* by its status */

/* struct lane_events, come and ended */
void lookups_on_come(struct lane_question *const *wires, unsigned count);
void lookups_on_ended(struct lane_question *wire, int status, const uint8_t *bytes, size_t size,
                      bool inside_send);

#endif
