/* outage.h - is it the hosts, or are we cut off?
 *
 * A network that is gone, or a port 25 that is closed to us, is no fact about hosts.  A host that
 * gave no connection is one where the network was seen to be there meanwhile: a connection to
 * another was made after this meeting had begun.  Otherwise what was seen is held, until the next
 * connection makes it a fact.  A row of such meetings, with hosts of different operators, that is
 * longer than chance makes it is an outage: where a share p of the meetings so far gave no
 * connection, and m were settled, k in a row with p^k < 10^-6 / (m + 1), at least 20.  What is
 * held then says nothing.
 *
 * Pure: times are arguments, of a clock that never goes back.
 */
#ifndef MXSURVEY_PROBE_OUTAGE_H
#define MXSURVEY_PROBE_OUTAGE_H

#include "crawler/store/probes.h"

enum {
    OUTAGE_ROW_LEAST = 20,
    OUTAGE_ROW_MOST = 1500, /* whatever p: beyond this, all is held to be cut off */
    OUTAGE_HELD_MOST = 4096 /* of one operator's many dead hosts the oldest are then facts */
};

/* A meeting without a connection. */
struct silent {
    uint64_t host, operator_hash;
    uint64_t begun_ms;
    int64_t probed_at;
    bool second;                /* see struct visit */
    enum probe_outcome outcome; /* PROBE_NOT_MET: there was no way to it from here */
    struct probes_address address;
};

struct outage {
    uint64_t met, unmet;   /* settled: with a connection, and without */
    uint64_t connected_ms; /* of the last connection */
    bool was_connected;
    unsigned row; /* operators in a row */
    unsigned held_count;
    struct silent held[OUTAGE_HELD_MOST];
};

typedef void outage_fact(void *context, const struct silent *silent);

/* A connection is there: what was held are facts, handed over one by one. */
void outage_connected(struct outage *outage, uint64_t now_ms, outage_fact *fact, void *context);

/* true: it is an outage.  Hands over what is a fact. */
bool outage_silent(struct outage *outage, const struct silent *silent, outage_fact *fact,
                   void *context);

/* The end, without an outage: what is held are facts. */
void outage_end(struct outage *outage, outage_fact *fact, void *context);

#endif
