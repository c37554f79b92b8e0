/* window.h - our own load: how many questions may be under way to one resolver at once.
 *
 * Pure.  A resolver's socket takes what its receive buffer holds (with the kernel's default some
 * 270 questions); what comes while it is full is lost.  So the window begins small, and grows by
 * one with each answer until there is loss; then it is halved, and grows by one with each
 * windowful of answers.
 *
 *     slow start --- loss ---> halved --- answers ---> slowly larger --.
 *                                ^------------- loss ------------------'
 *
 * What is lost is known only by what came of it: a question that was sent again and then answered
 * at once.  Silence is no sign, names may be slow; nor are a few (WINDOW_LOSS_SHARE): a resolver
 * may drop what takes it long (Unbound's discard-timeout), and answer it from its memory.
 */
#ifndef MXSURVEY_NET_HEALTH_WINDOW_H
#define MXSURVEY_NET_HEALTH_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

enum {
    WINDOW_FIRST = 256,
    WINDOW_LEAST = 32,
    WINDOW_ROUND_MS = 500,
    WINDOW_LOSS_SHARE = 20, /* one of so many answers */
    WINDOW_LOSS_LEAST = 4,
};

struct window {
    unsigned most;
    unsigned size;    /* questions that may be under way */
    unsigned steady;  /* from here on it grows slowly */
    unsigned answers; /* since it last grew slowly */
    unsigned round_answers, round_lost;
    uint64_t round_ms;    /* begin of this round */
    uint64_t patience_ms; /* loss is heard of so late: no second halving before that */
    uint64_t halved_ms;   /* 0: never */
    uint64_t lost;        /* questions, in all */
};

/* patience_ms: after which an unanswered question is sent again */
void window_init(struct window *window, unsigned most, unsigned patience_ms, uint64_t now_ms);

/* An answer came; lost: of a question that had got lost before. */
void window_answered(struct window *window, bool lost, uint64_t now_ms);

/* The resolver says that it is asked too fast (EDE 31, 32): as a round with loss. */
void window_too_fast(struct window *window, uint64_t now_ms);

/* Were questions lost that had been sent at asked_ms or after?  Then silence proves nothing about
 * a name. */
bool window_lost_since(const struct window *window, uint64_t asked_ms);

#endif
