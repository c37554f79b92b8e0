/* limit.h - a resolver that refuses what is too much: how many questions a second it grants.
 *
 * Pure.  Some resolvers take so many questions a second, or so many at once, and say REFUSED to the
 * others, not that they are asked too fast (EDE 31, 32).  Some say REFUSED to certain names.  Which
 * it is shows when a question is asked again: who answers it then has refused it for our haste.
 *
 *     no limit --- many refused in a round, one of them answered later ---> a part of what was
 *         ^                                                                 answered in the round
 *         |                                                                    |        ^
 *         '--- grown beyond LIMIT_FREE --- a little more each round <----------'        |
 *                                                  '------- many refused again ---------'
 *
 * Where asking less does not make the refused fewer, haste is not the reason (one of the servers
 * behind an address refuses us, say): after a few such rounds there is no limit any more.
 *
 * Only what no other resolver could answer counts as answered later: of several, one may refuse
 * what it likes.
 */
#ifndef MXSURVEY_NET_HEALTH_LIMIT_H
#define MXSURVEY_NET_HEALTH_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

enum {
    LIMIT_ROUND_MS = 1000,
    LIMIT_MANY = 4,        /* refused in a round, at least, */
    LIMIT_MANY_SHARE = 10, /* and one of so many replies */
    LIMIT_FEW_SHARE = 50,  /* less than one of so many refused: may grow */
    LIMIT_KEPT = 4,        /* of what was answered all but one of so many */
    LIMIT_GROWTH = 16,     /* one of so many in a round */
    LIMIT_LEAST = 10,      /* a second */
    LIMIT_VAIN = 4,        /* rounds in a row */
    LIMIT_FREE = 100000,
};

struct limit {
    unsigned per_second; /* 0: none */
    uint64_t round_ms;   /* begin of this round */
    unsigned answered, refused;
    bool proven;    /* in this round a question was answered that had been refused */
    unsigned share; /* of the round when it was last lowered: refused, percent of the replies; */
    unsigned vain;  /* rounds in a row since then that were no better */
    uint64_t lowered_ms; /* last; 0: never */
};

void limit_init(struct limit *limit, uint64_t now_ms);

/* A reply other than REFUSED; refused_before: to a question that was asked again for nothing else.
 */
void limit_answered(struct limit *limit, bool refused_before);

/* Where there is a limit, only what is refused for the first time counts: names that are always
 * refused, each asked again, are the more of what is asked the less that is. */
void limit_refused(struct limit *limit, bool refused_before);

/* Every few milliseconds: ends the round when it is time. */
void limit_tick(struct limit *limit, uint64_t now_ms);

/* Many are refused, in this round so far. */
bool limit_refuses_many(const struct limit *limit);

/* Is the round over in which a question was refused, at failed_ms? */
bool limit_has_judged(const struct limit *limit, uint64_t failed_ms);

/* Is there a limit, or was there since asked_ms?  Then REFUSED proves nothing about a name. */
bool limit_slows(const struct limit *limit, uint64_t asked_ms);

#endif
