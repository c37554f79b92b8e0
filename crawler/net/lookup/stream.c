#include "crawler/net/lookup/stream.h"

#include "crawler/base/memory.h"
#include "crawler/net/lookup/lane_private.h"
#include "crawler/net/lookup/stand_in.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    LENGTH_SIZE = 2,
    IN_SIZE = LENGTH_SIZE + MESSAGE_SIZE_MAX,
};

/* Octets on their way into the connection. */
struct writing {
    uv_write_t request;
    uint8_t octets[LENGTH_SIZE + QUESTION_SIZE_MAX];
};

void stream_init(struct stream *stream, const struct stream_settings *settings)
{
    *stream = (struct stream){.settings = *settings, .state = STREAM_CLOSED};
    stream->last = &stream->first;
}

/* --- questions under way --- */

static void append(struct stream *stream, struct lane_question *question)
{
    question->next = NULL;
    *stream->last = question;
    stream->last = &question->next;
    stream->count++;
}

static void take_out(struct stream *stream, struct lane_question *question)
{
    struct lane_question **link = &stream->first;
    while (*link != question)
        link = &(*link)->next;
    *link = question->next;
    if (question->next == NULL)
        stream->last = link;
    stream->count--;
}

static struct lane_question *find(const struct stream *stream, uint16_t id)
{
    struct lane_question *question = stream->first;
    while (question != NULL && question->id != id)
        question = question->next;
    return question;
}

static void end(struct stream *stream, struct lane_question *question, int status,
                const uint8_t *bytes, size_t size)
{
    take_out(stream, question);
    if (stream->careful > stream->count)
        stream->careful = stream->count;
    if (stream->trial == question) {
        stream->trial = NULL;
        stream->used_up = true;
    }
    stream->settings.events.ended(question, status, bytes, size, false);
}

/* Those that were there now: what is asked meanwhile stays. */
static void end_all(struct stream *stream, int status)
{
    for (unsigned left = stream->count; left > 0; left--)
        end(stream, stream->first, status, NULL, 0);
}

/* --- the connection --- */

static void open_connection(struct stream *stream);

static void on_closed(uv_handle_t *handle)
{
    struct stream *stream = handle->data;
    stream->state = STREAM_CLOSED;
    if (stream->closing) {
        free(stream->in);
        stream->in = NULL;
        stream->settings.events.closed(stream->settings.events.context);
    } else if (stream->no_way) {
        stream->no_way = false;
        end_all(stream, ARES_ECONNREFUSED);
    } else if (stream->count > 0) {
        open_connection(stream);
    }
}

static void close_connection(struct stream *stream)
{
    if (stream->state == STREAM_CLOSED || stream->state == STREAM_CLOSING)
        return;
    stream->state = STREAM_CLOSING;
    stream->in_size = 0;
    uv_close((uv_handle_t *)&stream->tcp, on_closed);
}

/* What was under way on it is sent again over others. */
static void change_connection(struct stream *stream)
{
    close_connection(stream);
    stream->careful = stream->count;
    for (struct lane_question *question = stream->first; question != NULL;
         question = question->next)
        question->listed = false;
}

/* The same, but for what has seen enough of that. */
static void connection_broke(struct stream *stream)
{
    close_connection(stream);
    stream->trial = NULL;
    stream->careful = stream->count;
    struct lane_question *next;
    unsigned left = stream->count;
    for (struct lane_question *question = stream->first; left > 0; left--, question = next) {
        next = question->next;
        bool enough = question->listed && question->sent >= STREAM_BROKEN_MAX;
        question->listed = false;
        if (enough)
            end(stream, question, ARES_ECONNREFUSED, NULL, 0);
    }
}

static void on_written(uv_write_t *request, int status)
{
    struct stream *stream = request->handle->data;
    free(request->data);
    if (status < 0 && stream->state == STREAM_OPEN)
        connection_broke(stream);
}

static void put(struct stream *stream, struct lane_question *question)
{
    struct writing *writing = memory_get(sizeof *writing);
    size_t size = lane_write_question(question, writing->octets + LENGTH_SIZE);
    writing->octets[0] = (uint8_t)(size >> 8);
    writing->octets[1] = (uint8_t)size;
    writing->request.data = writing;
    question->listed = true;
    question->sent_ms = uv_now(stream->settings.loop);
    if (question->sent++ > 0)
        stream->settings.events.again(stream->settings.events.context);
    const uv_buf_t buffer = uv_buf_init((char *)writing->octets, (unsigned)(LENGTH_SIZE + size));
    if (uv_write(&writing->request, (uv_stream_t *)&stream->tcp, &buffer, 1, on_written) != 0)
        free(writing); /* it is broken: that is heard of when reading */
}

/* Sends what waits for the connection: all, or the next one after a connection broke. */
static void go_on(struct stream *stream)
{
    if (stream->state != STREAM_OPEN || stream->trial != NULL)
        return;
    for (struct lane_question *question = stream->first; question != NULL;
         question = question->next) {
        if (question->listed)
            continue;
        put(stream, question);
        if (stream->careful == 0)
            continue;
        stream->careful--;
        stream->trial = question;
        return;
    }
}

/* A trial is over: the next one has a connection of its own, for there are servers that answer one
 * question a connection and then close it, or are silent on it. */
static void after_trial(struct stream *stream)
{
    if (!stream->used_up || stream->state != STREAM_OPEN)
        return;
    stream->used_up = false;
    if (stream->careful > 0)
        close_connection(stream);
    else
        go_on(stream);
}

/* One answer; what is for no question under way is only a sign of life. */
static void take(struct stream *stream, const uint8_t *message, size_t size)
{
    if (size < WIRE_HEADER_SIZE)
        return;
    struct lane_question *question = find(stream, lane_message_id(message));
    if (question == NULL)
        return;
    if (stand_in_fits(message, size, question->what)) {
        end(stream, question, ARES_SUCCESS, message, size);
        return;
    }
    question->unreadable = true;
    end(stream, question, ARES_EBADRESP, NULL, 0);
}

static void take_all(struct stream *stream)
{
    size_t at = 0;
    while (stream->in_size - at >= LENGTH_SIZE) {
        size_t size = (size_t)(stream->in[at] << 8 | stream->in[at + 1]);
        if (stream->in_size - at - LENGTH_SIZE < size)
            break;
        take(stream, stream->in + at + LENGTH_SIZE, size);
        at += LENGTH_SIZE + size;
    }
    stream->in_size -= at;
    memmove(stream->in, stream->in + at, stream->in_size);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct stream *stream = handle->data;
    (void)suggested;
    *buffer =
        uv_buf_init((char *)stream->in + stream->in_size, (unsigned)(IN_SIZE - stream->in_size));
}

static void on_read(uv_stream_t *tcp, ssize_t got, const uv_buf_t *buffer)
{
    struct stream *stream = tcp->data;
    (void)buffer;
    if (got < 0) {
        connection_broke(stream);
        return;
    }
    if (got == 0)
        return;
    stream->in_size += (size_t)got;
    stream->heard_ms = uv_now(stream->settings.loop);
    stream->settings.events.heard(stream->settings.events.context);
    take_all(stream);
    after_trial(stream);
}

static void on_connected(uv_connect_t *request, int status)
{
    struct stream *stream = request->handle->data;
    if (status == UV_ECANCELED || stream->state != STREAM_CONNECTING)
        return;
    if (status < 0) {
        close_connection(stream);
        end_all(stream, ARES_ECONNREFUSED);
        return;
    }
    stream->state = STREAM_OPEN;
    stream->heard_ms = uv_now(stream->settings.loop);
    uv_tcp_nodelay(&stream->tcp, 1);
    uv_read_start((uv_stream_t *)&stream->tcp, on_room, on_read);
    go_on(stream);
}

static void open_connection(struct stream *stream)
{
    const struct sockaddr *resolver = (const struct sockaddr *)&stream->settings.resolver;
    if (stream->in == NULL)
        stream->in = memory_get(IN_SIZE);
    stream->in_size = 0;
    stream->used_up = false;
    stream->heard_ms = uv_now(stream->settings.loop);
    if (uv_tcp_init(stream->settings.loop, &stream->tcp) != 0)
        return; /* they end when their time is over */
    stream->tcp.data = stream;
    stream->state = STREAM_CONNECTING;
    stream->no_way = uv_tcp_connect(&stream->connecting, &stream->tcp, resolver, on_connected) != 0;
    if (stream->no_way) /* no descriptor, say */
        close_connection(stream);
}

/* --- from outside --- */

void stream_send(struct stream *stream, struct lane_question *question, const struct question *what,
                 uint16_t id)
{
    assert(stream->count < LANE_QUESTIONS_MAX);
    while (find(stream, id) != NULL)
        id++;
    *question = (struct lane_question){
        .what = what,
        .id = id,
        .recursion_desired = true,
        .ends_ms = uv_now(stream->settings.loop) + stream->settings.timeout_ms,
    };
    append(stream, question);
    if (stream->state == STREAM_OPEN && stream->careful == 0 && stream->trial == NULL)
        put(stream, question);
    else if (stream->state == STREAM_CLOSED)
        open_connection(stream);
}

static void end_late(struct stream *stream, uint64_t now)
{
    struct lane_question *next;
    unsigned left = stream->count;
    for (struct lane_question *question = stream->first; left > 0; left--, question = next) {
        next = question->next;
        if (question->ends_ms <= now)
            end(stream, question, ARES_ETIMEOUT, NULL, 0);
    }
}

/* Nothing came since the first of the questions on the connection was sent, or since it was begun.
 */
static bool is_silent(const struct stream *stream, uint64_t now)
{
    uint64_t patience = stream->settings.timeout_ms / STREAM_CONNECTIONS_LEAST;
    uint64_t most = stream->trial != NULL ? STREAM_TRIAL_MS : STREAM_SILENT_MS, since = now;
    for (const struct lane_question *question = stream->first; question != NULL;
         question = question->next) {
        if (question->listed && question->sent_ms < since)
            since = question->sent_ms;
    }
    if (stream->state == STREAM_CONNECTING || since < stream->heard_ms)
        since = stream->heard_ms;
    return now - since >= (patience < most ? patience : most);
}

/* Its turn is over: it goes behind the others. */
static void put_off_trial(struct stream *stream)
{
    struct lane_question *question = stream->trial;
    take_out(stream, question);
    append(stream, question);
    question->listed = false;
    stream->trial = NULL;
    close_connection(stream);
}

void stream_tick(struct stream *stream)
{
    uint64_t now = uv_now(stream->settings.loop);
    end_late(stream, now);
    after_trial(stream);
    if (stream->count == 0 || !is_silent(stream, now))
        return;
    if (stream->trial != NULL)
        put_off_trial(stream);
    else
        change_connection(stream);
}

void stream_abandon(struct stream *stream)
{
    close_connection(stream);
    end_all(stream, ARES_ECANCELLED);
}

void stream_close(struct stream *stream)
{
    stream->closing = true;
    if (stream->state == STREAM_CLOSED) {
        free(stream->in);
        stream->in = NULL;
        end_all(stream, ARES_EDESTRUCTION);
        stream->settings.events.closed(stream->settings.events.context);
        return;
    }
    close_connection(stream);
    end_all(stream, ARES_EDESTRUCTION);
}
