/* What to do with what comes back. */
#include "crawler/net/lookup/lookup_private.h"

#include "crawler/base/memory.h"

#include <assert.h>

enum {
    CACHE_LINE = 64,
    AT_ONCE_SHARE = 4, /* of the first wait */
    CUT_SHORT_MAX = 8, /* waits of one stage that ended before their time */
    DEATHS_APART = 2,  /* from here on it is asked apart from others, */
    DEATHS_ALONE = 3,  /* from here on alone, */
    DEATHS_MAX = 4,    /* and here it is given up */
    APART_MAX = 8,     /* at once, of those not alone */
    WAIT_SLACK_MS = 5, /* the loop's clock is read once a turn */
};

/* What goes on goes before what is new. */
static void resend(struct lookups *lookups, struct lookup *lookup)
{
    if (!lookups_wire_has_room(lookups) || !lookups_put_on_wire(lookups, lookup))
        queue_push_front(&lookups->waiting, lookup);
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

static enum lookup_type type_counted(enum record_type type)
{
    switch ((int)type) {
    case TYPE_MX:
        return LOOKUP_TYPE_MX;
    case TYPE_A:
        return LOOKUP_TYPE_A;
    case TYPE_AAAA:
        return LOOKUP_TYPE_AAAA;
    case TYPE_CNAME:
        return LOOKUP_TYPE_CNAME;
    case TYPE_DNAME:
        return LOOKUP_TYPE_DNAME;
    case TYPE_TLSA:
        return LOOKUP_TYPE_TLSA;
    case TYPE_TXT:
        return LOOKUP_TYPE_TXT;
    default:
        return LOOKUP_TYPE_OTHER;
    }
}

static void count(struct lookup_counters *counters, enum record_type type,
                  const struct lookup_step *step)
{
    struct lookup_settled *settled = &counters->settled[type_counted(type)];
    settled->by_outcome[step->outcome]++;
    if (step->outcome == OUTCOME_FAILED)
        settled->by_failure[step->failure]++;
}

static void leave_suspects(struct lookups *lookups, struct lookup *lookup)
{
    if (!lookup->suspect)
        return;
    lookup->suspect = false;
    lookups->suspects_under_way--;
    lookups->alone = false;
}

static void finish(struct lookups *lookups, struct lookup *lookup, const struct lookup_step *step)
{
    const struct answer *answer = step->outcome == OUTCOME_FAILED ? NULL : &lookups->answer;
    lookup->entry.question.checking_disabled = false;
    struct lookup_result result = {
        .question = &lookup->entry.question,
        .answer = answer,
        .lookup.outcome = step->outcome,
        .lookup.failure = step->failure,
        .lookup.ede = lookup->ede,
        .lookup.tries = lookup->tries,
        .lookup.authentic = answer != NULL && answer->authentic,
        .lookup.unvalidated = answer != NULL && answer_is_unvalidated(answer),
    };
    count(&lookups->counters, lookup->entry.question.type, step);
    leave_suspects(lookups, lookup);
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

void lookups_begin(struct lookups *lookups, struct lookup *lookup, enum lookup_round round,
                   bool tcp)
{
    lookup->stage = (struct lookup_stage){
        .round = round,
        .tcp = tcp,
        .tries_left = lookups->settings.tries - 1,
    };
    lookup->stage_ms = 0;
    lookup->cut_short = 0;
    lookup->unreadable = false;
}

static void fail(struct lookups *lookups, struct lookup *lookup, enum failure failure)
{
    const struct lookup_step step = {
        .action = LOOKUP_DONE, .outcome = OUTCOME_FAILED, .failure = failure};
    finish(lookups, lookup, &step);
}

/* Afresh */

/* It will not be asked again in this run: in the next pass the resolver would die again. */
static void give_up(struct lookups *lookups, struct lookup *lookup)
{
    if (lookups->given_up_count < GIVEN_UP_MAX)
        lookups->given_up[lookups->given_up_count++] = lookup->entry.hash;
    lookup->entry.question.checking_disabled = false;
    if (lookups->settings.given_up != NULL)
        lookups->settings.given_up(lookups->settings.given_up_context, &lookup->entry.question);
    fail(lookups, lookup, FAILURE_OTHER);
}

/* As if nobody had been asked. */
static void begin_again(struct lookups *lookups, struct lookup *lookup)
{
    lookup->afresh++;
    lookups_begin(lookups, lookup, LOOKUP_FIRST, false);
    lookup->asked_ms = 0;
    lookup->upstream = NULL;
    lookup->asked_of = 0;
}

static void ask_afresh(struct lookups *lookups, struct lookup *lookup, bool died)
{
    leave_suspects(lookups, lookup);
    lookup->deaths += died;
    if (lookup->deaths >= DEATHS_MAX) {
        give_up(lookups, lookup);
        return;
    }
    if (lookup->afresh >= LOOKUP_AFRESH_MAX) {
        fail(lookups, lookup, FAILURE_TIMEOUT);
        return;
    }
    begin_again(lookups, lookup);
    lookup->ede = (struct ede){0}; /* what a resolver said that was cut off itself, */
    lookup->tries = 0;             /* and its silence: nothing about the name */
    if (lookup->deaths >= DEATHS_APART)
        queue_push_back(&lookups->suspects, lookup);
    else
        resend(lookups, lookup);
}

void lookups_ask_suspects(struct lookups *lookups)
{
    while (lookups->suspects.count > 0 && lookups_wire_has_room(lookups)) {
        struct lookup *lookup = lookups->suspects.first;
        bool alone = lookup->deaths >= DEATHS_ALONE;
        if (lookups->alone || lookups->suspects_under_way >= (alone ? 1 : APART_MAX))
            return;
        if (!lookups_put_on_wire(lookups, lookup))
            return;
        queue_pop(&lookups->suspects);
        lookup->suspect = true;
        lookups->suspects_under_way++;
        lookups->alone = alone;
    }
}

/* As mail servers do (resolv.conf(5)).  What this one has said stays among the codes. */
static void ask_elsewhere(struct lookups *lookups, struct lookup *lookup, struct upstream *other)
{
    lookups_begin(lookups, lookup, LOOKUP_FIRST, false);
    lookup->asked_ms = 0;
    lookup->upstream = other;
    lookups_move(lookups, lookup);
}

/* Codes that may be of an outage.  What is bogus waited until it is not the outage's doing, and
 * what is filtered never was. */
static void forget_the_network(struct lookup *lookup)
{
    if (lookup->failure != FAILURE_BOGUS && lookup->failure != FAILURE_FILTERED &&
        health_network_was_gone(&lookup->upstream->health, lookup->asked_ms))
        lookup->ede.count = 0;
}

static enum failure_proof proof_of(const struct lookups *lookups, const struct lookup *lookup)
{
    const struct health_failure failure = {
        .asked_ms = lookup->asked_ms,
        .failed_ms = lookup->failed_ms,
        .bogus = lookup->failure == FAILURE_BOGUS,
    };
    return health_of_failure(&lookup->upstream->health, &failure, uv_now(lookups->loop));
}

/* Failed, not by silence of the resolver itself: it may fail at all names for now, in whatever way
 * (a forwarder without its uplink refuses them, one without the keys of a zone says bogus), or the
 * question was one among too many. */
static void judge_failure(struct lookups *lookups, struct lookup *lookup)
{
    struct upstream *other = lookups_other_upstream(lookups, lookup->asked_of);
    const struct failure_facts facts = {
        .cause = lookup->cause,
        .tcp = lookup->stage.tcp,
        .proof = proof_of(lookups, lookup),
        .lost = window_lost_since(&lookup->upstream->window, lookup->asked_ms),
        .slowed = limit_slows(&lookups->limit, lookup->asked_ms),
        .judged = limit_has_judged(&lookups->limit, lookup->failed_ms),
        .refuses_many = limit_refuses_many(&lookups->limit),
        .confirming = lookups->confirming,
        .afresh = lookup->afresh,
        .asked_of = (unsigned)__builtin_popcountll(lookup->asked_of),
        .another = other != NULL,
    };
    enum sequel sequel = lookup_after_failure(&facts);
    if (sequel != SEQUEL_WAIT) {
        forget_the_network(lookup);
        lookup->refused =
            facts.cause == FAILURE_REFUSED && facts.proof == PROVES && sequel != SEQUEL_ELSEWHERE;
    }
    switch (sequel) {
    case SEQUEL_WAIT:
        lookup->upstream->health.failures++;
        queue_push_back(&lookups->unproven, lookup);
        return;
    case SEQUEL_AFRESH:
        ask_afresh(lookups, lookup, false);
        return;
    case SEQUEL_ELSEWHERE:
        ask_elsewhere(lookups, lookup, other);
        return;
    case SEQUEL_AGAIN:
        begin_again(lookups, lookup);
        resend(lookups, lookup);
        return;
    case SEQUEL_CONCLUDE:
        lookups->counters.not_over_tcp += facts.tcp && facts.cause == FAILURE_TIMEOUT;
        fail(lookups, lookup, lookup->failure);
        return;
    }
}

void lookups_settle_unproven(struct lookups *lookups, struct lookup *lookup)
{
    lookup->upstream->health.failures--;
    judge_failure(lookups, lookup);
}

/* Answered, after SERVFAIL: what was said with that (EDE) may be the network's. */
static bool remembers_the_network(const struct lookup *lookup, const struct lookup_step *step)
{
    return step->outcome != OUTCOME_FAILED && lookup->stage.round == LOOKUP_ONCE_MORE &&
           health_network_was_gone(&lookup->upstream->health, lookup->asked_ms);
}

static void conclude(struct lookups *lookups, struct lookup *lookup, const struct lookup_step *step)
{
    if (remembers_the_network(lookup, step) && lookup->afresh < LOOKUP_AFRESH_MAX) {
        ask_afresh(lookups, lookup, false);
        return;
    }
    if (step->outcome != OUTCOME_FAILED) {
        finish(lookups, lookup, step);
        return;
    }
    lookup->failure = step->failure;
    lookup->cause = step->cause;
    lookup->failed_ms = uv_now(lookups->loop);
    judge_failure(lookups, lookup);
}

static void ask_tcp(struct lookups *lookups, struct lookup *lookup)
{
    bool unreadable = lookup->unreadable;
    lookups_begin(lookups, lookup, lookup->stage.round, true);
    lookup->unreadable = unreadable;
    resend(lookups, lookup);
}

static void take_step(struct lookups *lookups, struct lookup *lookup,
                      const struct lookup_step *step)
{
    switch (step->action) {
    case LOOKUP_DONE:
        conclude(lookups, lookup, step);
        return;
    case LOOKUP_ASK_ROUND:
        lookups_begin(lookups, lookup, lookup->stage.round + 1, false);
        resend(lookups, lookup);
        return;
    case LOOKUP_ASK_TCP:
        ask_tcp(lookups, lookup);
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
        ask_afresh(lookups, lookup, health_was_alive(&lookup->upstream->health, lookup->asked_ms));
        return;
    case LOOKUP_HOLD:
        health_want(&lookup->upstream->health, uv_now(lookups->loop));
        queue_push_back(&lookups->held, lookup);
        return;
    }
}

static enum reply_kind kind_of_failure(const struct lookups *lookups, const struct lookup *lookup)
{
    uint64_t waited = uv_now(lookups->loop) - lookup->stage_ms;
    switch (lookup->status) {
    case ARES_ETIMEOUT:
        return waited + WAIT_SLACK_MS >= lookups->promised_ms ? REPLY_SILENCE : REPLY_CUT_SHORT;
    case ARES_EBADRESP: /* 1.34: also the end of all others when one answer is malformed */
        return lookup->wire.unreadable ? REPLY_UNREADABLE : REPLY_CUT_SHORT;
    case ARES_ENOMEM:
        memory_lack();
    default:
        return REPLY_UNREACHABLE;
    }
}

/* A question for a CNAME is answered by it, and not followed (RFC 1034 s3.6.2). */
static bool goes_beyond(const struct answer *answer)
{
    return answer->type == TYPE_CNAME && answer->outcome == OUTCOME_ANSWER &&
           answer->rcode == RCODE_NXDOMAIN && !answer->authentic;
}

void lookups_settle_reply(struct lookups *lookups, struct lookup *lookup, enum reply_kind kind)
{
    lookup->reply = kind;
    struct reply_facts facts = {
        .kind = kind,
        .unreadable = lookup->unreadable,
        .resolver = health_of_silence(&lookup->upstream->health, lookup->asked_ms),
    };
    if (kind == REPLY_ANSWER) {
        facts.outcome = lookups->answer.outcome;
        facts.failure = lookups->answer.failure;
        facts.truncated = lookups->answer.truncated;
        facts.beyond = goes_beyond(&lookups->answer);
    }
    struct lookup_step step = lookup_next(&lookup->stage, &facts);
    take_step(lookups, lookup, &step);
}

void lookups_settle_failure(struct lookups *lookups, struct lookup *lookup)
{
    if (lookup->given_up) {
        fail(lookups, lookup, FAILURE_OTHER);
        return;
    }
    if (lookup->status == ARES_ECANCELLED) {
        const struct health *health = &lookup->upstream->health;
        ask_afresh(lookups, lookup,
                   health_of_silence(health, lookup->asked_ms) == RESOLVER_AWAY &&
                       health_was_alive(health, lookup->asked_ms));
        return;
    }
    enum reply_kind kind = kind_of_failure(lookups, lookup);
    if (kind == REPLY_CUT_SHORT && ++lookup->cut_short > CUT_SHORT_MAX)
        kind = REPLY_SILENCE;
    if (kind == REPLY_UNREACHABLE)
        health_doubt(&lookup->upstream->health);
    else if (kind != REPLY_UNREADABLE)
        health_doubt_silence(&lookup->upstream->health, lookup->stage_ms);
    lookups_settle_reply(lookups, lookup, kind);
}

static void note_limit(struct lookups *lookups, struct lookup *lookup)
{
    if (lookups->answer.outcome == OUTCOME_FAILED && lookups->answer.failure == FAILURE_REFUSED) {
        limit_refused(&lookups->limit, lookup->refused);
    } else {
        limit_answered(&lookups->limit, lookup->refused);
        lookup->refused = false;
    }
}

static void settle_message(struct lookups *lookups, struct lookup *lookup, const uint8_t *bytes,
                           size_t size)
{
    enum message_status status =
        message_read(bytes, size, &lookup->entry.question, &lookups->answer);
    if (status == MESSAGE_OK) {
        lookups->counters.answered++;
        ede_merge(&lookup->ede, &lookups->answer.ede);
        if (lookups->answer.too_fast)
            window_too_fast(&lookup->upstream->window, uv_now(lookups->loop));
        note_limit(lookups, lookup);
        if (lookups->answer.outcome != OUTCOME_FAILED)
            health_answered(&lookup->upstream->health, uv_now(lookups->loop));
        lookups_settle_reply(lookups, lookup, REPLY_ANSWER);
    } else {
        lookups_settle_reply(lookups, lookup, REPLY_UNREADABLE);
    }
}

static struct lookup *lookup_of(struct lane_question *wire)
{
    return (struct lookup *)((char *)wire - offsetof(struct lookup, wire));
}

/* First the lookups, then, when they are there, who waits for them. */
void lookups_on_come(struct lane_question *const *wires, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct lookup *lookup = lookup_of(wires[i]);
        __builtin_prefetch(&lookup->entry);
        __builtin_prefetch(&lookup->lookups);
        __builtin_prefetch(&lookup->tries);
        __builtin_prefetch(&lookup->first.context);
    }
    for (unsigned i = 0; i < count; i++) {
        const char *waiter = lookup_of(wires[i])->first.context;
        if (waiter == NULL)
            continue;
        __builtin_prefetch(waiter);
        __builtin_prefetch(waiter + CACHE_LINE);
    }
}

/* Was it lost before?  Then it was answered at once when it was sent again. */
static void note_answer(struct lookups *lookups, const struct lookup *lookup)
{
    const struct lane_question *wire = &lookup->wire;
    uint64_t now = uv_now(lookups->loop);
    bool lost = wire->sent > 1 && !lookup->stage.tcp &&
                now - wire->sent_ms < lookups->settings.timeout_ms / AT_ONCE_SHARE;
    window_answered(&lookup->upstream->window, lost, now);
}

void lookups_on_ended(struct lane_question *wire, int status, const uint8_t *bytes, size_t size,
                      bool inside_send)
{
    struct lookup *lookup = lookup_of(wire);
    struct lookups *lookups = lookup->lookups;
    lookups->counters.in_flight--;
    health_unwant(&lookup->upstream->health);
    lookup->upstream->under_way--;
    if (status == ARES_SUCCESS)
        note_answer(lookups, lookup);
    lookup->tries += wire->sent != 0 ? wire->sent : 1;
    lookup->unreadable = lookup->unreadable || (wire->unreadable && status != ARES_SUCCESS);
    lookup->status = status;
    if (lookups->closing)
        return;                                     /* its memory goes with the pool */
    if (inside_send || status == ARES_ECANCELLED) { /* 1.34.9: no question inside ares_cancel() */
        queue_push_back(&lookups->failed, lookup);
        return;
    }
    assert(!lookups->settling); /* one answer at a time */
    lookups->settling = true;
    if (status == ARES_SUCCESS)
        settle_message(lookups, lookup, bytes, size);
    else
        lookups_settle_failure(lookups, lookup);
    lookups->settling = false;
}
