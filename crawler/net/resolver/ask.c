#include "crawler/net/resolver/ask.h"

#include "crawler/base/interrupt.h"
#include "crawler/core/wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
    UDP_TRIES = 3,
    BURST_ROOM = 4 << 20,
    CLASS_CHAOS = 3,
    OPT_SIZE = 11,
};

static uint64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static size_t write_question(const struct ask_question *question, uint8_t *message)
{
    uint16_t id = 0;
    if (getrandom(&id, sizeof id, 0) != (ssize_t)sizeof id)
        id = (uint16_t)now_ms();
    size_t size = question_write(&question->question, id, message);
    if (question->no_recursion)
        message[2] &= (uint8_t)~0x01U;
    if (question->chaos)
        message[size - OPT_SIZE - 1] = CLASS_CHAOS;
    return size;
}

static int connected(const struct sockaddr *resolver, int type)
{
    int fd = socket(resolver->sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t size =
        resolver->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (fd >= 0 && connect(fd, resolver, size) != 0 && errno != EINPROGRESS) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

/* true: ready; false: the time is over, or a signal asks to stop. */
static bool wait_for(int fd, short events, uint64_t deadline)
{
    unsigned interrupts = interrupt_count();
    for (;;) {
        uint64_t now = now_ms();
        struct pollfd poll_fd = {.fd = fd, .events = events};
        if (now >= deadline)
            return false;
        int ready = poll(&poll_fd, 1, (int)(deadline - now));
        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR || interrupt_count() > interrupts)
            return false;
    }
}

static bool is_reply(const struct ask_reply *reply, const uint8_t *message)
{
    return reply->size >= WIRE_HEADER_SIZE && memcmp(reply->bytes, message, 2) == 0 &&
           (reply->bytes[2] & 0x80);
}

static int read_reply(const struct ask_question *question, struct ask_reply *ret,
                      struct error *error)
{
    if (question->chaos)
        return 0;
    switch (message_read(ret->bytes, ret->size, &question->question, &ret->answer)) {
    case MESSAGE_OK:
        return 0;
    case MESSAGE_MALFORMED:
        return error_set(error, "the answer is malformed");
    case MESSAGE_MISMATCH:
        break;
    }
    return error_set(error, "the answer is for another question");
}

/* 1: an answer to the message; 0: none until the deadline; -1: errno. */
static int receive_udp(int fd, const uint8_t *message, uint64_t deadline, struct ask_reply *ret,
                       bool *ret_strange)
{
    while (wait_for(fd, POLLIN, deadline)) {
        ssize_t got = recv(fd, ret->bytes, sizeof ret->bytes, 0);
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return -1;
        ret->size = got > 0 ? (size_t)got : 0;
        if (is_reply(ret, message))
            return 1;
        *ret_strange |= got > 0;
    }
    return 0;
}

int ask_udp(const struct sockaddr *resolver, const struct ask_question *question,
            unsigned timeout_ms, struct ask_reply *ret, struct error *error)
{
    uint8_t message[QUESTION_SIZE_MAX];
    size_t size = write_question(question, message);
    uint64_t begin = now_ms();
    bool strange = false;
    unsigned interrupts = interrupt_count();
    int result = 0, fd = connected(resolver, SOCK_DGRAM);
    if (fd < 0)
        return error_set(error, "%s", strerror(errno));
    for (unsigned try = 1; try <= UDP_TRIES && result == 0 && interrupt_count() == interrupts;
         try++) {
        if (send(fd, message, size, MSG_NOSIGNAL) < 0)
            result = -1;
        else
            result = receive_udp(fd, message, begin + (uint64_t)timeout_ms * try / UDP_TRIES, ret,
                                 &strange);
    }
    int reason = errno;
    close(fd);
    if (result < 0)
        return error_set(error, "%s", strerror(reason));
    if (result == 0)
        return error_set(error, "no answer within %u ms%s", timeout_ms,
                         strange ? "; what came has another id, or is no answer" : "");
    return read_reply(question, ret, error);
}

static bool read_octets(int fd, uint8_t *bytes, size_t size, uint64_t deadline)
{
    while (size > 0) {
        ssize_t got = recv(fd, bytes, size, 0);
        if (got == 0)
            errno = ECONNRESET;
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return false;
        if (got > 0) {
            bytes += got;
            size -= (size_t)got;
        } else if (!wait_for(fd, POLLIN, deadline)) {
            errno = ETIMEDOUT;
            return false;
        }
    }
    return true;
}

static bool exchange_tcp(int fd, const uint8_t *message, size_t size, uint64_t deadline,
                         struct ask_reply *ret)
{
    uint8_t prefix[2] = {(uint8_t)(size >> 8), (uint8_t)size};
    struct iovec parts[2] = {{prefix, sizeof prefix}, {(void *)message, size}};
    struct msghdr header = {.msg_iov = parts, .msg_iovlen = 2};
    if (!wait_for(fd, POLLOUT, deadline)) {
        errno = ETIMEDOUT;
        return false;
    }
    if (sendmsg(fd, &header, MSG_NOSIGNAL) < 0 || !read_octets(fd, prefix, 2, deadline))
        return false;
    ret->size = (size_t)(prefix[0] << 8 | prefix[1]);
    if (!read_octets(fd, ret->bytes, ret->size, deadline))
        return false;
    errno = EBADMSG;
    return is_reply(ret, message);
}

int ask_tcp(const struct sockaddr *resolver, const struct ask_question *question,
            unsigned timeout_ms, struct ask_reply *ret, struct error *error)
{
    uint8_t message[QUESTION_SIZE_MAX];
    size_t size = write_question(question, message);
    int fd = connected(resolver, SOCK_STREAM);
    if (fd < 0)
        return error_set(error, "%s", strerror(errno));
    bool done = exchange_tcp(fd, message, size, now_ms() + timeout_ms, ret);
    int reason = errno;
    close(fd);
    if (!done)
        return error_set(error, "%s", strerror(reason));
    return read_reply(question, ret, error);
}

int ask_whole(const struct sockaddr *resolver, const struct ask_question *question,
              unsigned timeout_ms, struct ask_reply *ret, struct error *error)
{
    struct error reason;
    if (ask_udp(resolver, question, timeout_ms, ret, error) != 0)
        return -1;
    if (!ret->answer.truncated)
        return 0;
    if (ask_tcp(resolver, question, timeout_ms, ret, &reason) != 0)
        return error_set(error, "truncated, and over TCP: %s", reason.text);
    return ret->answer.truncated ? error_set(error, "truncated, over TCP, too") : 0;
}

/* Answers until none comes for as long as one may take. */
static int count_answers(int fd, unsigned timeout_ms)
{
    uint8_t bytes[EDNS_UDP_SIZE_LOOPBACK];
    int answers = 0;
    while (answers < ASK_BURST && wait_for(fd, POLLIN, now_ms() + timeout_ms)) {
        ssize_t got = recv(fd, bytes, sizeof bytes, 0);
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            break;
        answers += got > 0;
    }
    return answers;
}

int ask_burst(const struct sockaddr *resolver, unsigned timeout_ms)
{
    static const struct ask_question question = {
        .question = {.name = {.length = 1}, .type = TYPE_SOA},
        .no_recursion = true,
    };
    uint8_t message[QUESTION_SIZE_MAX];
    size_t size = write_question(&question, message);
    int fd = connected(resolver, SOCK_DGRAM), room = BURST_ROOM;
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    int sent = 0;
    for (; sent < ASK_BURST && wait_for(fd, POLLOUT, now_ms() + timeout_ms); sent++) {
        message[0] = (uint8_t)(sent >> 8); /* each another question: some answer one only once */
        message[1] = (uint8_t)sent;
        if (send(fd, message, size, MSG_NOSIGNAL) < 0)
            break;
    }
    int answers = sent == ASK_BURST ? count_answers(fd, timeout_ms) : -1;
    close(fd);
    return answers;
}

bool ask_version_read(const uint8_t *bytes, size_t size, char ret[ASK_VERSION_MAX])
{
    struct wire wire = {.bytes = bytes, .end = size};
    struct wire_record record;
    wire_skip(&wire, 4); /* id and flags */
    unsigned questions = wire_u16(&wire), answers = wire_u16(&wire);
    wire_skip(&wire, 4); /* the other counts */
    for (; questions > 0 && wire.error == WIRE_OK; questions--) {
        wire_skip_name(&wire);
        wire_skip(&wire, 4);
    }
    wire_record(&wire, &record);
    if (wire.error != WIRE_OK || answers == 0 || record.type != TYPE_TXT ||
        record.class != CLASS_CHAOS || record.data.offset == record.data.end)
        return false;
    size_t length = bytes[record.data.offset];
    wire_skip(&record.data, 1);
    struct wire text = wire_part(&record.data, length);
    if (text.error != WIRE_OK || length == 0)
        return false;
    size_t kept = length < ASK_VERSION_MAX - 1 ? length : ASK_VERSION_MAX - 1;
    for (size_t i = 0; i < kept; i++) {
        uint8_t octet = bytes[text.offset + i];
        ret[i] = octet >= 0x20 && octet < 0x7f ? (char)octet : '?';
    }
    ret[kept] = '\0';
    return true;
}

const struct ask_declined *ask_declined(const struct answer *answer)
{
#define ACCESS  "may this machine ask it? (its access list)"
#define NO_EDNS "it, or what is on the way to it, takes no questions with EDNS (RFC 6891)"
    static const struct ask_declined all[] = {
        {RCODE_REFUSED, "REFUSED", ACCESS},
        {RCODE_NOTIMP, "NOTIMP", ACCESS},
        {RCODE_FORMERR, "FORMERR", NO_EDNS},
        {RCODE_BADVERS, "BADVERS", NO_EDNS},
        {RCODE_BADCOOKIE, "BADCOOKIE", "it asks for DNS cookies (RFC 7873), which are not sent"},
    };
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
        if (answer->rcode == all[i].rcode)
            return &all[i];
    }
    return NULL;
}

bool ask_version(const struct sockaddr *resolver, unsigned timeout_ms, char ret[ASK_VERSION_MAX])
{
    static const uint8_t name[] = "\7version\4bind";
    struct ask_question question = {.question = {.type = TYPE_TXT}, .chaos = true};
    struct ask_reply *reply = malloc(sizeof *reply);
    struct error reason;
    question.question.name.length = sizeof name;
    memcpy(question.question.name.wire, name, sizeof name);
    bool told = reply != NULL && ask_udp(resolver, &question, timeout_ms, reply, &reason) == 0 &&
                ask_version_read(reply->bytes, reply->size, ret);
    free(reply);
    return told;
}
