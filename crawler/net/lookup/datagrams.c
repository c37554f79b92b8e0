#include "crawler/net/lookup/datagrams.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    OUT_COUNT = 256,
    OUT_OCTETS = 24576,
    FLAGS_AT = 2, /* the first octet of a message's flags */
    FLAG_TC = 0x02,
    SEGMENTS_MAX = 64, /* the kernel's UDP_MAX_SEGMENTS */
};

struct waiting {
    uint16_t offset, size; /* in out_octets */
    uint16_t next;         /* with the same size, +1; 0: none */
};

/* Control data of one message: the length of its datagrams. */
struct segment_size {
    _Alignas(struct cmsghdr) char octets[CMSG_SPACE(sizeof(uint16_t))];
};

struct datagrams {
    int out_fd;
    unsigned out_count, out_used; /* datagrams, octets */
    bool no_segments;             /* the system cannot cut a buffer into datagrams */
    unsigned errors;              /* since the last datagrams_flush() returned */
    unsigned in_next, in_count;
    struct waiting out[OUT_COUNT];
    uint16_t first_of_size[DATAGRAM_OUT_MAX + 1]; /* index of out, +1; while sending */
    struct mmsghdr messages[OUT_COUNT];
    struct iovec out_parts[OUT_COUNT];
    struct segment_size controls[OUT_COUNT];
    struct mmsghdr in[DATAGRAMS_IN_COUNT];
    struct iovec in_parts[DATAGRAMS_IN_COUNT];
    uint8_t out_octets[OUT_OCTETS];
    uint8_t in_octets[DATAGRAMS_IN_COUNT][DATAGRAM_IN_MAX];
};

struct datagrams *datagrams_new(void)
{
    struct datagrams *datagrams = calloc(1, sizeof *datagrams);
    if (datagrams == NULL)
        return NULL;
    for (unsigned i = 0; i < DATAGRAMS_IN_COUNT; i++) {
        datagrams->in_parts[i] = (struct iovec){datagrams->in_octets[i], DATAGRAM_IN_MAX};
        datagrams->in[i].msg_hdr = (struct msghdr){
            .msg_iov = &datagrams->in_parts[i],
            .msg_iovlen = 1,
        };
    }
    return datagrams;
}

void datagrams_free(struct datagrams *datagrams)
{
    free(datagrams);
}

/* The datagrams of one size as one message, which the kernel cuts into datagrams again: all
 * its work but the last step is done once. */
static void group(struct datagrams *datagrams, unsigned *messages, unsigned *parts, uint16_t first)
{
    struct mmsghdr *message = NULL;
    for (uint16_t i = first; i != 0; i = datagrams->out[i - 1].next) {
        const struct waiting *waiting = &datagrams->out[i - 1];
        struct iovec *part = &datagrams->out_parts[*parts];
        *part = (struct iovec){datagrams->out_octets + waiting->offset, waiting->size};
        if (message == NULL || message->msg_hdr.msg_iovlen == SEGMENTS_MAX ||
            datagrams->no_segments) {
            message = &datagrams->messages[(*messages)++];
            *message = (struct mmsghdr){.msg_hdr = {.msg_iov = part}};
        }
        (*parts)++;
        if (++message->msg_hdr.msg_iovlen != 2)
            continue;
        message->msg_hdr.msg_control = &datagrams->controls[message - datagrams->messages];
        message->msg_hdr.msg_controllen = sizeof *datagrams->controls;
        struct cmsghdr *control = CMSG_FIRSTHDR(&message->msg_hdr);
        control->cmsg_len = CMSG_LEN(sizeof waiting->size);
        control->cmsg_level = IPPROTO_UDP;
        control->cmsg_type = UDP_SEGMENT;
        memcpy(CMSG_DATA(control), &waiting->size, sizeof waiting->size);
    }
}

static unsigned make_messages(struct datagrams *datagrams)
{
    unsigned messages = 0, parts = 0;
    for (unsigned i = datagrams->out_count; i-- > 0;) { /* backwards: lists in order */
        struct waiting *waiting = &datagrams->out[i];
        waiting->next = datagrams->first_of_size[waiting->size];
        datagrams->first_of_size[waiting->size] = (uint16_t)(i + 1);
    }
    for (unsigned i = 0; i < datagrams->out_count; i++) {
        uint16_t *first = &datagrams->first_of_size[datagrams->out[i].size];
        if (*first == 0)
            continue;
        group(datagrams, &messages, &parts, *first);
        *first = 0;
    }
    return messages;
}

/* Where the system cannot cut messages: their parts, one by one. */
static void send_parts(struct datagrams *datagrams, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) {
        const struct msghdr *message = &datagrams->messages[i].msg_hdr;
        for (size_t j = 0; j < message->msg_iovlen; j++)
            send(datagrams->out_fd, message->msg_iov[j].iov_base, message->msg_iov[j].iov_len,
                 MSG_NOSIGNAL);
    }
}

static bool is_uncut(const struct datagrams *datagrams, unsigned message, int error)
{
    return datagrams->messages[message].msg_hdr.msg_iovlen > 1 &&
           (error == EINVAL || error == EIO || error == EOPNOTSUPP || error == EMSGSIZE);
}

static void send_all(struct datagrams *datagrams)
{
    unsigned count = make_messages(datagrams), sent = 0;
    bool again = false;
    while (sent < count) {
        int done =
            sendmmsg(datagrams->out_fd, datagrams->messages + sent, count - sent, MSG_NOSIGNAL);
        if (done >= 0) {
            sent += (unsigned)done;
            again = false;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
            break;
        } else if (is_uncut(datagrams, sent, errno)) {
            datagrams->no_segments = true;
            send_parts(datagrams, sent, count);
            break;
        } else if (errno != EINTR) {
            /* an ICMP error of an earlier datagram is reported here, once */
            datagrams->errors++;
            sent += again;
            again = !again;
        }
    }
    datagrams->out_count = datagrams->out_used = 0;
}

bool datagrams_put(struct datagrams *datagrams, int fd, const void *octets, size_t size)
{
    if (size > DATAGRAM_OUT_MAX)
        return false;
    if (datagrams->out_count > 0 && datagrams->out_fd != fd)
        send_all(datagrams);
    datagrams->out_fd = fd;
    datagrams->out[datagrams->out_count++] =
        (struct waiting){(uint16_t)datagrams->out_used, (uint16_t)size, 0};
    memcpy(datagrams->out_octets + datagrams->out_used, octets, size);
    datagrams->out_used += (unsigned)size;
    if (datagrams->out_count == OUT_COUNT || datagrams->out_used > OUT_OCTETS - DATAGRAM_OUT_MAX)
        send_all(datagrams);
    return true;
}

bool datagrams_wait(const struct datagrams *datagrams)
{
    return datagrams->out_count > 0;
}

unsigned datagrams_flush(struct datagrams *datagrams)
{
    if (datagrams->out_count > 0)
        send_all(datagrams);
    unsigned errors = datagrams->errors;
    datagrams->errors = 0;
    return errors;
}

int datagrams_fetch(struct datagrams *datagrams, int fd)
{
    datagrams->in_next = datagrams->in_count = 0;
    int count = recvmmsg(fd, datagrams->in, DATAGRAMS_IN_COUNT, MSG_DONTWAIT, NULL);
    datagrams->in_count = count > 0 ? (unsigned)count : 0;
    for (unsigned i = 0; i < datagrams->in_count; i++) {
        if ((datagrams->in[i].msg_hdr.msg_flags & MSG_TRUNC) != 0)
            datagrams->in_octets[i][FLAGS_AT] |= FLAG_TC;
    }
    return count;
}

const uint8_t *datagrams_peek(const struct datagrams *datagrams, unsigned passed_over,
                              size_t *ret_size)
{
    unsigned i = datagrams->in_next + passed_over;
    if (i >= datagrams->in_count)
        return NULL;
    *ret_size = datagrams->in[i].msg_len;
    return datagrams->in_octets[i];
}

const uint8_t *datagrams_take(struct datagrams *datagrams, size_t *ret_size)
{
    const uint8_t *next = datagrams_peek(datagrams, 0, ret_size);
    if (next != NULL)
        datagrams->in_next++;
    return next;
}

void datagrams_forget(struct datagrams *datagrams)
{
    datagrams_flush(datagrams);
    datagrams->in_next = datagrams->in_count = 0;
}
