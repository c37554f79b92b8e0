/* What comes of a fetch: statuses, bodies, certificates, addresses, names; and its life. */
#include "tests/unit/net/policy_bench.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    {"until-cut", "127.0.0.35", "", STS_DETAIL_CONNECT, 200, 0}, /* no close_notify */
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
    {"weak-key", "127.0.0.53", "", STS_DETAIL_TLS, 0, 0},
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

/* Of those that gave no policy: whose server said nothing that could be held against it. */
static const char *const unanswered[] = {"h100-silent", "drip",   "silent-reply", "no-reply",
                                         "no-http",     "cut",    "until-cut",    "silent",
                                         "closes",      "no-tls", "refused",      "drops"};

static void expect_answers(const struct bench *bench)
{
    for (unsigned i = 0; i < bench->awaited; i++) {
        bool answered = true;
        for (unsigned j = 0; j < sizeof unanswered / sizeof *unanswered; j++)
            answered &= strcmp(bench->seen[i].label, unanswered[j]) != 0;
        if (bench->seen[i].answered != answered)
            fail_msg("%s", bench->seen[i].label);
        assert_true(bench->seen[i].tried);
    }
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
    expect_answers(bench);
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

/* As sent, whatever the status; of an answer only. */
static void test_media_types(void **state)
{
    static const struct site sites[] = {
        {"good", "127.0.0.10", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"type-plain", "127.0.0.11", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"type-404", "127.0.0.12", "", STS_DETAIL_HTTP_STATUS, 404, 0},
        {"type-empty", "127.0.0.13", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"type-octets", "127.0.0.14", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"type-long", "127.0.0.15", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {"type-cut", "127.0.0.16", "", STS_DETAIL_CONNECT, 200, 0},
        {"type-h103-silent", "127.0.0.17", "", STS_DETAIL_TIMEOUT, 0, 0},
        {"type-h103", "127.0.0.18", "", STS_DETAIL_NONE, 200, POLICY_LENGTH},
        {0},
    };
    static const char *const expected[] = {NULL,
                                           "text/plain; charset=utf-8",
                                           "Text/HTML",
                                           NULL,
                                           "\x1b]0;\xe9\x07/\xff",
                                           NULL,
                                           "text/plain",
                                           NULL,
                                           NULL};
    struct bench *bench = *state;
    struct policy_fetch_settings settings = good_settings();
    begin(bench, &settings, sites);
    ask_all(bench, sites);
    run_all(bench);
    expect_all(bench, sites);
    for (unsigned i = 0; sites[i].label != NULL; i++) {
        const struct seen *seen = seen_of(bench, sites[i].label);
        if (strcmp(sites[i].label, "type-long") == 0)
            assert_int_equal(strspn(seen->media_type, "x"), sizeof seen->media_type - 1);
        else if (seen->has_media_type != (expected[i] != NULL) ||
                 strcmp(seen->media_type, expected[i] != NULL ? expected[i] : "") != 0)
            fail_msg("%s: %d, \"%s\"", sites[i].label, seen->has_media_type, seen->media_type);
    }
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
    close_fetches(bench);
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
        cmocka_unit_test_setup_teardown(test_media_types, setup, teardown),
        cmocka_unit_test_setup_teardown(test_old_tls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_several_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_status_is_final, setup, teardown),
        cmocka_unit_test_setup_teardown(test_both_families, setup, teardown),
        cmocka_unit_test_setup_teardown(test_special_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
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
