/* responder.h - a DNS server on loopback for tests that misbehaves by request.
 *
 * It runs on the test's own loop.  The first label of the name asked says what
 * it does (see the table in responder.c); names below "ok" get a good answer.
 * Written apart from core/message.c: it builds its octets by hand.
 */
#ifndef MXSURVEY_TESTS_RESPONDER_H
#define MXSURVEY_TESTS_RESPONDER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

enum {
    RESPONDER_PORTS_MAX = 16
};

struct responder {
    uv_loop_t *loop;
    uv_udp_t udp;
    uv_tcp_t tcp;
    uint16_t port;
    bool open;
    unsigned udp_asked, tcp_asked, probes; /* probes: questions about the root, not in udp_asked */
    unsigned network_probes;               /* questions about names below mxsurvey-probe-... */
    bool died;                             /* of the question "killer": it is closed */
    unsigned answers_a_connection;         /* 0: no limit; after so many it is silent, */
    bool closes_connections;               /* or closes it */
    bool network_gone;                     /* all but the root's is SERVFAIL, at once */
    uint16_t ports[RESPONDER_PORTS_MAX];   /* that questions of udp_asked came from: the first
                                              different ones */
    unsigned port_count;
};

/* port 0: any that is free.  It is kept in responder->port. */
void responder_open(struct responder *responder, uv_loop_t *loop, uint16_t port);
void responder_close(struct responder *responder); /* run the loop afterwards */

/* Deaf: its sockets stay, nothing is read. */
void responder_deafen(struct responder *responder);
void responder_listen(struct responder *responder);

#endif
