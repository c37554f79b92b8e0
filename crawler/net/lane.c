#include "crawler/net/lane.h"

#include "crawler/base/memory.h"
#include "crawler/net/datagrams.h"
#include "crawler/net/stand_in.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    /* A fast resolver could keep c-ares reading for ever; the socket stays
     * readable, so the rest is read in the loop's next turn. */
    BOXES_A_TURN = 8,
    HEADER_SIZE = 12,
};

struct lane_socket {
    struct lane_socket *next;
    struct lane *lane;
    uv_poll_t poll;
    int fd;
    int events;
    bool closing;
};

/* Questions by id */

static struct lane_question **bucket(struct lane *lane, uint16_t id)
{
    return &lane->by_id[id % LANE_BUCKETS];
}

static struct lane_question *find(struct lane *lane, uint16_t id)
{
    struct lane_question *question = *bucket(lane, id);
    while (question != NULL && question->id != id)
        question = question->next;
    return question;
}

static void list(struct lane *lane, struct lane_question *question, uint16_t id)
{
    question->id = id;
    question->next = *bucket(lane, id);
    question->listed = true;
    *bucket(lane, id) = question;
}

static void unlist(struct lane *lane, struct lane_question *question)
{
    struct lane_question **link = bucket(lane, question->id);
    while (*link != question)
        link = &(*link)->next;
    *link = question->next;
    question->listed = false;
}

static uint16_t message_id(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* The sockets beneath c-ares */

static ares_socket_t open_socket(int domain, int type, int protocol, void *context)
{
    struct lane *lane = context;
    int fd = socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    int size = (int)lane->settings.receive_buffer, on = 1;
    if (fd == -1)
        return ARES_SOCKET_BAD;
    /* best effort: doctor tells what is missing.  FORCE passes net.core.rmem_max
     * and needs CAP_NET_ADMIN. */
    if (type == SOCK_DGRAM && size > 0 &&
        setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (type == SOCK_STREAM)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    lane->stream = (struct lane_stream){0};
    return fd;
}

static int close_socket(ares_socket_t fd, void *context)
{
    const struct lane *lane = context;
    if (lane->datagrams != NULL)
        datagrams_forget(lane->datagrams);
    return close(fd);
}

/* c-ares wants to see that it comes from there; the kernel has looked, the socket is connected. */
static void write_resolver(const struct lane *lane, struct sockaddr *from,
                           ares_socklen_t *from_size)
{
    const struct sockaddr_storage *resolver = &lane->settings.resolver;
    ares_socklen_t size =
        resolver->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (from == NULL || from_size == NULL)
        return;
    memcpy(from, resolver, size < *from_size ? size : *from_size);
    *from_size = size;
}

/* Hands c-ares the stand-in for the next answer in the box that is for a question under way;
 * what is not (late, forged, noise) is only a sign of life: c-ares 1.34 would close the socket
 * over noise, and every question on it would lose a try. */
static ares_ssize_t receive_datagram(struct lane *lane, void *data, size_t size,
                                     struct sockaddr *from, ares_socklen_t *from_size)
{
    const uint8_t *message;
    size_t length;
    while ((message = datagrams_take(lane->datagrams, &length)) != NULL) {
        uint16_t id = length >= HEADER_SIZE ? message_id(message) : 0;
        struct lane_question *question = length >= HEADER_SIZE ? find(lane, id) : NULL;
        if (length >= HEADER_SIZE)
            lane->settings.events.heard(lane->settings.events.context);
        if (question != NULL && stand_in_fits(message, length, question->what) &&
            size >= STAND_IN_SIZE) {
            question->answer = message;
            question->answer_size = length;
            write_resolver(lane, from, from_size);
            stand_in_write(id, true, data);
            return STAND_IN_SIZE;
        }
        if (question != NULL)
            question->unreadable = true;
    }
    errno = EAGAIN;
    return -1;
}

static ares_ssize_t receive(ares_socket_t fd, void *data, size_t size, int flags,
                            struct sockaddr *from, ares_socklen_t *from_size, void *context)
{
    struct lane *lane = context;
    if (!lane->settings.tcp)
        return receive_datagram(lane, data, size, from, from_size);
    ssize_t got = recvfrom(fd, data, size, flags, from, from_size);
    if (got > 0)
        lane->settings.events.heard(lane->settings.events.context);
    return got;
}

/* The question that a message is about, or NULL. */
static struct lane_question *note_sent(struct lane *lane, const uint8_t *message)
{
    struct lane_question *question = find(lane, message_id(message));
    if (question == NULL && lane->sending != NULL && !lane->sending->listed) {
        question = lane->sending;
        list(lane, question, message_id(message));
    }
    if (question != NULL && question->sent++ > 0)
        lane->settings.events.again(lane->settings.events.context);
    return question;
}

/* Which question a message is about does not matter: those that are more than the questions are
 * there once more. */
static void note_message(struct lane *lane)
{
    if (lane->unsent > 0)
        lane->unsent--;
    else
        lane->settings.events.again(lane->settings.events.context);
}

/* Octets that the TCP connection has taken. */
static void note_written(struct lane *lane, const uint8_t *octets, size_t size)
{
    struct lane_stream *stream = &lane->stream;
    for (size_t i = 0; i < size; i++) {
        if (stream->left > 0) {
            stream->left--;
            continue;
        }
        stream->length = stream->length << 8 | octets[i];
        if (++stream->length_octets < 2)
            continue;
        *stream = (struct lane_stream){.left = stream->length};
        note_message(lane);
    }
}

static void flush(struct lane *lane)
{
    for (unsigned errors = datagrams_flush(lane->datagrams); errors > 0; errors--)
        lane->settings.events.refused(lane->settings.events.context);
}

static void on_prepare(uv_prepare_t *prepare)
{
    flush(prepare->data);
}

static size_t write_question(const struct lane_question *question, uint8_t ret[QUESTION_SIZE_MAX])
{
    size_t size = question_write(question->what, question->id, ret);
    if (!question->recursion_desired)
        ret[2] &= (uint8_t)~0x01U;
    return size;
}

/* What cannot be sent is as good as lost on the way: the next try follows. */
static ares_ssize_t send_datagram(struct lane *lane, int fd, const void *bytes, size_t size)
{
    uint8_t message[QUESTION_SIZE_MAX];
    const struct lane_question *question = note_sent(lane, bytes);
    if (question != NULL)
        datagrams_put(lane->datagrams, fd, message, write_question(question, message));
    return (ares_ssize_t)size;
}

#if ARES_VERSION >= 0x012200 /* 1.34: the older functions would read one datagram a turn */

static int connect_socket(ares_socket_t fd, const struct sockaddr *address, ares_socklen_t size,
                          unsigned int flags, void *context)
{
    (void)flags, (void)context;
    return connect(fd, address, size);
}

static int set_option(ares_socket_t fd, ares_socket_opt_t option, const void *value,
                      ares_socklen_t size, void *context)
{
    (void)fd, (void)option, (void)value, (void)size, (void)context;
    errno = ENOSYS; /* none of them is asked for */
    return -1;
}

static ares_ssize_t transmit(ares_socket_t fd, const void *bytes, size_t size, int flags,
                             const struct sockaddr *to, ares_socklen_t to_size, void *context)
{
    struct lane *lane = context;
    if (!lane->settings.tcp && size >= HEADER_SIZE)
        return send_datagram(lane, fd, bytes, size);
    ssize_t written = sendto(fd, bytes, size, flags | MSG_NOSIGNAL, to, to_size);
    if (lane->settings.tcp && written > 0)
        note_written(lane, bytes, (size_t)written);
    return written;
}

static void own_sockets(struct lane *lane)
{
    static const struct ares_socket_functions_ex functions = {
        .version = 1,
        .flags = ARES_SOCKFUNC_FLAG_NONBLOCKING,
        .asocket = open_socket,
        .aclose = close_socket,
        .asetsockopt = set_option,
        .aconnect = connect_socket,
        .arecvfrom = receive,
        .asendto = transmit,
    };
    ares_set_socket_functions_ex(lane->channel, &functions, lane);
}

#else

static int connect_socket(ares_socket_t fd, const struct sockaddr *address, ares_socklen_t size,
                          void *context)
{
    (void)context;
    return connect(fd, address, size);
}

static ares_ssize_t transmit(ares_socket_t fd, const struct iovec *parts, int count, void *context)
{
    struct lane *lane = context;
    if (!lane->settings.tcp && count == 1 && parts[0].iov_len >= HEADER_SIZE)
        return send_datagram(lane, fd, parts[0].iov_base, parts[0].iov_len);
    struct msghdr message = {.msg_iov = (struct iovec *)parts, .msg_iovlen = (size_t)count};
    ssize_t written = sendmsg(fd, &message, MSG_NOSIGNAL);
    size_t left = lane->settings.tcp && written > 0 ? (size_t)written : 0;
    for (int i = 0; i < count && left > 0; i++) {
        size_t size = parts[i].iov_len < left ? parts[i].iov_len : left;
        note_written(lane, parts[i].iov_base, size);
        left -= size;
    }
    return written;
}

static void own_sockets(struct lane *lane)
{
    static const struct ares_socket_functions functions = {
        .asocket = open_socket,
        .aclose = close_socket,
        .aconnect = connect_socket,
        .arecvfrom = receive,
        .asendv = transmit,
    };
    ares_set_socket_functions(lane->channel, &functions, lane);
}

#endif

/* c-ares on the loop */

static void announce_answers(struct lane *lane)
{
    struct lane_question *questions[DATAGRAMS_IN_COUNT];
    const uint8_t *message;
    unsigned count = 0;
    size_t size;
    for (unsigned i = 0; (message = datagrams_peek(lane->datagrams, i, &size)) != NULL; i++) {
        questions[count] = size >= HEADER_SIZE ? find(lane, message_id(message)) : NULL;
        count += questions[count] != NULL;
    }
    lane->settings.events.come(questions, count);
}

/* A box at a time: answers stay in it while c-ares looks at their stand-ins.  No error of a UDP
 * socket is news about one question: c-ares is not told, and its time-outs go on. */
static void read_datagrams(struct lane_socket *open)
{
    struct lane *lane = open->lane;
    for (unsigned i = 0; i < BOXES_A_TURN && !open->closing; i++) {
        int count = datagrams_fetch(lane->datagrams, open->fd);
        if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            lane->settings.events.refused(lane->settings.events.context);
        if (count <= 0)
            break;
        bool more = datagrams_may_have_more(lane->datagrams);
        if (lane->settings.events.come != NULL)
            announce_answers(lane);
        ares_process_fd(lane->channel, open->fd, ARES_SOCKET_BAD);
        lane->settings.events.emptied(lane->settings.events.context);
        if (!more)
            break;
    }
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct lane_socket *open = poll->data;
    struct lane *lane = open->lane;
    bool readable = status < 0 || (events & UV_READABLE) != 0;
    if (readable && !lane->settings.tcp)
        read_datagrams(open);
    else
        ares_process_fd(lane->channel, readable ? open->fd : ARES_SOCKET_BAD,
                        events & UV_WRITABLE ? open->fd : ARES_SOCKET_BAD);
    /* libuv stops a handle whose socket has an error waiting; it is read by now */
    if (status < 0 && !open->closing)
        uv_poll_start(&open->poll, open->events, on_poll);
}

/* Handles of libuv are closed in its own time. */
static void one_handle_less(struct lane *lane)
{
    if (--lane->open_handles > 0 || !lane->closing)
        return;
    datagrams_free(lane->datagrams);
    lane->datagrams = NULL;
    lane->settings.events.closed(lane->settings.events.context);
}

static void on_socket_closed(uv_handle_t *handle)
{
    struct lane_socket *open = handle->data;
    struct lane *lane = open->lane;
    free(open);
    one_handle_less(lane);
}

static void on_flush_closed(uv_handle_t *handle)
{
    one_handle_less(handle->data);
}

static struct lane_socket *watch(struct lane *lane, int fd)
{
    struct lane_socket *open = memory_zeroed(1, sizeof *open);
    open->lane = lane;
    open->fd = fd;
    if (uv_poll_init(lane->settings.loop, &open->poll, fd) != 0) {
        free(open); /* unwatched: its questions time out, the resolver seems silent */
        return NULL;
    }
    open->poll.data = open;
    open->next = lane->sockets;
    lane->sockets = open;
    lane->open_handles++;
    return open;
}

static void on_socket_state(void *context, ares_socket_t fd, int readable, int writable)
{
    struct lane *lane = context;
    struct lane_socket **link = &lane->sockets;
    while (*link != NULL && (*link)->fd != fd)
        link = &(*link)->next;
    struct lane_socket *open = *link;
    if (readable || writable) {
        if (open == NULL)
            open = watch(lane, fd);
        if (open == NULL)
            return;
        open->events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
        uv_poll_start(&open->poll, open->events, on_poll);
    } else if (open != NULL) {
        *link = open->next;
        open->closing = true;
        uv_poll_stop(&open->poll); /* before c-ares closes the descriptor */
        uv_close((uv_handle_t *)&open->poll, on_socket_closed);
    }
}

static int set_resolver(struct lane *lane)
{
    char host[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + 16];
    const struct sockaddr_storage *address = &lane->settings.resolver;
    if (address->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
        uv_ip6_name(in6, host, sizeof host);
        snprintf(text, sizeof text, "[%s]:%u", host, ntohs(in6->sin6_port));
    } else {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;
        uv_ip4_name(in, host, sizeof host);
        snprintf(text, sizeof text, "%s:%u", host, ntohs(in->sin_port));
    }
    return ares_set_servers_ports_csv(lane->channel, text);
}

static bool batch_datagrams(struct lane *lane)
{
    lane->datagrams = datagrams_new();
    if (lane->datagrams == NULL)
        return false;
    uv_prepare_init(lane->settings.loop, &lane->flush);
    lane->flush.data = lane;
    uv_prepare_start(&lane->flush, on_prepare);
    uv_unref((uv_handle_t *)&lane->flush); /* it alone keeps no loop going */
    lane->open_handles++;
    return true;
}

int lane_init(struct lane *lane, const struct lane_settings *settings, struct error *error)
{
    char lookups[] = "b", nothing[] = "/dev/null";
    /* Not ARES_FLAG_EDNS: our messages have their OPT; c-ares' own would be
     * switched off for all by a single FORMERR without OPT. */
    struct ares_options options = {
        .flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES |
                 ARES_FLAG_STAYOPEN | (settings->tcp ? ARES_FLAG_USEVC : ARES_FLAG_IGNTC),
        .timeout = (int)settings->timeout_ms,
        .tries = (int)settings->tries,
        .lookups = lookups,
        .resolvconf_path = nothing,
        .sock_state_cb = on_socket_state,
        .sock_state_cb_data = lane,
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
               ARES_OPT_RESOLVCONF | ARES_OPT_SOCK_STATE_CB;
#ifdef ARES_OPT_MAXTIMEOUTMS
    /* newer ones choose the first wait by what they have measured; none is to be
     * longer than the last one promised */
    options.maxtimeout = (int)(settings->timeout_ms << (settings->tries - 1));
    mask |= ARES_OPT_MAXTIMEOUTMS;
#endif
#ifdef ARES_OPT_QUERY_CACHE
    options.qcache_max_ttl = 0; /* every question is to be answered by the resolver */
    mask |= ARES_OPT_QUERY_CACHE;
#endif
    memset(lane, 0, sizeof *lane);
    lane->settings = *settings;
    int status = ares_init_options(&lane->channel, &options, mask);
    if (status != ARES_SUCCESS) {
        lane->channel = NULL;
        return error_set(error, "c-ares cannot be started: %s", ares_strerror(status));
    }
    own_sockets(lane);
    status = set_resolver(lane);
    if (status == ARES_SUCCESS && !settings->tcp && !batch_datagrams(lane))
        status = ARES_ENOMEM;
    if (status == ARES_SUCCESS)
        return 0;
    ares_destroy(lane->channel);
    lane->channel = NULL;
    return error_set(error, "c-ares does not take the resolver's address: %s",
                     ares_strerror(status));
}

static void on_answer(void *context, int status, int timeouts, unsigned char *bytes, int size)
{
    struct lane_question *question = context;
    struct lane *lane = question->lane;
    (void)timeouts;
    lane->count--;
    if (question->listed)
        unlist(lane, question);
    size_t length = status == ARES_SUCCESS && size > 0 ? (size_t)size : 0;
    const uint8_t *message = bytes;
    if (!lane->settings.tcp) {
        message = question->answer;
        length = status == ARES_SUCCESS ? question->answer_size : 0;
    }
    lane->settings.events.ended(question, status, message, length, lane->sending != NULL);
}

void lane_send(struct lane *lane, struct lane_question *question, const struct question *what,
               uint16_t id, bool recursion_desired)
{
    uint8_t message[QUESTION_SIZE_MAX];
    assert(lane->count < LANE_QUESTIONS_MAX);
    while (find(lane, id) != NULL)
        id = (uint16_t)(id * 25173U + 13849U); /* visits all ids */
    *question = (struct lane_question){
        .lane = lane, .what = what, .id = id, .recursion_desired = recursion_desired};
    size_t size = STAND_IN_SIZE;
    if (lane->settings.tcp)
        size = write_question(question, message);
    else
        stand_in_write(id, false, message);
    lane->count++;
    lane->unsent += lane->settings.tcp;
    struct lane_question *outer = lane->sending;
    lane->sending = question;
    ares_send(lane->channel, message, (int)size, on_answer, question);
    lane->sending = outer;
}

bool lane_gathers(const struct lane *lane)
{
    return lane->datagrams != NULL && datagrams_wait(lane->datagrams);
}

void lane_tick(struct lane *lane)
{
    /* not ares_timeout(): it walks all questions in c-ares 1.18 */
    ares_process_fd(lane->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

void lane_abandon(struct lane *lane)
{
    assert(!lane->settings.tcp);
    ares_cancel(lane->channel);
}

void lane_close(struct lane *lane)
{
    lane->closing = true;
    lane->open_handles++; /* so that closed is called once, below or later */
    ares_destroy(lane->channel);
    lane->channel = NULL;
    if (lane->datagrams != NULL)
        uv_close((uv_handle_t *)&lane->flush, on_flush_closed);
    one_handle_less(lane);
}
