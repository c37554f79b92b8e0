#include "crawler/core/cost.h"

void cost_measured(struct cost_rates *ret)
{
    *ret = (struct cost_rates){
        .questions = 4.05,
        .memory = 40e6,
        .memory_a_name = 25,
        .disk_a_name = 200,
    };
}

void cost_of(const struct cost_rates *rates, uint64_t names, uint64_t machines, struct cost *ret)
{
    ret->names = (double)(names / machines + (names % machines > 0));
    ret->questions = ret->names * rates->questions;
    ret->seconds = ret->questions / rates->rate;
    ret->memory = rates->memory + ret->names * rates->memory_a_name;
    ret->disk = ret->names * rates->disk_a_name;
}

uint64_t cost_machines(const struct cost_rates *rates, uint64_t names, double seconds)
{
    double machines = (double)names * rates->questions / rates->rate / seconds;
    uint64_t whole = (uint64_t)machines;
    return whole + ((double)whole < machines);
}
