/* silence.h - server addresses that only let time pass.
 *
 * Connections to an address are made one after the other (turns.h): a server that
 * takes them and then says nothing would cost each of its thousand domains its whole
 * time, and the run its days.  So an address is given up for a while when it has let
 * SILENCE_MAX connections in a row time out, or one before it was even open.  When the
 * while is over, one connection is tried again, and if that times out too, the address
 * is given up anew.
 *
 * A table of fixed size: an address that falls on another's place makes that one
 * forgotten, which costs it SILENCE_MAX further tries.  The hash is seeded: nobody
 * chooses who falls where.
 */
#ifndef MXSURVEY_NET_POLICY_SILENCE_H
#define MXSURVEY_NET_POLICY_SILENCE_H

#include "crawler/net/policy/turns.h"

enum {
    SILENCE_MAX = 3,
    SILENCE_PLACES = 4096
};

struct silence {
    struct server_address address; /* zeros: free */
    unsigned timeouts;             /* in a row */
    uint64_t until_ms;             /* where they are SILENCE_MAX: given up until then */
};

struct silences {
    uint64_t seed;
    struct silence places[SILENCE_PLACES];
};

void silences_init(struct silences *silences, uint64_t seed);

/* A connection timed out, at which (connected) the server had taken it or not.  true: the
 * address is given up until the time. */
bool silence_timed_out(struct silences *silences, const struct server_address *address,
                       bool connected, uint64_t until_ms);

/* A connection ended in any other way: the server is not silent. */
void silence_broken(struct silences *silences, const struct server_address *address);

/* All that timed out may have been the network's doing. */
void silences_forget(struct silences *silences);

/* Is the address given up now? */
bool silence_holds(const struct silences *silences, const struct server_address *address,
                   uint64_t now_ms);

#endif
