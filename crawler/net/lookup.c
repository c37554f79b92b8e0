/* A lookup is in exactly one place:
 *
 *     lookup_ask -> [waiting] -> on the wire -> settle -> done
 *                      ^  ^          |            |
 *                      |  '-[failed]-'            |
 *                      |    (inside ares_send)    |
 *                      '-------- afresh ----------+-> [held] -> settle
 *
 * c-ares may call back before ares_send() returns; such a lookup goes to the
 * list `failed` and is settled in the loop's next turn, so that done() is never
 * called from inside lookup_ask().  All other callbacks come from
 * ares_process_fd(), where asking more is allowed: they are settled on the spot,
 * on the octets that c-ares holds.
 */
#include "crawler/net/lookup.h"

#include "crawler/net/ares_memory.h"

#include "crawler/core/lookup_rules.h"
#include "crawler/net/inflight.h"
#include "crawler/net/pace.h"
#include "crawler/net/pool.h"
#include "crawler/net/upstream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    TICK_MS = 20,
    OVERSLEPT_MS = 1000, /* a tick that late: the program slept, its timers know nothing */
    WAIT_SLACK_MS = 5,   /* the loop's clock is read once a turn */
    RANDOM_IDS = 1024,   /* read at once */
};

struct waiter {
    struct waiter *next;
    lookup_done *done;
    void *context;
};

struct lookup {
    struct inflight_entry entry; /* first: found by it */
    struct lookups *lookups;
    struct lookup *next; /* in the one list it is in */
    struct lane_question wire;
    struct upstream *upstream; /* asked last, or held for */
    struct lookup_stage stage;
    enum reply_kind reply; /* why it is held */
    uint64_t asked_ms;     /* afresh: silence of the resolver since then proves nothing */
    uint64_t stage_ms;     /* begin of the wait that was promised; 0: not begun */
    int status;            /* of a send that failed */
    unsigned tries;
    bool unreadable;
    struct ede ede;
    struct waiter first, *more; /* more: latest first */
};

struct queue {
    struct lookup *first, *last;
    unsigned count;
};

struct lookups {
    struct lookup_settings settings;
    uv_loop_t *loop;
    uv_timer_t tick;
    uv_check_t check;
    unsigned open_handles; /* and upstreams that still close */
    bool closing, settling, was_paused;
    void (*room)(void *context);
    void *room_context;
    void (*closed)(void *context);
    void *closed_context;

    struct upstream *upstreams;
    unsigned next_upstream;
    uint64_t promised_ms; /* that one question is waited for */
    uint64_t ticked_ms;
    struct pace pace;
    struct inflight inflight;
    struct pool pool, waiters;
    struct queue waiting, held, failed;
    struct lookup_counters counters;
    struct answer answer; /* of the lookup that is being settled */
    uint16_t random[RANDOM_IDS];
    unsigned random_left;
};

/* Queues */

static void push_back(struct queue *queue, struct lookup *lookup)
{
    lookup->next = NULL;
    if (queue->first == NULL)
        queue->first = lookup;
    else
        queue->last->next = lookup;
    queue->last = lookup;
    queue->count++;
}

static void push_front(struct queue *queue, struct lookup *lookup)
{
    lookup->next = queue->first;
    queue->first = lookup;
    if (lookup->next == NULL)
        queue->last = lookup;
    queue->count++;
}

static struct lookup *pop(struct queue *queue)
{
    struct lookup *lookup = queue->first;
    if (lookup != NULL) {
        queue->first = lookup->next;
        queue->count--;
    }
    return lookup;
}

/* On the wire */

static uint16_t random_id(struct lookups *lookups)
{
    if (lookups->random_left == 0) {
        /* never fails for what the kernel has at once, once it is seeded */
        if (getrandom(lookups->random, sizeof lookups->random, 0) < 0)
            abort();
        lookups->random_left = RANDOM_IDS;
    }
    return lookups->random[--lookups->random_left];
}

/* The next resolver that answers; NULL: none does. */
static struct upstream *next_upstream(struct lookups *lookups)
{
    for (unsigned i = 0; i < lookups->settings.resolver_count; i++) {
        struct upstream *upstream = &lookups->upstreams[lookups->next_upstream];
        if (++lookups->next_upstream == lookups->settings.resolver_count)
            lookups->next_upstream = 0;
        if (upstream->state != RESOLVER_AWAY)
            return upstream;
    }
    return NULL;
}

static bool paused(const struct lookups *lookups)
{
    for (unsigned i = 0; i < lookups->settings.resolver_count; i++) {
        if (lookups->upstreams[i].state != RESOLVER_AWAY)
            return false;
    }
    return true;
}

static bool wire_has_room(struct lookups *lookups)
{
    return lookups->counters.in_flight < lookups->settings.max_in_flight && !lookups->closing &&
           pace_available(&lookups->pace, uv_now(lookups->loop)) > 0;
}

/* false: no resolver answers, or has a lane free. */
static bool put_on_wire(struct lookups *lookups, struct lookup *lookup)
{
    struct upstream *upstream = lookup->upstream;
    uint64_t now = uv_now(lookups->loop);
    if (upstream == NULL || upstream->state == RESOLVER_AWAY)
        upstream = next_upstream(lookups);
    if (upstream == NULL)
        return false;
    struct lane *lane = lookup->stage.tcp ? &upstream->tcp : upstream_lane(upstream);
    if (lane == NULL || lane->count >= LANE_QUESTIONS_MAX)
        return false;
    if (lookup->asked_ms == 0)
        lookup->asked_ms = now;
    if (lookup->stage_ms == 0)
        lookup->stage_ms = now;
    lookup->upstream = upstream;
    upstream_want(upstream);
    pace_take(&lookups->pace);
    lookups->counters.in_flight++;
    lookups->counters.asked++;
    lookup->entry.question.checking_disabled = lookup->stage.checking_disabled;
    lane_send(lane, &lookup->wire, &lookup->entry.question, random_id(lookups), true);
    return true;
}

/* What goes on goes before what is new. */
static void resend(struct lookups *lookups, struct lookup *lookup)
{
    if (!wire_has_room(lookups) || !put_on_wire(lookups, lookup))
        push_front(&lookups->waiting, lookup);
}

/* Done */

static void release(struct lookups *lookups, struct lookup *lookup)
{
    while (lookup->more != NULL) {
        struct waiter *waiter = lookup->more;
        lookup->more = waiter->next;
        pool_put(&lookups->waiters, waiter);
    }
    pool_put(&lookups->pool, lookup);
}

static struct waiter *oldest_first(struct waiter *latest)
{
    struct waiter *first = NULL;
    while (latest != NULL) {
        struct waiter *next = latest->next;
        latest->next = first;
        first = latest;
        latest = next;
    }
    return first;
}

static void finish(struct lookups *lookups, struct lookup *lookup, const struct lookup_step *step)
{
    lookup->entry.question.checking_disabled = false;
    struct lookup_result result = {
        .question = &lookup->entry.question,
        .answer = step->outcome == OUTCOME_FAILED ? NULL : &lookups->answer,
        .outcome = step->outcome,
        .failure = step->failure,
        .ede = lookup->ede,
        .tries = lookup->tries,
    };
    lookups->counters.by_outcome[step->outcome]++;
    if (step->outcome == OUTCOME_FAILED)
        lookups->counters.by_failure[step->failure]++;
    inflight_remove(&lookups->inflight, &lookup->entry);
    lookup->first.done(lookup->first.context, &result);
    lookup->more = oldest_first(lookup->more);
    for (struct waiter *waiter = lookup->more; waiter != NULL; waiter = waiter->next) {
        if (lookups->closing) /* by one of them */
            break;
        waiter->done(waiter->context, &result);
    }
    release(lookups, lookup);
}

static void begin_stage(struct lookups *lookups, struct lookup *lookup, bool checking_disabled,
                        bool tcp)
{
    lookup->stage = (struct lookup_stage){
        .checking_disabled = checking_disabled,
        .tcp = tcp,
        .tries_left = lookups->settings.tries - 1,
    };
    lookup->stage_ms = 0;
    lookup->unreadable = false;
}

static void take_step(struct lookups *lookups, struct lookup *lookup,
                      const struct lookup_step *step)
{
    switch (step->action) {
    case LOOKUP_DONE:
        finish(lookups, lookup, step);
        return;
    case LOOKUP_ASK_CD:
        begin_stage(lookups, lookup, true, false);
        resend(lookups, lookup);
        return;
    case LOOKUP_ASK_TCP:
        begin_stage(lookups, lookup, lookup->stage.checking_disabled, true);
        resend(lookups, lookup);
        return;
    case LOOKUP_ASK_AGAIN:
        lookup->stage.tries_left--;
        lookup->stage_ms = 0;
        resend(lookups, lookup);
        return;
    case LOOKUP_GO_ON:
        resend(lookups, lookup);
        return;
    case LOOKUP_ASK_AFRESH:
        begin_stage(lookups, lookup, false, false);
        lookup->asked_ms = 0;
        lookup->upstream = NULL;
        resend(lookups, lookup);
        return;
    case LOOKUP_HOLD:
        upstream_want(lookup->upstream);
        push_back(&lookups->held, lookup);
        return;
    }
}

static enum reply_kind kind_of_failure(const struct lookups *lookups, const struct lookup *lookup)
{
    uint64_t waited = uv_now(lookups->loop) - lookup->stage_ms;
    switch (lookup->status) {
    case ARES_ETIMEOUT:
        return waited + WAIT_SLACK_MS >= lookups->promised_ms ? REPLY_SILENCE : REPLY_CUT_SHORT;
    case ARES_EBADRESP:
        return REPLY_UNREADABLE;
    case ARES_ENOMEM:
        abort();
    default:
        return REPLY_UNREACHABLE;
    }
}

static void settle_reply(struct lookups *lookups, struct lookup *lookup, enum reply_kind kind)
{
    lookup->reply = kind;
    struct reply_facts facts = {
        .kind = kind,
        .unreadable = lookup->unreadable,
        .resolver = upstream_state_for(lookup->upstream, lookup->asked_ms),
    };
    if (kind == REPLY_ANSWER) {
        facts.outcome = lookups->answer.outcome;
        facts.failure = lookups->answer.failure;
        facts.truncated = lookups->answer.truncated;
    }
    struct lookup_step step = lookup_next(&lookup->stage, &facts);
    take_step(lookups, lookup, &step);
}

static void settle_failure(struct lookups *lookups, struct lookup *lookup)
{
    enum reply_kind kind = kind_of_failure(lookups, lookup);
    if (kind == REPLY_UNREACHABLE)
        upstream_doubt(lookup->upstream);
    else if (kind != REPLY_UNREADABLE)
        upstream_doubt_silence(lookup->upstream, lookup->stage_ms);
    settle_reply(lookups, lookup, kind);
}

static void settle_message(struct lookups *lookups, struct lookup *lookup, const uint8_t *bytes,
                           size_t size)
{
    enum message_status status =
        message_read(bytes, size, &lookup->entry.question, &lookups->answer);
    if (status == MESSAGE_OK) {
        lookups->counters.answered++;
        ede_merge(&lookup->ede, &lookups->answer.ede);
        settle_reply(lookups, lookup, REPLY_ANSWER);
    } else {
        settle_reply(lookups, lookup, REPLY_UNREADABLE);
    }
}

static void on_ended(struct lane_question *wire, int status, const uint8_t *bytes, size_t size,
                     bool inside_send)
{
    struct lookup *lookup = (struct lookup *)((char *)wire - offsetof(struct lookup, wire));
    struct lookups *lookups = lookup->lookups;
    lookups->counters.in_flight--;
    upstream_unwant(lookup->upstream);
    lookup->tries += wire->sent != 0 ? wire->sent : 1;
    lookup->unreadable = lookup->unreadable || (wire->unreadable && status != ARES_SUCCESS);
    lookup->status = status;
    if (lookups->closing)
        return; /* its memory goes with the pool */
    if (inside_send) {
        push_back(&lookups->failed, lookup);
        return;
    }
    assert(!lookups->settling); /* one answer at a time */
    lookups->settling = true;
    if (status == ARES_SUCCESS)
        settle_message(lookups, lookup, bytes, size);
    else
        settle_failure(lookups, lookup);
    lookups->settling = false;
}

/* The loop's turn */

static void settle_failed(struct lookups *lookups)
{
    struct queue failed = lookups->failed;
    struct lookup *lookup;
    lookups->failed = (struct queue){0};
    lookups->settling = true;
    while ((lookup = pop(&failed)) != NULL && !lookups->closing)
        settle_failure(lookups, lookup);
    lookups->settling = false;
}

/* Asks the rule about each again; it may be held again. */
static void settle_held(struct lookups *lookups)
{
    struct queue held = lookups->held;
    struct lookup *lookup;
    lookups->held = (struct queue){0};
    lookups->settling = true;
    while ((lookup = pop(&held)) != NULL && !lookups->closing) {
        upstream_unwant(lookup->upstream);
        settle_reply(lookups, lookup, lookup->reply);
    }
    lookups->settling = false;
}

static void note_pause(struct lookups *lookups)
{
    bool now_paused = paused(lookups);
    if (now_paused && !lookups->was_paused) {
        lookups->counters.pauses++;
        lookups->counters.paused_since_ms = uv_now(lookups->loop);
    }
    lookups->was_paused = lookups->counters.paused = now_paused;
}

static void advance(struct lookups *lookups)
{
    if (lookups->failed.count > 0)
        settle_failed(lookups);
    while (lookups->waiting.count > 0 && wire_has_room(lookups)) {
        struct lookup *lookup = pop(&lookups->waiting);
        if (!put_on_wire(lookups, lookup)) {
            push_front(&lookups->waiting, lookup);
            break;
        }
    }
    if (!lookups->closing && lookups_room(lookups) > 0)
        lookups->room(lookups->room_context);
}

static void on_check(uv_check_t *check)
{
    advance(check->data);
}

static void on_tick(uv_timer_t *timer)
{
    struct lookups *lookups = timer->data;
    uint64_t now = uv_now(lookups->loop);
    bool overslept = now - lookups->ticked_ms > OVERSLEPT_MS;
    lookups->ticked_ms = now;
    for (unsigned i = 0; i < lookups->settings.resolver_count && !lookups->closing; i++) {
        if (overslept) /* first read what has come meanwhile */
            upstream_overslept(&lookups->upstreams[i]);
        else
            upstream_tick(&lookups->upstreams[i], now, random_id(lookups));
    }
    if (lookups->closing)
        return;
    settle_held(lookups);
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
            .receive_buffer = settings->receive_buffer,
            .ended = on_ended,
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
    lookup->ede.count = 0;
    lookup->more = NULL;
    begin_stage(lookups, lookup, false, false);
    return lookup;
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
    if (lookups->waiting.count > 0 || !wire_has_room(lookups) || !put_on_wire(lookups, lookup))
        push_back(&lookups->waiting, lookup);
}

unsigned lookups_room(struct lookups *lookups)
{
    unsigned taken = lookups->counters.in_flight + lookups->waiting.count + lookups->failed.count;
    if (lookups->closing || lookups->was_paused || taken >= lookups->settings.max_in_flight)
        return 0;
    unsigned room = lookups->settings.max_in_flight - taken;
    unsigned pace = pace_available(&lookups->pace, uv_now(lookups->loop));
    pace = pace > lookups->waiting.count ? pace - lookups->waiting.count : 0;
    return room < pace ? room : pace;
}

void lookups_counters(const struct lookups *lookups, struct lookup_counters *ret)
{
    *ret = lookups->counters;
    ret->waiting = lookups->waiting.count + lookups->held.count + lookups->failed.count;
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
