#include "crawler/probe/session.h"

#include "crawler/base/endpoint.h"
#include "crawler/base/memory.h"
#include "crawler/probe/tls.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct session_limits session_limits_usual = {
    .connect_ms = 10000, .reply_ms = 30000, .all_ms = 90000, .leave_ms = 2000};

enum {
    READ_SIZE = 65536,
};

struct sessions {
    uv_loop_t *loop;
    const char *helo;
    struct session_limits limits;
    SSL_CTX *tls;
    char octets[READ_SIZE]; /* what was just read */
};

enum session_state {
    SESSION_CONNECTS,
    SESSION_TALKS,
    SESSION_SHAKES,
    SESSION_LEAVES, /* nothing is said any more */
    SESSION_CLOSES,
};

struct session {
    struct sessions *sessions;
    uv_tcp_t tcp;
    uv_timer_t timer;
    uv_connect_t connect;
    uv_shutdown_t shutdown;
    unsigned open_handles;
    uint64_t end_ms; /* of it all */
    enum session_state state;
    struct smtp smtp;
    struct tls tls;
    bool is_shaken;
    struct name server;
    const struct session_voice *voice; /* NULL: dropped */
    void *context;
};

/* One that did not leave at once. */
struct write {
    uv_write_t request;
    char octets[];
};

struct sessions *sessions_new(uv_loop_t *loop, const char *helo,
                              const struct session_limits *limits, struct error *error)
{
    SSL_CTX *tls = tls_context(error);
    if (tls == NULL)
        return NULL;
    struct sessions *sessions = memory_zeroed(1, sizeof *sessions);
    sessions->loop = loop;
    sessions->helo = helo;
    sessions->limits = *limits;
    sessions->tls = tls;
    return sessions;
}

void sessions_free(struct sessions *sessions)
{
    if (sessions == NULL)
        return;
    SSL_CTX_free(sessions->tls);
    free(sessions);
}

/* --- the end --- */

static void tell(const struct session *session)
{
    const struct smtp *smtp = &session->smtp;
    struct session_result result = {
        .outcome = smtp->outcome,
        .phase = smtp->phase,
        .reply = smtp->reply,
        .plaintext = smtp->plaintext,
        .alert = smtp->outcome == PROBE_TLS_FAILED ? session->tls.alert : -1,
    };
    if (session->is_shaken) {
        result.version = tls_version_of(&session->tls);
        result.chain = SSL_get_peer_cert_chain(session->tls.ssl);
    }
    session->voice->ended(session->context, &result);
}

static void on_closed(uv_handle_t *handle)
{
    struct session *session = handle->data;
    if (--session->open_handles > 0)
        return;
    if (session->voice != NULL)
        tell(session);
    tls_done(&session->tls);
    free(session);
}

static void close_session(struct session *session)
{
    if (session->state == SESSION_CLOSES)
        return;
    session->state = SESSION_CLOSES;
    uv_close((uv_handle_t *)&session->tcp, on_closed);
    uv_close((uv_handle_t *)&session->timer, on_closed);
}

void session_drop(struct session *session)
{
    session->voice = NULL;
    close_session(session);
}

/* It ended by itself, as this if nothing is known yet. */
static void end_as(struct session *session, enum probe_outcome outcome)
{
    smtp_end(&session->smtp, outcome);
    close_session(session);
}

/* --- time --- */

static void on_time(uv_timer_t *timer)
{
    end_as(timer->data, PROBE_TIMEOUT);
}

/* We may be late (a slow disk, a long chain, a program that was stopped): what has come by now is
 * heard before. */
static void on_time_nearly(uv_timer_t *timer)
{
    uv_timer_start(timer, on_time, 1, 0);
}

static void allow(struct session *session, unsigned ms)
{
    uv_update_time(session->sessions->loop); /* what was done since may have taken long */
    uint64_t now = uv_now(session->sessions->loop);
    uint64_t left = session->end_ms > now ? session->end_ms - now : 0;
    uv_timer_start(&session->timer, on_time_nearly, ms < left ? ms : left, 0);
}

/* --- what is said --- */

static void on_written(uv_write_t *request, int status)
{
    (void)status; /* the reader sees it, too */
    free(request->data);
}

static void send_octets(struct session *session, const void *octets, size_t size)
{
    uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)octets, (unsigned)size);
    int sent = size > 0 ? uv_try_write((uv_stream_t *)&session->tcp, &buffer, 1) : 0;
    size_t begun = sent > 0 ? (size_t)sent : 0;
    if (begun == size)
        return;
    struct write *write = memory_get(sizeof *write + size - begun);
    memcpy(write->octets, (const char *)octets + begun, size - begun);
    buffer = uv_buf_init(write->octets, (unsigned)(size - begun));
    write->request.data = write;
    if (uv_write(&write->request, (uv_stream_t *)&session->tcp, &buffer, 1, on_written) != 0)
        free(write);
}

static void send_tls(struct session *session)
{
    const uint8_t *octets;
    size_t size = tls_written(&session->tls, &octets);
    send_octets(session, octets, size);
    tls_sent(&session->tls);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    (void)request;
    (void)status;
}

static void leave(struct session *session)
{
    const char *last = session->smtp.command;
    if (session->is_shaken) {
        tls_say_last(&session->tls, last);
        send_tls(session);
    } else {
        send_octets(session, last, strlen(last));
    }
    session->state = SESSION_LEAVES;
    allow(session, session->sessions->limits.leave_ms);
    if (*last == '\0' ||
        uv_shutdown(&session->shutdown, (uv_stream_t *)&session->tcp, on_shutdown) != 0)
        close_session(session);
}

/* --- what is heard --- */

static void shake(struct session *session, const uint8_t *octets, size_t size)
{
    enum tls_state state = tls_shake(&session->tls, octets, size);
    send_tls(session); /* the alert, too */
    if (state == TLS_SHAKING)
        return;
    if (state == TLS_FAILED) {
        smtp_end(&session->smtp, PROBE_TLS_FAILED);
        close_session(session);
        return;
    }
    session->is_shaken = true;
    smtp_secured(&session->smtp);
    leave(session);
}

static void begin_tls(struct session *session)
{
    if (tls_begin(&session->tls, session->sessions->tls, &session->server) != 0)
        memory_lack();
    session->state = SESSION_SHAKES;
    allow(session, session->sessions->limits.reply_ms);
    shake(session, NULL, 0);
}

static void talk(struct session *session, const uint8_t *octets, size_t size)
{
    switch (smtp_take(&session->smtp, octets, size)) {
    case SMTP_READ:
        return;
    case SMTP_WRITE:
        send_octets(session, session->smtp.command, strlen(session->smtp.command));
        allow(session, session->sessions->limits.reply_ms);
        return;
    case SMTP_SHAKE:
        begin_tls(session);
        return;
    case SMTP_CLOSE:
        leave(session);
        return;
    }
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
    (void)suggested;
    struct session *session = handle->data;
    *ret = uv_buf_init(session->sessions->octets, READ_SIZE);
}

static void on_octets(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct session *session = stream->data;
    const uint8_t *octets = (const uint8_t *)buffer->base;
    if (size < 0)
        end_as(session, size == UV_ETIMEDOUT ? PROBE_TIMEOUT : PROBE_CLOSED);
    else if (size > 0 && session->state == SESSION_TALKS)
        talk(session, octets, (size_t)size);
    else if (size > 0 && session->state == SESSION_SHAKES)
        shake(session, octets, (size_t)size);
}

/* --- the beginning --- */

static enum probe_outcome why_unconnected(int code)
{
    return code == UV_ECONNREFUSED ? PROBE_REFUSED
           : code == UV_ETIMEDOUT  ? PROBE_TIMEOUT
                                   : PROBE_UNREACHABLE;
}

static void on_connected(uv_connect_t *request, int code)
{
    struct session *session = request->handle->data;
    if (session->state != SESSION_CONNECTS)
        return; /* closed meanwhile */
    /* a connection that was reset before we knew of it */
    bool is_reset = code == UV_ECONNRESET || code == UV_EPIPE;
    if (code != 0 && !is_reset) {
        end_as(session, why_unconnected(code));
        return;
    }
    session->state = SESSION_TALKS;
    smtp_connected(&session->smtp);
    allow(session, session->sessions->limits.reply_ms);
    if (session->voice->connected != NULL)
        session->voice->connected(session->context);
    if (session->state != SESSION_TALKS)
        return; /* dropped meanwhile */
    if (is_reset || uv_read_start((uv_stream_t *)&session->tcp, on_room, on_octets) != 0)
        end_as(session, PROBE_CLOSED);
}

/* What cannot even begin ends from the loop as all do. */
static void on_failed_begin(uv_timer_t *timer)
{
    end_as(timer->data, PROBE_UNREACHABLE);
}

struct session *session_begin(struct sessions *sessions, const struct probes_address *address,
                              uint16_t port, const struct name *server,
                              const struct session_voice *voice, void *context)
{
    struct session *session = memory_zeroed(1, sizeof *session);
    struct sockaddr_storage to;
    session->sessions = sessions;
    session->voice = voice;
    session->context = context;
    session->server = *server;
    session->tls.alert = -1;
    uv_update_time(sessions->loop);
    session->end_ms = uv_now(sessions->loop) + sessions->limits.all_ms;
    smtp_begin(&session->smtp, sessions->helo);
    uv_tcp_init(sessions->loop, &session->tcp);
    uv_timer_init(sessions->loop, &session->timer);
    session->open_handles = 2;
    session->tcp.data = session->timer.data = session;
    endpoint_make(address->family, address->octets, port, &to);
    allow(session, sessions->limits.connect_ms);
    if (uv_tcp_connect(&session->connect, &session->tcp, (const struct sockaddr *)&to,
                       on_connected) != 0)
        uv_timer_start(&session->timer, on_failed_begin, 0, 0);
    return session;
}

/* A datagram socket that is connected has asked the kernel for the way, and nobody else. */
bool session_route(const struct probes_address *address, struct probes_address *ret_from)
{
    struct sockaddr_storage to, from;
    socklen_t size = endpoint_make(address->family, address->octets, SMTP_PORT, &to);
    socklen_t from_size = sizeof from;
    int fd = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool found = connect(fd, (const struct sockaddr *)&to, size) == 0 &&
                 getsockname(fd, (struct sockaddr *)&from, &from_size) == 0;
    close(fd);
    if (!found)
        return false;
    *ret_from = (struct probes_address){.family = address->family};
    endpoint_address(&from, ret_from->octets);
    return true;
}
