/* How many at once: one connection to a server, silent servers given up, connections in all. */
#include "tests/unit/net/policy_bench.h"

#include <stdio.h>

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
    while (bench->count < bench->awaited) {
        run_once(bench);
        struct policy_fetch_counters counters = counters_of(bench);
        most = counters.connected > most ? counters.connected : most;
    }
    assert_int_equal(most, 3);
    expect_all(bench, sites);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_at_a_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_waiting_is_free, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dead_server, setup, teardown),
        cmocka_unit_test_setup_teardown(test_silent_server, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sometimes_silent_server, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bound, setup, teardown),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
