#include "crawler/survey/allocation.h"

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
        stratum->drawn = 0;
        if (stratum->is_own)
            continue;
        parts->others->names += stratum->names;
        parts->others->part += stratum->part;
        stratum->part = 0;
    }
}

/* --- whole numbers in proportion, with a least and a most --- */

/* Sets the quotas of this factor; returns their sum. */
static double set_quotas(const struct parts *parts, double factor)
{
    double sum = 0;
    for (size_t i = 0; i <= parts->count; i++) {
        struct allocation_stratum *part = part_at(parts, i);
        double least = (double)least_of(part), most = part->part > 0 ? (double)part->names : 0;
        part->quota = part->part * factor;
        part->quota = part->quota < least ? least : part->quota > most ? most : part->quota;
        sum += part->quota;
    }
    return sum;
}

/* The factor at which the quotas are `draw` together, from below: they rise with it. */
static void fit_quotas(const struct parts *parts, double draw)
{
    double low = 0, high = 1;
    for (int i = 0; i < 1000 && set_quotas(parts, high) < draw; i++)
        high *= 2;
    for (int i = 0; i < 200; i++) {
        double middle = low + (high - low) / 2;
        if (set_quotas(parts, middle) <= draw)
            low = middle;
        else
            high = middle;
    }
    set_quotas(parts, low);
}

/* Largest remainders; of equal ones the first. */
static void round_quotas(const struct parts *parts, uint64_t draw)
{
    for (size_t i = 0; i <= parts->count; i++) {
        struct allocation_stratum *part = part_at(parts, i);
        part->drawn = (uint64_t)part->quota;
        part->quota -= (double)part->drawn;
        draw -= part->drawn;
    }
    while (draw > 0) {
        struct allocation_stratum *best = NULL;
        for (size_t i = 0; i <= parts->count; i++) {
            struct allocation_stratum *part = part_at(parts, i);
            if (part->part > 0 && part->drawn < part->names &&
                (best == NULL || part->quota > best->quota))
                best = part;
        }
        best->drawn++;
        best->quota -= 1;
        draw--;
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
    fit_quotas(&parts, (double)draw);
    round_quotas(&parts, draw);
    return true;
}
