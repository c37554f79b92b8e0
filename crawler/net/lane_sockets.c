/* The sockets beneath c-ares: what it wants to read and to write comes through here. */
#include "crawler/net/lane_private.h"

#include "crawler/net/datagrams.h"
#include "crawler/net/stand_in.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

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
        uint16_t id = length >= LANE_HEADER_SIZE ? lane_message_id(message) : 0;
        struct lane_question *question = length >= LANE_HEADER_SIZE ? lane_find(lane, id) : NULL;
        if (length >= LANE_HEADER_SIZE)
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

static void list(struct lane *lane, struct lane_question *question, uint16_t id)
{
    question->id = id;
    question->next = *lane_bucket(lane, id);
    question->listed = true;
    *lane_bucket(lane, id) = question;
}

/* The question that a message is about, or NULL. */
static struct lane_question *note_sent(struct lane *lane, const uint8_t *message)
{
    struct lane_question *question = lane_find(lane, lane_message_id(message));
    if (question == NULL && lane->sending != NULL && !lane->sending->listed) {
        question = lane->sending;
        list(lane, question, lane_message_id(message));
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

/* What cannot be sent is as good as lost on the way: the next try follows. */
static ares_ssize_t send_datagram(struct lane *lane, int fd, const void *bytes, size_t size)
{
    uint8_t message[QUESTION_SIZE_MAX];
    const struct lane_question *question = note_sent(lane, bytes);
    if (question != NULL)
        datagrams_put(lane->datagrams, fd, message, lane_write_question(question, message));
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
    if (!lane->settings.tcp && size >= LANE_HEADER_SIZE)
        return send_datagram(lane, fd, bytes, size);
    ssize_t written = sendto(fd, bytes, size, flags | MSG_NOSIGNAL, to, to_size);
    if (lane->settings.tcp && written > 0)
        note_written(lane, bytes, (size_t)written);
    return written;
}

void lane_own_sockets(struct lane *lane)
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
    if (!lane->settings.tcp && count == 1 && parts[0].iov_len >= LANE_HEADER_SIZE)
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

void lane_own_sockets(struct lane *lane)
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
