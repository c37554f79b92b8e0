/* cost.h - what a survey of so many names costs, by measured rates.  Pure. */
#ifndef MXSURVEY_CORE_COST_H
#define MXSURVEY_CORE_COST_H

#include <stdint.h>

struct cost_rates {
    double questions;     /* of the survey to its resolver, a name */
    double rate;          /* questions a second, of one machine */
    double memory;        /* octets, of whatever survey */
    double memory_a_name; /* and besides */
    double disk_a_name;   /* octets */
};

/* As measured (GROWTH.md), but for the rate, which is the machine's. */
void cost_measured(struct cost_rates *ret);

/* Of each of the machines, which share the names evenly and work at the same time. */
struct cost {
    double names, questions, seconds, memory, disk;
};
void cost_of(const struct cost_rates *rates, uint64_t names, uint64_t machines, struct cost *ret);

/* The fewest machines that are done within so many seconds. */
uint64_t cost_machines(const struct cost_rates *rates, uint64_t names, double seconds);

#endif
