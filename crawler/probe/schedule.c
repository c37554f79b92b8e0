#include "crawler/probe/schedule.h"

#include "crawler/base/buckets.h"
#include "crawler/base/memory.h"
#include "crawler/base/pool.h"

#include <assert.h>
#include <stdlib.h>
#include <xxhash.h>

enum {
    SECOND_MS = 1000,
    MS_US = 1000,
    SECOND_US = 1000000,
};
#define NOBODY UINT32_MAX /* no group */

struct host {
    uint64_t host;
    uint64_t operator_hash;
    uint32_t order;
    uint8_t address;
    bool once_more, second; /* see struct visit */
    bool waits;             /* for its hour, since before the schedule begins */
};

/* The hosts of an operator: they lie side by side in the order of visits, and those before `next`
 * are met, or wait for their hour. */
struct group {
    uint64_t rests_until;
    uint64_t promised; /* the prefix that it has waited for, until it is handed out; 0: none */
    uint32_t next, end;
    uint32_t after; /* in the list that it is in: of those that rest, or wait for a prefix */
    uint32_t weight;
    bool idle; /* in no list, for no host is left */
};

struct list {
    uint32_t first, last;
};

/* One that is met, rests, or is waited for. */
struct prefix {
    struct link link;
    uint64_t key;
    uint64_t rests_until;
    bool taken, rests;
    struct list waiting;
    uint32_t waiting_count;
    struct prefix *after; /* among those that rest */
};

struct later {
    uint64_t due_ms;
    struct host host;
    uint32_t group;
};

struct schedule {
    struct schedule_settings settings;
    struct host *hosts;
    size_t host_count, host_room;
    struct group *groups;
    uint32_t group_count;
    uint64_t largest;
    uint32_t *ready; /* a heap: the greatest weight on top */
    uint32_t ready_count;
    struct list resting; /* all rest equally long: the first is the first to be ready */
    struct later *later; /* in the order of their hours */
    size_t later_first, later_count, later_room;
    uint64_t seed;
    struct buckets prefixes;
    struct pool prefix_pool;
    struct prefix *resting_first, *resting_last;
    uint64_t next_begin_us; /* by the rate */
    unsigned under_way;
};

static uint64_t hash_of_key(const struct schedule *schedule, uint64_t key)
{
    return XXH3_64bits_withSeed(&key, sizeof key, schedule->seed);
}

static uint64_t hash_of(const struct buckets *buckets, const struct link *entry)
{
    const struct schedule *schedule =
        (const void *)((const char *)buckets - offsetof(struct schedule, prefixes));
    return hash_of_key(schedule, ((const struct prefix *)entry)->key);
}

struct schedule *schedule_new(const struct schedule_settings *settings)
{
    struct schedule *schedule = memory_zeroed(1, sizeof *schedule);
    schedule->settings = *settings;
    schedule->resting = (struct list){NOBODY, NOBODY};
    schedule->seed = memory_random();
    buckets_init(&schedule->prefixes, hash_of, 1);
    pool_init(&schedule->prefix_pool, sizeof(struct prefix));
    return schedule;
}

void schedule_free(struct schedule *schedule)
{
    if (schedule == NULL)
        return;
    buckets_done(&schedule->prefixes);
    pool_done(&schedule->prefix_pool);
    free(schedule->hosts);
    free(schedule->groups);
    free(schedule->ready);
    free(schedule->later);
    free(schedule);
}

/* --- lists of groups --- */

static void append(struct schedule *schedule, struct list *list, uint32_t group)
{
    schedule->groups[group].after = NOBODY;
    if (list->first == NOBODY)
        list->first = group;
    else
        schedule->groups[list->last].after = group;
    list->last = group;
}

static uint32_t take_first(struct schedule *schedule, struct list *list)
{
    uint32_t group = list->first;
    list->first = schedule->groups[group].after;
    return group;
}

/* --- those that are ready --- */

static bool goes_before(const struct schedule *schedule, uint32_t one, uint32_t other)
{
    uint32_t weight = schedule->groups[one].weight, than = schedule->groups[other].weight;
    return weight != than ? weight > than : one < other;
}

static void make_ready(struct schedule *schedule, uint32_t group, uint32_t weight)
{
    uint32_t *heap = schedule->ready, at = schedule->ready_count++;
    schedule->groups[group].weight = weight;
    for (; at > 0 && goes_before(schedule, group, heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = group;
}

static uint32_t take_ready(struct schedule *schedule)
{
    uint32_t *heap = schedule->ready, top = heap[0], last = heap[--schedule->ready_count], at = 0;
    for (uint32_t child; (child = 2 * at + 1) < schedule->ready_count; at = child) {
        if (child + 1 < schedule->ready_count &&
            goes_before(schedule, heap[child + 1], heap[child]))
            child++;
        if (!goes_before(schedule, heap[child], last))
            break;
        heap[at] = heap[child];
    }
    heap[at] = last;
    return top;
}

/* It neither rests nor waits any more. */
static void settle(struct schedule *schedule, uint32_t group, uint32_t weight)
{
    uint32_t left = schedule->groups[group].end - schedule->groups[group].next;
    schedule->groups[group].idle = left == 0;
    if (left > 0)
        make_ready(schedule, group, left > weight ? left : weight);
}

/* --- hosts --- */

static void add_later(struct schedule *schedule, const struct host *host, uint32_t group,
                      uint64_t due_ms)
{
    schedule->later = memory_room(schedule->later, schedule->later_count, &schedule->later_room,
                                  sizeof *schedule->later);
    schedule->later[schedule->later_count++] =
        (struct later){.due_ms = due_ms, .host = *host, .group = group};
}

void schedule_add(struct schedule *schedule, uint64_t host, uint64_t operator_hash, uint64_t due_ms,
                  bool once_more)
{
    assert(schedule->groups == NULL && schedule->host_count < NOBODY);
    schedule->hosts = memory_room(schedule->hosts, schedule->host_count, &schedule->host_room,
                                  sizeof *schedule->hosts);
    struct host *its = &schedule->hosts[schedule->host_count];
    *its = (struct host){.host = host,
                         .operator_hash = operator_hash,
                         .order = (uint32_t)schedule->host_count++,
                         .once_more = once_more,
                         .waits = due_ms > 0};
    if (its->waits)
        add_later(schedule, its, NOBODY, due_ms);
}

/* By operator, those first that wait for their hour: they come back before the others. */
static int compare_hosts(const void *a, const void *b)
{
    const struct host *one = a, *other = b;
    if (one->operator_hash != other->operator_hash)
        return one->operator_hash < other->operator_hash ? -1 : 1;
    if (one->waits != other->waits)
        return one->waits ? -1 : 1;
    return (one->order > other->order) - (one->order < other->order);
}

static int compare_orders(const void *a, const void *b)
{
    const struct later *one = a, *other = b;
    return (one->host.order > other->host.order) - (one->host.order < other->host.order);
}

static int compare_hours(const void *a, const void *b)
{
    const struct later *one = a, *other = b;
    return one->due_ms != other->due_ms ? (one->due_ms < other->due_ms ? -1 : 1)
                                        : compare_orders(a, b);
}

static uint32_t count_groups(const struct schedule *schedule)
{
    uint32_t count = 0;
    for (size_t i = 0; i < schedule->host_count; i++)
        count += i == 0 || schedule->hosts[i].operator_hash != schedule->hosts[i - 1].operator_hash;
    return count;
}

/* Of the hosts from `first` on; returns where the next operator's begin. */
static uint32_t make_group(struct schedule *schedule, uint32_t group, uint32_t first)
{
    struct group *its = &schedule->groups[group];
    uint32_t end = first;
    *its = (struct group){.next = first};
    for (; end < schedule->host_count &&
           schedule->hosts[end].operator_hash == schedule->hosts[first].operator_hash;
         end++) {
        const struct later wanted = {.host = schedule->hosts[end]};
        if (!wanted.host.waits)
            continue;
        struct later *later = bsearch(&wanted, schedule->later, schedule->later_count,
                                      sizeof *schedule->later, compare_orders);
        later->group = group;
        its->next++;
    }
    its->end = end;
    if (end - first > schedule->largest)
        schedule->largest = end - first;
    settle(schedule, group, 0);
    return end;
}

void schedule_begin(struct schedule *schedule)
{
    if (schedule->host_count == 0)
        return;
    qsort(schedule->hosts, schedule->host_count, sizeof *schedule->hosts, compare_hosts);
    schedule->group_count = count_groups(schedule);
    schedule->groups = memory_zeroed(schedule->group_count, sizeof *schedule->groups);
    schedule->ready = memory_zeroed(schedule->group_count, sizeof *schedule->ready);
    uint32_t first = 0;
    for (uint32_t group = 0; group < schedule->group_count; group++)
        first = make_group(schedule, group, first);
    if (schedule->later_count > 0)
        qsort(schedule->later, schedule->later_count, sizeof *schedule->later, compare_hours);
}

/* The operator's next one: in the place of one that was handed out before. */
static void put_back(struct schedule *schedule, uint32_t group, const struct host *host)
{
    schedule->hosts[--schedule->groups[group].next] = *host;
}

static struct host host_of(const struct schedule *schedule, const struct visit *visit)
{
    struct host host = schedule->hosts[schedule->groups[visit->group].next - 1];
    host.host = visit->host; /* the place may have another's, that came back meanwhile */
    host.order = visit->order;
    host.address = visit->address;
    host.once_more = visit->once_more;
    host.second = visit->second;
    return host;
}

/* --- prefixes --- */

uint64_t schedule_prefix(uint8_t family, const uint8_t *octets)
{
    uint64_t prefix = family;
    for (unsigned i = 0; i < (family == 4 ? 3 : 6); i++)
        prefix = prefix << 8 | octets[i];
    return prefix;
}

/* Where it is linked; NULL in there: nobody meets it, or waits for it. */
static struct link **find_prefix(struct schedule *schedule, uint64_t key)
{
    struct link **at = buckets_at(&schedule->prefixes, hash_of_key(schedule, key));
    while (*at != NULL && ((struct prefix *)*at)->key != key)
        at = &(*at)->next;
    return at;
}

static void drop_prefix_if_idle(struct schedule *schedule, struct prefix *prefix)
{
    if (prefix->taken || prefix->rests || prefix->waiting_count > 0)
        return;
    buckets_take(&schedule->prefixes, find_prefix(schedule, prefix->key));
    pool_put(&schedule->prefix_pool, prefix);
}

static struct prefix *have_prefix(struct schedule *schedule, uint64_t key)
{
    struct prefix *prefix = (struct prefix *)*find_prefix(schedule, key);
    if (prefix != NULL)
        return prefix;
    prefix = pool_get(&schedule->prefix_pool);
    *prefix = (struct prefix){.key = key, .waiting = {NOBODY, NOBODY}};
    buckets_add(&schedule->prefixes, &prefix->link);
    return prefix;
}

static void rest_prefix(struct schedule *schedule, struct prefix *prefix, uint64_t until_ms)
{
    prefix->taken = false;
    prefix->rests = true;
    prefix->rests_until = until_ms;
    prefix->after = NULL;
    if (schedule->resting_first == NULL)
        schedule->resting_first = prefix;
    else
        schedule->resting_last->after = prefix;
    schedule->resting_last = prefix;
}

/* --- what time brings --- */

static void wake_groups(struct schedule *schedule, uint64_t now_ms)
{
    while (schedule->resting.first != NOBODY &&
           schedule->groups[schedule->resting.first].rests_until <= now_ms)
        settle(schedule, take_first(schedule, &schedule->resting), 0);
}

/* The first of those that wait for a prefix, with the weight of them all: the next one when it has
 * had it. */
static void wake_waiting(struct schedule *schedule, struct prefix *prefix)
{
    if (prefix->waiting_count > 0) {
        uint32_t group = take_first(schedule, &prefix->waiting);
        schedule->groups[group].promised = prefix->key;
        settle(schedule, group, prefix->waiting_count--);
    }
    drop_prefix_if_idle(schedule, prefix);
}

static void wake_prefixes(struct schedule *schedule, uint64_t now_ms)
{
    struct prefix *prefix;
    while ((prefix = schedule->resting_first) != NULL && prefix->rests_until <= now_ms) {
        schedule->resting_first = prefix->after;
        prefix->rests = false;
        wake_waiting(schedule, prefix);
    }
}

static void wake_later(struct schedule *schedule, uint64_t now_ms)
{
    while (schedule->later_first < schedule->later_count &&
           schedule->later[schedule->later_first].due_ms <= now_ms) {
        const struct later *later = &schedule->later[schedule->later_first++];
        put_back(schedule, later->group, &later->host);
        if (schedule->groups[later->group].idle)
            settle(schedule, later->group, 0);
    }
}

/* From now to the next thing that time brings; never: UINT64_MAX. */
static uint64_t time_to_wait(const struct schedule *schedule, uint64_t now_ms, bool has_room)
{
    uint64_t next = UINT64_MAX;
    if (schedule->resting.first != NOBODY)
        next = schedule->groups[schedule->resting.first].rests_until;
    if (schedule->resting_first != NULL && schedule->resting_first->rests_until < next)
        next = schedule->resting_first->rests_until;
    if (schedule->later_first < schedule->later_count &&
        schedule->later[schedule->later_first].due_ms < next)
        next = schedule->later[schedule->later_first].due_ms;
    uint64_t begin = (schedule->next_begin_us + MS_US - 1) / MS_US;
    if (schedule->ready_count > 0 && has_room && begin < next)
        next = begin;
    return next == UINT64_MAX ? next : next > now_ms ? next - now_ms : 0;
}

enum schedule_step schedule_next(struct schedule *schedule, uint64_t now_ms,
                                 struct visit *ret_visit, uint64_t *ret_wait_ms)
{
    bool has_room = schedule->under_way < schedule->settings.at_once;
    wake_later(schedule, now_ms);
    wake_groups(schedule, now_ms);
    wake_prefixes(schedule, now_ms);
    if (schedule->ready_count == 0 && schedule->resting.first == NOBODY &&
        schedule->under_way == 0 && schedule->resting_first == NULL)
        return SCHEDULE_DONE;
    if (schedule->ready_count == 0 || !has_room || schedule->next_begin_us > now_ms * MS_US) {
        *ret_wait_ms = time_to_wait(schedule, now_ms, has_room);
        return SCHEDULE_WAIT;
    }
    uint32_t group = take_ready(schedule);
    const struct host *host = &schedule->hosts[schedule->groups[group].next++];
    *ret_visit = (struct visit){.host = host->host,
                                .group = group,
                                .order = host->order,
                                .address = host->address,
                                .once_more = host->once_more,
                                .second = host->second};
    return SCHEDULE_MEET;
}

/* --- meetings --- */

/* A group that has waited for a prefix, and does not take it now, leaves it to the next one. */
static void pass_on(struct schedule *schedule, uint32_t group, uint64_t taken)
{
    uint64_t promised = schedule->groups[group].promised;
    schedule->groups[group].promised = 0;
    if (promised == 0 || promised == taken)
        return;
    struct prefix *prefix = (struct prefix *)*find_prefix(schedule, promised);
    if (prefix != NULL && !prefix->taken && !prefix->rests)
        wake_waiting(schedule, prefix);
}

bool schedule_take(struct schedule *schedule, struct visit *visit, uint64_t key, uint64_t now_ms)
{
    pass_on(schedule, visit->group, key);
    struct prefix *prefix = have_prefix(schedule, key);
    if (prefix->taken || prefix->rests) {
        const struct host host = host_of(schedule, visit);
        put_back(schedule, visit->group, &host);
        append(schedule, &prefix->waiting, visit->group);
        prefix->waiting_count++;
        return false;
    }
    prefix->taken = true;
    visit->prefix = key;
    schedule->under_way++;
    uint64_t now_us = now_ms * MS_US;
    if (schedule->next_begin_us < now_us)
        schedule->next_begin_us = now_us;
    if (schedule->settings.rate > 0)
        schedule->next_begin_us += SECOND_US / schedule->settings.rate;
    return true;
}

void schedule_skip(struct schedule *schedule, const struct visit *visit)
{
    pass_on(schedule, visit->group, 0);
    settle(schedule, visit->group, 0);
}

void schedule_end(struct schedule *schedule, const struct visit *visit, enum visit_end end,
                  uint64_t now_ms)
{
    struct host host = host_of(schedule, visit);
    if (end == VISIT_NEXT_ADDRESS) {
        host.address++;
        put_back(schedule, visit->group, &host);
    } else if (end == VISIT_ONCE_MORE) {
        host.address = 0;
        host.once_more = host.second = true;
        add_later(schedule, &host, visit->group, now_ms + SCHEDULE_AGAIN_S * SECOND_MS);
    }
    schedule->under_way--;
    uint64_t rests_until = now_ms + schedule->settings.pause_ms;
    schedule->groups[visit->group].rests_until = rests_until;
    append(schedule, &schedule->resting, visit->group);
    rest_prefix(schedule, (struct prefix *)*find_prefix(schedule, visit->prefix), rests_until);
}

/* --- figures --- */

void schedule_counts(const struct schedule *schedule, struct schedule_counts *ret)
{
    bool has_later = schedule->later_first < schedule->later_count;
    *ret = (struct schedule_counts){
        .hosts = schedule->host_count,
        .operators = schedule->group_count,
        .largest = schedule->largest,
        .under_way = schedule->under_way,
        .later = schedule->later_count - schedule->later_first,
        .next_later_ms = has_later ? schedule->later[schedule->later_first].due_ms : 0,
    };
    for (uint32_t group = 0; group < schedule->group_count; group++) {
        uint64_t left = schedule->groups[group].end - schedule->groups[group].next;
        ret->left += left;
        if (left > ret->largest_left)
            ret->largest_left = left;
    }
}

uint64_t schedule_seconds(const struct schedule_settings *settings, uint64_t hosts,
                          uint64_t largest)
{
    uint64_t by_rate = settings->rate == 0 ? 0 : (hosts + settings->rate - 1) / settings->rate;
    uint64_t by_pause = largest * settings->pause_ms / SECOND_MS;
    return by_rate > by_pause ? by_rate : by_pause;
}
