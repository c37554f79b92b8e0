#include "crawler/cli/check/ask.h"

#include "crawler/base/interrupt.h"

enum {
    WATCH_MS = 100,     /* looks for signals and at the resolver */
    PATIENCE_MS = 5000, /* for a resolver that answered a moment ago */
};

static void on_watch(uv_timer_t *timer)
{
    struct asker *asker = timer->data;
    struct lookup_counters counters;
    lookups_counters(asker->lookups, &counters);
    asker->interrupted = interrupt_count() > asker->interrupts;
    asker->resolver->gone = counters.pause != PAUSE_NONE &&
                            uv_now(timer->loop) - counters.paused_since_ms > PATIENCE_MS;
    if (asker->interrupted || asker->resolver->gone)
        uv_stop(timer->loop);
}

static void on_room(void *context)
{
    (void)context; /* all is asked at once */
}

static void on_lookups_closed(void *context)
{
    struct asker *asker = context;
    asker->open_handles--;
}

static void on_watch_closed(uv_handle_t *handle)
{
    on_lookups_closed(handle->data);
}

void asker_expect(struct asker *asker)
{
    asker->under_way++;
}

void asker_settled(struct asker *asker)
{
    if (--asker->under_way == 0)
        uv_stop(asker->resolver->loop);
}

int asker_run(struct asker *asker, struct asked_resolver *resolver,
              void (*begin)(struct asker *asker, void *context), void *context, struct error *error)
{
    uv_loop_t *loop = resolver->loop;
    if (resolver->gone)
        return 0;
    *asker = (struct asker){.resolver = resolver, .interrupts = interrupt_count()};
    uv_update_time(loop); /* nobody has run it for a while */
    asker->lookups = lookups_new(loop, resolver->settings, on_room, NULL, error);
    if (asker->lookups == NULL)
        return -1;
    lookups_confirm_failures(asker->lookups); /* there is no second pass */
    uv_timer_init(loop, &asker->watch);
    asker->watch.data = asker;
    uv_timer_start(&asker->watch, on_watch, WATCH_MS, WATCH_MS);
    asker_expect(asker); /* begin itself: what it need not ask is settled at once */
    begin(asker, context);
    if (--asker->under_way > 0)
        uv_run(loop, UV_RUN_DEFAULT);
    asker->open_handles = 2;
    uv_close((uv_handle_t *)&asker->watch, on_watch_closed);
    lookups_close(asker->lookups, on_lookups_closed, asker);
    while (asker->open_handles > 0)
        uv_run(loop, UV_RUN_ONCE);
    lookups_free(asker->lookups);
    return asker->interrupted ? 1 : 0;
}
