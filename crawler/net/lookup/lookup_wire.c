/* Lookups on their way to the wire: queues, the room that there is, the resolver that is asked. */
#include "crawler/net/lookup/lookup_private.h"

#include "crawler/base/memory.h"

void queue_push_back(struct queue *queue, struct lookup *lookup)
{
    lookup->next = NULL;
    if (queue->first == NULL)
        queue->first = lookup;
    else
        queue->last->next = lookup;
    queue->last = lookup;
    queue->count++;
}

void queue_push_front(struct queue *queue, struct lookup *lookup)
{
    lookup->next = queue->first;
    queue->first = lookup;
    if (lookup->next == NULL)
        queue->last = lookup;
    queue->count++;
}

struct lookup *queue_pop(struct queue *queue)
{
    struct lookup *lookup = queue->first;
    if (lookup != NULL) {
        queue->first = lookup->next;
        queue->count--;
    }
    return lookup;
}

uint16_t lookups_random_id(struct lookups *lookups)
{
    if (lookups->random_left == 0) {
        memory_unforeseen(lookups->random, sizeof lookups->random);
        lookups->random_left = RANDOM_IDS;
    }
    return lookups->random[--lookups->random_left];
}

static struct upstream *turn(struct lookups *lookups)
{
    struct upstream *upstream = &lookups->upstreams[lookups->next_upstream];
    if (++lookups->next_upstream == lookups->settings.resolver_count)
        lookups->next_upstream = 0;
    return upstream;
}

/* The next resolver that may be asked; NULL: none may. */
static struct upstream *next_upstream(struct lookups *lookups)
{
    for (unsigned i = 0; i < lookups->settings.resolver_count; i++) {
        struct upstream *upstream = turn(lookups);
        if (upstream_has_room(upstream))
            return upstream;
    }
    return NULL;
}

static uint64_t bit_of(const struct lookups *lookups, const struct upstream *upstream)
{
    return UINT64_C(1) << (upstream - lookups->upstreams);
}

struct upstream *lookups_other_upstream(struct lookups *lookups, uint64_t than)
{
    struct upstream *full = NULL;
    for (unsigned i = 0; i < lookups->settings.resolver_count; i++) {
        struct upstream *upstream = turn(lookups);
        if ((than & bit_of(lookups, upstream)) != 0 || !health_may_ask(&upstream->health))
            continue;
        if (upstream_has_room(upstream))
            return upstream;
        full = upstream;
    }
    return full;
}

unsigned lookups_window(const struct lookups *lookups)
{
    unsigned most = lookups->settings.max_in_flight, window = 0;
    for (unsigned i = 0; i < lookups->settings.resolver_count; i++) {
        if (health_may_ask(&lookups->upstreams[i].health))
            window += lookups->upstreams[i].window.size;
    }
    return window < most ? window : most;
}

bool lookups_wire_has_room(struct lookups *lookups)
{
    return lookups->counters.in_flight < lookups_window(lookups) && !lookups->closing &&
           pace_available(&lookups->pace, uv_now(lookups->loop)) > 0;
}

bool lookups_put_on_wire(struct lookups *lookups, struct lookup *lookup)
{
    struct upstream *upstream = lookup->upstream;
    uint64_t now = uv_now(lookups->loop);
    if (upstream == NULL || !health_may_ask(&upstream->health))
        upstream = next_upstream(lookups);
    if (upstream == NULL || (lookup->asked_ms == 0 && !upstream_has_room(upstream)))
        return false;
    struct lane *lane = upstream_lane(upstream);
    if (lane == NULL || upstream->tcp.count >= LANE_QUESTIONS_MAX)
        return false;
    if (lookup->asked_ms == 0)
        lookup->asked_ms = now;
    if (lookup->stage_ms == 0)
        lookup->stage_ms = now;
    lookup->upstream = upstream;
    lookup->asked_of |= bit_of(lookups, upstream);
    health_want(&upstream->health, now);
    upstream->under_way++;
    pace_take(&lookups->pace);
    lookups->counters.in_flight++;
    lookups->counters.asked++;
    lookup->entry.question.checking_disabled = lookup->stage.round == LOOKUP_UNCHECKED;
    uint16_t id = lookups_random_id(lookups);
    if (lookup->stage.tcp)
        stream_send(&upstream->tcp, &lookup->wire, &lookup->entry.question, id);
    else
        lane_send(lane, &lookup->wire, &lookup->entry.question, id, true);
    return true;
}

void lookups_move(struct lookups *lookups, struct lookup *lookup)
{
    queue_push_back(&lookups->moved[lookup->upstream - lookups->upstreams], lookup);
    lookups->moved_count++;
}

/* Where a resolver may no longer be asked, any other takes what it was to be asked. */
static void ask_moved_to(struct lookups *lookups, struct upstream *upstream)
{
    struct queue *queue = &lookups->moved[upstream - lookups->upstreams];
    while (queue->count > 0 && lookups_wire_has_room(lookups) &&
           lookups_put_on_wire(lookups, queue->first)) {
        queue_pop(queue);
        lookups->moved_count--;
    }
}

void lookups_ask_moved(struct lookups *lookups)
{
    for (unsigned i = 0; lookups->moved_count > 0 && i < lookups->settings.resolver_count; i++)
        ask_moved_to(lookups, &lookups->upstreams[i]);
}
