/* lane.h - one c-ares channel: a UDP port to one resolver.  (TCP: stream.h.)
 *
 * c-ares waits, asks again, and matches answers to questions; the lane owns the
 * sockets beneath it (ares_set_socket_functions) for what c-ares does not tell:
 *
 *   - every sign of life of the resolver, also answers that come too late;
 *   - that something came for a question which c-ares did not accept;
 *   - an ICMP error, without letting it use up the tries of all questions under
 *     way (1.18 sends each of them again at once for every single error);
 *   - how many times a question was really sent.
 *
 * c-ares has stand-ins for the messages (stand_in.h).  Truncated answers are handed over as they
 * are.  What c-ares sends again does not leave at once: all that got lost together would be sent
 * together again, and be lost again (again.h).
 *
 * A lane must not move while it is open.
 */
#ifndef MXSURVEY_NET_LOOKUP_LANE_H
#define MXSURVEY_NET_LOOKUP_LANE_H

#include "crawler/core/error.h"
#include "crawler/core/message.h"

/* ares_send() is the one call for a ready message that 1.18 and 1.34 both have. */
#define CARES_NO_DEPRECATED
#include <ares.h>
#include <uv.h>

struct lane;

enum {
    LANE_BUCKETS = 512,         /* chains of questions by id */
    LANE_QUESTIONS_MAX = 32768, /* half of the ids: a free one is found at once */
};

/* A question under way: embedded in its owner's structure, which must stay. */
struct lane_question {
    struct lane *lane;
    struct lane_question *next;  /* with the same bucket of ids */
    const struct question *what; /* borrowed */
    const uint8_t *answer;       /* just come, where c-ares has its stand-in; else NULL */
    size_t answer_size;
    unsigned sent;    /* times it was put on the wire */
    uint64_t sent_ms; /* the last time; over UDP, where that was not the first */
    uint64_t ends_ms; /* over TCP: it is not waited for any longer */
    uint32_t letters; /* seed of the case of its letters */
    uint16_t id;
    bool recursion_desired;
    bool again;      /* waits for being sent again */
    bool listed;     /* in the chain of its id; over TCP: on the connection there is */
    bool unreadable; /* something came for this id that was not accepted (yet) */
};

struct lane_events {
    /* Answers to these questions are in a box, and looked at next.  They were asked a thousand
     * questions ago and have left the processor's cache: all that will be needed can be called for
     * at once.  NULL: nobody cares. */
    void (*come)(struct lane_question *const *questions, unsigned count);
    /* The question ended.  status: ARES_SUCCESS with bytes (borrowed), or why not.
     * inside_send: called from inside a lane_send() of this lane, then without
     * bytes.  It may call lane_send(). */
    void (*ended)(struct lane_question *question, int status, const uint8_t *bytes, size_t size,
                  bool inside_send);
    void (*again)(void *context); /* c-ares puts a question on the wire once more */
    void (*heard)(void *context); /* anything came from the resolver */
    /* A box of answers has been looked at, from outside of c-ares.  Questions asked now find the
     * memory of those that have just ended still in the processor's cache. */
    void (*emptied)(void *context);
    void (*stray)(void *context);   /* an answer to no question under way, or not as it was asked */
    void (*refused)(void *context); /* the system says there is no way to it */
    void (*closed)(void *context);  /* after lane_close(): no handle is left */
    void *context;
};

struct lane_settings {
    uv_loop_t *loop;
    struct sockaddr_storage resolver;
    unsigned timeout_ms, tries;
    unsigned receive_buffer;
    uint16_t udp_size;       /* octets of an answer that may come over UDP */
    bool forgeable;          /* others than the resolver could send us answers: ids are random, the
                                letters of a question have a case at random that must come back, and
                                ports change */
    unsigned port_questions; /* of one port, where answers could be forged */
    struct lane_events events;
};

struct again;
struct datagrams;
struct lane_socket;

/* Does the resolver send back the letters as they were asked? */
enum lane_case {
    CASE_NOT_KNOWN,
    CASE_KEPT,    /* then an answer in other letters is not its own */
    CASE_CHANGED, /* known not to */
};

struct lane {
    struct lane_settings settings;
    ares_channel channel;
    enum lane_case letters;
    unsigned changed, kept;        /* answers in other letters, while that is not known; capitals
                                      that came back */
    unsigned asked;                /* questions; of its port, where answers can be forged */
    unsigned count;                /* questions under way */
    struct lane_question *sending; /* inside lane_send() */
    struct datagrams *datagrams;
    struct again *again; /* ids of questions, of some that have ended, too */
    int fd;              /* written to last */
    uv_prepare_t flush;  /* sends what waits before the loop sleeps */
    struct lane_socket *sockets;
    unsigned open_handles;
    bool closing;
    struct lane_question *by_id[LANE_BUCKETS];
};

/* 0, or -1 with the reason.  Opens no socket yet. */
int lane_init(struct lane *lane, const struct lane_settings *settings, struct error *error);

/* Asks.  what must stay until the question has ended.  id: a random number, for where answers
 * could be forged; else the lane counts, for the next place of c-ares' table of ids (each lane has
 * one) is in the processor's cache, and one at random is not.  c-ares may choose another one.
 * recursion_desired false is for probes only. */
void lane_send(struct lane *lane, struct lane_question *question, const struct question *what,
               uint16_t id, bool recursion_desired);

/* May it be asked?  Not while it is full, or waits for the end of all its questions, to change its
 * port. */
bool lane_has_room(const struct lane *lane);

/* Do some questions wait in this lane to leave together? */
bool lane_gathers(const struct lane *lane);

/* Every few milliseconds: looks after time-outs, sends again what waits for that. */
void lane_tick(struct lane *lane);

/* Ends all questions (ARES_ECANCELLED); what is sent already may still be heard of. */
void lane_abandon(struct lane *lane);

/* Ends all questions (ARES_ECANCELLED) and handles, then calls closed, at
 * once where none is open.  Not from inside a callback of a lane. */
void lane_close(struct lane *lane);

#endif
