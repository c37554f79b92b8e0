/* floor.c - the floor of the benchmarks: what the questions alone cost.
 *
 * A bare c-ares loop on libuv that asks the questions of a survey in the same
 * form (RD=1, AD=1, EDNS 1232, one in-flight window) and keeps nothing: of an
 * answer only its arrival and its RCODE are looked at.  A survey of the same
 * questions cannot be faster than this with the same libraries; what it takes
 * longer is its own work (parsing, joining, rows, indexes).
 *
 * Not here on purpose: name compression, TCP after truncation, a second
 * question after SERVFAIL, pauses.  The bench zones need none of them.
 */
#define CARES_NO_DEPRECATED /* ares_send() is the one way that 1.18 and 1.34 both know */
#include <ares.h>
#include <uv.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    IN_FLIGHT_MAX = 60000, /* leaves unused message ids among 65,536: the next is found at once */
    QUESTION_MAX = 12 + 255 + 4 + 11,
    EDNS_UDP_SIZE = 1232,
    TICK_MS = 100, /* c-ares' timeouts are looked at this often */
    SOCKETS = 16,  /* of one channel to one server: one UDP socket, perhaps TCP */
};

struct settings {
    const char *server;
    int port;
    int in_flight;
    int timeout_ms;
    int tries;
    int receive_buffer;
    const char *questions; /* a file: `name TYPE` a line */
};

struct counters {
    uint64_t asked;
    uint64_t answered;
    uint64_t lost;    /* no answer to any try */
    uint64_t retries; /* tries that were waited for in vain, as c-ares counts them */
    uint64_t other;   /* RCODE other than NOERROR and NXDOMAIN, or TC=1 */
};

struct asked { /* context of one question: its place in the table is its id */
    struct floor *floor;
};

struct watch {
    uv_poll_t poll; /* first: uv_close() gets it back as the watch */
    struct floor *floor;
    ares_socket_t socket;
    bool open;
};

struct floor {
    struct settings settings;
    uv_loop_t loop;
    uv_timer_t tick;
    ares_channel channel;
    struct watch *watches[SOCKETS];
    const char *text, *next, *end; /* the questions: text is the file, next the first not asked */
    int in_flight;
    bool done;
    uint16_t last_id;
    bool id_used[65536];
    struct asked asked[65536];
    struct counters counters;
};

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "floor: %s: %s\n", what, why);
    exit(1);
}

/* ---- questions ---- */

static int question_type(const char *text, size_t length)
{
    static const struct {
        const char *word;
        int type;
    } types[] = {{"MX", 15}, {"A", 1}, {"AAAA", 28}, {"CNAME", 5}, {"TXT", 16}, {"TLSA", 52}};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strlen(types[i].word) == length && memcmp(types[i].word, text, length) == 0) {
            return types[i].type;
        }
    }
    return -1;
}

/* A name of the question file (no escapes there) as wire labels; 0 if it is none. */
static size_t put_name(const char *text, size_t length, uint8_t *ret)
{
    size_t used = 0, label = 0; /* label: where the running label's length octet is */

    if (length == 0 || length > 253) {
        return 0;
    }
    for (size_t i = 0; i <= length; i++) {
        if (i == length || text[i] == '.') {
            size_t size = i - label;

            if (size == 0 || size > 63) {
                return 0;
            }
            ret[used] = (uint8_t)size;
            memcpy(ret + used + 1, text + label, size);
            used += 1 + size;
            label = i + 1;
        }
    }
    ret[used++] = 0;
    return used;
}

static size_t question_write(uint16_t id, const char *name, size_t length, int type, uint8_t *ret)
{
    static const uint8_t header[10] = {0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, 1}; /* RD, AD, 1 OPT */
    static const uint8_t opt[11] = {0, 0, 41, EDNS_UDP_SIZE >> 8, EDNS_UDP_SIZE & 0xff};
    size_t size = 12, name_size = put_name(name, length, ret + 12);

    if (name_size == 0) {
        return 0;
    }
    ret[0] = (uint8_t)(id >> 8);
    ret[1] = (uint8_t)id;
    memcpy(ret + 2, header, sizeof(header));
    size += name_size;
    ret[size++] = 0;
    ret[size++] = (uint8_t)type;
    ret[size++] = 0;
    ret[size++] = 1; /* IN */
    memcpy(ret + size, opt, sizeof(opt));
    return size + sizeof(opt);
}

/* c-ares 1.18 takes the id as it is in the message and leaves it to the caller
 * that it is unique; 1.34 puts one of its own. */
static uint16_t unused_id(struct floor *floor)
{
    do {
        floor->last_id++;
    } while (floor->id_used[floor->last_id]);
    floor->id_used[floor->last_id] = true;
    return floor->last_id;
}

/* ---- asking ---- */

static void answered(void *arg, int status, int timeouts, unsigned char *answer, int size)
{
    struct asked *asked = arg;
    struct floor *floor = asked->floor;

    floor->id_used[asked - floor->asked] = false;
    floor->in_flight--;
    floor->counters.retries += (uint64_t)timeouts;
    if (answer == NULL || size < 12) {
        floor->counters.lost++;
        if (status != ARES_ETIMEOUT) {
            fail("a question ended without an answer", ares_strerror(status));
        }
        return;
    }
    floor->counters.answered++;
    if (((answer[3] & 0x0f) != 0 && (answer[3] & 0x0f) != 3) || (answer[2] & 0x02) != 0) {
        floor->counters.other++;
    }
}

static void ask_line(struct floor *floor, const char *line, size_t length)
{
    const char *space = memchr(line, ' ', length);
    uint8_t message[QUESTION_MAX];
    uint16_t id;
    size_t size;
    int type = space == NULL ? -1 : question_type(space + 1, length - (size_t)(space + 1 - line));

    if (type < 0) {
        fail(floor->settings.questions, "a line is not `name TYPE`");
    }
    id = unused_id(floor);
    size = question_write(id, line, (size_t)(space - line), type, message);
    if (size == 0) {
        fail(floor->settings.questions, "a line does not begin with a domain name");
    }
    floor->asked[id].floor = floor;
    floor->in_flight++;
    floor->counters.asked++;
    ares_send(floor->channel, message, (int)size, answered, &floor->asked[id]);
}

static void close_watches(struct floor *floor)
{
    floor->done = true;
    uv_close((uv_handle_t *)&floor->tick, NULL);
    ares_destroy(floor->channel); /* closes the sockets: their watches end by watch_socket() */
}

static void fill(struct floor *floor)
{
    while (floor->next < floor->end && floor->in_flight < floor->settings.in_flight) {
        const char *line = floor->next;
        const char *stop = memchr(line, '\n', (size_t)(floor->end - line));

        if (stop == NULL) {
            stop = floor->end;
        }
        floor->next = stop == floor->end ? stop : stop + 1;
        if (stop > line) {
            ask_line(floor, line, (size_t)(stop - line));
        }
    }
    if (floor->next >= floor->end && floor->in_flight == 0 && !floor->done) {
        close_watches(floor);
    }
}

/* ---- the loop ---- */

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = (struct watch *)poll;
    struct floor *floor = watch->floor;
    bool error = status < 0;

    ares_process_fd(floor->channel,
                    error || (events & UV_READABLE) ? watch->socket : ARES_SOCKET_BAD,
                    error || (events & UV_WRITABLE) ? watch->socket : ARES_SOCKET_BAD);
    fill(floor);
}

static void on_tick(uv_timer_t *timer)
{
    struct floor *floor = timer->data;

    ares_process_fd(floor->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    fill(floor);
}

static void watch_closed(uv_handle_t *handle)
{
    free(handle);
}

static void watch_socket(void *arg, ares_socket_t socket, int readable, int writable)
{
    struct floor *floor = arg;
    struct watch **unused = NULL, **found = NULL;

    for (size_t i = 0; i < SOCKETS && found == NULL; i++) {
        struct watch **slot = &floor->watches[i];

        if (*slot != NULL && (*slot)->socket == socket) {
            found = slot;
        } else if (*slot == NULL && unused == NULL) {
            unused = slot;
        }
    }
    if (!readable && !writable) {
        if (found != NULL) {
            uv_close((uv_handle_t *)&(*found)->poll, watch_closed);
            *found = NULL;
        }
        return;
    }
    if (found == NULL) {
        if (unused == NULL || (*unused = calloc(1, sizeof(**unused))) == NULL) {
            fail("sockets", "too many, or no memory");
        }
        found = unused;
        (*found)->floor = floor;
        (*found)->socket = socket;
        if (uv_poll_init(&floor->loop, &(*found)->poll, (int)socket) != 0) {
            fail("a socket", "cannot be watched");
        }
    }
    uv_poll_start(&(*found)->poll, (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0),
                  on_socket);
}

static void channel_open(struct floor *floor)
{
    struct ares_options options = {
        /* STAYOPEN: one socket for all; NOCHECKRESP: SERVFAIL and REFUSED are answers too */
        .flags = ARES_FLAG_STAYOPEN | ARES_FLAG_NOCHECKRESP,
        .timeout = floor->settings.timeout_ms,
        .tries = floor->settings.tries,
        .socket_receive_buffer_size = floor->settings.receive_buffer,
        .sock_state_cb = watch_socket,
        .sock_state_cb_data = floor,
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_RCVBUF |
               ARES_OPT_SOCK_STATE_CB;
    struct ares_addr_port_node server = {.family = AF_INET};
    int status;

#ifdef ARES_OPT_QUERY_CACHE
    mask |= ARES_OPT_QUERY_CACHE; /* qcache_max_ttl 0: newer versions would cache an hour */
#endif
    if (inet_pton(AF_INET, floor->settings.server, &server.addr) != 1) {
        fail(floor->settings.server, "is no IPv4 address");
    }
    server.udp_port = server.tcp_port = floor->settings.port;
    status = ares_library_init(ARES_LIB_INIT_ALL);
    if (status == ARES_SUCCESS) {
        status = ares_init_options(&floor->channel, &options, mask);
    }
    if (status == ARES_SUCCESS) {
        status = ares_set_servers_ports(floor->channel, &server);
    }
    if (status != ARES_SUCCESS) {
        fail("c-ares", ares_strerror(status));
    }
}

static void questions_map(struct floor *floor)
{
    const char *path = floor->settings.questions;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat stat;
    void *text;

    if (file < 0 || fstat(file, &stat) != 0) {
        fail(path, strerror(errno));
    }
    if (stat.st_size == 0) {
        fail(path, "has no questions");
    }
    text = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (text == MAP_FAILED) {
        fail(path, strerror(errno));
    }
    close(file);
    floor->text = floor->next = text;
    floor->end = floor->text + stat.st_size;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void print_result(const struct counters *counters, double wall)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    printf("questions %" PRIu64 "\nanswered %" PRIu64 "\nlost %" PRIu64 "\nretries %" PRIu64
           "\nother_rcode %" PRIu64 "\n",
           counters->asked, counters->answered, counters->lost, counters->retries, counters->other);
    printf("seconds %.3f\nquestions_per_second %.0f\nuser_seconds %.3f\nsystem_seconds %.3f\n",
           wall, (double)counters->asked / wall, seconds(usage.ru_utime), seconds(usage.ru_stime));
    printf("max_rss_kb %ld\ncares %s\nlibuv %s\n", usage.ru_maxrss, ares_version(NULL),
           uv_version_string());
}

static int whole_number(const char *option, const char *text, long low, long high)
{
    char *end;
    long value;

    errno = 0;
    value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < low || value > high) {
        fprintf(stderr, "floor: --%s takes a number from %ld to %ld, not %s\n", option, low, high,
                text);
        exit(2);
    }
    return (int)value;
}

static void read_settings(int argc, char **argv, struct settings *ret)
{
    static const struct option options[] = {{"server", required_argument, NULL, 's'},
                                            {"port", required_argument, NULL, 'p'},
                                            {"in-flight", required_argument, NULL, 'n'},
                                            {"timeout", required_argument, NULL, 't'},
                                            {"tries", required_argument, NULL, 'r'},
                                            {"receive-buffer", required_argument, NULL, 'b'},
                                            {"questions", required_argument, NULL, 'q'},
                                            {NULL, 0, NULL, 0}};
    int option, which = 0;

    while ((option = getopt_long(argc, argv, "", options, &which)) != -1) {
        const char *name = options[which].name;

        switch (option) {
        case 's':
            ret->server = optarg;
            break;
        case 'p':
            ret->port = whole_number(name, optarg, 1, 65535);
            break;
        case 'n':
            ret->in_flight = whole_number(name, optarg, 1, IN_FLIGHT_MAX);
            break;
        case 't':
            ret->timeout_ms = whole_number(name, optarg, 1, 3600000);
            break;
        case 'r':
            ret->tries = whole_number(name, optarg, 1, 100);
            break;
        case 'b':
            ret->receive_buffer = whole_number(name, optarg, 1024, 1 << 30);
            break;
        case 'q':
            ret->questions = optarg;
            break;
        default:
            exit(2);
        }
    }
    if (ret->questions == NULL || optind != argc) {
        fprintf(stderr, "usage: floor --questions FILE [--server ADDR] [--port P] "
                        "[--in-flight N] [--timeout MS] [--tries N] [--receive-buffer OCTETS]\n");
        exit(2);
    }
}

int main(int argc, char **argv)
{
    static struct floor floor = {
        .settings = {.server = "127.0.0.1",
                     .port = 53,
                     .in_flight = 1000,
                     .timeout_ms = 2000,
                     .tries = 4,
                     .receive_buffer = 4 << 20},
    };
    uint64_t start = uv_hrtime();

    read_settings(argc, argv, &floor.settings);
    questions_map(&floor);
    uv_loop_init(&floor.loop);
    channel_open(&floor);
    uv_timer_init(&floor.loop, &floor.tick);
    floor.tick.data = &floor;
    uv_timer_start(&floor.tick, on_tick, TICK_MS, TICK_MS);
    fill(&floor);
    uv_run(&floor.loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&floor.loop) != 0) {
        fail("the loop", "has handles left at the end");
    }
    print_result(&floor.counters, (double)(uv_hrtime() - start) / 1e9);
    return 0;
}
