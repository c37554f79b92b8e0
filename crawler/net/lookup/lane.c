#include "crawler/net/lookup/lane_private.h"

#include "crawler/base/endpoint.h"
#include "crawler/base/memory.h"
#include "crawler/net/lookup/again.h"
#include "crawler/net/lookup/datagrams.h"
#include "crawler/net/lookup/stand_in.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LETTER_CASE = 0x20
};

struct lane_socket {
    struct lane_socket *next;
    struct lane *lane;
    uv_poll_t poll;
    int fd;
    int events;
    bool closing;
};

static void unlist(struct lane *lane, struct lane_question *question)
{
    struct lane_question **link = lane_bucket(lane, question->id);
    while (*link != question)
        link = &(*link)->next;
    *link = question->next;
    question->listed = false;
}

static void flush(struct lane *lane)
{
    for (unsigned errors = datagrams_flush(lane->datagrams); errors > 0; errors--)
        lane->settings.events.refused(lane->settings.events.context);
}

static void on_prepare(uv_prepare_t *prepare)
{
    flush(prepare->data);
}

size_t lane_write_question(const struct lane_question *question, uint8_t ret[QUESTION_SIZE_MAX])
{
    size_t size = question_write(question->what, question->id, ret);
    if (!question->recursion_desired)
        ret[2] &= (uint8_t)~0x01U;
    return size;
}

/* The case of the letters of a name, its length octets left alone (they are below `A`). */
static void shuffle_letters(uint8_t *name, size_t length, uint32_t seed)
{
    for (size_t i = 0; i < length; i++) {
        bool letter = (name[i] | LETTER_CASE) >= 'a' && (name[i] | LETTER_CASE) <= 'z';
        seed = seed * 1664525U + 1013904223U;
        if (letter && seed >> 31)
            name[i] ^= LETTER_CASE;
    }
}

size_t lane_write_datagram(const struct lane_question *question, uint8_t ret[QUESTION_SIZE_MAX])
{
    size_t size = lane_write_question(question, ret);
    question_set_udp_size(ret, size, question->lane->settings.udp_size);
    if (question->lane->settings.forgeable)
        shuffle_letters(ret + WIRE_HEADER_SIZE, question->what->name.length, question->letters);
    return size;
}

/* c-ares on the loop */

static void announce_answers(struct lane *lane)
{
    struct lane_question *questions[DATAGRAMS_IN_COUNT];
    const uint8_t *message;
    unsigned count = 0;
    size_t size;
    for (unsigned i = 0; (message = datagrams_peek(lane->datagrams, i, &size)) != NULL; i++) {
        questions[count] =
            size >= WIRE_HEADER_SIZE ? lane_find(lane, lane_message_id(message)) : NULL;
        count += questions[count] != NULL;
    }
    lane->settings.events.come(questions, count);
}

/* A box a turn: answers stay in it while c-ares looks at their stand-ins, and libuv calls again for
 * what is left, when the other lanes and all else had their turn.  No error of a UDP socket is news
 * about one question: c-ares is not told, and its time-outs go on. */
static void read_datagrams(struct lane_socket *open)
{
    struct lane *lane = open->lane;
    int count = datagrams_fetch(lane->datagrams, open->fd);
    if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        lane->settings.events.refused(lane->settings.events.context);
    if (count <= 0)
        return;
    if (lane->settings.events.come != NULL)
        announce_answers(lane);
    ares_process_fd(lane->channel, open->fd, ARES_SOCKET_BAD);
    lane->settings.events.emptied(lane->settings.events.context);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct lane_socket *open = poll->data;
    struct lane *lane = open->lane;
    if (status < 0 || (events & UV_READABLE) != 0)
        read_datagrams(open);
    else
        ares_process_fd(lane->channel, ARES_SOCKET_BAD, open->fd);
    /* libuv stops a handle whose socket has an error waiting; it is read by now */
    if (status < 0 && !open->closing)
        uv_poll_start(&open->poll, open->events, on_poll);
}

static void free_boxes(struct lane *lane)
{
    datagrams_free(lane->datagrams);
    free(lane->again);
    lane->datagrams = NULL;
    lane->again = NULL;
}

/* Handles of libuv are closed in its own time. */
static void one_handle_less(struct lane *lane)
{
    if (--lane->open_handles > 0 || !lane->closing)
        return;
    free_boxes(lane);
    lane->settings.events.closed(lane->settings.events.context);
}

static void on_socket_closed(uv_handle_t *handle)
{
    struct lane_socket *open = handle->data;
    struct lane *lane = open->lane;
    free(open);
    one_handle_less(lane);
}

static void on_flush_closed(uv_handle_t *handle)
{
    one_handle_less(handle->data);
}

static struct lane_socket *watch(struct lane *lane, int fd)
{
    struct lane_socket *open = memory_zeroed(1, sizeof *open);
    open->lane = lane;
    open->fd = fd;
    if (uv_poll_init(lane->settings.loop, &open->poll, fd) != 0) {
        free(open); /* unwatched: its questions time out, the resolver seems silent */
        return NULL;
    }
    open->poll.data = open;
    open->next = lane->sockets;
    lane->sockets = open;
    lane->open_handles++;
    return open;
}

static void on_socket_state(void *context, ares_socket_t fd, int readable, int writable)
{
    struct lane *lane = context;
    struct lane_socket **link = &lane->sockets;
    while (*link != NULL && (*link)->fd != fd)
        link = &(*link)->next;
    struct lane_socket *open = *link;
    if (readable || writable) {
        if (open == NULL)
            open = watch(lane, fd);
        if (open == NULL)
            return;
        open->events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
        uv_poll_start(&open->poll, open->events, on_poll);
    } else if (open != NULL) {
        *link = open->next;
        open->closing = true;
        uv_poll_stop(&open->poll); /* before c-ares closes the descriptor */
        uv_close((uv_handle_t *)&open->poll, on_socket_closed);
    }
}

static int set_resolver(struct lane *lane)
{
    char text[ENDPOINT_TEXT_MAX];
    endpoint_to_text(&lane->settings.resolver, text);
    return ares_set_servers_ports_csv(lane->channel, text);
}

static bool batch_datagrams(struct lane *lane)
{
    lane->datagrams = datagrams_new();
    lane->again = calloc(1, sizeof *lane->again);
    if (lane->datagrams == NULL || lane->again == NULL) {
        free_boxes(lane);
        return false;
    }
    uv_prepare_init(lane->settings.loop, &lane->flush);
    lane->flush.data = lane;
    uv_prepare_start(&lane->flush, on_prepare);
    uv_unref((uv_handle_t *)&lane->flush); /* it alone keeps no loop going */
    lane->open_handles++;
    return true;
}

/* Returns which of them are set. */
static int choose_options(struct lane *lane, struct ares_options *ret)
{
    static char lookups[] = "b", nothing[] = "/dev/null";
    const struct lane_settings *settings = &lane->settings;
    /* Not ARES_FLAG_EDNS: our messages have their OPT; c-ares' own would be
     * switched off for all by a single FORMERR without OPT. */
    *ret = (struct ares_options){
        .flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES |
                 ARES_FLAG_STAYOPEN | ARES_FLAG_IGNTC,
        .timeout = (int)settings->timeout_ms,
        .tries = (int)settings->tries,
        .lookups = lookups,
        .resolvconf_path = nothing,
        .sock_state_cb = on_socket_state,
        .sock_state_cb_data = lane,
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
               ARES_OPT_RESOLVCONF | ARES_OPT_SOCK_STATE_CB;
#ifdef ARES_OPT_MAXTIMEOUTMS
    /* newer ones choose the first wait by what they have measured; none is to be
     * longer than the last one promised */
    ret->maxtimeout = (int)(settings->timeout_ms << (settings->tries - 1));
    mask |= ARES_OPT_MAXTIMEOUTMS;
#endif
#ifdef ARES_OPT_UDP_MAX_QUERIES /* older ones: change_port() */
    if (settings->forgeable) {
        ret->udp_max_queries = (int)settings->port_questions;
        mask |= ARES_OPT_UDP_MAX_QUERIES;
    }
#endif
#ifdef ARES_OPT_QUERY_CACHE
    ret->qcache_max_ttl = 0; /* every question is to be answered by the resolver */
    mask |= ARES_OPT_QUERY_CACHE;
#endif
    return mask;
}

int lane_init(struct lane *lane, const struct lane_settings *settings, struct error *error)
{
    struct ares_options options;
    memset(lane, 0, sizeof *lane);
    lane->settings = *settings;
    int mask = choose_options(lane, &options);
    int status = ares_init_options(&lane->channel, &options, mask);
    if (status != ARES_SUCCESS) {
        lane->channel = NULL;
        return error_set(error, "c-ares cannot be started: %s", ares_strerror(status));
    }
    lane_own_sockets(lane);
    status = set_resolver(lane);
    if (status == ARES_SUCCESS && !batch_datagrams(lane))
        status = ARES_ENOMEM;
    if (status == ARES_SUCCESS)
        return 0;
    ares_destroy(lane->channel);
    lane->channel = NULL;
    return error_set(error, "c-ares does not take the resolver's address: %s",
                     ares_strerror(status));
}

static void on_answer(void *context, int status, int timeouts, unsigned char *bytes, int size)
{
    struct lane_question *question = context;
    struct lane *lane = question->lane;
    (void)timeouts, (void)bytes, (void)size;
    lane->count--;
    if (question->listed)
        unlist(lane, question);
    size_t length = status == ARES_SUCCESS ? question->answer_size : 0;
    lane->settings.events.ended(question, status, question->answer, length, lane->sending != NULL);
}

void lane_send(struct lane *lane, struct lane_question *question, const struct question *what,
               uint16_t id, bool recursion_desired)
{
    uint8_t message[STAND_IN_SIZE];
    assert(lane->count < LANE_QUESTIONS_MAX);
    if (!lane->settings.forgeable) /* neighbours in c-ares' table of ids, and in ours */
        id = (uint16_t)lane->asked;
    while (lane_find(lane, id) != NULL)
        id = (uint16_t)(id * 25173U + 13849U); /* visits all ids */
    *question = (struct lane_question){
        .lane = lane, .what = what, .id = id, .recursion_desired = recursion_desired};
    if (lane->settings.forgeable)
        memory_unforeseen(&question->letters, sizeof question->letters);
    stand_in_write(id, false, message);
    lane->count++;
    lane->asked++;
    struct lane_question *outer = lane->sending;
    lane->sending = question;
    ares_send(lane->channel, message, STAND_IN_SIZE, on_answer, question);
    lane->sending = outer;
}

bool lane_gathers(const struct lane *lane)
{
    return lane->datagrams != NULL && datagrams_wait(lane->datagrams);
}

static void send_again(struct lane *lane)
{
    uint16_t id;
    for (unsigned due = again_due(lane->again->count); due > 0 && again_take(lane->again, &id);
         due--) {
        struct lane_question *question = lane_find(lane, id);
        if (question != NULL && question->again)
            lane_put_again(lane, question);
    }
}

/* Newer ones take another port by themselves. */
static bool leaves_port(const struct lane *lane)
{
#ifdef ARES_OPT_UDP_MAX_QUERIES
    (void)lane;
    return false;
#else
    return lane->settings.forgeable && lane->asked >= lane->settings.port_questions;
#endif
}

bool lane_has_room(const struct lane *lane)
{
    return lane->count < LANE_QUESTIONS_MAX && !leaves_port(lane);
}

/* c-ares 1.18 keeps its socket for ever, but for new servers. */
static void change_port(struct lane *lane)
{
    if (!leaves_port(lane) || lane->count > 0)
        return;
    set_resolver(lane);
    lane->asked = 0;
}

void lane_tick(struct lane *lane)
{
    /* not ares_timeout(): it walks all questions in c-ares 1.18 */
    ares_process_fd(lane->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    send_again(lane);
    change_port(lane);
}

void lane_abandon(struct lane *lane)
{
    ares_cancel(lane->channel);
}

void lane_close(struct lane *lane)
{
    lane->closing = true;
    lane->open_handles++; /* so that closed is called once, below or later */
    /* 1.34.9 keeps what it has to free for its next turn, and cannot be without that one */
    ares_cancel(lane->channel);
    ares_process_fd(lane->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    ares_destroy(lane->channel);
    lane->channel = NULL;
    if (lane->datagrams != NULL)
        uv_close((uv_handle_t *)&lane->flush, on_flush_closed);
    one_handle_less(lane);
}
