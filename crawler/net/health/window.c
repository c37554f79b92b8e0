#include "crawler/net/health/window.h"

void window_init(struct window *window, unsigned most, unsigned patience_ms, uint64_t now_ms)
{
    *window = (struct window){
        .most = most,
        .size = most < WINDOW_FIRST ? most : WINDOW_FIRST,
        .steady = most,
        .round_ms = now_ms,
        .patience_ms = patience_ms,
    };
}

static void grow(struct window *window)
{
    if (window->size >= window->most)
        return;
    if (window->size < window->steady) {
        window->size++;
    } else if (++window->answers >= window->size) {
        window->answers = 0;
        window->size++;
    }
}

static void halve(struct window *window, uint64_t now_ms)
{
    window->size /= 2;
    if (window->size < WINDOW_LEAST)
        window->size = window->most < WINDOW_LEAST ? window->most : WINDOW_LEAST;
    window->steady = window->size;
    window->answers = 0;
    window->halved_ms = now_ms;
}

/* A new round begins. */
static void judge_round(struct window *window, uint64_t now_ms)
{
    bool loss = window->round_lost >= WINDOW_LOSS_LEAST &&
                window->round_lost >= window->round_answers / WINDOW_LOSS_SHARE;
    if (loss && (window->halved_ms == 0 || now_ms - window->halved_ms > window->patience_ms))
        halve(window, now_ms);
    window->round_answers = window->round_lost = 0;
    window->round_ms = now_ms;
}

void window_answered(struct window *window, bool lost, uint64_t now_ms)
{
    window->round_answers++;
    window->round_lost += lost;
    window->lost += lost;
    if (!lost)
        grow(window);
    if (now_ms - window->round_ms >= WINDOW_ROUND_MS)
        judge_round(window, now_ms);
}

void window_too_fast(struct window *window, uint64_t now_ms)
{
    if (window->halved_ms == 0 || now_ms - window->halved_ms >= WINDOW_ROUND_MS)
        halve(window, now_ms);
}

bool window_lost_since(const struct window *window, uint64_t asked_ms)
{
    return window->halved_ms > asked_ms;
}
