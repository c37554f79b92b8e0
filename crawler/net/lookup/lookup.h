/* lookup.h - a lookup: one question settled, whatever it takes.
 *
 * Several may wait for one lookup: while (name, type) is under way, a further
 * lookup_ask() joins it.  Settling a lookup may take several questions on the
 * wire: tries with growing time-outs, TCP after truncation, after SERVFAIL a second
 * question with CD=1 and a third with CD=0 that tell bogus from lame (RFC 4035
 * s3.2.2) and from a server that flaps, asking again where an answer was for another question, and
 * asking other resolvers where one fails in its own way (REFUSED, a filter, nothing over TCP),
 * asking less where they refuse what is too much (health/limit.h), and waiting out a resolver that
 * does not answer at all, or a network that is gone behind it.  What to do next is a pure rule
 * (core/lookup_rules.h), what may be concluded another (health/health.h).
 *
 * A lookup ends whatever happens around it: it is asked afresh a bounded number of times.  One that
 * was under way each time the resolver died is asked again apart from others, in the end alone, and
 * then given up by name.
 *
 * Life cycle: lookups_new() -> any number of lookup_ask() -> lookups_close(),
 * whose callback comes when no handle is left -> lookups_free().
 */
#ifndef MXSURVEY_NET_LOOKUP_LOOKUP_H
#define MXSURVEY_NET_LOOKUP_LOOKUP_H

#include "crawler/core/error.h"
#include "crawler/core/result.h"

#include <uv.h>

struct lookups;

enum {
    RESOLVERS_MAX = 64
};

/* Of a question that was given up: each time it was asked, the resolver died. */
typedef void lookup_given_up(void *context, const struct question *question);

struct lookup_settings {
    unsigned resolver_count;
    struct sockaddr_storage resolvers[RESOLVERS_MAX]; /* address and port, UDP and TCP */
    unsigned sockets;        /* UDP source ports to spread over for each resolver: a resolver with
                                SO_REUSEPORT gives each of its threads the ports that hash to it */
    unsigned timeout_ms;     /* wait of the first try; doubles with each further one */
    unsigned tries;          /* of one question on the wire */
    unsigned max_in_flight;  /* questions on the wire at once, all resolvers together */
    unsigned max_qps;        /* questions a second, all together, every try; 0: no limit */
    unsigned receive_buffer; /* SO_RCVBUF asked for, octets */
    bool forgeable; /* others than the resolvers could send us answers: they are not on this
                       machine */
    lookup_given_up *given_up; /* or NULL: nobody is told */
    void *given_up_context;
};

/* Called from the loop, never from inside lookup_ask(); may call lookup_ask() and
 * lookups_close(). */
typedef void lookup_done(void *context, const struct lookup_result *result);

/* The types that are counted one by one; what else is asked counts as the last. */
enum lookup_type {
    LOOKUP_TYPE_MX,
    LOOKUP_TYPE_A,
    LOOKUP_TYPE_AAAA,
    LOOKUP_TYPE_CNAME,
    LOOKUP_TYPE_DNAME,
    LOOKUP_TYPE_TLSA,
    LOOKUP_TYPE_TXT,
    LOOKUP_TYPE_OTHER,
    LOOKUP_TYPES
};
const char *lookup_type_word(enum lookup_type type); /* "mx" */

/* Lookups that came to an end. */
struct lookup_settled {
    uint64_t by_outcome[OUTCOME_FAILED + 1];
    uint64_t by_failure[FAILURE_LAST + 1]; /* of those that failed */
};

/* Why no resolver can be asked. */
enum lookup_pause {
    PAUSE_NONE,
    PAUSE_RESOLVER, /* none answers */
    PAUSE_NETWORK,  /* one answers, but the network behind it is gone */
};

struct lookup_counters {
    uint64_t asked;    /* questions put on the wire, every try */
    uint64_t joined;   /* lookups that joined one under way */
    uint64_t answered; /* answers received */
    struct lookup_settled settled[LOOKUP_TYPES];
    uint64_t lost;         /* questions that got lost on the way, and were sent again */
    unsigned granted;      /* a second, by what the resolvers refuse beyond; 0: no limit is known */
    uint64_t not_over_tcp; /* lookups that failed: a truncated answer did not come whole */
    uint64_t strays;       /* answers to no question: late, or forged */
    uint64_t probes;       /* of the network behind the resolvers, not in asked */
    uint64_t pauses;       /* times that no resolver could be asked */
    unsigned in_flight;    /* on the wire now */
    unsigned waiting;      /* not yet on the wire */
    enum lookup_pause pause;  /* nothing new is put on the wire now, and why */
    uint64_t paused_since_ms; /* uv_now() of it */
};

/* `room` is called (from the loop) whenever nothing waits and the wire has room:
 * the moment to start new work.  NULL on error. */
struct lookups *lookups_new(uv_loop_t *loop, const struct lookup_settings *settings,
                            void (*room)(void *context), void *context, struct error *error);

/* Asks, or joins.  Never fails: memory that cannot be had ends the program. */
void lookup_ask(struct lookups *lookups, const struct name *name, enum record_type type,
                lookup_done *done, void *context);

/* How many new questions may be started now without waiting (0 while paused). */
unsigned lookups_room(struct lookups *lookups);

/* From now on failures stand: whatever one of several resolvers fails at is asked of others too,
 * not only what is its own by the look of it. */
void lookups_confirm_failures(struct lookups *lookups);

/* Something beside the lookups failed that the network may be the reason of: a connection.  Memory
 * of the one who doubts, until it is settled, or the lookups are closed. */
struct network_doubt {
    struct network_doubt *next;   /* of the lookups */
    uint64_t began_ms, failed_ms; /* uv_now() */
    /* stands: the network was there all the time; else it proves nothing.  From the loop, some time
     * later: while the network is gone, not before it is noticed. */
    void (*settled)(struct network_doubt *doubt, bool stands);
};
void lookups_doubt_network(struct lookups *lookups, struct network_doubt *doubt);

/* The resolver (of several: all of them) was started again: what it had been asked is lost. */
void lookups_restarted(struct lookups *lookups);

void lookups_counters(const struct lookups *lookups, struct lookup_counters *ret);

/* Drops all lookups without calling back, closes all handles, then calls closed
 * (never before it returns). */
void lookups_close(struct lookups *lookups, void (*closed)(void *context), void *context);
void lookups_free(struct lookups *lookups); /* only after closed; NULL ok */

#endif
