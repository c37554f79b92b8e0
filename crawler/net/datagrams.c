#include "crawler/net/datagrams.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    OUT_COUNT = 64,
    IN_COUNT = 32
};

struct datagrams {
    int out_fd;
    unsigned out_count;
    unsigned errors; /* since the last datagrams_flush() returned */
    unsigned in_next, in_count;
    struct mmsghdr out[OUT_COUNT], in[IN_COUNT];
    struct iovec out_parts[OUT_COUNT], in_parts[IN_COUNT];
    struct sockaddr_storage in_from[IN_COUNT];
    uint8_t out_octets[OUT_COUNT][DATAGRAM_OUT_MAX];
    uint8_t in_octets[IN_COUNT][DATAGRAM_IN_MAX];
};

struct datagrams *datagrams_new(void)
{
    /* malloc: pages of the boxes that are never used are never there */
    struct datagrams *datagrams = malloc(sizeof *datagrams);
    if (datagrams == NULL)
        return NULL;
    memset(datagrams, 0, offsetof(struct datagrams, in_from));
    for (unsigned i = 0; i < OUT_COUNT; i++) {
        datagrams->out_parts[i].iov_base = datagrams->out_octets[i];
        datagrams->out[i].msg_hdr = (struct msghdr){
            .msg_iov = &datagrams->out_parts[i],
            .msg_iovlen = 1,
        };
    }
    for (unsigned i = 0; i < IN_COUNT; i++) {
        datagrams->in_parts[i] = (struct iovec){datagrams->in_octets[i], DATAGRAM_IN_MAX};
        datagrams->in[i].msg_hdr = (struct msghdr){
            .msg_iov = &datagrams->in_parts[i],
            .msg_iovlen = 1,
            .msg_name = &datagrams->in_from[i],
            .msg_namelen = sizeof datagrams->in_from[i],
        };
    }
    return datagrams;
}

void datagrams_free(struct datagrams *datagrams)
{
    free(datagrams);
}

static void send_all(struct datagrams *datagrams)
{
    unsigned sent = 0, refusals = 0;
    while (sent < datagrams->out_count) {
        int count = sendmmsg(datagrams->out_fd, datagrams->out + sent, datagrams->out_count - sent,
                             MSG_NOSIGNAL);
        if (count >= 0) {
            sent += (unsigned)count;
            refusals = 0;
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
            break;
        /* an ICMP error of an earlier datagram is reported here, once */
        datagrams->errors++;
        if (++refusals == 2) {
            sent++;
            refusals = 0;
        }
    }
    datagrams->out_count = 0;
}

bool datagrams_put(struct datagrams *datagrams, int fd, const void *octets, size_t size)
{
    if (size > DATAGRAM_OUT_MAX)
        return false;
    if (datagrams->out_count == OUT_COUNT ||
        (datagrams->out_count > 0 && datagrams->out_fd != fd))
        send_all(datagrams);
    datagrams->out_fd = fd;
    memcpy(datagrams->out_octets[datagrams->out_count], octets, size);
    datagrams->out_parts[datagrams->out_count++].iov_len = size;
    return true;
}

unsigned datagrams_flush(struct datagrams *datagrams)
{
    if (datagrams->out_count > 0)
        send_all(datagrams);
    unsigned errors = datagrams->errors;
    datagrams->errors = 0;
    return errors;
}

/* Fills the box.  0, or -1 with errno. */
static int fetch(struct datagrams *datagrams, int fd)
{
    for (unsigned i = 0; i < datagrams->in_count; i++)
        datagrams->in[i].msg_hdr.msg_namelen = sizeof datagrams->in_from[i];
    datagrams->in_next = datagrams->in_count = 0;
    int count = recvmmsg(fd, datagrams->in, IN_COUNT, MSG_DONTWAIT, NULL);
    if (count <= 0)
        return -1;
    datagrams->in_count = (unsigned)count;
    return 0;
}

ssize_t datagrams_get(struct datagrams *datagrams, int fd, bool may_fetch, void *data, size_t size,
                      struct sockaddr *from, socklen_t *from_size)
{
    if (datagrams->in_next == datagrams->in_count) {
        if (!may_fetch) {
            errno = EAGAIN;
            return -1;
        }
        if (fetch(datagrams, fd) != 0)
            return -1;
    }
    unsigned i = datagrams->in_next++;
    size_t length = datagrams->in[i].msg_len < size ? datagrams->in[i].msg_len : size;
    memcpy(data, datagrams->in_octets[i], length);
    if (from != NULL && from_size != NULL) {
        socklen_t known = datagrams->in[i].msg_hdr.msg_namelen;
        memcpy(from, &datagrams->in_from[i], known < *from_size ? known : *from_size);
        *from_size = known;
    }
    return (ssize_t)length;
}

void datagrams_forget(struct datagrams *datagrams)
{
    datagrams_flush(datagrams);
    datagrams->in_next = datagrams->in_count = 0;
}
