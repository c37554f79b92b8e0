/* ask.h - one question, one answer, waiting for it: for health checks.
 *
 * Blocking; not for surveys.
 */
#ifndef MXSURVEY_NET_RESOLVER_ASK_H
#define MXSURVEY_NET_RESOLVER_ASK_H

#include "crawler/core/error.h"
#include "crawler/core/message.h"

#include <sys/socket.h>

struct ask_question {
    struct question question;
    bool no_recursion; /* RD=0 */
    bool chaos;        /* class CH: the answer is not read, only its octets are there */
};

struct ask_reply {
    size_t size;
    uint8_t bytes[MESSAGE_SIZE_MAX];
    struct answer answer; /* not for chaos */
};

/* Asks over UDP (again after a third and two thirds of the time) or TCP.  0, or -1:
 * no answer in time, no way there, or an answer that cannot be read: said in error.  A signal that
 * is counted (interrupt.h) ends the wait. */
int ask_udp(const struct sockaddr *resolver, const struct ask_question *question,
            unsigned timeout_ms, struct ask_reply *ret, struct error *error);
int ask_tcp(const struct sockaddr *resolver, const struct ask_question *question,
            unsigned timeout_ms, struct ask_reply *ret, struct error *error);

/* Over UDP, and where the answer is truncated, over TCP, with as much time again. */
int ask_whole(const struct sockaddr *resolver, const struct ask_question *question,
              unsigned timeout_ms, struct ask_reply *ret, struct error *error);

/* How a resolver says that it will not answer, whatever the name (RFC 1035 s4.1.1, RFC 6891 s7, RFC
 * 7873 s5.2.4). */
struct ask_declined {
    unsigned rcode;
    const char *word, *hint; /* hint: what an operator may look at */
};

/* NULL: it does not say so. */
const struct ask_declined *ask_declined(const struct answer *answer);

enum {
    ASK_VERSION_MAX = 64,
    ASK_BURST = 1000, /* questions */
};

/* How many of ASK_BURST questions about the root, which ask for no recursion, are answered where
 * all are sent at once; -1: they cannot be sent.  What a resolver's socket does not take is lost.
 */
int ask_burst(const struct sockaddr *resolver, unsigned timeout_ms);

/* What a resolver says that it is (version.bind TXT, class CH), printable ASCII, `?` for
 * other octets, cut where it is longer.  false: it does not tell in time. */
bool ask_version(const struct sockaddr *resolver, unsigned timeout_ms, char ret[ASK_VERSION_MAX]);

/* The same of an answer's octets: the first string of the first record, which must be a TXT of
 * class CH.  false: there is none. */
bool ask_version_read(const uint8_t *bytes, size_t size, char ret[ASK_VERSION_MAX]);

#endif
