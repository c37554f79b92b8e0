#include "responder.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    ROOM = 8192,
    HUGE_COUNT = 300, /* addresses: 4,800 octets, over UDP too */
    LATE_MS = 150,
};

enum trick {
    PLAIN,
    SILENT,
    SERVFAIL_UNLESS_CD,
    SILENT_WITH_CD,
    SLIPS_WITH_CD, /* NOERROR and TC over UDP, whatever there is */
    FLAPS,         /* SERVFAIL to the first question; with CD=1 an answer; ... */
    FLAPS_THEN_TRUNCATED,
    FLAPS_THEN_SERVFAIL_OVER_TCP,
    FLAPS_THEN_SILENT,
    FLAPS_THEN_REFUSED,
    TRUNCATED_OVER_UDP,
    TRUNCATED,
    WRONG_QUESTION,
    WRONG_QUESTION_FIRST,
    BROKEN,
    NOISE,
    EMPTY_FIRST,
    LATE,
    LONG,
    WITHOUT_OPT,
    HANG_UP_FIRST,
    HANG_UP,
    BROKEN_OVER_TCP,
    WITHOUT_QUESTION,
    HUGE,
    FLOOD,
    LOWER_CASE,
    DIE,
};

static const struct script {
    const char *label;
    enum trick trick;
    unsigned rcode;
    int ede; /* -1: none */
} scripts[] = {
    {"ok", PLAIN, 0, -1},
    {"nodata", PLAIN, 0, -1},
    {"nx", PLAIN, 3, -1},
    {"silent", SILENT, 0, -1},
    {"bogus", SERVFAIL_UNLESS_CD, 2, 9},
    {"flap", FLAPS, 0, 22},
    {"flap-cut", FLAPS_THEN_TRUNCATED, 0, 22},
    {"flap-tcp", FLAPS_THEN_SERVFAIL_OVER_TCP, 0, 22},
    {"flap-silent", FLAPS_THEN_SILENT, 0, 22},
    {"flap-refused", FLAPS_THEN_REFUSED, 0, 22},
    {"lame", PLAIN, 2, 22},
    {"lame-then-silent", SILENT_WITH_CD, 2, 22},
    {"lame-slips", SLIPS_WITH_CD, 2, 22},
    {"refused", PLAIN, 5, 18},
    {"filtered", PLAIN, 5, 15},
    {"formerr", PLAIN, 1, -1},
    {"formerr-bare", WITHOUT_OPT, 1, -1},
    {"notimp", PLAIN, 4, -1},
    {"yxdomain", PLAIN, 6, -1},
    {"cut", TRUNCATED_OVER_UDP, 0, -1},
    {"cut-twice", TRUNCATED, 0, -1},
    {"wrong", WRONG_QUESTION, 0, -1},
    {"wrong-first", WRONG_QUESTION_FIRST, 0, -1},
    {"broken", BROKEN, 0, -1},
    {"noise", NOISE, 0, -1},
    {"empty-first", EMPTY_FIRST, 0, -1},
    {"late", LATE, 0, -1},
    {"long", LONG, 0, -1},
    {"hang-up", HANG_UP_FIRST, 0, -1},
    {"hang-up-always", HANG_UP, 0, -1},
    {"cut-broken", BROKEN_OVER_TCP, 0, -1},
    {"refused-bare", WITHOUT_QUESTION, 5, -1},
    {"notimp-bare", WITHOUT_QUESTION, 4, -1},
    {"servfail-bare", WITHOUT_QUESTION, 2, -1},
    {"huge", HUGE, 0, -1},
    {"flood", FLOOD, 0, -1},
    {"lower", LOWER_CASE, 0, -1},
    {"killer", DIE, 0, -1},
};

struct late {
    uv_timer_t timer;
    struct responder *responder;
    struct sockaddr_storage to;
    size_t size;
    uint8_t bytes[ROOM];
};

struct stream {
    uv_tcp_t tcp;
    struct responder *responder;
    uint8_t bytes[ROOM];
    size_t size;
    unsigned answers;
};

static const struct script *script_of(const uint8_t *query)
{
    for (unsigned i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        if (query[12] == strlen(scripts[i].label) &&
            strncasecmp((const char *)query + 13, scripts[i].label, query[12]) == 0)
            return &scripts[i];
    }
    return &scripts[0];
}

static size_t question_end(const uint8_t *query)
{
    size_t at = 12;
    while (query[at] != 0)
        at += 1U + query[at];
    return at + 5;
}

static size_t add_opt(uint8_t *bytes, size_t size, int ede)
{
    static const uint8_t opt[] = {0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0};
    memcpy(bytes + size, opt, sizeof opt);
    bytes[11] = 1;
    if (ede < 0)
        return size + sizeof opt;
    const uint8_t option[] = {0, 15, 0, 2, 0, (uint8_t)ede};
    memcpy(bytes + size + sizeof opt, option, sizeof option);
    bytes[size + sizeof opt - 1] = sizeof option;
    return size + sizeof opt + sizeof option;
}

static size_t add_addresses(uint8_t *bytes, size_t size, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const uint8_t record[] = {0xc0, 12, 0, 1, 0,   1, 0, 0,
                                  0,    60, 0, 4, 192, 0, 2, (uint8_t)(i + 1)};
        memcpy(bytes + size, record, sizeof record);
        size += sizeof record;
    }
    bytes[6] = (uint8_t)(count >> 8);
    bytes[7] = (uint8_t)count;
    return size;
}

static bool flaps(enum trick trick)
{
    return trick >= FLAPS && trick <= FLAPS_THEN_REFUSED;
}

/* Of one that flaps: the code to the first, to the second (CD=1), to the third question. */
static unsigned rcode_of_flapping(enum trick trick, bool cd, bool tcp, bool again)
{
    if (cd)
        return 0;
    if (!again && !tcp)
        return 2;
    if (trick == FLAPS_THEN_REFUSED)
        return 5;
    return trick == FLAPS_THEN_SERVFAIL_OVER_TCP && tcp ? 2 : 0;
}

/* Without the records, for they have no room. */
static bool is_cut(enum trick trick, bool tcp, bool again)
{
    if (trick == TRUNCATED)
        return true;
    if (tcp)
        return false;
    if (trick == FLAPS_THEN_TRUNCATED || trick == FLAPS_THEN_SERVFAIL_OVER_TCP)
        return again;
    return trick == TRUNCATED_OVER_UDP || trick == HANG_UP_FIRST || trick == HANG_UP ||
           trick == BROKEN_OVER_TCP;
}

/* The reply's octets; 0: silence. */
static size_t reply_to(const uint8_t *query, bool tcp, bool again, uint8_t *bytes)
{
    const struct script *script = script_of(query);
    bool cd = query[3] & 0x10;
    unsigned rcode = script->rcode;
    size_t size = question_end(query);
    if (script->trick == SILENT || (script->trick == SILENT_WITH_CD && cd) ||
        (script->trick == FLAPS_THEN_SILENT && again && !cd))
        return 0;
    bool slips = script->trick == SLIPS_WITH_CD && cd && !tcp;
    if (slips || (script->trick == SERVFAIL_UNLESS_CD && cd))
        rcode = 0;
    if (flaps(script->trick))
        rcode = rcode_of_flapping(script->trick, cd, tcp, again);
    memcpy(bytes, query, size);
    bytes[2] = 0x81;
    bytes[3] = (uint8_t)(0x80 | (query[3] & 0x10) | rcode);
    memset(bytes + 6, 0, 6);
    if (script->trick == WITHOUT_QUESTION) {
        bytes[5] = 0;
        return 12;
    }
    if (slips || is_cut(script->trick, tcp, again))
        bytes[2] |= 0x02;
    else if (rcode == 0 && strcmp(script->label, "nodata") != 0)
        size = add_addresses(bytes, size,
                             script->trick == LONG   ? 64
                             : script->trick == HUGE ? HUGE_COUNT
                                                     : 1);
    if (script->trick == WRONG_QUESTION || (script->trick == WRONG_QUESTION_FIRST && !again))
        bytes[13] ^= 1;
    if (script->trick == BROKEN || (script->trick == BROKEN_OVER_TCP && tcp))
        size -= 3; /* inside the last record's data */
    else if (script->trick != WITHOUT_OPT)
        size = add_opt(bytes, size, script->ede);
    if (script->trick == NOISE)
        memset(bytes, 0xee, size);
    return size;
}

/* What a resolver says that cannot reach anybody. */
static size_t fail(const uint8_t *query, uint8_t *bytes)
{
    size_t size = question_end(query);
    memcpy(bytes, query, size);
    bytes[2] = 0x81;
    bytes[3] = (uint8_t)(0x80 | (query[3] & 0x10) | 2);
    memset(bytes + 6, 0, 6);
    return size;
}

static void send_udp(struct responder *responder, const uint8_t *bytes, size_t size,
                     const struct sockaddr *to)
{
    uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned)size);
    if (responder->open)
        uv_udp_try_send(&responder->udp, &buffer, 1, to);
}

static void free_handle(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_late(uv_timer_t *timer)
{
    struct late *late = timer->data;
    send_udp(late->responder, late->bytes, late->size, (struct sockaddr *)&late->to);
    uv_close((uv_handle_t *)timer, free_handle);
}

static void send_late(struct responder *responder, const uint8_t *bytes, size_t size,
                      const struct sockaddr *to)
{
    struct late *late = calloc(1, sizeof *late);
    assert(late != NULL);
    late->responder = responder;
    memcpy(&late->to, to, sizeof(struct sockaddr_in));
    memcpy(late->bytes, bytes, size);
    late->size = size;
    uv_timer_init(responder->loop, &late->timer);
    late->timer.data = late;
    uv_timer_start(&late->timer, on_late, LATE_MS, 0);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    static char room[ROOM];
    (void)handle, (void)suggested;
    *buffer = uv_buf_init(room, sizeof room);
}

static void note_port(struct responder *responder, const struct sockaddr *from)
{
    uint16_t port = ntohs(((const struct sockaddr_in *)from)->sin_port);
    for (unsigned i = 0; i < responder->port_count; i++) {
        if (responder->ports[i] == port)
            return;
    }
    if (responder->port_count < RESPONDER_PORTS_MAX)
        responder->ports[responder->port_count++] = port;
}

static bool is_network_probe(const uint8_t *query)
{
    static const char label[] = "mxsurvey-probe-";
    return query[12] > strlen(label) && memcmp(query + 13, label, strlen(label)) == 0;
}

static void lower(uint8_t *message)
{
    for (size_t i = 12; i < question_end(message) - 5; i++) {
        if (message[i] >= 'A' && message[i] <= 'Z')
            message[i] |= 0x20;
    }
}

/* Answers of somebody who knows the name, and guesses the rest: two addresses, first with each
 * other id near the right one, then with that. */
static void send_forged(struct responder *responder, const uint8_t *answer,
                        const struct sockaddr *to)
{
    uint8_t bytes[ROOM];
    size_t size = question_end(answer);
    memcpy(bytes, answer, size);
    memset(bytes + 6, 0, 6);
    size = add_addresses(bytes, size, 2);
    lower(bytes);
    for (unsigned i = 200; i-- > 0;) {
        uint16_t id = (uint16_t)((answer[0] << 8 | answer[1]) + i);
        bytes[0] = (uint8_t)(id >> 8);
        bytes[1] = (uint8_t)id;
        send_udp(responder, bytes, size, to);
    }
}

static void on_datagram(uv_udp_t *udp, ssize_t got, const uv_buf_t *buffer,
                        const struct sockaddr *from, unsigned flags)
{
    struct responder *responder = udp->data;
    const uint8_t *query = (const uint8_t *)buffer->base;
    uint8_t bytes[ROOM];
    (void)flags;
    if (got < 17 || from == NULL)
        return;
    if (query[12] == 0) {
        responder->probes++;
    } else if (is_network_probe(query)) {
        responder->network_probes++;
    } else {
        responder->udp_asked++;
        note_port(responder, from);
    }
    if (script_of(query)->trick == DIE) {
        responder->died = true;
        responder_close(responder);
        return;
    }
    size_t size = reply_to(query, false, responder->udp_asked > 1, bytes);
    if (responder->network_gone && query[12] != 0)
        size = fail(query, bytes);
    if (size == 0)
        return;
    if (script_of(query)->trick == FLOOD)
        send_forged(responder, bytes, from);
    if (script_of(query)->trick == LOWER_CASE)
        lower(bytes);
    if (script_of(query)->trick == EMPTY_FIRST)
        send_udp(responder, bytes, 0, from);
    if (script_of(query)->trick == LATE)
        send_late(responder, bytes, size, from);
    else
        send_udp(responder, bytes, size, from);
}

static void on_stream(uv_stream_t *tcp, ssize_t got, const uv_buf_t *buffer)
{
    struct stream *stream = tcp->data;
    uint8_t bytes[ROOM + 2];
    if (got < 0) {
        uv_close((uv_handle_t *)tcp, free_handle);
        return;
    }
    assert(stream->size + (size_t)got <= ROOM);
    memcpy(stream->bytes + stream->size, buffer->base, (size_t)got);
    stream->size += (size_t)got;
    while (stream->size >= 2) {
        size_t length = (size_t)(stream->bytes[0] << 8 | stream->bytes[1]) + 2;
        if (stream->size < length)
            return;
        struct responder *responder = stream->responder;
        responder->tcp_asked++;
        enum trick trick = script_of(stream->bytes + 2)->trick;
        bool enough = responder->answers_a_connection > 0 &&
                      stream->answers >= responder->answers_a_connection;
        if ((trick == HANG_UP_FIRST && responder->tcp_asked == 1) || trick == HANG_UP ||
            (enough && responder->closes_connections)) {
            uv_close((uv_handle_t *)tcp, free_handle);
            return;
        }
        size_t size = reply_to(stream->bytes + 2, true, false, bytes + 2);
        bytes[0] = (uint8_t)(size >> 8);
        bytes[1] = (uint8_t)size;
        uv_buf_t reply = uv_buf_init((char *)bytes, (unsigned)size + 2);
        if (size > 0 && !enough)
            uv_try_write(tcp, &reply, 1);
        stream->answers++;
        stream->size -= length;
        memmove(stream->bytes, stream->bytes + length, stream->size);
    }
}

static void on_connection(uv_stream_t *server, int status)
{
    struct responder *responder = server->data;
    struct stream *stream = calloc(1, sizeof *stream);
    assert(stream != NULL && status == 0);
    stream->responder = responder;
    uv_tcp_init(responder->loop, &stream->tcp);
    stream->tcp.data = stream;
    uv_accept(server, (uv_stream_t *)&stream->tcp);
    uv_read_start((uv_stream_t *)&stream->tcp, on_room, on_stream);
}

/* One that nobody has, neither for UDP nor for TCP; other tests take ports, too. */
static uint16_t free_port(void)
{
    for (;;) {
        struct sockaddr_in address;
        socklen_t size = sizeof address;
        int udp = socket(AF_INET, SOCK_DGRAM, 0), tcp = socket(AF_INET, SOCK_STREAM, 0);
        uv_ip4_addr("127.0.0.1", 0, &address);
        bool found = bind(udp, (struct sockaddr *)&address, size) == 0 &&
                     getsockname(udp, (struct sockaddr *)&address, &size) == 0 &&
                     bind(tcp, (struct sockaddr *)&address, size) == 0;
        close(udp);
        close(tcp);
        if (found)
            return ntohs(address.sin_port);
    }
}

void responder_open(struct responder *responder, uv_loop_t *loop, uint16_t port)
{
    struct sockaddr_in address;
    int result;
    responder->loop = loop;
    responder->udp_asked = responder->tcp_asked = responder->probes = 0;
    responder->answers_a_connection = 0;
    responder->port = port != 0 ? port : free_port();
    uv_ip4_addr("127.0.0.1", responder->port, &address);
    uv_udp_init(loop, &responder->udp);
    uv_tcp_init(loop, &responder->tcp);
    responder->udp.data = responder->tcp.data = responder;
    result = uv_udp_bind(&responder->udp, (struct sockaddr *)&address, 0);
    assert(result == 0);
    result = uv_tcp_bind(&responder->tcp, (struct sockaddr *)&address, 0);
    assert(result == 0);
    result = uv_listen((uv_stream_t *)&responder->tcp, 16, on_connection);
    assert(result == 0);
    (void)result;
    responder->open = true;
    responder->died = false;
    responder_listen(responder);
}

void responder_close(struct responder *responder)
{
    if (!responder->open)
        return;
    responder->open = false;
    uv_close((uv_handle_t *)&responder->udp, NULL);
    uv_close((uv_handle_t *)&responder->tcp, NULL);
}

void responder_deafen(struct responder *responder)
{
    uv_udp_recv_stop(&responder->udp);
}

void responder_listen(struct responder *responder)
{
    uv_udp_recv_start(&responder->udp, on_room, on_datagram);
}
