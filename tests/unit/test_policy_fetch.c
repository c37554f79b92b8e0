/* Policies fetched from a server that misbehaves by request (policy_server.py), at addresses
 * that a small DNS server gives. */
#include "crawler/net/policy_fetch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    RESULTS_MAX = 128,
    MESSAGE_ROOM = 1024,
    TIMEOUT_MS = 5000,
    PATIENCE_MS = 40000, /* of the test: machines may be busy */
};

#define POLICY "version: STSv1\r\nmode: enforce\r\nmx: mail.example\r\nmax_age: 86400\r\n"

/* What the DNS server says of mta-sts.LABEL.anything, and what comes of it. */
struct site {
    const char *label;
    const char *ipv4, *ipv6; /* addresses; "": none; "!": SERVFAIL */
    enum sts_detail detail;
    unsigned http_status;
    long length; /* of the body: 0 to 65536 times '#', or that of POLICY */
};

#define POLICY_LENGTH ((long)sizeof POLICY - 1)

struct seen {
    char label[32];
    enum sts_detail detail;
    unsigned http_status;
    long length;
    bool is_policy;
    enum failure failure;
    unsigned tries;
    char reason[128];
    char body[4096];
    uint64_t at_ms;
};

struct bench {
    uv_loop_t loop;
    uv_udp_t dns;
    uv_timer_t patience;
    uint16_t dns_port;
    const struct site *sites;
    unsigned asked; /* by DNS */
    struct lookups *lookups;
    struct policy_fetches *fetches;
    bool lookups_closed, fetches_closed, close_in_done, out_of_patience;
    unsigned inside_ask;
    unsigned count, awaited;
    const char *then; /* asked for in done() */
    struct seen seen[RESULTS_MAX];
};

/* The server, one for all tests */

static struct server {
    pid_t pid;
    int input; /* it ends when this is closed */
    unsigned port;
    char ca_file[256];
    int has_ipv6, speaks_tls11;
} server;

static int start_server(void **state)
{
    int to[2], from[2];
    (void)state;
    assert_int_equal(pipe(to), 0);
    assert_int_equal(pipe(from), 0);
    server.pid = fork();
    if (server.pid == 0) {
        dup2(to[0], 0);
        dup2(from[1], 1);
        close(to[0]), close(to[1]), close(from[0]), close(from[1]);
        execl(getenv("POLICY_SERVER"), "policy_server", (char *)NULL);
        _exit(127);
    }
    close(to[0]), close(from[1]);
    server.input = to[1];
    FILE *ready = fdopen(from[0], "r");
    assert_non_null(ready);
    assert_int_equal(fscanf(ready, "%u %255s %d %d", &server.port, server.ca_file, &server.has_ipv6,
                            &server.speaks_tls11),
                     4);
    fclose(ready);
    /* what is refused is refused by the program, not by the machine's configuration */
    char configuration[512];
    snprintf(configuration, sizeof configuration, "%.*s/openssl.cnf",
             (int)(strrchr(server.ca_file, '/') - server.ca_file), server.ca_file);
    setenv("OPENSSL_CONF", configuration, 1);
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    close(server.input);
    waitpid(server.pid, NULL, 0);
    return 0;
}

/* DNS, written by hand */

static const struct site *site_of(const struct bench *bench, const uint8_t *query)
{
    const uint8_t *label = query + 12 + 1 + query[12];
    for (const struct site *site = bench->sites; site->label != NULL; site++) {
        if (*label == strlen(site->label) && memcmp(label + 1, site->label, *label) == 0)
            return site;
    }
    return NULL;
}

static size_t add_address(uint8_t *bytes, size_t size, const char *text, bool is_ipv6)
{
    const uint8_t head[] = {0xc0, 12, 0, is_ipv6 ? 28 : 1, 0, 1, 0, 0, 0, 60, 0, is_ipv6 ? 16 : 4};
    memcpy(bytes + size, head, sizeof head);
    size += sizeof head;
    assert_int_equal(inet_pton(is_ipv6 ? AF_INET6 : AF_INET, text, bytes + size), 1);
    bytes[7]++;
    return size + (is_ipv6 ? 16 : 4);
}

static size_t reply_to(struct bench *bench, const uint8_t *query, uint8_t *bytes)
{
    size_t size = 12;
    while (query[size] != 0)
        size += 1U + query[size];
    size += 5;
    memcpy(bytes, query, size);
    bytes[2] = 0x81;
    bytes[3] = 0x80;
    memset(bytes + 6, 0, 6);
    const struct site *site = site_of(bench, query);
    bool is_ipv6 = query[size - 3] == 28;
    char addresses[512], *rest = addresses;
    if (site == NULL)
        return size; /* the root: the resolver is examined */
    snprintf(addresses, sizeof addresses, "%s", is_ipv6 ? site->ipv6 : site->ipv4);
    if (addresses[0] == '!')
        bytes[3] |= 2;
    for (char *text; bytes[3] == 0x80 && (text = strsep(&rest, " ")) != NULL;)
        size = *text != '\0' ? add_address(bytes, size, text, is_ipv6) : size;
    return size;
}

static void on_room_for_datagram(uv_handle_t *handle, size_t size, uv_buf_t *ret)
{
    static char room[MESSAGE_ROOM];
    (void)handle, (void)size;
    *ret = uv_buf_init(room, sizeof room);
}

static void on_datagram(uv_udp_t *dns, ssize_t got, const uv_buf_t *buffer,
                        const struct sockaddr *from, unsigned flags)
{
    struct bench *bench = dns->data;
    uint8_t bytes[MESSAGE_ROOM];
    (void)flags;
    if (got < 17 || from == NULL)
        return;
    bench->asked += buffer->base[12] != 0;
    size_t size = reply_to(bench, (const uint8_t *)buffer->base, bytes);
    uv_buf_t reply = uv_buf_init((char *)bytes, (unsigned)size);
    uv_udp_try_send(dns, &reply, 1, from);
}

static void open_dns(struct bench *bench)
{
    struct sockaddr_in address;
    int size = sizeof address;
    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_udp_init(&bench->loop, &bench->dns);
    bench->dns.data = bench;
    assert_int_equal(uv_udp_bind(&bench->dns, (struct sockaddr *)&address, 0), 0);
    uv_udp_getsockname(&bench->dns, (struct sockaddr *)&address, &size);
    bench->dns_port = ntohs(address.sin_port);
    uv_udp_recv_start(&bench->dns, on_room_for_datagram, on_datagram);
}

/* The bench */

static void on_lookups_closed(void *context)
{
    ((struct bench *)context)->lookups_closed = true;
}

static void on_fetches_closed(void *context)
{
    ((struct bench *)context)->fetches_closed = true;
}

static void on_lookup_room(void *context)
{
    (void)context;
}

static void on_patience(uv_timer_t *timer)
{
    ((struct bench *)timer->data)->out_of_patience = true;
    uv_stop(timer->loop);
}

static int setup(void **state)
{
    static struct bench bench;
    struct error error = {""};
    memset(&bench, 0, sizeof bench);
    uv_loop_init(&bench.loop);
    open_dns(&bench);
    uv_timer_init(&bench.loop, &bench.patience);
    bench.patience.data = &bench;
    struct lookup_settings settings = {
        .resolver_count = 1,
        .sockets = 2,
        .timeout_ms = 1000,
        .tries = 3,
        .max_in_flight = 1000,
        .receive_buffer = 1 << 20,
    };
    uv_ip4_addr("127.0.0.1", bench.dns_port, (struct sockaddr_in *)&settings.resolvers[0]);
    bench.lookups = lookups_new(&bench.loop, &settings, on_lookup_room, &bench, &error);
    assert_non_null(bench.lookups);
    *state = &bench;
    return 0;
}

/* No handle may be left. */
static int teardown(void **state)
{
    struct bench *bench = *state;
    if (bench->fetches != NULL && !bench->fetches_closed)
        policy_fetches_close(bench->fetches, on_fetches_closed, bench);
    uv_close((uv_handle_t *)&bench->dns, NULL);
    uv_close((uv_handle_t *)&bench->patience, NULL);
    lookups_close(bench->lookups, on_lookups_closed, bench);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    bool closed = bench->lookups_closed && (bench->fetches == NULL || bench->fetches_closed);
    policy_fetches_free(bench->fetches);
    lookups_free(bench->lookups);
    return uv_loop_close(&bench->loop) == 0 && closed ? 0 : -1;
}

static struct policy_fetch_settings good_settings(void)
{
    return (struct policy_fetch_settings){
        .ca_file = server.ca_file,
        .connections = 64,
        .timeout_ms = TIMEOUT_MS,
        .size_max = POLICY_SIZE_MAX,
        .port = (uint16_t)server.port,
        .allow_special = true,
    };
}

static void begin(struct bench *bench, const struct policy_fetch_settings *settings,
                  const struct site *sites)
{
    struct error error = {""};
    bench->sites = sites;
    bench->fetches = policy_fetches_new(&bench->loop, bench->lookups, settings, &error);
    assert_string_equal(error.text, "");
    assert_non_null(bench->fetches);
}

static void on_done(void *context, const struct policy_fetch_result *result);

static struct seen *ask(struct bench *bench, const char *label, const char *domain)
{
    struct seen *seen = &bench->seen[bench->awaited++];
    struct name name;
    assert_true(bench->awaited <= RESULTS_MAX);
    assert_true(name_from_text(domain, strlen(domain), &name));
    snprintf(seen->label, sizeof seen->label, "%s", label);
    bench->inside_ask++;
    policy_fetch_ask(bench->fetches, &name, on_done, seen);
    bench->inside_ask--;
    return seen;
}

static struct seen *ask_site(struct bench *bench, const char *label)
{
    char domain[64];
    snprintf(domain, sizeof domain, "%s.example", label);
    return ask(bench, label, domain);
}

static struct bench *bench_now;

static void on_done(void *context, const struct policy_fetch_result *result)
{
    struct seen *seen = context;
    struct bench *bench = bench_now;
    assert_int_equal(bench->inside_ask, 0);
    assert_int_equal(seen->at_ms, 0); /* once */
    seen->at_ms = uv_now(&bench->loop);
    seen->detail = result->detail;
    seen->http_status = result->http_status;
    seen->length = (long)result->length;
    seen->failure = result->failure;
    seen->tries = result->tries;
    snprintf(seen->reason, sizeof seen->reason, "%s", result->reason);
    assert_int_equal(result->body != NULL, result->detail == STS_DETAIL_NONE);
    if (result->body != NULL) {
        seen->is_policy =
            result->length == POLICY_LENGTH && memcmp(result->body, POLICY, result->length) == 0;
        snprintf(seen->body, sizeof seen->body, "%.*s", (int)result->length,
                 (const char *)result->body);
    }
    bench->count++;
    if (bench->then != NULL) {
        const char *then = bench->then;
        bench->then = NULL;
        ask_site(bench, then);
    }
    if (bench->close_in_done) {
        policy_fetches_close(bench->fetches, on_fetches_closed, bench);
        bench->close_in_done = false;
    }
    if (bench->count == bench->awaited)
        uv_stop(&bench->loop);
}

/* Until all that was asked for is done, or this time is over. */
static void run(struct bench *bench, unsigned patience_ms)
{
    bench_now = bench;
    bench->out_of_patience = false;
    uv_update_time(&bench->loop);
    uv_timer_start(&bench->patience, on_patience, patience_ms, 0);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    uv_timer_stop(&bench->patience);
}

static void run_all(struct bench *bench)
{
    run(bench, PATIENCE_MS);
    assert_false(bench->out_of_patience);
    assert_int_equal(bench->count, bench->awaited);
}

static void expect(const struct seen *seen, const struct site *site)
{
    const char *detail = sts_detail_word(site->detail), *got = sts_detail_word(seen->detail);
    if (seen->detail != site->detail || seen->http_status != site->http_status ||
        (site->detail == STS_DETAIL_NONE && seen->length != site->length))
        fail_msg("%s: %s, status %u, %ld octets (%s); expected %s, status %u, %ld octets",
                 site->label, got != NULL ? got : "fetched", seen->http_status, seen->length,
                 seen->reason, detail != NULL ? detail : "fetched", site->http_status,
                 site->length);
    if (site->length == POLICY_LENGTH)
        assert_true(seen->is_policy);
}

static void ask_all(struct bench *bench, const struct site *sites)
{
    for (const struct site *site = sites; site->label != NULL; site++)
        ask_site(bench, site->label);
}

static void expect_all(const struct bench *bench, const struct site *sites)
{
    for (unsigned i = 0; sites[i].label != NULL; i++)
        expect(&bench->seen[i], &sites[i]);
}

static struct policy_fetch_counters counters_of(const struct bench *bench)
{
    struct policy_fetch_counters counters;
    policy_fetches_counters(bench->fetches, &counters);
    return counters;
}

/* Connections to an address as the server saw them. */
static void server_counts(struct bench *bench, const char *address, unsigned *ret_most,
                          unsigned *ret_total)
{
    char line[64];
    const struct site *sites = bench->sites;
    static const struct site stats[] = {{"stats", "127.0.0.60", "", 0, 200, 0}, {0}};
    bench->sites = stats;
    struct seen *seen = ask_site(bench, "stats");
    run_all(bench);
    bench->sites = sites;
    assert_int_equal(seen->detail, STS_DETAIL_NONE);
    snprintf(line, sizeof line, "%s ", address);
    const char *found = strstr(seen->body, line);
    *ret_most = *ret_total = 0;
    if (found != NULL)
        assert_int_equal(sscanf(found + strlen(line), "%u %u", ret_most, ret_total), 2);
}

/* Tests */

/* Each at an address of its own, so that nobody waits for another. */
static const struct site replies[] = {
    {"good", "127.0.0.10", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
    {"h204", "127.0.0.11", "", STS_DETAIL_HTTP_STATUS, 204, 0},
    {"h206", "127.0.0.12", "", STS_DETAIL_HTTP_STATUS, 206, 0},
    {"h301", "127.0.0.13", "", STS_DETAIL_HTTP_STATUS, 301, 0},
    {"h401", "127.0.0.14", "", STS_DETAIL_HTTP_STATUS, 401, 0},
    {"h404", "127.0.0.15", "", STS_DETAIL_HTTP_STATUS, 404, 0},
    {"h500", "127.0.0.16", "", STS_DETAIL_HTTP_STATUS, 500, 0},
    {"h404-silent", "127.0.0.17", "", STS_DETAIL_HTTP_STATUS, 404, 0},
    {"h404-large", "127.0.0.18", "", STS_DETAIL_HTTP_STATUS, 404, 0},
    {"h100", "127.0.0.19", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
    {"h100-endless", "127.0.0.20", "", STS_DETAIL_TOO_LARGE, 0, 0},
    {"h100-silent", "127.0.0.21", "", STS_DETAIL_TIMEOUT, 0, 0},
    {"empty", "127.0.0.22", "", STS_DETAIL_NONE, 200, 0},
    {"chunked", "127.0.0.23", "", STS_DETAIL_NONE, 200, 1000},
    {"full", "127.0.0.24", "", STS_DETAIL_NONE, 200, 65536},
    {"over", "127.0.0.25", "", STS_DETAIL_TOO_LARGE, 200, 0},
    {"full-chunked", "127.0.0.26", "", STS_DETAIL_NONE, 200, 65536},
    {"over-chunked", "127.0.0.27", "", STS_DETAIL_TOO_LARGE, 200, 0},
    {"large", "127.0.0.28", "", STS_DETAIL_TOO_LARGE, 200, 0},
    {"large-silent", "127.0.0.29", "", STS_DETAIL_TOO_LARGE, 200, 0},
    {"endless", "127.0.0.30", "", STS_DETAIL_TOO_LARGE, 200, 0},
    {"endless-header", "127.0.0.31", "", STS_DETAIL_TOO_LARGE, 200, 0},
    {"endless-line", "127.0.0.32", "", STS_DETAIL_TOO_LARGE, 200, 0},
    {"gzip", "127.0.0.33", "", STS_DETAIL_NONE, 200, 14}, /* as it came */
    {"until-close", "127.0.0.34", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
    {"drip", "127.0.0.36", "", STS_DETAIL_TIMEOUT, 200, 0},
    {"slow", "127.0.0.37", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
    {"silent-reply", "127.0.0.38", "", STS_DETAIL_TIMEOUT, 0, 0},
    {"no-reply", "127.0.0.39", "", STS_DETAIL_CONNECT, 0, 0},
    {"no-http", "127.0.0.40", "", STS_DETAIL_CONNECT, 0, 0},
    {"cut", "127.0.0.41", "", STS_DETAIL_CONNECT, 200, 0},
    /* certificates */
    {"wrong-name", "127.0.0.42", "", STS_DETAIL_TLS, 0, 0},
    {"common-name", "127.0.0.43", "", STS_DETAIL_TLS, 0, 0},
    {"expired", "127.0.0.44", "", STS_DETAIL_TLS, 0, 0},
    {"not-yet", "127.0.0.45", "", STS_DETAIL_TLS, 0, 0},
    {"self-signed", "127.0.0.46", "", STS_DETAIL_TLS, 0, 0},
    {"stranger", "127.0.0.47", "", STS_DETAIL_TLS, 0, 0},
    {"wildcard", "127.0.0.48", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
    {"partial-wildcard", "127.0.0.49", "", STS_DETAIL_TLS, 0, 0},
    {"deep-wildcard", "127.0.0.50", "", STS_DETAIL_TLS, 0, 0},
    /* servers: policy_server.py knows these addresses */
    {"silent", "127.0.0.3", "", STS_DETAIL_TIMEOUT, 0, 0},
    {"closes", "127.0.0.4", "", STS_DETAIL_TLS, 0, 0},
    {"no-tls", "127.0.0.5", "", STS_DETAIL_TLS, 0, 0},
    {"refused", "127.0.0.99", "", STS_DETAIL_CONNECT, 0, 0},
    {"drops", "127.0.0.61", "", STS_DETAIL_TIMEOUT, 0, 0},
    /* no server */
    {"nodata", "", "", STS_DETAIL_DNS, 0, 0},
    {"servfail", "!", "!", STS_DETAIL_DNS, 0, 0},
    {"half-servfail", "!", "", STS_DETAIL_DNS, 0, 0},
    {"half-good", "127.0.0.51", "!", STS_DETAIL_NONE, 200, POLICY_LENGTH},
    {0},
};

static unsigned threads_now(void)
{
    unsigned count = 0;
    DIR *tasks = opendir("/proc/self/task");
    assert_non_null(tasks);
    for (struct dirent *entry; (entry = readdir(tasks)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(tasks);
    return count;
}

static const struct seen *seen_of(const struct bench *bench, const char *label)
{
    for (unsigned i = 0; i < bench->awaited; i++) {
        if (strcmp(bench->seen[i].label, label) == 0)
            return &bench->seen[i];
    }
    fail_msg("%s was not asked for", label);
    return NULL;
}

static void test_replies(void **state)
{
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    begin(bench, &settings, replies);
    uint64_t began = uv_now(&bench->loop);
    ask_all(bench, replies);
    run_all(bench);
    expect_all(bench, replies);
    assert_in_range(seen_of(bench, "drip")->at_ms - began, TIMEOUT_MS, TIMEOUT_MS + 3000);
    assert_in_range(seen_of(bench, "silent")->at_ms - began, TIMEOUT_MS, TIMEOUT_MS + 3000);
    assert_int_equal(threads_now(), 1); /* nobody resolves names in the dark */
    assert_int_equal(seen_of(bench, "nodata")->failure, FAILURE_NONE);
    assert_int_equal(seen_of(bench, "servfail")->failure, FAILURE_SERVFAIL);
    assert_int_equal(seen_of(bench, "half-servfail")->failure, FAILURE_SERVFAIL);
    assert_in_range(seen_of(bench, "half-servfail")->tries, 1, 8);
    assert_int_equal(seen_of(bench, "half-good")->failure, FAILURE_SERVFAIL);
    assert_string_equal(seen_of(bench, "good")->reason, "");
    assert_non_null(strstr(seen_of(bench, "expired")->reason, "expired"));
    struct policy_fetch_counters counters = counters_of(bench);
    assert_int_equal(counters.asked, bench->awaited);
    assert_int_equal(counters.done, bench->awaited);
    assert_int_equal(counters.looking_up + counters.waiting + counters.connected, 0);
    assert_int_equal(counters.connections, bench->awaited - 3); /* those without addresses */
}

/* The server could: see policy_server.py, speaks_tls11(). */
static void test_old_tls(void **state)
{
    static const struct site sites[] = {{"tls11", "127.0.0.2", "", STS_DETAIL_TLS, 0, 0}, {0}};
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    if (!server.speaks_tls11)
        skip();
    begin(bench, &settings, sites);
    ask_all(bench, sites);
    run_all(bench);
    expect_all(bench, sites);
}

static void test_several_addresses(void **state)
{
    static const struct site sites[] = {
        {"refused-good", "127.0.0.99 127.0.0.10", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"closes-good", "127.0.0.4 127.0.0.11", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"silent-good", "127.0.0.3 127.0.0.12", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"silent-reply", "127.0.0.54 127.0.0.55 127.0.0.56", "", STS_DETAIL_TIMEOUT, 0, 0},
        {"refused-closes", "127.0.0.99 127.0.0.4", "", STS_DETAIL_TLS, 0, 0},
        {"closes-refused", "127.0.0.4 127.0.0.98", "", STS_DETAIL_CONNECT, 0, 0},
        {"eight-good",
         "127.0.0.91 127.0.0.92 127.0.0.93 127.0.0.94 127.0.0.95 127.0.0.96 127.0.0.97 "
         "127.0.0.13 127.0.0.90",
         "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"nine", /* the good one is not tried */
         "127.0.0.81 127.0.0.82 127.0.0.83 127.0.0.84 127.0.0.85 127.0.0.86 127.0.0.87 "
         "127.0.0.88 127.0.0.14",
         "", STS_DETAIL_CONNECT, 0, 0},
        {0},
    };
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    begin(bench, &settings, sites);
    uint64_t began = uv_now(&bench->loop);
    ask_all(bench, sites);
    run_all(bench);
    expect_all(bench, sites);
    /* one time for all three */
    assert_in_range(seen_of(bench, "silent-reply")->at_ms - began, TIMEOUT_MS - 100,
                    TIMEOUT_MS + 2000);
}

/* A status is an answer: no other address is asked. */
static void test_status_is_final(void **state)
{
    static const struct site sites[] = {
        {"h404", "127.0.0.15 127.0.0.57", "", STS_DETAIL_HTTP_STATUS, 404, 0},
        {"large", "127.0.0.16 127.0.0.57", "", STS_DETAIL_TOO_LARGE, 200, 0},
        {0},
    };
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    unsigned most, total;
    begin(bench, &settings, sites);
    ask_all(bench, sites);
    run_all(bench);
    expect_all(bench, sites);
    server_counts(bench, "127.0.0.57", &most, &total);
    assert_int_equal(total, 0);
}

static void test_both_families(void **state)
{
    static const struct site sites[] = {
        {"good6", "", "::1", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"first6", "127.0.0.58", "::1", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"second4", "127.0.0.59", "::ffff:127.0.0.99", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"neither", "127.0.0.4", "::ffff:127.0.0.99", STS_DETAIL_TLS, 0, 0},
        {0},
    };
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    unsigned most, total;
    if (!server.has_ipv6)
        skip();
    begin(bench, &settings, sites);
    ask_all(bench, sites);
    run_all(bench);
    expect_all(bench, sites);
    server_counts(bench, "127.0.0.58", &most, &total);
    assert_int_equal(total, 0);
    server_counts(bench, "127.0.0.59", &most, &total);
    assert_int_equal(total, 1);
    server_counts(bench, "::1", &most, &total);
    assert_int_equal(total, 2);
    assert_int_equal(most, 1);
}

static void test_special_addresses(void **state)
{
    static const struct site sites[] = {
        {"loopback", "127.0.0.10", "::1", STS_DETAIL_SPECIAL_ADDRESS, 0, 0},
        {"private", "10.0.0.1 192.168.1.1", "fe80::1", STS_DETAIL_SPECIAL_ADDRESS, 0, 0},
        {"mapped", "", "::ffff:198.51.100.1", STS_DETAIL_SPECIAL_ADDRESS, 0, 0},
        {"half-known", "127.0.0.10", "!", STS_DETAIL_DNS, 0, 0},
        {0},
    };
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    settings.allow_special = false;
    begin(bench, &settings, sites);
    ask_all(bench, sites);
    run_all(bench);
    expect_all(bench, sites);
    assert_int_equal(counters_of(bench).connections, 0);
}

/* Names that are none for a URL, or no names at all, are not asked about. */
static void test_names(void **state)
{
    static const char *const domains[] = {
        "a\\@b.example", "a\\/b.example", "\\000.example", "a\\.b.example",
        "a\\#.example",  "%41.example",   "a:1.example",
    };
    static const struct site none = {"none", "", "", STS_DETAIL_DNS, 0, 0};
    static const struct site sites[] = {
        {"_under_score", "127.0.0.10", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"xn--bcher-kva", "127.0.0.11", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"xn--0", "127.0.0.12", "", STS_DETAIL_NONE, 200, POLICY_LENGTH}, /* no A-label */
        {"-a--b-", "127.0.0.13", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"7", "127.0.0.14", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {0},
    };
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    char longest[260], domain[260];
    begin(bench, &settings, sites);
    for (unsigned i = 0; i < sizeof domains / sizeof *domains; i++)
        ask(bench, "none", domains[i]);
    memset(longest, 'a', sizeof longest);
    snprintf(domain, sizeof domain, "%.63s.%.63s.%.63s.%.54s", longest, longest, longest, longest);
    ask(bench, "none", domain); /* 247 characters: with mta-sts. no name */
    run_all(bench);
    assert_int_equal(bench->asked, 0);
    for (unsigned i = 0; i < bench->awaited; i++)
        expect(&bench->seen[i], &none);
    const struct seen *seen = &bench->seen[bench->awaited];
    ask_all(bench, sites);
    run_all(bench);
    for (unsigned i = 0; sites[i].label != NULL; i++)
        expect(&seen[i], &sites[i]);
    snprintf(domain, sizeof domain, "%.63s.%.63s.%.63s.%.53s", longest, longest, longest, longest);
    ask(bench, "none", domain); /* a name, which has no address */
    run_all(bench);
    assert_in_range(bench->asked, 2 * 6, 2 * 6 * 3); /* with further tries */
}

/* 100 domains on one server. */
static void test_one_at_a_time(void **state)
{
    static const struct site sites[] = {
        {"many", "127.0.0.52", "", STS_DETAIL_NONE, 200, POLICY_LENGTH}, {0}};
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    unsigned most, total;
    char domain[64];
    begin(bench, &settings, sites);
    for (unsigned i = 0; i < 100; i++) {
        snprintf(domain, sizeof domain, "many.d%u.example", i);
        ask(bench, "many", domain);
    }
    run_all(bench);
    for (unsigned i = 0; i < 100; i++)
        expect(&bench->seen[i], &sites[0]);
    server_counts(bench, "127.0.0.52", &most, &total);
    assert_int_equal(most, 1);
    assert_int_equal(total, 100);
}

/* Waiting for a turn does not count: in all they need longer than each may. */
static void test_waiting_is_free(void **state)
{
    static const struct site sites[] = {
        {"slow", "127.0.0.53", "", STS_DETAIL_NONE, 200, POLICY_LENGTH}, {0}};
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    char domain[64];
    settings.timeout_ms = 2000;
    begin(bench, &settings, sites);
    uint64_t began = uv_now(&bench->loop);
    for (unsigned i = 0; i < 10; i++) { /* 0.3 s each */
        snprintf(domain, sizeof domain, "slow.d%u.example", i);
        ask(bench, "slow", domain);
    }
    run_all(bench);
    assert_true(uv_now(&bench->loop) - began > 2900);
    for (unsigned i = 0; i < 10; i++)
        expect(&bench->seen[i], &sites[0]);
}

/* Domains that wait for an address learn from the first that nothing is there; the last of
 * them has another address. */
static void test_dead_server(void **state)
{
    static struct site sites[21];
    static char labels[20][16];
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    for (unsigned i = 0; i < 20; i++) {
        snprintf(labels[i], sizeof labels[i], "drops%u", i);
        sites[i] = (struct site){labels[i], "127.0.0.61", "", STS_DETAIL_TIMEOUT, 0, 0};
    }
    sites[19] =
        (struct site){"good", "127.0.0.61 127.0.0.12", "", STS_DETAIL_NONE, 200, POLICY_LENGTH};
    begin(bench, &settings, sites);
    uint64_t began = uv_now(&bench->loop);
    ask_all(bench, sites);
    run_all(bench);
    expect_all(bench, sites);
    assert_in_range(uv_now(&bench->loop) - began, TIMEOUT_MS / 2, 2 * TIMEOUT_MS);
    assert_in_range(counters_of(bench).connections, 2, 4);
}

/* `count` domains that the server answers in the way of this label. */
static void ask_many(struct bench *bench, const char *label, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char domain[64];
        snprintf(domain, sizeof domain, "%s.d%u.example", label, bench->awaited);
        ask(bench, label, domain);
    }
}

/* A server that takes connections, and then lets time pass, is given up after three, for the
 * time of a fetch; then one more is tried. */
static void test_silent_server(void **state)
{
    static const struct site sites[] = {
        {"silent-reply", "127.0.0.62", "", STS_DETAIL_TIMEOUT, 0, 0},
        {"drip", "127.0.0.63", "", STS_DETAIL_TIMEOUT, 0, 0},
        {"good", "127.0.0.62 127.0.0.12", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {0},
    };
    enum {
        SHORT_MS = 2000
    };
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    unsigned most, total, asked = 0;
    settings.timeout_ms = SHORT_MS;
    begin(bench, &settings, sites);
    uint64_t began = uv_now(&bench->loop);
    ask_many(bench, "silent-reply", 30);
    ask_many(bench, "drip", 5);
    run_all(bench);
    uint64_t took_ms = uv_now(&bench->loop) - began;
    assert_in_range(took_ms, 3 * SHORT_MS - 100, 3 * SHORT_MS + 3000);
    for (; asked < 30; asked++)
        expect(&bench->seen[asked], &sites[0]);
    for (unsigned i = 0; i < 5; i++, asked++) { /* a status is of the one who got it */
        assert_int_equal(bench->seen[asked].detail, STS_DETAIL_TIMEOUT);
        assert_int_equal(bench->seen[asked].http_status, i < 3 ? 200 : 0);
    }
    assert_int_equal(counters_of(bench).connections, 6);

    began =
        uv_now(&bench->loop); /* while it is given up: nobody waits; other addresses are tried */
    ask_many(bench, "silent-reply", 4);
    ask_many(bench, "good", 1);
    run_all(bench);
    assert_in_range(uv_now(&bench->loop) - began, 0, SHORT_MS - 200);
    for (; asked < bench->awaited - 1; asked++)
        expect(&bench->seen[asked], &sites[0]);
    expect(&bench->seen[asked++], &sites[2]);
    assert_int_equal(counters_of(bench).connections, 7);

    run(bench, SHORT_MS + 200); /* later: one more */
    began = uv_now(&bench->loop);
    ask_many(bench, "silent-reply", 4);
    run_all(bench);
    assert_in_range(uv_now(&bench->loop) - began, SHORT_MS - 100, 2 * SHORT_MS - 200);
    for (; asked < bench->awaited; asked++)
        expect(&bench->seen[asked], &sites[0]);
    server_counts(bench, "127.0.0.62", &most, &total);
    assert_int_equal(total, 4);
    assert_int_equal(most, 1);
}

/* Not three in a row: a server that has domains which are slow is asked for each. */
static void test_sometimes_silent_server(void **state)
{
    static const struct site sites[] = {
        {"silent-reply", "127.0.0.64", "", STS_DETAIL_TIMEOUT, 0, 0},
        {"h404", "127.0.0.64", "", STS_DETAIL_HTTP_STATUS, 404, 0},
        {"good", "127.0.0.64", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {0},
    };
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    unsigned most, total;
    settings.timeout_ms = 1000;
    begin(bench, &settings, sites);
    for (unsigned i = 0; i < 2; i++) {
        ask_many(bench, "silent-reply", 1);
        run_all(bench); /* lookups come back in any order */
        ask_many(bench, "silent-reply", 1);
        run_all(bench);
        ask_many(bench, i == 0 ? "h404" : "good", 1);
        run_all(bench);
        expect(&bench->seen[3 * i], &sites[0]);
        expect(&bench->seen[3 * i + 1], &sites[0]);
        expect(&bench->seen[3 * i + 2], &sites[1 + i]);
    }
    server_counts(bench, "127.0.0.64", &most, &total);
    assert_int_equal(total, 6);
}

/* 20 servers, three connections. */
static void test_bound(void **state)
{
    static struct site sites[21];
    static char labels[20][16], addresses[20][16];
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    settings.connections = 3;
    for (unsigned i = 0; i < 20; i++) {
        snprintf(labels[i], sizeof labels[i], "slow%u", i);
        snprintf(addresses[i], sizeof addresses[i], "127.0.0.%u", 10 + i);
        sites[i] = (struct site){labels[i], addresses[i], "", 0, 200, POLICY_LENGTH};
    }
    begin(bench, &settings, sites);
    ask_all(bench, sites);
    unsigned most = 0;
    bench_now = bench;
    while (bench->count < bench->awaited) {
        uv_run(&bench->loop, UV_RUN_ONCE);
        struct policy_fetch_counters counters = counters_of(bench);
        most = counters.connected > most ? counters.connected : most;
    }
    assert_int_equal(most, 3);
    expect_all(bench, sites);
}

static void test_asks_in_done(void **state)
{
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    settings.connections = 1;
    begin(bench, &settings, replies);
    bench->then = "chunked";
    ask_site(bench, "good");
    run_all(bench);
    assert_int_equal(bench->count, 2);
    expect(&bench->seen[0], &replies[0]);
    assert_int_equal(bench->seen[1].length, 1000);
}

/* Everything in the middle: lookups, turns, handshakes, bodies. */
static void test_closed_in_the_middle(void **state)
{
    static const char *const labels[] = {"silent", "drip", "silent-reply", "h100-silent"};
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    begin(bench, &settings, replies);
    for (unsigned i = 0; i < 40; i++)
        ask_site(bench, labels[i % 4]);
    run(bench, 500);
    assert_int_equal(bench->count, 0);
    assert_int_equal(counters_of(bench).connected, 4);
    assert_int_equal(counters_of(bench).waiting, 36);
    ask_site(bench, "good"); /* and its lookups */
    ask(bench, "none", "a\\@b.example");
    policy_fetches_close(bench->fetches, on_fetches_closed, bench);
    run(bench, 300);
    assert_true(bench->fetches_closed);
    assert_int_equal(bench->count, 0);
}

static void test_closed_in_done(void **state)
{
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    begin(bench, &settings, replies);
    bench->close_in_done = true;
    ask_site(bench, "good");
    ask_site(bench, "slow");
    ask_site(bench, "h404");
    ask_site(bench, "refused");
    run(bench, 1500);
    assert_int_equal(bench->count, 1);
    assert_true(bench->fetches_closed);
}

static void test_authorities(void **state)
{
    static const struct site sites[] = {{"good", "127.0.0.10", "", STS_DETAIL_TLS, 0, 0}, {0}};
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    struct error error = {""};
    settings.ca_file = "/nonexistent/authorities.pem";
    assert_null(policy_fetches_new(&bench->loop, bench->lookups, &settings, &error));
    assert_non_null(strstr(error.text, "/nonexistent/authorities.pem"));
    settings.ca_file = "/dev/null";
    assert_null(policy_fetches_new(&bench->loop, bench->lookups, &settings, &error));
    assert_non_null(strstr(error.text, "/dev/null"));
    settings.ca_file = NULL; /* the system does not know ours */
    begin(bench, &settings, sites);
    ask_all(bench, sites);
    run_all(bench);
    expect_all(bench, sites);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_replies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_old_tls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_several_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_status_is_final, setup, teardown),
        cmocka_unit_test_setup_teardown(test_both_families, setup, teardown),
        cmocka_unit_test_setup_teardown(test_special_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_at_a_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_waiting_is_free, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dead_server, setup, teardown),
        cmocka_unit_test_setup_teardown(test_silent_server, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sometimes_silent_server, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bound, setup, teardown),
        cmocka_unit_test_setup_teardown(test_asks_in_done, setup, teardown),
        cmocka_unit_test_setup_teardown(test_closed_in_the_middle, setup, teardown),
        cmocka_unit_test_setup_teardown(test_closed_in_done, setup, teardown),
        cmocka_unit_test_setup_teardown(test_authorities, setup, teardown),
    };
    /* a proxy that the environment names is not asked: nobody is there */
    setenv("https_proxy", "http://127.0.0.99:9", 1);
    setenv("HTTPS_PROXY", "http://127.0.0.99:9", 1);
    setenv("ALL_PROXY", "http://127.0.0.99:9", 1);
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
