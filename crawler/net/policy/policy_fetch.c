/* The way of a fetch:
 *
 *     ask -> A and AAAA -> turn of an address -> connection -> ended -> done
 *             |              ^                                  |        ^
 *             |              '------------ next address --------'        |
 *             '-- no address to connect to ------------------------------'
 *
 * Whoever has the turn of its address is in the queue `ready` until a connection
 * is free.
 */
#include "crawler/net/policy/policy_fetch.h"

#include "crawler/core/address.h"
#include "crawler/core/sts.h"
#include "crawler/base/pool.h"
#include "crawler/net/policy/silence.h"
#include "crawler/net/policy/transfer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const char path[] = "/.well-known/mta-sts.txt"; /* RFC 8461 s3.3 */

struct fetch {
    struct turn turn; /* first: found by it */
    struct policy_fetches *fetches;
    struct fetch *next; /* in the one queue it is in */
    policy_fetch_done *done;
    void *context;
    unsigned lookups_left;
    bool special; /* an address was left out for being special */
    struct policy_fetch_result result;
    struct ede ede;        /* of both address lookups */
    unsigned count, tried; /* addresses, at first IPv6 */
    struct server_address addresses[2 * POLICY_ADDRESSES_MAX];
    unsigned spent_ms; /* connected */
    char host[TRANSFER_HOST_MAX];
};

struct queue {
    struct fetch *first, *last;
};

struct policy_fetches {
    struct policy_fetch_settings settings;
    struct lookups *lookups;
    struct transfers *transfers;
    uv_timer_t soon; /* ends fetches that ended inside policy_fetch_ask() */
    struct turns turns;
    struct silences silences;
    struct queue ready, ended;
    struct pool pool;
    struct policy_fetch_counters counters;
    bool closing;
    unsigned open_handles;
    void (*closed)(void *context);
    void *closed_context;
};

static void push(struct queue *queue, struct fetch *fetch)
{
    fetch->next = NULL;
    if (queue->last != NULL)
        queue->last->next = fetch;
    else
        queue->first = fetch;
    queue->last = fetch;
}

static struct fetch *pop(struct queue *queue)
{
    struct fetch *fetch = queue->first;
    if (fetch == NULL)
        return NULL;
    queue->first = fetch->next;
    if (queue->first == NULL)
        queue->last = NULL;
    return fetch;
}

/* The end of a fetch */

static void finish(struct fetch *fetch, enum sts_detail detail)
{
    struct policy_fetches *fetches = fetch->fetches;
    fetch->result.detail = detail;
    fetches->counters.done++;
    fetch->done(fetch->context, &fetch->result);
    pool_put(&fetches->pool, fetch);
}

static void on_soon(uv_timer_t *timer)
{
    struct policy_fetches *fetches = timer->data;
    struct fetch *fetch;
    while (!fetches->closing && (fetch = pop(&fetches->ended)) != NULL)
        finish(fetch, STS_DETAIL_DNS);
}

/* From one address after the other */

/* An equal share of the time that is left, for each address that is left. */
static unsigned share_of_time(const struct fetch *fetch)
{
    unsigned timeout_ms = fetch->fetches->settings.timeout_ms;
    unsigned left = timeout_ms > fetch->spent_ms ? timeout_ms - fetch->spent_ms : 0;
    unsigned share = left / (fetch->count - fetch->tried);
    return share > 0 ? share : 1;
}

static void connect_ready(struct policy_fetches *fetches)
{
    while (fetches->ready.first != NULL && transfers_room(fetches->transfers) > 0) {
        struct fetch *fetch = pop(&fetches->ready);
        struct transfer_request request = {
            .host = fetch->host,
            .path = path,
            .address = fetch->addresses[fetch->tried],
            .timeout_ms = share_of_time(fetch),
            .context = fetch,
        };
        fetches->counters.waiting--;
        fetches->counters.connected++;
        transfer_start(fetches->transfers, &request);
    }
}

static void settle(struct fetch *fetch, const struct transfer_result *result, unsigned spent_ms);

/* The end at an address that others found silent */
static const struct transfer_result silent = {
    .end = TRANSFER_TIMEOUT,
    .reason = "the server was silent when other domains asked it",
};

static void wait_for_turn(struct fetch *fetch)
{
    struct policy_fetches *fetches = fetch->fetches;
    const struct server_address *address = &fetch->addresses[fetch->tried];
    if (silence_holds(&fetches->silences, address, uv_now(fetches->soon.loop))) {
        settle(fetch, &silent, 0);
        return;
    }
    fetch->turn.address = *address;
    fetches->counters.waiting++;
    if (turns_take(&fetches->turns, &fetch->turn))
        push(&fetches->ready, fetch);
}

static enum sts_detail detail_of(const struct transfer_result *result)
{
    switch (result->end) {
    case TRANSFER_REPLY:
        return result->status == 200 ? STS_DETAIL_NONE : STS_DETAIL_HTTP_STATUS;
    case TRANSFER_HANDSHAKE:
    case TRANSFER_TLS:
        return STS_DETAIL_TLS;
    case TRANSFER_TIMEOUT:
        return STS_DETAIL_TIMEOUT;
    case TRANSFER_TOO_LARGE:
        return STS_DETAIL_TOO_LARGE;
    case TRANSFER_UNCONNECTED:
    case TRANSFER_BROKEN:
        break;
    }
    return STS_DETAIL_CONNECT;
}

/* One address of the fetch was tried, by itself or by the one before it. */
static void settle(struct fetch *fetch, const struct transfer_result *result, unsigned spent_ms)
{
    enum sts_detail detail = detail_of(result);
    fetch->spent_ms += spent_ms;
    fetch->tried++;
    bool final = result->end == TRANSFER_REPLY || result->end == TRANSFER_TOO_LARGE;
    if (!final && fetch->tried < fetch->count) {
        wait_for_turn(fetch);
        return;
    }
    fetch->result.answered = final || result->end == TRANSFER_TLS;
    fetch->result.http_status = result->status;
    fetch->result.media_type = result->media_type;
    fetch->result.body = detail == STS_DETAIL_NONE ? result->body : NULL;
    fetch->result.length = detail == STS_DETAIL_NONE ? result->length : 0;
    fetch->result.reason = result->reason;
    finish(fetch, detail);
}

/* Where an address is given up, it is for all who wait for it. */
static struct queue take_waiting(struct policy_fetches *fetches, struct fetch *heir)
{
    struct queue queue = {NULL, NULL};
    while (heir != NULL) {
        struct fetch *next = (struct fetch *)turns_give_back(&fetches->turns, &heir->turn);
        fetches->counters.waiting--;
        push(&queue, heir);
        heir = next;
    }
    return queue;
}

/* What the end of a transfer says of its server.  true: it is given up. */
static bool is_silent(struct fetch *fetch, const struct transfer_result *result)
{
    struct policy_fetches *fetches = fetch->fetches;
    uint64_t until_ms = uv_now(fetches->soon.loop) + fetches->settings.timeout_ms;
    if (result->end == TRANSFER_TIMEOUT)
        return silence_timed_out(&fetches->silences, &fetch->turn.address, result->connected,
                                 until_ms);
    silence_broken(&fetches->silences, &fetch->turn.address);
    return false;
}

static void on_transfer_ended(void *context, const struct transfer_result *result)
{
    struct fetch *fetch = context;
    struct policy_fetches *fetches = fetch->fetches;
    struct queue given_up = {NULL, NULL};
    struct fetch *heir = (struct fetch *)turns_give_back(&fetches->turns, &fetch->turn);
    fetches->counters.connected--;
    fetch->result.tried = true;
    if (is_silent(fetch, result))
        given_up = take_waiting(fetches, heir);
    else if (heir != NULL)
        push(&fetches->ready, heir);
    settle(fetch, result, result->elapsed_ms);
    while (!fetches->closing && (heir = pop(&given_up)) != NULL)
        settle(heir, &silent, 0);
}

static void on_room(void *context)
{
    connect_ready(context);
}

/* Addresses */

static void note_failure(struct fetch *fetch, const struct lookup_result *result)
{
    /* of A where both failed, whichever came first */
    if (fetch->result.lookup.failure == FAILURE_NONE || result->question->type == TYPE_A)
        fetch->result.lookup = result->lookup;
}

/* IPv6 goes first, whichever answer came first: a machine without it loses no time
 * there, and what is reported is then IPv4's. */
static void note_addresses(struct fetch *fetch, const struct answer *answer)
{
    uint8_t family = answer->type == TYPE_A ? 4 : 6;
    struct server_address found[POLICY_ADDRESSES_MAX];
    unsigned count = 0;
    struct record record;
    size_t offset = 0;
    while (count < POLICY_ADDRESSES_MAX && answer_next(answer, &offset, &record)) {
        if (!fetch->fetches->settings.allow_special && address_is_special(family, record.data)) {
            fetch->special = true;
            continue;
        }
        found[count] = (struct server_address){.family = family};
        memcpy(found[count++].octets, record.data, record.size);
    }
    struct server_address *at = fetch->addresses;
    if (family == 6)
        memmove(at + count, at, fetch->count * sizeof *at);
    else
        at += fetch->count;
    memcpy(at, found, count * sizeof *at);
    fetch->count += count;
}

static void on_address(void *context, const struct lookup_result *result)
{
    struct fetch *fetch = context;
    struct policy_fetches *fetches = fetch->fetches;
    if (fetches->closing)
        return;
    ede_merge(&fetch->ede, &result->lookup.ede);
    if (lookup_failed(&result->lookup))
        note_failure(fetch, result);
    else if (result->lookup.outcome == OUTCOME_ANSWER)
        note_addresses(fetch, result->answer);
    fetch->result.lookup.ede = fetch->ede;
    if (--fetch->lookups_left > 0)
        return;
    fetches->counters.looking_up--;
    if (fetch->count > 0) {
        wait_for_turn(fetch);
        connect_ready(fetches);
        return;
    }
    fetch->result.tried = fetch->result.answered = true;
    if (fetch->special && fetch->result.lookup.failure == FAILURE_NONE) {
        finish(fetch, STS_DETAIL_SPECIAL_ADDRESS);
    } else {
        finish(fetch, STS_DETAIL_DNS);
    }
}

/* Letters, digits, hyphens and underscores: any other octet could mean something else
 * inside a URL. */
static bool host_of(const struct name *policy_host, char ret[TRANSFER_HOST_MAX])
{
    char *to = ret;
    for (const uint8_t *label = policy_host->wire; *label != 0; label += 1 + *label) {
        for (unsigned i = 1; i <= *label; i++) {
            uint8_t octet = label[i];
            if (!(octet >= 'a' && octet <= 'z') && !(octet >= '0' && octet <= '9') &&
                octet != '-' && octet != '_')
                return false;
            *to++ = (char)octet;
        }
        *to++ = '.';
    }
    to[-1] = '\0';
    return true;
}

void policy_fetch_ask(struct policy_fetches *fetches, const struct name *domain,
                      policy_fetch_done *done, void *context)
{
    struct name policy_host;
    if (fetches->closing)
        return;
    struct fetch *fetch = pool_get(&fetches->pool);
    fetches->counters.asked++;
    *fetch = (struct fetch){
        .fetches = fetches, .done = done, .context = context, .result = {.reason = ""}};
    if (!name_prepend(STS_POLICY_PREFIX, domain, &policy_host) ||
        !host_of(&policy_host, fetch->host)) {
        fetch->result.tried = fetch->result.answered = true;
        push(&fetches->ended, fetch);
        uv_timer_start(&fetches->soon, on_soon, 1, 0);
        return;
    }
    fetch->lookups_left = 2;
    fetches->counters.looking_up++;
    lookup_ask(fetches->lookups, &policy_host, TYPE_A, on_address, fetch);
    lookup_ask(fetches->lookups, &policy_host, TYPE_AAAA, on_address, fetch);
}

void policy_fetches_forget_silences(struct policy_fetches *fetches)
{
    silences_forget(&fetches->silences);
}

void policy_fetches_counters(const struct policy_fetches *fetches,
                             struct policy_fetch_counters *ret)
{
    *ret = fetches->counters;
    ret->connections = transfers_opened(fetches->transfers);
}

/* Life */

struct policy_fetches *policy_fetches_new(uv_loop_t *loop, struct lookups *lookups,
                                          const struct policy_fetch_settings *settings,
                                          struct error *error)
{
    struct policy_fetches *fetches = calloc(1, sizeof *fetches);
    uint64_t seed = 0;
    if (fetches == NULL || getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed) {
        free(fetches);
        error_set(error, "out of memory");
        return NULL;
    }
    struct transfer_settings transfer_settings = {
        .loop = loop,
        .ca_file = settings->ca_file,
        .connections = settings->connections,
        .size_max = settings->size_max,
        .port = settings->port,
        .ended = on_transfer_ended,
        .room = on_room,
        .room_context = fetches,
    };
    fetches->transfers = transfers_new(&transfer_settings, error);
    if (fetches->transfers == NULL) {
        free(fetches);
        return NULL;
    }
    fetches->settings = *settings;
    fetches->lookups = lookups;
    turns_init(&fetches->turns, seed);
    silences_init(&fetches->silences, seed);
    pool_init(&fetches->pool, sizeof(struct fetch));
    uv_timer_init(loop, &fetches->soon);
    fetches->soon.data = fetches;
    return fetches;
}

static void one_closed(struct policy_fetches *fetches)
{
    if (--fetches->open_handles == 0)
        fetches->closed(fetches->closed_context);
}

static void on_soon_closed(uv_handle_t *handle)
{
    one_closed(handle->data);
}

static void on_transfers_closed(void *context)
{
    one_closed(context);
}

void policy_fetches_close(struct policy_fetches *fetches, void (*closed)(void *context),
                          void *context)
{
    assert(!fetches->closing);
    fetches->closing = true;
    fetches->closed = closed;
    fetches->closed_context = context;
    fetches->open_handles = 2;
    uv_close((uv_handle_t *)&fetches->soon, on_soon_closed);
    transfers_close(fetches->transfers, on_transfers_closed, fetches);
}

void policy_fetches_free(struct policy_fetches *fetches)
{
    if (fetches == NULL)
        return;
    transfers_free(fetches->transfers);
    pool_done(&fetches->pool);
    free(fetches);
}
