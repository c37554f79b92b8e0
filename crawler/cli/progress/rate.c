#include "crawler/cli/progress/rate.h"

enum {
    KNOWN_MS = 1000 /* what a few milliseconds say is chance: a box of questions, or none */
};

static void begin(struct progress_rate *rate, uint64_t now_ms, uint64_t count)
{
    rate->begun = true;
    rate->last_ms = now_ms;
    rate->last_count = count;
}

/* The sums begin at zero and fade together, so that the first intervals weigh what their length
 * says; the time before the counter first moves is nobody's pace and is left out, as is what it
 * had when first seen (a continued run, the first box of questions). */
void progress_rate_see(struct progress_rate *rate, uint64_t now_ms, uint64_t count,
                       unsigned over_ms)
{
    if (!rate->begun || (rate->ms == 0 && count == rate->last_count)) {
        begin(rate, now_ms, count);
        return;
    }
    double span = (double)(now_ms - rate->last_ms);
    double keep = (double)over_ms / ((double)over_ms + span);
    rate->count = rate->count * keep + (double)(count - rate->last_count);
    rate->ms = rate->ms * keep + span;
    rate->last_ms = now_ms;
    rate->last_count = count;
}

double progress_rate_a_second(const struct progress_rate *rate)
{
    return rate->ms < KNOWN_MS ? -1 : rate->count * 1000 / rate->ms;
}
