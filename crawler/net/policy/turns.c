#include "crawler/net/policy/turns.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>
#include <xxhash.h>

void turns_init(struct turns *turns, uint64_t seed)
{
    memset(turns, 0, sizeof *turns);
    turns->seed = seed;
}

static bool same(const struct turn *a, const struct turn *b)
{
    return memcmp(&a->address, &b->address, sizeof a->address) == 0;
}

/* The link to who has the turn of this address; to NULL where nobody has. */
static struct turn **find(struct turns *turns, const struct turn *turn)
{
    uint64_t hash = XXH3_64bits_withSeed(&turn->address, sizeof turn->address, turns->seed);
    struct turn **link = &turns->buckets[hash % TURN_BUCKETS];
    while (*link != NULL && !same(*link, turn))
        link = &(*link)->next;
    return link;
}

bool turns_take(struct turns *turns, struct turn *turn)
{
    struct turn **link = find(turns, turn);
    struct turn *holder = *link;
    turn->next = turn->first = turn->last = NULL;
    if (holder == NULL) {
        *link = turn;
        return true;
    }
    if (holder->last != NULL)
        holder->last->next = turn;
    else
        holder->first = turn;
    holder->last = turn;
    return false;
}

struct turn *turns_give_back(struct turns *turns, struct turn *turn)
{
    struct turn **link = find(turns, turn);
    struct turn *heir = turn->first;
    assert(*link == turn);
    if (heir == NULL) {
        *link = turn->next;
        return NULL;
    }
    heir->first = heir->next;
    heir->last = heir->first != NULL ? turn->last : NULL;
    heir->next = turn->next;
    *link = heir;
    return heir;
}
