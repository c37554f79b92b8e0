/* datagrams.h - many datagrams of one connected UDP socket in one system call.
 *
 * Most of a warm survey's time is spent in the kernel, a good part of it on the
 * way in and out.  Questions wait here until the loop is about to sleep, or
 * until the box is full; answers are fetched a box at a time.
 */
#ifndef MXSURVEY_NET_DATAGRAMS_H
#define MXSURVEY_NET_DATAGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

enum {
    DATAGRAM_OUT_MAX = 512, /* octets of a question; a longer one is refused */
    DATAGRAM_IN_MAX = 4096, /* octets of an answer; EDNS asks for 1,232 at most */
};

struct datagrams;

struct datagrams *datagrams_new(void); /* NULL: no memory */
void datagrams_free(struct datagrams *datagrams);

/* Copies a datagram into the outgoing box, which is sent first where it is full
 * or has those of another socket.  False: too long. */
bool datagrams_put(struct datagrams *datagrams, int fd, const void *octets, size_t size);

/* Sends what waits.  What cannot be sent is dropped, as if it were lost on the way.  Returns
 * how many errors the socket reported (an ICMP error of an earlier datagram counts as one). */
unsigned datagrams_flush(struct datagrams *datagrams);

/* The next datagram: at most size octets of it are copied to data, its address to from, unless
 * NULL.  Returns its length, or -1 with errno: EAGAIN where there is none.  may_fetch: false
 * gives only what is in the box. */
ssize_t datagrams_get(struct datagrams *datagrams, int fd, bool may_fetch, void *data, size_t size,
                      struct sockaddr *from, socklen_t *from_size);

/* The socket is about to be closed: what waits for it is sent, what came is dropped. */
void datagrams_forget(struct datagrams *datagrams);

#endif
