/* chain.h - the alias chain that an answer section shows; used by message.c. */
#ifndef MXSURVEY_CORE_CHAIN_H
#define MXSURVEY_CORE_CHAIN_H

#include "crawler/core/message.h"

enum {
    /* CNAME and DNAME records of one answer that are looked at, in message order.
     * A chain uses at most two a hop; the rest of a hostile answer costs nothing. */
    ALIAS_RECORDS_MAX = 128,
};

struct alias_records {
    const uint8_t *message; /* checked records of class IN, type CNAME or DNAME */
    size_t size;
    bool last; /* of several CNAMEs at one owner follow the last in wire order, not the first */
    unsigned count;
    uint16_t offsets[ALIAS_RECORDS_MAX];
};

/* Walks from a name over at most `limit` hops (up to HOPS_MAX), in whatever
 * order the records come.  ret_end: the name behind the last hop, and where
 * HOPS_MAX was reached the name that the resolver's answer ends at. */
void chain_walk(const struct alias_records *records, const struct name *from, unsigned limit,
                struct chain *ret, struct name *ret_end);

#endif
