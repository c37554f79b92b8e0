/* schedule.h - manners: whom to meet next, and when.
 *
 * Pure: time is an argument, milliseconds of a clock that never goes back.  Of an operator one host
 * is met at a time, of an address prefix (/24, /48) too, and a second lies between the end of one
 * meeting and the beginning of the next; all together they begin at `rate` a second.  A host comes
 * once, but for those to be met once more, an hour later at the earliest.
 *
 * The operator with the most hosts left goes first, so that the time needed is that of the largest
 * one, or that of the rate, whichever is longer.  An operator whose next host has a prefix that is
 * not free waits for it, with the weight of all that wait there.
 *
 *     ready --schedule_next()--> handed out --schedule_take()--> under way --schedule_end()-.
 *       ^                           | prefix not free: waits for it                         |
 *       |                           '- schedule_skip(): no packet                           |
 *       '------------------- rests for a second <-------------------------------------------'
 *
 * 24 octets a host, 40 an operator.
 */
#ifndef MXSURVEY_PROBE_SCHEDULE_H
#define MXSURVEY_PROBE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SCHEDULE_PAUSE_MS = 1000, /* between two meetings of an operator, or of a prefix */
    SCHEDULE_AGAIN_S = 3600,  /* to the second meeting with who said 4xx */
    SCHEDULE_RATE = 10,       /* a second, unless told otherwise */
    SCHEDULE_RATE_MOST = 1000,
    SCHEDULE_AT_ONCE_MOST = 1000, /* meetings under way */
};

struct schedule;

struct schedule_settings {
    unsigned rate; /* meetings that begin in a second; 0: no limit */
    unsigned pause_ms;
    unsigned at_once;
};

/* A host that is handed out. */
struct visit {
    uint64_t host;
    uint64_t prefix; /* of schedule_take() */
    uint32_t group;  /* its operator's */
    uint32_t order;
    uint8_t address; /* which of its addresses comes next, from 0 */
    bool once_more;  /* it has said 4xx before, */
    bool second;     /* in this schedule */
};

struct schedule *schedule_new(const struct schedule_settings *settings);
void schedule_free(struct schedule *schedule); /* NULL ok */

/* Before schedule_begin(), in the order of visits.  operator_hash: hosts with the same one have one
 * operator.  due_ms: not before then; 0: at once. */
void schedule_add(struct schedule *schedule, uint64_t host, uint64_t operator_hash, uint64_t due_ms,
                  bool once_more);
void schedule_begin(struct schedule *schedule);

enum schedule_step {
    SCHEDULE_MEET, /* *ret_visit; then schedule_take(), or schedule_skip() */
    SCHEDULE_WAIT, /* until *ret_wait_ms from now, or for the end of a meeting */
    SCHEDULE_DONE, /* nobody is left, but for those that said 4xx less than an hour ago */
};
enum schedule_step schedule_next(struct schedule *schedule, uint64_t now_ms,
                                 struct visit *ret_visit, uint64_t *ret_wait_ms);

/* The prefix of IPv4 is /24, of IPv6 /48. */
uint64_t schedule_prefix(uint8_t family, const uint8_t *octets);

/* true: the meeting begins now.  false: somebody else's has the prefix, or had it less than a
 * second ago; the host will be handed out again. */
bool schedule_take(struct schedule *schedule, struct visit *visit, uint64_t prefix,
                   uint64_t now_ms);

/* It is not met after all; no packet was sent. */
void schedule_skip(struct schedule *schedule, const struct visit *visit);

enum visit_end {
    VISIT_DONE,
    VISIT_NEXT_ADDRESS, /* no connection: the same host next, at its next address */
    VISIT_ONCE_MORE,    /* 4xx: an hour later */
};
void schedule_end(struct schedule *schedule, const struct visit *visit, enum visit_end end,
                  uint64_t now_ms);

struct schedule_counts {
    uint64_t hosts;        /* all that were added, */
    uint64_t operators;    /* theirs, and */
    uint64_t largest;      /* hosts of the largest one */
    uint64_t left;         /* that are neither met, nor wait for their hour; largest_left of */
    uint64_t largest_left; /* one operator */
    unsigned under_way;
    uint64_t later;         /* wait for their hour, */
    uint64_t next_later_ms; /* which for the first of them ends then */
};
void schedule_counts(const struct schedule *schedule, struct schedule_counts *ret);

/* Seconds that so many hosts take at least, so many of them of the largest operator or prefix. */
uint64_t schedule_seconds(const struct schedule_settings *settings, uint64_t hosts,
                          uint64_t largest);

#endif
