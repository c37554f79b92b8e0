#include "crawler/survey/sample/allocation.h"

/* The strata, and behind them the others together */
struct parts {
    struct allocation_stratum *strata, *others;
    size_t count;
};

static struct allocation_stratum *part_at(const struct parts *parts, size_t at)
{
    return at < parts->count ? &parts->strata[at] : parts->others;
}

static uint64_t least_of(const struct allocation_stratum *part)
{
    return part->part > 0 ? part->names < 2 ? part->names : 2 : 0;
}

/* --- which are drawn by themselves, and by what --- */

static void take_apart(enum allocation how, uint64_t draw, const struct parts *parts)
{
    double all = 0;
    for (size_t i = 0; i < parts->count; i++)
        all += (double)parts->strata[i].names;
    *parts->others = (struct allocation_stratum){0};
    for (size_t i = 0; i < parts->count; i++) {
        struct allocation_stratum *stratum = &parts->strata[i];
        double names = (double)stratum->names;
        stratum->part = how == ALLOCATE_PROPORTIONAL ? names
                        : how == ALLOCATE_EQUAL      ? 1
                                                     : stratum->size;
        stratum->is_own = how == ALLOCATE_PROPORTIONAL
                              ? (double)draw >= all || names * (double)draw >= 2 * all
                              : stratum->part > 0;
        stratum->quota = 0;
        if (stratum->is_own)
            continue;
        parts->others->names += stratum->names;
        parts->others->part += stratum->part;
        stratum->part = 0;
    }
}

/* --- whole numbers in proportion, with a least and a most --- */

static double limited(const struct allocation_stratum *part)
{
    double least = (double)least_of(part), most = (double)part->names;
    return part->quota < least ? least : part->quota > most ? most : part->quota;
}

/* Shares out by the parts; returns how much more than `draw` they take within their limits. */
static double share_out(const struct parts *parts, double draw)
{
    double sum = 0, excess = 0;
    for (size_t i = 0; i <= parts->count; i++)
        sum += part_at(parts, i)->part;
    for (size_t i = 0; i <= parts->count; i++) {
        struct allocation_stratum *part = part_at(parts, i);
        if (part->part > 0) {
            part->quota = part->part * draw / sum;
            excess += limited(part) - part->quota;
        }
    }
    return excess;
}

/* Gives its limit to who is beyond it, and takes it from those who share: below the least where
 * the others will get less than now, so that it will not rise again, else above the most.  Returns
 * what these take: 0 where nobody is. */
static double settle(const struct parts *parts, double excess)
{
    double taken = 0;
    for (size_t i = 0; i <= parts->count; i++) {
        struct allocation_stratum *part = part_at(parts, i);
        double limit = limited(part);
        if (excess > 0 ? limit > part->quota : limit < part->quota) {
            part->quota = limit;
            part->part = 0;
            taken += limit;
        }
    }
    return taken;
}

static bool is_before(const struct allocation_stratum *part, const struct allocation_stratum *best)
{
    return part->quota > best->quota || (part->quota == best->quota && part->names > best->names);
}

/* Largest remainders, of equal ones that of the most names: it does not depend on the lists' order
 * while it can.  There are as many as names are left. */
static void round_quotas(const struct parts *parts, uint64_t draw)
{
    for (size_t i = 0; i <= parts->count; i++) {
        struct allocation_stratum *part = part_at(parts, i);
        part->drawn = (uint64_t)part->quota;
        part->quota -= (double)part->drawn;
        draw -= part->drawn;
    }
    for (; draw > 0; draw--) {
        struct allocation_stratum *best = part_at(parts, 0);
        for (size_t i = 1; i <= parts->count; i++) {
            if (is_before(part_at(parts, i), best))
                best = part_at(parts, i);
        }
        best->drawn++;
        best->quota = 0;
    }
}

bool allocate(enum allocation how, uint64_t draw, struct allocation_stratum *strata, size_t count,
              struct allocation_stratum *ret_others, uint64_t *ret_least)
{
    const struct parts parts = {strata, ret_others, count};
    uint64_t most = 0;
    *ret_least = 0;
    take_apart(how, draw, &parts);
    for (size_t i = 0; i <= count; i++) {
        const struct allocation_stratum *part = part_at(&parts, i);
        *ret_least += least_of(part);
        most += part->part > 0 ? part->names : 0;
    }
    if (draw > most)
        draw = most;
    if (draw < *ret_least)
        return false;
    double left = (double)draw;
    for (double taken = 1; taken > 0; left -= taken)
        taken = settle(&parts, share_out(&parts, left));
    round_quotas(&parts, draw);
    return true;
}
