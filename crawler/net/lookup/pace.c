#include "crawler/net/lookup/pace.h"

#include <assert.h>

enum {
    TOKEN = 1000, /* a rate of n a second fills n thousandths a millisecond */
    BURST_MS = 40,
};

void pace_init(struct pace *pace, unsigned per_second, uint64_t now_ms)
{
    *pace = (struct pace){
        .per_second = per_second,
        .capacity = (int64_t)per_second * BURST_MS + TOKEN,
        .filled_ms = now_ms,
    };
}

void pace_change(struct pace *pace, unsigned per_second, uint64_t now_ms)
{
    if (pace->per_second == per_second)
        return;
    pace_available(pace, now_ms); /* at the old rate until now */
    pace->per_second = per_second;
    pace->capacity = (int64_t)per_second * BURST_MS + TOKEN;
    pace->filled_ms = now_ms;
    if (pace->tokens > pace->capacity || per_second == 0)
        pace->tokens = per_second == 0 ? 0 : pace->capacity;
}

unsigned pace_available(struct pace *pace, uint64_t now_ms)
{
    if (pace->per_second == 0)
        return UINT32_MAX;
    if (now_ms > pace->filled_ms) {
        uint64_t passed = now_ms - pace->filled_ms;
        /* a gap longer than it takes to fill the bucket adds no more than that */
        if (passed > (uint64_t)((pace->capacity - pace->tokens) / pace->per_second))
            pace->tokens = pace->capacity;
        else
            pace->tokens += (int64_t)passed * pace->per_second;
        pace->filled_ms = now_ms;
    }
    return pace->tokens > 0 ? (unsigned)(pace->tokens / TOKEN) : 0;
}

void pace_take(struct pace *pace)
{
    if (pace->per_second == 0)
        return;
    assert(pace->tokens >= TOKEN);
    pace->tokens -= TOKEN;
}

void pace_owe(struct pace *pace)
{
    if (pace->per_second != 0)
        pace->tokens -= TOKEN;
}
