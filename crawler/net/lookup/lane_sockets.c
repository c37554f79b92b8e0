/* The sockets beneath c-ares: what it wants to read and to write comes through here. */
#include "crawler/net/lookup/lane_private.h"

#include "crawler/net/lookup/again.h"
#include "crawler/net/lookup/datagrams.h"
#include "crawler/net/lookup/stand_in.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    CASE_ANSWERS = 8,  /* that tell about a resolver that changes letters, */
    CASE_CAPITALS = 4, /* and of one that does not: small letters come back from one that makes all
                          of them small, too */
};

static ares_socket_t open_socket(int domain, int type, int protocol, void *context)
{
    struct lane *lane = context;
    int fd = socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    int size = (int)lane->settings.receive_buffer;
    if (fd == -1)
        return ARES_SOCKET_BAD;
    /* best effort: doctor tells what is missing.  FORCE passes net.core.rmem_max
     * and needs CAP_NET_ADMIN. */
    if (type == SOCK_DGRAM && size > 0 &&
        setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
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

/* The same letters as in the question; what is said without a question has none. */
static bool has_our_letters(const struct lane_question *question, const uint8_t *message,
                            unsigned *ret_capitals)
{
    const struct name *name = &question->what->name;
    uint8_t asked[QUESTION_SIZE_MAX];
    *ret_capitals = 0;
    if (message[4] == 0 && message[5] == 0)
        return true;
    lane_write_datagram(question, asked);
    for (size_t i = 0; i < name->length; i++)
        *ret_capitals += asked[WIRE_HEADER_SIZE + i] != name->wire[i];
    return memcmp(asked + WIRE_HEADER_SIZE, message + WIRE_HEADER_SIZE, name->length) == 0;
}

/* One that changes letters is known by its first answers: who forges them cannot know more than the
 * name. */
static bool is_answer_to(struct lane *lane, const struct lane_question *question,
                         const uint8_t *message, size_t size)
{
    if (!stand_in_fits(message, size, question->what))
        return false;
    if (!lane->settings.forgeable || lane->letters == CASE_CHANGED)
        return true;
    unsigned capitals;
    if (has_our_letters(question, message, &capitals)) {
        lane->kept += lane->letters == CASE_NOT_KNOWN ? capitals : 0;
        if (lane->kept >= CASE_CAPITALS)
            lane->letters = CASE_KEPT;
        return true;
    }
    if (lane->letters == CASE_NOT_KNOWN && ++lane->changed >= CASE_ANSWERS)
        lane->letters = CASE_CHANGED;
    return lane->letters != CASE_KEPT;
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
        uint16_t id = length >= WIRE_HEADER_SIZE ? lane_message_id(message) : 0;
        struct lane_question *question = length >= WIRE_HEADER_SIZE ? lane_find(lane, id) : NULL;
        if (length >= WIRE_HEADER_SIZE)
            lane->settings.events.heard(lane->settings.events.context);
        if (question != NULL && size >= STAND_IN_SIZE &&
            is_answer_to(lane, question, message, length)) {
            question->answer = message;
            question->answer_size = length;
            write_resolver(lane, from, from_size);
            stand_in_write(id, true, data);
            return STAND_IN_SIZE;
        }
        if (question != NULL)
            question->unreadable = true;
        lane->settings.events.stray(lane->settings.events.context);
    }
    errno = EAGAIN;
    return -1;
}

static ares_ssize_t receive(ares_socket_t fd, void *data, size_t size, int flags,
                            struct sockaddr *from, ares_socklen_t *from_size, void *context)
{
    (void)fd, (void)flags;
    return receive_datagram(context, data, size, from, from_size);
}

static void list(struct lane *lane, struct lane_question *question, uint16_t id)
{
    question->id = id;
    question->next = *lane_bucket(lane, id);
    question->listed = true;
    *lane_bucket(lane, id) = question;
}

/* The question that a message is about, or NULL. */
static struct lane_question *question_of(struct lane *lane, const uint8_t *message)
{
    struct lane_question *question = lane_find(lane, lane_message_id(message));
    if (question == NULL && lane->sending != NULL && !lane->sending->listed) {
        question = lane->sending;
        list(lane, question, lane_message_id(message));
    }
    return question;
}

static void put(struct lane *lane, struct lane_question *question)
{
    uint8_t message[QUESTION_SIZE_MAX];
    size_t size = lane_write_datagram(question, message);
    question->sent++;
    datagrams_put(lane->datagrams, lane->fd, message, size);
}

void lane_put_again(struct lane *lane, struct lane_question *question)
{
    question->again = false;
    question->sent_ms = uv_now(lane->settings.loop);
    lane->settings.events.again(lane->settings.events.context);
    put(lane, question);
}

static void wait_for_again(struct lane *lane, struct lane_question *question)
{
    if (question->again)
        return;
    question->again = true;
    if (!again_put(lane->again, question->id))
        lane_put_again(lane, question);
}

/* What cannot be sent is as good as lost on the way: the next try follows. */
static ares_ssize_t send_datagram(struct lane *lane, int fd, const void *bytes, size_t size)
{
    struct lane_question *question = size >= WIRE_HEADER_SIZE ? question_of(lane, bytes) : NULL;
    lane->fd = fd;
    if (question != NULL && question->sent == 0)
        put(lane, question);
    else if (question != NULL)
        wait_for_again(lane, question);
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
    (void)flags, (void)to, (void)to_size;
    return send_datagram(context, fd, bytes, size);
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
    (void)count; /* a message is one part */
    return send_datagram(context, fd, parts[0].iov_base, parts[0].iov_len);
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
