#include "tests/unit/net/policy_bench.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    MESSAGE_ROOM = 1024,
    PATIENCE_MS = 40000, /* of a test: machines may be busy */
};

struct server server;

int start_server(void **state)
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

int stop_server(void **state)
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

void close_fetches(struct bench *bench)
{
    policy_fetches_close(bench->fetches, on_fetches_closed, bench);
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

int setup(void **state)
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

int teardown(void **state)
{
    struct bench *bench = *state;
    if (bench->fetches != NULL && !bench->fetches_closed)
        close_fetches(bench);
    uv_close((uv_handle_t *)&bench->dns, NULL);
    uv_close((uv_handle_t *)&bench->patience, NULL);
    lookups_close(bench->lookups, on_lookups_closed, bench);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    bool closed = bench->lookups_closed && (bench->fetches == NULL || bench->fetches_closed);
    policy_fetches_free(bench->fetches);
    lookups_free(bench->lookups);
    return uv_loop_close(&bench->loop) == 0 && closed ? 0 : -1;
}

struct policy_fetch_settings good_settings(void)
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

void begin(struct bench *bench, const struct policy_fetch_settings *settings,
           const struct site *sites)
{
    struct error error = {""};
    bench->sites = sites;
    bench->fetches = policy_fetches_new(&bench->loop, bench->lookups, settings, &error);
    assert_string_equal(error.text, "");
    assert_non_null(bench->fetches);
}

static void on_done(void *context, const struct policy_fetch_result *result);

struct seen *ask(struct bench *bench, const char *label, const char *domain)
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

struct seen *ask_site(struct bench *bench, const char *label)
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
    seen->tried = result->tried;
    seen->answered = result->answered;
    seen->failure = result->lookup.failure;
    seen->tries = result->lookup.tries;
    seen->has_media_type = result->media_type != NULL;
    snprintf(seen->media_type, sizeof seen->media_type, "%s",
             seen->has_media_type ? result->media_type : "");
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
        close_fetches(bench);
        bench->close_in_done = false;
    }
    if (bench->count == bench->awaited)
        uv_stop(&bench->loop);
}

void run(struct bench *bench, unsigned patience_ms)
{
    bench_now = bench;
    bench->out_of_patience = false;
    uv_update_time(&bench->loop);
    uv_timer_start(&bench->patience, on_patience, patience_ms, 0);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    uv_timer_stop(&bench->patience);
}

void run_once(struct bench *bench)
{
    bench_now = bench;
    uv_run(&bench->loop, UV_RUN_ONCE);
}

void run_all(struct bench *bench)
{
    run(bench, PATIENCE_MS);
    assert_false(bench->out_of_patience);
    assert_int_equal(bench->count, bench->awaited);
}

void expect(const struct seen *seen, const struct site *site)
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

void ask_all(struct bench *bench, const struct site *sites)
{
    for (const struct site *site = sites; site->label != NULL; site++)
        ask_site(bench, site->label);
}

void ask_many(struct bench *bench, const char *label, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char domain[64];
        snprintf(domain, sizeof domain, "%s.d%u.example", label, bench->awaited);
        ask(bench, label, domain);
    }
}

void expect_all(const struct bench *bench, const struct site *sites)
{
    for (unsigned i = 0; sites[i].label != NULL; i++)
        expect(&bench->seen[i], &sites[i]);
}

struct policy_fetch_counters counters_of(const struct bench *bench)
{
    struct policy_fetch_counters counters;
    policy_fetches_counters(bench->fetches, &counters);
    return counters;
}

void server_counts(struct bench *bench, const char *address, unsigned *ret_most,
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
