/* A slot is one easy handle, used again and again:
 *
 *     idle --transfer_start--> running --curl is done, or the time is over--> closing
 *      ^                                                                        |
 *      '------------------ ended() <-- its sockets are closed ------------------'
 *
 * Newer versions of curl may close a connection in the background; only the callback
 * that closes the socket tells.
 */
#include "crawler/net/policy/transfer_private.h"

#include "crawler/base/memory.h"
#include "crawler/net/policy/trust.h"

#include <assert.h>
#include <stdlib.h>

/* A socket that curl waits for. */
struct watch {
    uv_poll_t poll;
    struct transfers *transfers;
    curl_socket_t socket;
};

/* Hands over what has ended.  Not from inside a callback of curl. */
static void deliver(struct transfers *transfers)
{
    for (unsigned i = 0; i < transfers->settings.connections && !transfers->closing; i++) {
        struct slot *slot = &transfers->slots[i];
        if (slot->state != SLOT_CLOSING || slot->sockets > 0)
            continue;
        slot_give_result(slot);
        slot->state = SLOT_IDLE;
        transfers->busy--;
        if (!transfers->closing)
            transfers->settings.room(transfers->settings.room_context);
    }
}

static void end_transfer(struct slot *slot, CURLcode code)
{
    slot->code = code;
    slot->ended_ns = uv_hrtime();
    slot->state = SLOT_CLOSING;
    curl_off_t connected_us = 0;
    uv_timer_stop(&slot->deadline);
    curl_easy_getinfo(slot->easy, CURLINFO_CONNECT_TIME_T, &connected_us);
    curl_multi_remove_handle(slot->transfers->multi, slot->easy);
    /* a socket that still connects is closed at once, by curl 7.88 without the callback */
    slot->connected = connected_us > 0;
    if (!slot->connected)
        slot->sockets = 0;
}

/* After curl has done something. */
static void collect(struct transfers *transfers)
{
    const CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(transfers->multi, &left)) != NULL) {
        struct slot *slot = NULL;
        CURLcode code = message->data.result; /* the message goes with the handle */
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot);
        end_transfer(slot, code);
    }
    deliver(transfers);
}

/* Curl on the loop */

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    struct transfers *transfers = watch->transfers;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0, running;
    if (transfers->closing)
        return;
    if (events & UV_READABLE)
        flags |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        flags |= CURL_CSELECT_OUT;
    curl_multi_socket_action(transfers->multi, watch->socket, flags, &running);
    collect(transfers);
}

static void on_curl_timer(uv_timer_t *timer)
{
    struct transfers *transfers = timer->data;
    int running;
    if (transfers->closing)
        return;
    curl_multi_socket_action(transfers->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    collect(transfers);
}

/* At least 1 ms: no timer that is due at once may hold the loop. */
static int set_curl_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct transfers *transfers = context;
    (void)multi;
    if (timeout_ms < 0)
        uv_timer_stop(&transfers->curl_timer);
    else
        uv_timer_start(&transfers->curl_timer, on_curl_timer,
                       timeout_ms > 0 ? (uint64_t)timeout_ms : 1, 0);
    return 0;
}

static void on_turn(uv_timer_t *timer)
{
    deliver(timer->data);
}

void transfers_on_socket_closed(struct transfers *transfers)
{
    if (!transfers->closing)
        uv_timer_start(&transfers->turn, on_turn, 1, 0);
}

static void on_deadline(uv_timer_t *timer)
{
    struct slot *slot = timer->data;
    if (slot->transfers->closing)
        return;
    end_transfer(slot, CURLE_OPERATION_TIMEDOUT);
    snprintf(slot->reason, sizeof slot->reason, "no whole reply within %u ms", slot->timeout_ms);
    deliver(slot->transfers);
}

static void one_closed(struct transfers *transfers)
{
    if (--transfers->open_handles == 0)
        transfers->closed(transfers->closed_context);
}

static void on_watch_closed(uv_handle_t *handle)
{
    struct watch *watch = handle->data;
    struct transfers *transfers = watch->transfers;
    free(watch);
    one_closed(transfers);
}

static struct watch *new_watch(struct transfers *transfers, curl_socket_t socket)
{
    struct watch *watch = memory_zeroed(1, sizeof *watch);
    if (uv_poll_init_socket(transfers->settings.loop, &watch->poll, socket) != 0) {
        free(watch); /* the kernel has no room: the deadline ends the transfer */
        return NULL;
    }
    watch->poll.data = watch;
    watch->transfers = transfers;
    watch->socket = socket;
    transfers->open_handles++;
    curl_multi_assign(transfers->multi, socket, watch);
    return watch;
}

static int watch_socket(CURL *easy, curl_socket_t socket, int what, void *context, void *known)
{
    struct transfers *transfers = context;
    struct watch *watch = known;
    int events = 0;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        curl_multi_assign(transfers->multi, socket, NULL);
        if (watch != NULL)
            uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
        return 0;
    }
    if (watch == NULL)
        watch = new_watch(transfers, socket);
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        events |= UV_READABLE;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        events |= UV_WRITABLE;
    if (watch != NULL)
        uv_poll_start(&watch->poll, events, on_poll);
    return 0;
}

/* Starting */

static struct slot *idle_slot(struct transfers *transfers)
{
    for (unsigned i = 0; i < transfers->settings.connections; i++) {
        if (transfers->slots[i].state == SLOT_IDLE)
            return &transfers->slots[i];
    }
    return NULL;
}

void transfer_start(struct transfers *transfers, const struct transfer_request *request)
{
    struct slot *slot = idle_slot(transfers);
    assert(!transfers->closing && slot != NULL);
    slot_prepare(slot, request);
    slot->state = SLOT_RUNNING;
    transfers->busy++;
    slot->began_ns = uv_hrtime();
    uv_update_time(transfers->settings.loop);
    uv_timer_start(&slot->deadline, on_deadline, slot->timeout_ms, 0);
    if (curl_multi_add_handle(transfers->multi, slot->easy) != CURLM_OK)
        memory_lack();
}

unsigned transfers_room(const struct transfers *transfers)
{
    return transfers->closing ? 0 : transfers->settings.connections - transfers->busy;
}

uint64_t transfers_opened(const struct transfers *transfers)
{
    return transfers->opened;
}

/* Life */

static void start_handles(struct transfers *transfers)
{
    uv_loop_t *loop = transfers->settings.loop;
    uv_timer_init(loop, &transfers->curl_timer);
    uv_timer_init(loop, &transfers->turn);
    transfers->curl_timer.data = transfers->turn.data = transfers;
    transfers->open_handles = 2 + transfers->settings.connections;
    for (unsigned i = 0; i < transfers->settings.connections; i++) {
        struct slot *slot = &transfers->slots[i];
        slot->transfers = transfers;
        uv_timer_init(loop, &slot->deadline);
        slot->deadline.data = slot;
    }
}

/* Curl must be able to do what is asked of it: the first slot shows it. */
static int open_curl(struct transfers *transfers, struct error *error)
{
    transfers->multi = curl_multi_init();
    if (transfers->multi == NULL)
        return error_set(error, "libcurl cannot be started");
    transfers->slots[0].transfers = transfers;
    if (!slot_open(&transfers->slots[0]))
        return error_set(error,
                         "libcurl %s cannot do HTTPS with OpenSSL: its OpenSSL flavour is "
                         "needed (package libcurl4)",
                         curl_version());
    curl_multi_setopt(transfers->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(transfers->multi, CURLMOPT_SOCKETDATA, transfers);
    curl_multi_setopt(transfers->multi, CURLMOPT_TIMERFUNCTION, set_curl_timer);
    curl_multi_setopt(transfers->multi, CURLMOPT_TIMERDATA, transfers);
    return 0;
}

struct transfers *transfers_new(const struct transfer_settings *settings, struct error *error)
{
    assert(settings->connections > 0);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        error_set(error, "libcurl cannot be started");
        return NULL;
    }
    struct transfers *transfers = calloc(1, sizeof *transfers);
    struct slot *slots = calloc(settings->connections, sizeof *slots);
    if (transfers == NULL || slots == NULL) {
        error_set(error, "out of memory");
        free(slots);
        free(transfers);
        curl_global_cleanup();
        return NULL;
    }
    transfers->settings = *settings;
    transfers->slots = slots;
    transfers->authorities = trust_read(settings->ca_file, error);
    if (transfers->authorities == NULL || open_curl(transfers, error) != 0) {
        transfers_free(transfers);
        return NULL;
    }
    start_handles(transfers);
    return transfers;
}

/* Ends all that curl has under way. */
static void close_curl(struct transfers *transfers)
{
    for (unsigned i = 0; i < transfers->settings.connections; i++) {
        struct slot *slot = &transfers->slots[i];
        if (slot->state == SLOT_RUNNING)
            curl_multi_remove_handle(transfers->multi, slot->easy);
        slot_done(slot);
    }
    if (transfers->multi != NULL)
        curl_multi_cleanup(transfers->multi);
    transfers->multi = NULL;
}

static void on_timer_closed(uv_handle_t *handle)
{
    one_closed(handle->data);
}

static void on_deadline_closed(uv_handle_t *handle)
{
    one_closed(((struct slot *)handle->data)->transfers);
}

/* Here no callback of curl is on the stack; it may still set its timer. */
static void on_turn_closed(uv_handle_t *handle)
{
    struct transfers *transfers = handle->data;
    close_curl(transfers);
    uv_close((uv_handle_t *)&transfers->curl_timer, on_timer_closed);
    for (unsigned i = 0; i < transfers->settings.connections; i++)
        uv_close((uv_handle_t *)&transfers->slots[i].deadline, on_deadline_closed);
    one_closed(transfers);
}

void transfers_close(struct transfers *transfers, void (*closed)(void *context), void *context)
{
    assert(!transfers->closing);
    transfers->closing = true;
    transfers->closed = closed;
    transfers->closed_context = context;
    uv_close((uv_handle_t *)&transfers->turn, on_turn_closed);
}

void transfers_free(struct transfers *transfers)
{
    if (transfers == NULL)
        return;
    close_curl(transfers);
    X509_STORE_free(transfers->authorities);
    free(transfers->slots);
    free(transfers);
    curl_global_cleanup();
}
