#include "crawler/net/health/limit.h"

void limit_init(struct limit *limit, uint64_t now_ms)
{
    *limit = (struct limit){.round_ms = now_ms};
}

void limit_answered(struct limit *limit, bool refused_before)
{
    limit->answered++;
    limit->proven = limit->proven || refused_before;
}

void limit_refused(struct limit *limit, bool refused_before)
{
    if (limit->per_second == 0 || !refused_before)
        limit->refused++;
}

bool limit_refuses_many(const struct limit *limit)
{
    return limit->refused >= LIMIT_MANY &&
           limit->refused >= (limit->answered + limit->refused) / LIMIT_MANY_SHARE;
}

/* Less is asked, and no less refused: no better than before is what is not clearly better. */
static bool is_vain(struct limit *limit)
{
    unsigned share = limit->refused * 100 / (limit->answered + limit->refused);
    bool better = limit->per_second == 0 || share < limit->share - limit->share / LIMIT_KEPT;
    limit->vain = better ? 0 : limit->vain + 1;
    limit->share = share;
    return limit->vain >= LIMIT_VAIN;
}

static void lower(struct limit *limit, uint64_t now_ms)
{
    unsigned granted = limit->answered - limit->answered / LIMIT_KEPT;
    if (limit->per_second == 0 || granted < limit->per_second)
        limit->per_second = granted;
    if (limit->per_second < LIMIT_LEAST)
        limit->per_second = LIMIT_LEAST;
    limit->lowered_ms = now_ms;
}

static void grow(struct limit *limit)
{
    limit->per_second += limit->per_second / LIMIT_GROWTH + 1;
    if (limit->per_second > LIMIT_FREE)
        limit->per_second = 0;
    limit->vain = 0;
}

static void judge_round(struct limit *limit, uint64_t now_ms)
{
    if (limit->vain >= LIMIT_VAIN)
        return;
    if (!limit_refuses_many(limit) || !limit->proven) {
        if (limit->per_second != 0 && limit->refused <= limit->answered / LIMIT_FEW_SHARE)
            grow(limit);
    } else if (is_vain(limit)) {
        limit->per_second = 0;
    } else {
        lower(limit, now_ms);
    }
}

void limit_tick(struct limit *limit, uint64_t now_ms)
{
    if (now_ms - limit->round_ms < LIMIT_ROUND_MS)
        return;
    judge_round(limit, now_ms);
    limit->answered = limit->refused = 0;
    limit->proven = false;
    limit->round_ms = now_ms;
}

bool limit_has_judged(const struct limit *limit, uint64_t failed_ms)
{
    return limit->round_ms > failed_ms;
}

bool limit_slows(const struct limit *limit, uint64_t asked_ms)
{
    return limit->per_second != 0 || (limit->lowered_ms != 0 && limit->lowered_ms >= asked_ms);
}
