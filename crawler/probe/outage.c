#include "crawler/probe/outage.h"

#include <math.h>
#include <string.h>

#define BY_CHANCE 1e-6

static void release(struct outage *outage, outage_fact *fact, void *context)
{
    for (unsigned i = 0; i < outage->held_count; i++)
        fact(context, &outage->held[i]);
    outage->unmet += outage->held_count;
    outage->held_count = 0;
    outage->row = 0;
}

void outage_connected(struct outage *outage, uint64_t now_ms, outage_fact *fact, void *context)
{
    release(outage, fact, context);
    outage->met++;
    outage->was_connected = true;
    outage->connected_ms = now_ms;
}

static bool holds_operator(const struct outage *outage, uint64_t operator_hash)
{
    for (unsigned i = 0; i < outage->held_count; i++) {
        if (outage->held[i].operator_hash == operator_hash)
            return true;
    }
    return false;
}

static void hold(struct outage *outage, const struct silent *silent, outage_fact *fact,
                 void *context)
{
    if (outage->held_count == OUTAGE_HELD_MOST) {
        fact(context, &outage->held[0]);
        outage->unmet++;
        memmove(outage->held, outage->held + 1, (OUTAGE_HELD_MOST - 1) * sizeof *outage->held);
        outage->held_count--;
    }
    outage->held[outage->held_count++] = *silent;
}

static bool is_beyond_chance(const struct outage *outage)
{
    double settled = (double)(outage->met + outage->unmet);
    double share = ((double)outage->unmet + 1) / (settled + 2);
    return outage->row >= OUTAGE_ROW_MOST ||
           (outage->row >= OUTAGE_ROW_LEAST &&
            (double)outage->row * log(share) < log(BY_CHANCE / (settled + 1)));
}

bool outage_silent(struct outage *outage, const struct silent *silent, outage_fact *fact,
                   void *context)
{
    if (outage->was_connected && outage->connected_ms >= silent->begun_ms) {
        fact(context, silent);
        outage->unmet++;
        return false;
    }
    if (!holds_operator(outage, silent->operator_hash))
        outage->row++;
    hold(outage, silent, fact, context);
    return is_beyond_chance(outage);
}

void outage_end(struct outage *outage, outage_fact *fact, void *context)
{
    release(outage, fact, context);
}
