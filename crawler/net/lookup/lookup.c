/* A lookup is in exactly one place:
 *
 *     lookup_ask -> [waiting] -> on the wire -> settle -> done
 *                      ^  ^          |            |
 *                      |  '-[failed]-'            |
 *                      |    (inside ares_send)    |
 *                      |-------- afresh ----------+-> [held] -> settle
 *                      |                          |-> [unproven] -> settle
 *                      |                          '-> [moved] -> on the wire, to another resolver
 *                      '- [suspects] <- afresh, more than once
 *
 * Held: no answer, and it is not known yet whether the resolver is away.  Unproven: failed, and it
 * is not known yet whether the network behind the resolver is gone.
 * c-ares may call back before ares_send() returns, and does before ares_cancel() returns; such a
 * lookup goes to the list `failed` and is settled by advance(), after the box of answers or in the
 * loop's next turn, so that done() is never called from inside lookup_ask().  All other callbacks
 * come from ares_process_fd(), where asking more is allowed: they are settled on the spot, on the
 * octets that c-ares holds.
 */
#include "crawler/net/lookup/lookup_private.h"

#include "crawler/net/lookup/ares_memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    TICK_MS = 20,
    OVERSLEPT_MS = 1000, /* a tick that late: the program slept, its timers know nothing */
    SETTLED_A_TURN = 512,
};

/* The loop's turn */

/* Each of a queue once, but so many at most: what a whole outage, or a second of failures, has
 * gathered would hold the loop.  One that settle() puts back waits for the next turn. */
static void settle_some(struct lookups *lookups, struct queue *queue,
                        void (*settle)(struct lookups *lookups, struct lookup *lookup))
{
    unsigned left = queue->count < SETTLED_A_TURN ? queue->count : SETTLED_A_TURN;
    lookups->settling = true;
    for (; left > 0 && !lookups->closing; left--)
        settle(lookups, queue_pop(queue));
    lookups->settling = false;
}

/* Asks the rule again; it may be held again. */
static void settle_held(struct lookups *lookups, struct lookup *lookup)
{
    health_unwant(&lookup->upstream->health);
    lookups_settle_reply(lookups, lookup, lookup->reply);
}

static enum lookup_pause pause_of(const struct lookups *lookups)
{
    enum lookup_pause pause = PAUSE_RESOLVER;
    for (unsigned i = 0; i < lookups->settings.resolver_count; i++) {
        const struct health *health = &lookups->upstreams[i].health;
        if (health_may_ask(health))
            return PAUSE_NONE;
        if (health->resolver != RESOLVER_AWAY)
            pause = PAUSE_NETWORK;
    }
    return pause;
}

/* c-ares goes on to wait for a resolver that is away, half a minute for each question; where
 * another one answers, these are asked there. */
static void move_over(struct lookups *lookups, uint64_t now)
{
    if (pause_of(lookups) != PAUSE_NONE)
        return;
    for (unsigned i = 0; i < lookups->settings.resolver_count; i++) {
        if (health_lost(&lookups->upstreams[i].health, now))
            upstream_abandon(&lookups->upstreams[i]);
    }
}

static void note_pause(struct lookups *lookups)
{
    struct lookup_counters *counters = &lookups->counters;
    enum lookup_pause pause = pause_of(lookups);
    if (pause != PAUSE_NONE && counters->pause == PAUSE_NONE) {
        counters->pauses++;
        counters->paused_since_ms = uv_now(lookups->loop);
    }
    counters->pause = pause;
}

static void advance(struct lookups *lookups)
{
    settle_some(lookups, &lookups->failed, lookups_settle_failure);
    if (lookups->suspects.count > 0)
        lookups_ask_suspects(lookups);
    lookups_ask_moved(lookups);
    while (lookups->waiting.count > 0 && lookups_wire_has_room(lookups)) {
        struct lookup *lookup = queue_pop(&lookups->waiting);
        if (!lookups_put_on_wire(lookups, lookup)) {
            queue_push_front(&lookups->waiting, lookup);
            break;
        }
    }
    if (!lookups->closing && lookups_room(lookups) > 0)
        lookups->room(lookups->room_context);
}

/* What c-ares sends by itself has its place among the questions a second, too. */
static void on_again(void *context)
{
    struct lookups *lookups = context;
    lookups->counters.asked++;
    pace_owe(&lookups->pace);
}

static void on_emptied(void *context)
{
    advance(context);
}

static void on_check(uv_check_t *check)
{
    advance(check->data);
}

/* Of two limits the lower one. */
static void keep_to_limit(struct lookups *lookups, uint64_t now)
{
    unsigned most = lookups->settings.max_qps;
    limit_tick(&lookups->limit, now);
    unsigned granted = lookups->limit.per_second;
    bool lower = granted != 0 && (most == 0 || granted < most);
    pace_change(&lookups->pace, lower ? granted : most, now);
}

static void on_tick(uv_timer_t *timer)
{
    struct lookups *lookups = timer->data;
    uint64_t now = uv_now(lookups->loop);
    bool overslept = now - lookups->ticked_ms > OVERSLEPT_MS;
    lookups->ticked_ms = now;
    for (unsigned i = 0; i < lookups->settings.resolver_count && !lookups->closing; i++) {
        if (overslept) /* first read what has come meanwhile */
            health_overslept(&lookups->upstreams[i].health, now);
        else
            upstream_tick(&lookups->upstreams[i], now);
    }
    if (lookups->closing)
        return;
    move_over(lookups, now);
    keep_to_limit(lookups, now);
    settle_some(lookups, &lookups->held, settle_held);
    settle_some(lookups, &lookups->unproven, lookups_settle_unproven);
    lookups_settle_doubts(lookups);
    note_pause(lookups);
    advance(lookups);
}

/* Life */

static void one_closed(void *context)
{
    struct lookups *lookups = context;
    if (--lookups->open_handles == 0)
        lookups->closed(lookups->closed_context);
}

static int open_upstreams(struct lookups *lookups, struct error *error)
{
    const struct lookup_settings *settings = &lookups->settings;
    lookups->upstreams = calloc(settings->resolver_count, sizeof *lookups->upstreams);
    if (lookups->upstreams == NULL)
        return error_set(error, "out of memory for %u resolvers", settings->resolver_count);
    for (unsigned i = 0; i < settings->resolver_count; i++) {
        struct upstream_settings upstream = {
            .loop = lookups->loop,
            .address = settings->resolvers[i],
            .sockets = settings->sockets,
            .timeout_ms = settings->timeout_ms,
            .tries = settings->tries,
            .patience_ms = (unsigned)lookups->promised_ms,
            .max_in_flight = settings->max_in_flight,
            .forgeable = settings->forgeable,
            .receive_buffer = settings->receive_buffer,
            .come = lookups_on_come,
            .ended = lookups_on_ended,
            .again = on_again,
            .emptied = on_emptied,
            .closed = one_closed,
            .context = lookups,
        };
        if (upstream_init(&lookups->upstreams[i], &upstream, error) != 0)
            return -1;
    }
    return 0;
}

static void start_handles(struct lookups *lookups)
{
    uv_timer_init(lookups->loop, &lookups->tick);
    uv_check_init(lookups->loop, &lookups->check);
    lookups->tick.data = lookups->check.data = lookups;
    uv_timer_start(&lookups->tick, on_tick, TICK_MS, TICK_MS);
    uv_check_start(&lookups->check, on_check);
}

struct lookups *lookups_new(uv_loop_t *loop, const struct lookup_settings *settings,
                            void (*room)(void *context), void *context, struct error *error)
{
    assert(settings->resolver_count > 0 && settings->sockets > 0 && settings->tries > 0);
    struct lookups *lookups = calloc(1, sizeof *lookups);
    uint64_t seed = 0;
    if (lookups == NULL || getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed) {
        free(lookups);
        error_set(error, "out of memory");
        return NULL;
    }
    if (ares_memory_init() != ARES_SUCCESS) {
        free(lookups);
        error_set(error, "c-ares cannot be started");
        return NULL;
    }
    uv_update_time(loop);
    lookups->loop = loop;
    lookups->settings = *settings;
    lookups->room = room;
    lookups->room_context = context;
    lookups->promised_ms = (uint64_t)settings->timeout_ms * ((UINT64_C(1) << settings->tries) - 1);
    lookups->ticked_ms = uv_now(loop);
    pace_init(&lookups->pace, settings->max_qps, uv_now(loop));
    limit_init(&lookups->limit, uv_now(loop));
    inflight_init(&lookups->inflight, seed);
    pool_init(&lookups->pool, sizeof(struct lookup));
    pool_init(&lookups->waiters, sizeof(struct waiter));
    if (open_upstreams(lookups, error) != 0) {
        lookups_free(lookups);
        return NULL;
    }
    start_handles(lookups);
    return lookups;
}

static struct lookup *new_lookup(struct lookups *lookups, const struct name *name,
                                 enum record_type type, uint64_t hash)
{
    struct lookup *lookup = pool_get(&lookups->pool);
    lookup->entry.hash = hash;
    lookup->entry.question.type = type;
    lookup->entry.question.checking_disabled = false;
    memcpy(&lookup->entry.question.name, name, NAME_SIZE(name->length));
    lookup->lookups = lookups;
    lookup->upstream = NULL;
    lookup->asked_ms = 0;
    lookup->tries = 0;
    lookup->afresh = lookup->deaths = 0;
    lookup->asked_of = 0;
    lookup->suspect = lookup->given_up = lookup->refused = false;
    lookup->ede.count = 0;
    lookup->more = NULL;
    lookups_begin(lookups, lookup, LOOKUP_FIRST, false);
    return lookup;
}

static bool was_given_up(const struct lookups *lookups, uint64_t hash)
{
    for (unsigned i = 0; i < lookups->given_up_count; i++) {
        if (lookups->given_up[i] == hash)
            return true;
    }
    return false;
}

void lookup_ask(struct lookups *lookups, const struct name *name, enum record_type type,
                lookup_done *done, void *context)
{
    if (lookups->closing)
        return;
    uint64_t hash = inflight_hash(&lookups->inflight, name, type);
    struct inflight_entry *entry = inflight_find(&lookups->inflight, hash, name, type);
    if (entry != NULL) {
        struct lookup *joined = (struct lookup *)entry;
        struct waiter *waiter = pool_get(&lookups->waiters);
        *waiter = (struct waiter){.next = joined->more, .done = done, .context = context};
        joined->more = waiter;
        lookups->counters.joined++;
        return;
    }
    struct lookup *lookup = new_lookup(lookups, name, type, hash);
    lookup->first = (struct waiter){.done = done, .context = context};
    inflight_add(&lookups->inflight, &lookup->entry);
    if (was_given_up(lookups, hash)) {
        lookup->given_up = true;
        queue_push_back(&lookups->failed, lookup);
        return;
    }
    if (lookups->waiting.count > 0 || !lookups_wire_has_room(lookups) ||
        !lookups_put_on_wire(lookups, lookup))
        queue_push_back(&lookups->waiting, lookup);
}

unsigned lookups_room(struct lookups *lookups)
{
    unsigned queued = lookups->waiting.count + lookups->moved_count;
    unsigned taken = lookups->counters.in_flight + queued + lookups->failed.count;
    unsigned window = lookups_window(lookups);
    if (lookups->closing || lookups->counters.pause != PAUSE_NONE || taken >= window)
        return 0;
    unsigned room = window - taken;
    unsigned pace = pace_available(&lookups->pace, uv_now(lookups->loop));
    pace = pace > queued ? pace - queued : 0;
    return room < pace ? room : pace;
}

void lookups_confirm_failures(struct lookups *lookups)
{
    lookups->confirming = true;
}

void lookups_restarted(struct lookups *lookups)
{
    for (unsigned i = 0; i < lookups->settings.resolver_count; i++)
        health_restarted(&lookups->upstreams[i].health, uv_now(lookups->loop));
}

const char *lookup_type_word(enum lookup_type type)
{
    static const char *const words[] = {"mx",    "a",    "aaaa", "cname",
                                        "dname", "tlsa", "txt",  "other"};
    return words[type];
}

void lookups_counters(const struct lookups *lookups, struct lookup_counters *ret)
{
    *ret = lookups->counters;
    ret->waiting = lookups->waiting.count + lookups->held.count + lookups->failed.count +
                   lookups->unproven.count + lookups->suspects.count + lookups->moved_count;
    ret->granted = lookups->limit.per_second;
    ret->lost = ret->probes = ret->strays = 0;
    for (unsigned i = 0; i < lookups->settings.resolver_count; i++) {
        ret->lost += lookups->upstreams[i].window.lost;
        ret->strays += lookups->upstreams[i].strays;
        ret->probes += lookups->upstreams[i].network_probes;
    }
}

/* Here no callback of c-ares is on the stack: the channels may go. */
static void on_check_closed(uv_handle_t *handle)
{
    struct lookups *lookups = handle->data;
    for (unsigned i = 0; i < lookups->settings.resolver_count; i++)
        upstream_close(&lookups->upstreams[i]);
    one_closed(lookups);
}

static void on_tick_closed(uv_handle_t *handle)
{
    one_closed(handle->data);
}

void lookups_close(struct lookups *lookups, void (*closed)(void *context), void *context)
{
    assert(!lookups->closing);
    lookups->closing = true;
    lookups->closed = closed;
    lookups->closed_context = context;
    lookups->open_handles = 2 + lookups->settings.resolver_count;
    uv_close((uv_handle_t *)&lookups->tick, on_tick_closed);
    uv_close((uv_handle_t *)&lookups->check, on_check_closed);
}

void lookups_free(struct lookups *lookups)
{
    if (lookups == NULL)
        return;
    if (lookups->upstreams != NULL) {
        for (unsigned i = 0; i < lookups->settings.resolver_count; i++)
            upstream_done(&lookups->upstreams[i]);
    }
    free(lookups->upstreams);
    inflight_done(&lookups->inflight);
    pool_done(&lookups->pool);
    pool_done(&lookups->waiters);
    ares_library_cleanup();
    free(lookups);
}
