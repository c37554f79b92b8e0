/* stream.h - questions to one resolver over a TCP connection (RFC 7766): for answers that no
 * datagram holds.
 *
 * A connection needs nothing of what c-ares does for UDP, and c-ares would do harm: 1.18 gives up
 * all questions of a connection that ends, 1.34 ends a connection, and all that is under way on it,
 * for one answer that does not parse, and asks again without end; it does not ask for names with
 * octets that no host name has.  So what goes over it is ours: messages, each behind its length
 * (RFC 1035 s4.2.2), many under way at once, answers in any order, told apart by their id.
 *
 * Where a connection breaks, or nothing comes over it for STREAM_SILENT_MS, one question may be
 * why, or that there was more than one, or something on the way has forgotten the connection: what
 * was under way is sent again one at a time, each over a connection of its own, when the one before
 * has ended or STREAM_TRIAL_MS have passed; that one goes to the end then.
 *
 * The connection is opened when there is a question, and stays open for the next.  A question ends:
 *
 *     answered          ARES_SUCCESS, with the message
 *     ... by what is no answer to it: ARES_EBADRESP
 *     not answered within timeout_ms: ARES_ETIMEOUT
 *     no connection, or STREAM_BROKEN_MAX of them broke under it: ARES_ECONNREFUSED
 *     stream_abandon(): ARES_ECANCELLED; stream_close(): ARES_EDESTRUCTION
 *
 * so it is bounded by time and by tries.  Must not move while it is open.
 */
#ifndef MXSURVEY_NET_LOOKUP_STREAM_H
#define MXSURVEY_NET_LOOKUP_STREAM_H

#include "crawler/net/lookup/lane.h"

enum {
    STREAM_BROKEN_MAX = 2,
    STREAM_TRIAL_MS = 2000,
    STREAM_SILENT_MS = 5000,
    STREAM_CONNECTIONS_LEAST = 4, /* within timeout_ms, where all are silent */
};

struct stream_settings {
    uv_loop_t *loop;
    struct sockaddr_storage resolver;
    unsigned timeout_ms;
    struct lane_events events; /* ended, again, heard, closed */
};

enum stream_state {
    STREAM_CLOSED,
    STREAM_CONNECTING,
    STREAM_OPEN,
    STREAM_CLOSING, /* libuv closes its handle in its own time */
};

struct stream {
    struct stream_settings settings;
    enum stream_state state;
    uv_tcp_t tcp;
    uv_connect_t connecting;
    unsigned count;                      /* questions under way */
    struct lane_question *first, **last; /* those that were put off last; else oldest first */
    unsigned careful;                    /* questions that still go one at a time */
    struct lane_question *trial;         /* the one that does now */
    bool used_up;                        /* its trial is over */
    uint64_t heard_ms;                   /* the last octets came, or it was begun, or opened */
    bool closing;
    bool no_way; /* it could not even be begun: its questions end with it */
    uint8_t *in; /* an answer as far as it came, behind its length; NULL before the first */
    size_t in_size;
};

void stream_init(struct stream *stream, const struct stream_settings *settings);

/* Asks, with an id near the one given; what must stay until the question has ended. */
void stream_send(struct stream *stream, struct lane_question *question, const struct question *what,
                 uint16_t id);

void stream_tick(struct stream *stream); /* looks after time-outs */

/* Ends all questions.  Not from inside a callback of the stream. */
void stream_abandon(struct stream *stream);
void stream_close(struct stream *stream); /* and then closed, at once where nothing is open */

#endif
