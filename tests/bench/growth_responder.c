/* growth_responder.c - a resolver for the growth bench: answers for the world of population.h, as
 * one that validates would, over UDP in boxes of 64 messages; over TCP one question a connection.
 *
 *     growth-responder PORT FIGURES
 *
 * Ends at SIGTERM, and writes `key value` lines into the file FIGURES: questions (but those for the
 * root), when the first and the last came, and the longest pause between two boxes of them, in
 * seconds of CLOCK_MONOTONIC: that is how long loading, surveying and the rest took.
 */
#include "population.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    BOX = 64,
    QUESTION_ROOM = 512,
    ANSWER_ROOM = 1024,
    SOCKET_ROOM = 8 << 20,
    HEADER = 12,
    OPT_SIZE = 11,
    UDP_SIZE = 1232,
    TTL = 3600,
    EDE_NO_REACHABLE_AUTHORITY = 22,
    TCP_PATIENCE_S = 2,
};

enum type {
    A = 1,
    CNAME = 5,
    SOA = 6,
    MX = 15,
    TXT = 16,
    AAAA = 28,
    DNSKEY = 48,
    TLSA = 52
};
enum {
    CLASS_IN = 1,
    NOERROR = 0,
    FORMERR = 1,
    SERVFAIL = 2,
    NXDOMAIN = 3,
    REFUSED = 5
};

struct question {
    size_t size; /* of the header and the question */
    enum type type;
    size_t length;
    char name[256]; /* text, without a final dot; the root is empty */
};

struct reply {
    uint8_t *start, *end;
    unsigned answers, rcode, ede;
    bool secure;
};

static volatile sig_atomic_t stopping;

static uint8_t *put_u16(uint8_t *end, unsigned number)
{
    *end++ = (uint8_t)(number >> 8);
    *end++ = (uint8_t)number;
    return end;
}

static uint8_t *put_u32(uint8_t *end, uint32_t number)
{
    return put_u16(put_u16(end, number >> 16), number & 0xffff);
}

static uint8_t *put_octets(uint8_t *end, const void *octets, size_t size)
{
    memcpy(end, octets, size);
    return end + size;
}

/* A name's labels; without the root label, for a pointer may follow. */
static uint8_t *put_labels(uint8_t *end, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, ".");
        *end++ = (uint8_t)length;
        end = put_octets(end, text, length);
        text += length + (text[length] == '.');
    }
    return end;
}

static uint8_t *put_name(uint8_t *end, const char *text)
{
    end = put_labels(end, text);
    *end++ = 0;
    return end;
}

static uint8_t *put_pointer(uint8_t *end, size_t offset)
{
    return put_u16(end, 0xc000 | (unsigned)offset);
}

/* --- records --- */

/* All but the data, of a record of the name at the offset; *ret_size: where its size goes. */
static void begin_record(struct reply *reply, size_t offset, enum type type, uint8_t **ret_size)
{
    reply->answers++;
    reply->end = put_u32(put_u16(put_u16(put_pointer(reply->end, offset), type), CLASS_IN), TTL);
    *ret_size = reply->end;
    reply->end += 2;
}

static void end_record(const struct reply *reply, uint8_t *size)
{
    put_u16(size, (unsigned)(reply->end - size - 2));
}

static void put_record(struct reply *reply, size_t offset, enum type type, const void *data,
                       size_t size)
{
    uint8_t *at;
    begin_record(reply, offset, type, &at);
    reply->end = put_octets(reply->end, data, size);
    end_record(reply, at);
}

static void put_text(struct reply *reply, const char *text)
{
    uint8_t data[256] = {(uint8_t)strlen(text)};
    memcpy(data + 1, text, data[0]);
    put_record(reply, HEADER, TXT, data, data[0] + (size_t)1);
}

static void put_exchange(struct reply *reply, const struct exchange *record)
{
    uint8_t *size;
    begin_record(reply, HEADER, MX, &size);
    reply->end = put_u16(reply->end, record->preference);
    reply->end = record->own ? put_pointer(put_labels(reply->end, "mail"), HEADER)
                             : put_name(reply->end, record->text);
    end_record(reply, size);
}

/* Of the name, or of the alias's target: at the offset. */
static void put_address(struct reply *reply, const struct question *question, size_t offset)
{
    static const uint8_t ipv4[4] = {198, 18, 0, 1}, ipv6[16] = {0x20, 1, 0xd, 0xb8, [15] = 1};
    if (question->type == A)
        put_record(reply, offset, A, ipv4, sizeof ipv4);
    else if (question->type == AAAA && population_has_ipv6(question->name, question->length))
        put_record(reply, offset, AAAA, ipv6, sizeof ipv6);
}

/* --- what a name is --- */

static void answer_domain(struct reply *reply, const struct question *question)
{
    struct domain domain;
    population_domain(question->name, question->length, &domain);
    if (domain.kind == KIND_NXDOMAIN)
        reply->rcode = NXDOMAIN;
    if (question->type == MX && domain.kind == KIND_FAILED) {
        reply->rcode = SERVFAIL;
        reply->ede = EDE_NO_REACHABLE_AUTHORITY;
    }
    if (domain.kind == KIND_IMPLICIT)
        put_address(reply, question, HEADER);
    for (unsigned i = 0; question->type == MX && i < domain.record_count; i++)
        put_exchange(reply, &domain.records[i]);
}

static void answer_host(struct reply *reply, const struct question *question)
{
    uint8_t *size;
    bool is_target = strncmp(question->name, "alias.", 6) == 0;
    if (is_target || !population_is_alias(question->name, question->length)) {
        put_address(reply, question, HEADER);
        return;
    }
    begin_record(reply, HEADER, CNAME, &size);
    size_t target = (size_t)(reply->end - reply->start);
    reply->end = put_pointer(put_labels(reply->end, "alias"), HEADER);
    end_record(reply, size);
    put_address(reply, question, target);
}

static void answer_tlsa(struct reply *reply, const char *host, size_t length)
{
    static const uint8_t data[3 + 32] = {3, 1, 1, 0x4d}; /* DANE-EE, a key, SHA-256 */
    if (population_has_tlsa(host, length))
        put_record(reply, HEADER, TLSA, data, sizeof data);
    else
        reply->rcode = NXDOMAIN;
}

static void answer_text(struct reply *reply, const struct question *question)
{
    size_t label = strcspn(question->name, ".");
    const char *domain = question->name + label + 1;
    size_t length = question->length - label - 1;
    if (question->name[1] == 's') { /* _smtp._tls */
        label = strcspn(domain, ".");
        if (population_has_tlsrpt(domain + label + 1, length - label - 1))
            put_text(reply, "v=TLSRPTv1; rua=mailto:tls@example.com");
    } else if (population_two_sts(domain, length)) {
        put_text(reply, "v=STSv1; id=1;");
        put_text(reply, "v=STSv1; id=2;");
    }
    if (reply->answers == 0)
        reply->rcode = NXDOMAIN;
}

static void answer_root(struct reply *reply, const struct question *question)
{
    static const uint8_t key[] = {1, 1, 3, 13, 1, 2, 3, 4};
    static const uint8_t soa[22] = {[5] = 1};
    reply->secure = true;
    if (question->type == DNSKEY)
        put_record(reply, HEADER, DNSKEY, key, sizeof key);
    else if (question->type == SOA)
        put_record(reply, HEADER, SOA, soa, sizeof soa);
}

static void answer_name(struct reply *reply, const struct question *question)
{
    static const char tlsa[] = "_25._tcp.";
    size_t dots = 0;
    if (question->length == 0) {
        answer_root(reply, question);
        return;
    }
    for (size_t i = 0; i < question->length; i++)
        dots += question->name[i] == '.';
    reply->secure = population_is_secure(question->name, question->length);
    if (strncmp(question->name, tlsa, sizeof tlsa - 1) == 0)
        answer_tlsa(reply, question->name + sizeof tlsa - 1, question->length - sizeof tlsa + 1);
    else if (question->type == TXT)
        answer_text(reply, question);
    else if (dots == 1)
        answer_domain(reply, question);
    else
        answer_host(reply, question);
}

/* --- messages --- */

static bool read_question(const uint8_t *message, size_t size, struct question *ret)
{
    size_t at = HEADER;
    ret->length = 0;
    if (size < HEADER + 5 || message[2] & 0x80 || message[4] != 0 || message[5] != 1)
        return false;
    for (; at < size && message[at] != 0; at += message[at] + (size_t)1) {
        if (message[at] > 63 || at + message[at] + 1 >= size ||
            ret->length + message[at] + 2 > sizeof ret->name)
            return false;
        if (ret->length > 0)
            ret->name[ret->length++] = '.';
        memcpy(ret->name + ret->length, message + at + 1, message[at]);
        ret->length += message[at];
    }
    if (at + 5 > size)
        return false;
    ret->name[ret->length] = '\0';
    ret->type = (enum type)(message[at + 1] << 8 | message[at + 2]);
    ret->size = at + 5;
    return true;
}

/* Of a denial, so that it is none of a server that only refers to others. */
static void put_denial(struct reply *reply)
{
    static const uint8_t soa[] = {0, 0, SOA, 0, CLASS_IN, 0, 0, 1, 44, 0, 22};
    reply->end = put_octets(reply->end, soa, sizeof soa);
    memset(reply->end, 0, 22);
    reply->end += 22;
}

static void put_opt(struct reply *reply)
{
    reply->end = put_u16(put_name(reply->end, ""), 41);
    reply->end = put_u32(put_u16(reply->end, UDP_SIZE), 0);
    reply->end = put_u16(reply->end, reply->ede > 0 ? 6 : 0);
    if (reply->ede > 0)
        reply->end = put_u16(put_u16(put_u16(reply->end, 15), 2), reply->ede);
}

/* 0: nothing is answered */
static size_t answer(const uint8_t *message, size_t size, uint8_t ret[ANSWER_ROOM],
                     bool *ret_is_root)
{
    struct question question;
    if (!read_question(message, size, &question))
        return 0;
    bool has_opt = message[11] > 0;
    struct reply reply = {.start = ret, .end = put_octets(ret, message, question.size)};
    *ret_is_root = question.length == 0;
    if (message[question.size - 1] == CLASS_IN)
        answer_name(&reply, &question);
    else
        reply.rcode = REFUSED;
    bool is_denial = reply.answers == 0 && (reply.rcode == NOERROR || reply.rcode == NXDOMAIN);
    if (is_denial)
        put_denial(&reply);
    if (has_opt)
        put_opt(&reply);
    bool authentic = reply.secure && reply.rcode != SERVFAIL && message[3] & 0x20;
    ret[2] = (uint8_t)(0x80 | (message[2] & 1));
    ret[3] = (uint8_t)(0x80 | (authentic ? 0x20 : 0) | (message[3] & 0x10) | reply.rcode);
    put_u16(put_u16(put_u16(ret + 6, reply.answers), is_denial), has_opt);
    return (size_t)(reply.end - ret);
}

/* --- sockets --- */

struct figures {
    uint64_t questions;
    double first, last, longest_pause;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void note(struct figures *figures, unsigned questions)
{
    double time = now();
    if (questions == 0)
        return;
    if (figures->questions == 0)
        figures->first = time;
    else if (time - figures->last > figures->longest_pause)
        figures->longest_pause = time - figures->last;
    figures->last = time;
    figures->questions += questions;
}

struct box {
    struct mmsghdr in[BOX], out[BOX];
    struct iovec in_parts[BOX], out_parts[BOX];
    struct sockaddr_in from[BOX];
    uint8_t questions[BOX][QUESTION_ROOM], answers[BOX][ANSWER_ROOM];
};

/* All that has come; false: nothing. */
static bool serve_box(int fd, struct box *box, struct figures *figures)
{
    unsigned count = 0, of_names = 0;
    for (unsigned i = 0; i < BOX; i++) {
        box->in_parts[i] = (struct iovec){box->questions[i], QUESTION_ROOM};
        box->in[i].msg_hdr = (struct msghdr){.msg_name = &box->from[i],
                                             .msg_namelen = sizeof box->from[i],
                                             .msg_iov = &box->in_parts[i],
                                             .msg_iovlen = 1};
    }
    int got = recvmmsg(fd, box->in, BOX, MSG_DONTWAIT, NULL);
    for (int i = 0; i < got; i++) {
        bool is_root = false;
        size_t size = answer(box->questions[i], box->in[i].msg_len, box->answers[count], &is_root);
        if (size == 0)
            continue;
        of_names += !is_root;
        box->out_parts[count] = (struct iovec){box->answers[count], size};
        box->out[count].msg_hdr = (struct msghdr){.msg_name = &box->from[i],
                                                  .msg_namelen = sizeof box->from[i],
                                                  .msg_iov = &box->out_parts[count],
                                                  .msg_iovlen = 1};
        count++;
    }
    note(figures, of_names);
    for (unsigned sent = 0; sent < count;) {
        int more = sendmmsg(fd, box->out + sent, count - sent, 0);
        if (more <= 0)
            break;
        sent += (unsigned)more;
    }
    return got > 0;
}

/* One that is slow is left: mxsurvey is not. */
static void serve_connection(int listener)
{
    uint8_t prefix[2], question[QUESTION_ROOM], reply[2 + ANSWER_ROOM];
    bool is_root;
    int fd = accept(listener, NULL, NULL);
    const struct timeval patience = {.tv_sec = TCP_PATIENCE_S};
    if (fd < 0)
        return;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (recv(fd, prefix, 2, MSG_WAITALL) == 2) {
        size_t size = (size_t)(prefix[0] << 8 | prefix[1]);
        if (size <= sizeof question && recv(fd, question, size, MSG_WAITALL) == (ssize_t)size) {
            size = answer(question, size, reply + 2, &is_root);
            put_u16(reply, (unsigned)size);
            if (size > 0 && send(fd, reply, size + 2, MSG_NOSIGNAL) < 0)
                perror("growth-responder: send");
        }
    }
    close(fd);
}

static int open_socket(int type, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int room = SOCKET_ROOM, on = 1;
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (type == SOCK_DGRAM) {
        if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
            setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
        if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) != 0)
            setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    }
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        (type == SOCK_STREAM && listen(fd, 16) != 0)) {
        perror("growth-responder: bind");
        exit(1);
    }
    return fd;
}

static void on_signal(int number)
{
    (void)number;
    stopping = 1;
}

static int write_figures(const struct figures *figures, const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return -1;
    fprintf(file, "questions %" PRIu64 "\nfirst %.3f\nlast %.3f\nlongest_pause %.3f\n",
            figures->questions, figures->first, figures->last, figures->longest_pause);
    return fclose(file);
}

int main(int argc, char **argv)
{
    static struct box box;
    struct figures figures = {0};
    unsigned long port = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
    if (port == 0 || port > UINT16_MAX) {
        fprintf(stderr, "usage: growth-responder PORT FIGURES\n");
        return 2;
    }
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_signal}, NULL);
    struct pollfd sockets[2] = {
        {.fd = open_socket(SOCK_DGRAM, (uint16_t)port), .events = POLLIN},
        {.fd = open_socket(SOCK_STREAM, (uint16_t)port), .events = POLLIN},
    };
    while (!stopping) {
        if (poll(sockets, 2, -1) < 0)
            continue;
        if (sockets[1].revents != 0)
            serve_connection(sockets[1].fd);
        while (!stopping && serve_box(sockets[0].fd, &box, &figures))
            ;
    }
    if (write_figures(&figures, argv[2]) != 0) {
        fprintf(stderr, "growth-responder: %s: %s\n", argv[2], strerror(errno));
        return 1;
    }
    return 0;
}
