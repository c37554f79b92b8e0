/* turns.h - one at a time for each server address, first come, first served.
 *
 * Whoever has the turn of an address is in a hash table, with those who wait for
 * it behind; an address that nobody wants costs nothing.  The entries are embedded
 * in their owner's structure, which must stay until the turn is given back.  The
 * hash is seeded: addresses made to collide do not.
 */
#ifndef MXSURVEY_NET_POLICY_TURNS_H
#define MXSURVEY_NET_POLICY_TURNS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TURN_BUCKETS = 4096
};

struct server_address {
    uint8_t family; /* 4, 6 */
    uint8_t octets[16];
};

struct turn {
    struct server_address address; /* set by its owner, zeros behind four octets */
    struct turn *next;             /* in the bucket, or waiting */
    struct turn *first, *last;     /* who waits behind this one, which has the turn */
};

struct turns {
    uint64_t seed;
    struct turn *buckets[TURN_BUCKETS];
};

void turns_init(struct turns *turns, uint64_t seed);

/* true: it has the turn of its address; false: it waits until someone gives it. */
bool turns_take(struct turns *turns, struct turn *turn);

/* Ends a turn.  The one who has it now, or NULL: nobody waited. */
struct turn *turns_give_back(struct turns *turns, struct turn *turn);

#endif
