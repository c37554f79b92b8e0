/* datagrams.h - many datagrams of one connected UDP socket in one system call.
 *
 * Most of a warm survey's time is spent in the kernel, a good part of it on the
 * way in and out.  Questions wait here until the loop is about to sleep, or
 * until the box is full; answers are fetched a box at a time.
 */
#ifndef MXSURVEY_NET_LOOKUP_DATAGRAMS_H
#define MXSURVEY_NET_LOOKUP_DATAGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DATAGRAMS_IN_COUNT = 32, /* in a box of answers */
    DATAGRAM_OUT_MAX = 512,  /* octets of a question; a longer one is refused */
    /* Octets of an answer; EDNS asks for fewer.  One that is longer all the same is cut, and says
     * so: its TC bit is set, as by a server that has cut it itself.  A multiple of a page would put
     * the beginnings of all answers into the same few lines of the processor's cache. */
    DATAGRAM_IN_MAX = 4096 + 64,
};

struct datagrams;

struct datagrams *datagrams_new(void); /* NULL: no memory */
void datagrams_free(struct datagrams *datagrams);

/* Copies a datagram into the outgoing box, which is sent when it is full, or before
 * where it has those of another socket.  False: too long. */
bool datagrams_put(struct datagrams *datagrams, int fd, const void *octets, size_t size);

/* Do some wait? */
bool datagrams_wait(const struct datagrams *datagrams);

/* Sends what waits.  What cannot be sent is dropped, as if it were lost on the way.  Returns
 * how many errors the socket reported (an ICMP error of an earlier datagram counts as one). */
unsigned datagrams_flush(struct datagrams *datagrams);

/* Fills the box with what has come; what was in it is gone.  Returns the number of datagrams,
 * or -1 with errno: EAGAIN where there is none. */
int datagrams_fetch(struct datagrams *datagrams, int fd);

/* The next datagram of the box, which stays until the next datagrams_fetch().  NULL: no more.
 * A connected socket gets them from its peer only. */
const uint8_t *datagrams_take(struct datagrams *datagrams, size_t *ret_size);

/* The one that so many datagrams_take() will pass over; NULL: there are not so many. */
const uint8_t *datagrams_peek(const struct datagrams *datagrams, unsigned passed_over,
                              size_t *ret_size);

/* The socket is about to be closed: what waits for it is sent, what came is dropped. */
void datagrams_forget(struct datagrams *datagrams);

#endif
