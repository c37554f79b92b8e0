#include "crawler/survey/pipeline.h"

#include "crawler/base/memory.h"

#include <stdlib.h>
#include <time.h>

enum {
    TICK_MS = 20,    /* looks after the store and the resolver */
    FLUSH_MS = 1000, /* rows wait no longer for the writer */
    STOP_PATIENCE_MS = 5000,
    PASSES_MAX = 4,
    NEXT_PASS_LEAST_MS = 5500, /* after one: */
    NEXT_PASS_MOST_MS = 300000,
    NEXT_PASS_SHARE = 4, /* a quarter of the time that it took */
    /* Domains that wait for hosts hold no place on the wire; this bounds their
     * memory (less than 1 KB each). */
    JOBS_PER_PLACE = 2,
    JOBS_LEAST = 4096,
    /* Of domains, in one turn of the loop: when the writer has caught up, there is room for some
     * thousands at once, whose questions would hold all that has come for 10 ms and more. */
    STARTS_A_TURN = 512,
};

struct pipeline {
    struct pipeline_settings settings;
    struct lookups *lookups;
    struct hosts *hosts;
    struct policies *policies; /* or NULL */
    struct domains *domains;
    uv_timer_t tick;
    uv_check_t turn;
    uint64_t turned_us, longest_turn_us; /* of this thread's CPU time; 0: not begun */
    unsigned pass;
    unsigned starts;     /* of domains, in this turn of the loop */
    bool names_left;     /* store_next() may have more in this pass */
    uint64_t pass_limit; /* domains that may still be started in this pass */
    unsigned jobs_max;
    int restarts; /* of the private resolver that the lookups know of */
    uint64_t started_ms, flushed_ms, stop_ms;
    uint64_t pass_began_ms, deferred_before; /* this pass */
    uint64_t next_pass_ms;                   /* its begin; 0: not known yet */
    enum pipeline_end end;
    void (*closed)(void *context);
    void *closed_context;
    unsigned closing; /* things that still close */
};

static void come_to_rest(struct pipeline *pipeline, enum pipeline_end end)
{
    if (pipeline->end != PIPELINE_RUNNING)
        return;
    pipeline->end = end;
    uv_timer_stop(&pipeline->tick);
    pipeline->settings.ended(pipeline->settings.context);
}

static bool idle(const struct pipeline *pipeline)
{
    const struct domain_counters *domains = domains_counters(pipeline->domains);
    return domains->under_way == 0 && domains->for_policies == 0 &&
           hosts_under_way(pipeline->hosts) == 0;
}

static void begin_pass(struct pipeline *pipeline)
{
    uint64_t done = store_done_count(pipeline->settings.store);
    uint64_t limit = pipeline->settings.limit;
    store_rewind(pipeline->settings.store);
    pipeline->pass++;
    pipeline->pass_began_ms = uv_now(pipeline->settings.loop);
    pipeline->next_pass_ms = 0;
    pipeline->deferred_before = domains_counters(pipeline->domains)->deferred;
    pipeline->names_left = true;
    pipeline->pass_limit = limit == 0 ? UINT64_MAX : limit > done ? limit - done : 0;
    if (pipeline->pass > 1)
        lookups_confirm_failures(pipeline->lookups);
    hosts_begin_pass(pipeline->hosts, pipeline->pass == PASSES_MAX);
    domains_begin_pass(pipeline->domains, pipeline->pass == PASSES_MAX);
}

static bool may_start(const struct pipeline *pipeline)
{
    return pipeline->names_left && pipeline->stop_ms == 0 && pipeline->end == PIPELINE_RUNNING &&
           pipeline->starts < STARTS_A_TURN &&
           domains_counters(pipeline->domains)->under_way < pipeline->jobs_max &&
           !hosts_are_queued(pipeline->hosts) && !store_busy(pipeline->settings.store);
}

static void feed(struct pipeline *pipeline)
{
    struct store_domain domain;
    for (unsigned room = lookups_room(pipeline->lookups); room > 0 && may_start(pipeline); room--) {
        enum store_next next = STORE_NEXT_NONE;
        if (pipeline->pass_limit > 0)
            next = store_next(pipeline->settings.store, &domain);
        if (next == STORE_NEXT_FAILED)
            come_to_rest(pipeline, PIPELINE_STORE_FAILED);
        pipeline->names_left = next != STORE_NEXT_NONE;
        if (next != STORE_NEXT)
            break;
        pipeline->pass_limit--;
        pipeline->starts++;
        domains_start(pipeline->domains, &domain);
    }
}

static uint64_t deferred_now(const struct pipeline *pipeline)
{
    return domains_counters(pipeline->domains)->deferred - pipeline->deferred_before;
}

/* When something new can be learned: not while the resolver still answers from its memory of
 * failures (RFC 9520; Unbound keeps SERVFAIL for 5 s), and the later, up to some minutes, the
 * longer this pass took: what is out of order for a moment is then in order again. */
static bool next_pass_is_due(struct pipeline *pipeline)
{
    uint64_t now = uv_now(pipeline->settings.loop);
    if (!pipeline->settings.wait_for_next_pass)
        return true;
    if (pipeline->next_pass_ms == 0) {
        uint64_t wait = (now - pipeline->pass_began_ms) / NEXT_PASS_SHARE;
        wait = wait < NEXT_PASS_LEAST_MS ? NEXT_PASS_LEAST_MS : wait;
        wait = wait > NEXT_PASS_MOST_MS ? NEXT_PASS_MOST_MS : wait;
        pipeline->next_pass_ms = now + wait;
    }
    return now >= pipeline->next_pass_ms;
}

/* Goes on to the next pass, or ends, once nothing is under way. */
static void advance(struct pipeline *pipeline)
{
    feed(pipeline);
    if (!idle(pipeline) || pipeline->end != PIPELINE_RUNNING)
        return;
    if (pipeline->stop_ms != 0) {
        come_to_rest(pipeline, PIPELINE_STOPPED);
    } else if (!pipeline->names_left) {
        if (deferred_now(pipeline) > 0) {
            if (!next_pass_is_due(pipeline))
                return;
            begin_pass(pipeline);
            feed(pipeline);
        } else {
            come_to_rest(pipeline, PIPELINE_FINISHED);
        }
    }
}

static void on_room(void *context)
{
    feed(context);
}

static void on_domain_finished(void *context)
{
    struct pipeline *pipeline = context;
    /* feeding is on_room()'s and the tick's: here only the end may be due */
    if (!pipeline->names_left || pipeline->stop_ms != 0)
        advance(pipeline);
}

static void watch_resolver(struct pipeline *pipeline, uint64_t now)
{
    struct lookup_counters counters;
    lookups_counters(pipeline->lookups, &counters);
    int restarts = pipeline->settings.resolver_restarts != NULL
                       ? pipeline->settings.resolver_restarts(pipeline->settings.context)
                       : 0;
    if (restarts > pipeline->restarts)
        lookups_restarted(pipeline->lookups);
    pipeline->restarts = restarts;
    bool out_of_patience = counters.pause != PAUSE_NONE &&
                           now - counters.paused_since_ms > pipeline->settings.patience_ms;
    if (restarts < 0 || out_of_patience)
        come_to_rest(pipeline, restarts >= 0 && counters.pause == PAUSE_NETWORK
                                   ? PIPELINE_NETWORK_GONE
                                   : PIPELINE_RESOLVER_GONE);
}

static void on_tick(uv_timer_t *timer)
{
    struct pipeline *pipeline = timer->data;
    uint64_t now = uv_now(pipeline->settings.loop);
    if (now - pipeline->flushed_ms >= FLUSH_MS) {
        store_flush(pipeline->settings.store);
        pipeline->flushed_ms = now;
    }
    if (store_failed(pipeline->settings.store, NULL)) {
        come_to_rest(pipeline, PIPELINE_STORE_FAILED);
        return;
    }
    if (pipeline->stop_ms != 0 && now - pipeline->stop_ms > STOP_PATIENCE_MS) {
        come_to_rest(pipeline, PIPELINE_STOPPED);
        return;
    }
    watch_resolver(pipeline, now);
    advance(pipeline);
}

/* What the loop works in one turn, everything else has to wait for.  Its time on the processor:
 * what other programs take of the machine is not of its doing. */
static void on_turn(uv_check_t *check)
{
    struct pipeline *pipeline = check->data;
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    uint64_t now = (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
    uint64_t took = pipeline->turned_us == 0 ? 0 : now - pipeline->turned_us;
    if (took > pipeline->longest_turn_us)
        pipeline->longest_turn_us = took;
    pipeline->turned_us = now;
    pipeline->starts = 0;
}

struct pipeline *pipeline_new(const struct pipeline_settings *settings, struct error *error)
{
    struct pipeline *pipeline = memory_zeroed(1, sizeof *pipeline);
    pipeline->settings = *settings;
    pipeline->jobs_max = settings->lookup->max_in_flight * JOBS_PER_PLACE + JOBS_LEAST;
    pipeline->lookups = lookups_new(settings->loop, settings->lookup, on_room, pipeline, error);
    if (pipeline->lookups == NULL) {
        free(pipeline);
        return NULL;
    }
    pipeline->hosts = hosts_new(
        &(struct hosts_settings){
            .lookups = pipeline->lookups,
            .store = settings->store,
            .exclude = settings->exclude,
            .suffixes = settings->suffixes,
            .most_at_once = settings->lookup->max_in_flight,
            .believe_ad = settings->believe_ad,
            .tlsa_policy = settings->tlsa_policy,
        },
        error);
    if (settings->sts != NULL && pipeline->hosts != NULL)
        pipeline->policies = policies_new(settings->loop, pipeline->lookups, settings->sts, error);
    pipeline->domains = domains_new(&(struct domains_settings){
        .lookups = pipeline->lookups,
        .store = settings->store,
        .hosts = pipeline->hosts,
        .suffixes = settings->suffixes,
        .believe_ad = settings->believe_ad,
        .policies = pipeline->policies,
        .exclude = settings->exclude,
        .finished = on_domain_finished,
        .context = pipeline,
    });
    uv_timer_init(settings->loop, &pipeline->tick);
    uv_check_init(settings->loop, &pipeline->turn);
    pipeline->tick.data = pipeline->turn.data = pipeline;
    if (pipeline->hosts == NULL)
        pipeline->end = PIPELINE_STORE_FAILED;
    else if (settings->sts != NULL && pipeline->policies == NULL)
        pipeline->end = PIPELINE_NOT_BEGUN;
    return pipeline;
}

void pipeline_start(struct pipeline *pipeline)
{
    uv_loop_t *loop = pipeline->settings.loop;
    uv_update_time(loop);
    pipeline->started_ms = pipeline->flushed_ms = uv_now(loop);
    begin_pass(pipeline);
    feed(pipeline); /* here, for the store's first call may wait for the disk */
    uv_update_time(loop);
    uv_timer_start(&pipeline->tick, on_tick, 0, TICK_MS);
    uv_check_start(&pipeline->turn, on_turn);
}

void pipeline_stop(struct pipeline *pipeline)
{
    struct lookup_counters counters;
    lookups_counters(pipeline->lookups, &counters);
    if (pipeline->stop_ms != 0 ||
        counters.pause != PAUSE_NONE) /* what is under way would not end */
        come_to_rest(pipeline, PIPELINE_STOPPED);
    else
        pipeline->stop_ms = uv_now(pipeline->settings.loop);
}

enum pipeline_end pipeline_ended(const struct pipeline *pipeline)
{
    return pipeline->end;
}

void pipeline_progress(const struct pipeline *pipeline, struct pipeline_progress *ret)
{
    const struct store *store = pipeline->settings.store;
    uint64_t limit = pipeline->settings.limit, listed = store_domain_count(store);
    uint64_t now = uv_now(pipeline->settings.loop);
    *ret = (struct pipeline_progress){
        .done = store_done_count(store),
        .total = limit != 0 && limit < listed ? limit : listed,
        .pass = pipeline->pass,
        .deferred = deferred_now(pipeline),
        .next_pass_in_ms = pipeline->next_pass_ms > now ? pipeline->next_pass_ms - now : 0,
        .elapsed_ms = uv_now(pipeline->settings.loop) - pipeline->started_ms,
        .longest_turn_us = pipeline->longest_turn_us,
        .domains = *domains_counters(pipeline->domains),
    };
    lookups_counters(pipeline->lookups, &ret->lookups);
    store_queue(store, &ret->queue);
    if (pipeline->settings.resolver_restarts != NULL)
        ret->resolver_restarts =
            (unsigned)abs(pipeline->settings.resolver_restarts(pipeline->settings.context));
}

static void one_closed(struct pipeline *pipeline)
{
    if (--pipeline->closing == 0)
        pipeline->closed(pipeline->closed_context);
}

static void on_handle_closed(uv_handle_t *handle)
{
    one_closed(handle->data);
}

static void on_part_closed(void *context)
{
    one_closed(context);
}

void pipeline_close(struct pipeline *pipeline, void (*closed)(void *context), void *context)
{
    pipeline->closed = closed;
    pipeline->closed_context = context;
    pipeline->closing = pipeline->policies != NULL ? 4 : 3;
    uv_close((uv_handle_t *)&pipeline->tick, on_handle_closed);
    uv_close((uv_handle_t *)&pipeline->turn, on_handle_closed);
    if (pipeline->policies != NULL)
        policies_close(pipeline->policies, on_part_closed, pipeline);
    lookups_close(pipeline->lookups, on_part_closed, pipeline);
}

void pipeline_free(struct pipeline *pipeline)
{
    if (pipeline == NULL)
        return;
    domains_free(pipeline->domains);
    hosts_free(pipeline->hosts);
    policies_free(pipeline->policies);
    lookups_free(pipeline->lookups);
    free(pipeline);
}
