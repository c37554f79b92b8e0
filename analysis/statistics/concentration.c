#include "analysis/statistics/concentration.h"

#include <stdbool.h>

const unsigned CONCENTRATION_OF[CONCENTRATION_RANKS] = {1, 5, 12};

enum {
    MOST = 12
};

/* The largest clusters, descending; one of `units` takes its place, and the last one goes. */
static bool place(uint64_t units, uint64_t top[MOST])
{
    if (units <= top[MOST - 1])
        return false;
    unsigned at = MOST - 1;
    for (; at > 0 && top[at - 1] < units; at--)
        top[at] = top[at - 1];
    top[at] = units;
    return true;
}

struct concentration concentration_of(const struct cluster *clusters, size_t length)
{
    struct concentration ret = {0};
    uint64_t top[MOST] = {0};
    double squares = 0; /* Hirschman 1945, Herfindahl 1950 */
    for (size_t i = 0; i < length; i++) {
        const struct cluster *cluster = &clusters[i];
        if (cluster->units == 0)
            continue;
        ret.clusters += cluster->times;
        ret.of += cluster->units * cluster->times;
        ret.having += cluster->count > 0 ? cluster->times : 0;
        squares += (double)cluster->units * (double)cluster->units * (double)cluster->times;
        for (uint64_t j = 0; j < cluster->times && place(cluster->units, top); j++)
            ;
    }
    ret.herfindahl = ret.of > 0 ? squares / ((double)ret.of * (double)ret.of) : 0;
    uint64_t sum = 0;
    for (unsigned at = 0, rank = 0; at < MOST; at++) {
        sum += top[at];
        if (at + 1 == CONCENTRATION_OF[rank])
            ret.largest[rank++] = sum;
    }
    return ret;
}
