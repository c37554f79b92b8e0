/* Lookups against a resolver that misbehaves by request, goes away, and comes back. */
#include "crawler/net/lookup.h"

#include "responder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    RESULTS_MAX = 2048,
    TIMEOUT_MS = 100,
    TRIES = 2,
};

struct outcome_seen {
    char name[64];
    enum outcome outcome;
    enum failure failure;
    char ede[EDE_TEXT_MAX];
    unsigned records, tries;
};

struct bench {
    uv_loop_t loop;
    struct responder responder, second;
    struct lookups *lookups;
    struct outcome_seen seen[RESULTS_MAX];
    unsigned count, awaited;
    unsigned inside_ask; /* done() may never come while this is set */
    unsigned rooms;
    bool closed, timed_out;
    const char *then; /* asked from inside the next done() */
    bool close_in_done;
};

static void on_closed(void *context)
{
    ((struct bench *)context)->closed = true;
}

static void on_room(void *context)
{
    ((struct bench *)context)->rooms++;
}

static void on_done(void *context, const struct lookup_result *result);

static void ask(struct bench *bench, const char *text)
{
    struct name name;
    assert_true(name_from_text(text, strlen(text), &name));
    bench->inside_ask++;
    lookup_ask(bench->lookups, &name, TYPE_A, on_done, bench);
    bench->inside_ask--;
}

static void on_done(void *context, const struct lookup_result *result)
{
    struct bench *bench = context;
    struct outcome_seen *seen = &bench->seen[bench->count++];
    char text[NAME_TEXT_MAX];
    assert_int_equal(bench->inside_ask, 0);
    name_to_text(&result->question->name, text);
    snprintf(seen->name, sizeof seen->name, "%.63s", text);
    seen->outcome = result->outcome;
    seen->failure = result->failure;
    seen->tries = result->tries;
    seen->records = result->answer != NULL ? result->answer->record_count : 0;
    ede_to_text(&result->ede, seen->ede);
    assert_false(result->question->checking_disabled);
    assert_int_equal(result->answer == NULL, result->outcome == OUTCOME_FAILED);
    if (bench->then != NULL) {
        const char *next = bench->then;
        bench->then = NULL;
        ask(bench, next);
    }
    if (bench->close_in_done && !bench->closed) {
        bench->close_in_done = false;
        lookups_close(bench->lookups, on_closed, bench);
    }
    if (bench->count == bench->awaited)
        uv_stop(&bench->loop);
}

static void point_to(struct sockaddr_storage *address, uint16_t port)
{
    uv_ip4_addr("127.0.0.1", port, (struct sockaddr_in *)address);
}

static struct lookup_settings settings_for(const struct bench *bench)
{
    struct lookup_settings settings = {
        .resolver_count = 1,
        .sockets = 2,
        .timeout_ms = TIMEOUT_MS,
        .tries = TRIES,
        .max_in_flight = 100,
        .receive_buffer = 1 << 20,
    };
    point_to(&settings.resolvers[0], bench->responder.port);
    return settings;
}

static void begin(struct bench *bench, const struct lookup_settings *settings)
{
    struct error error = {""};
    bench->lookups = lookups_new(&bench->loop, settings, on_room, bench, &error);
    assert_string_equal(error.text, "");
    assert_non_null(bench->lookups);
}

static int setup(void **state)
{
    static struct bench bench;
    memset(&bench, 0, sizeof bench);
    uv_loop_init(&bench.loop);
    responder_open(&bench.responder, &bench.loop, 0);
    *state = &bench;
    return 0;
}

/* No handle may be left. */
static int teardown(void **state)
{
    struct bench *bench = *state;
    if (bench->lookups != NULL && !bench->closed)
        lookups_close(bench->lookups, on_closed, bench);
    responder_close(&bench->responder);
    responder_close(&bench->second);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    lookups_free(bench->lookups);
    return uv_loop_close(&bench->loop) == 0 && bench->closed ? 0 : -1;
}

static void on_timer(uv_timer_t *timer)
{
    struct bench *bench = timer->data;
    bench->timed_out = true;
    uv_stop(&bench->loop);
}

/* Runs until so many results are there, or the time is over; true for the first. */
static bool run(struct bench *bench, unsigned results, unsigned ms)
{
    uv_timer_t timer;
    bench->awaited = results;
    bench->timed_out = false;
    uv_timer_init(&bench->loop, &timer);
    timer.data = bench;
    uv_update_time(&bench->loop);
    uv_timer_start(&timer, on_timer, ms, 0);
    if (bench->count < results || results == 0)
        uv_run(&bench->loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&bench->loop, UV_RUN_NOWAIT);
    return !bench->timed_out;
}

static const struct outcome_seen *seen_of(const struct bench *bench, const char *name)
{
    for (unsigned i = 0; i < bench->count; i++) {
        if (strcmp(bench->seen[i].name, name) == 0)
            return &bench->seen[i];
    }
    fail_msg("%s: no result", name);
    return NULL;
}

struct expected {
    const char *name;
    enum outcome outcome;
    enum failure failure;
    const char *ede;
    unsigned records, tries; /* tries 0: not looked at */
};

static void expect(const struct bench *bench, const struct expected *expected)
{
    const struct outcome_seen *seen = seen_of(bench, expected->name);
    if (seen->outcome != expected->outcome || seen->failure != expected->failure ||
        strcmp(seen->ede, expected->ede) != 0 || seen->records != expected->records ||
        (expected->tries != 0 && seen->tries != expected->tries))
        fail_msg("%s: outcome %d failure %d ede \"%s\" records %u tries %u", expected->name,
                 (int)seen->outcome, (int)seen->failure, seen->ede, seen->records, seen->tries);
}

/* One at a time: what the responder was asked is counted. */
static void test_replies(void **state)
{
    static const struct expected all[] = {
        {"ok.example", OUTCOME_ANSWER, FAILURE_NONE, "", 1, 1},
        {"nodata.example", OUTCOME_NODATA, FAILURE_NONE, "", 0, 1},
        {"nx.example", OUTCOME_NXDOMAIN, FAILURE_NONE, "", 0, 1},
        {"silent.example", OUTCOME_FAILED, FAILURE_TIMEOUT, "", 0, 0},
        {"bogus.example", OUTCOME_FAILED, FAILURE_BOGUS, "9", 0, 2},
        {"lame.example", OUTCOME_FAILED, FAILURE_SERVFAIL, "22", 0, 2},
        {"lame-then-silent.example", OUTCOME_FAILED, FAILURE_SERVFAIL, "22", 0, 0},
        {"refused.example", OUTCOME_FAILED, FAILURE_REFUSED, "18", 0, 1},
        {"formerr.example", OUTCOME_FAILED, FAILURE_FORMERR, "", 0, 1},
        {"notimp.example", OUTCOME_FAILED, FAILURE_NOTIMP, "", 0, 1},
        {"yxdomain.example", OUTCOME_FAILED, FAILURE_OTHER, "", 0, 1},
        {"cut.example", OUTCOME_ANSWER, FAILURE_NONE, "", 1, 2},
        {"cut-twice.example", OUTCOME_FAILED, FAILURE_MALFORMED, "", 0, 2},
        {"wrong.example", OUTCOME_FAILED, FAILURE_MALFORMED, "", 0, 0},
        {"wrong-first.example", OUTCOME_ANSWER, FAILURE_NONE, "", 1, 2},
        {"broken.example", OUTCOME_FAILED, FAILURE_MALFORMED, "", 0, 0},
        {"noise.example", OUTCOME_FAILED, FAILURE_TIMEOUT, "", 0, 0},
        {"empty-first.example", OUTCOME_ANSWER, FAILURE_NONE, "", 1, 1},
        {"late.example", OUTCOME_ANSWER, FAILURE_NONE, "", 1, 0},
        {"long.example", OUTCOME_ANSWER, FAILURE_NONE, "", 64, 1},
    };
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    begin(bench, &settings);
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
        bench->responder.udp_asked = 0;
        ask(bench, all[i].name);
        if (!run(bench, i + 1, 5000))
            fail_msg("%s: not settled", all[i].name);
        expect(bench, &all[i]);
    }
    /* FORMERR without OPT: c-ares of Debian 12 must not lose EDNS for what follows */
    ask(bench, "formerr-bare.example");
    assert_true(run(bench, bench->count + 1, 5000));
    assert_int_equal(seen_of(bench, "formerr-bare.example")->failure, FAILURE_FORMERR);
    bench->responder.tcp_asked = 0;
    ask(bench, "long.again.example");
    ask(bench, "bogus.again.example");
    assert_true(run(bench, bench->count + 2, 5000));
    assert_int_equal(seen_of(bench, "long.again.example")->records, 64);
    assert_string_equal(seen_of(bench, "bogus.again.example")->ede, "9");
    assert_int_equal(bench->responder.tcp_asked, 0);
}

static void test_all_at_once(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    struct lookup_counters counters;
    char name[32];
    settings.max_in_flight = 3; /* the others wait */
    begin(bench, &settings);
    for (unsigned i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "%s.%u.example", i % 4 == 0 ? "cut" : "ok", i);
        ask(bench, name);
    }
    lookups_counters(bench->lookups, &counters);
    assert_int_equal(counters.in_flight, 3);
    assert_int_equal(counters.waiting, 37);
    assert_int_equal(lookups_room(bench->lookups), 0);
    assert_true(run(bench, 40, 5000));
    for (unsigned i = 0; i < 40; i++)
        assert_int_equal(bench->seen[i].outcome, OUTCOME_ANSWER);
    assert_int_equal(bench->responder.udp_asked, 40);
    assert_int_equal(bench->responder.tcp_asked, 10);
    lookups_counters(bench->lookups, &counters);
    assert_int_equal(counters.in_flight, 0);
    assert_int_equal(counters.asked, 50);
    assert_int_equal(counters.settled[LOOKUP_TYPE_A].by_outcome[OUTCOME_ANSWER], 40);
    assert_true(bench->rooms > 0);
    assert_int_equal(lookups_room(bench->lookups), 3);
}

/* Far more names than the table of those under way begins with; all ports are asked from. */
static void test_many(void **state)
{
    enum {
        NAMES = 2000
    };
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    bool seen[NAMES] = {false};
    char name[32];
    settings.sockets = 4;
    settings.max_in_flight = 400; /* no more than the responder's socket holds */
    settings.timeout_ms = 2000;
    begin(bench, &settings);
    for (unsigned i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, "ok.%u.example", i);
        ask(bench, name);
    }
    assert_true(run(bench, NAMES, 20000));
    for (unsigned i = 0; i < NAMES; i++) {
        unsigned number = NAMES;
        assert_int_equal(sscanf(bench->seen[i].name, "ok.%u.example", &number), 1);
        assert_true(number < NAMES && !seen[number]);
        seen[number] = true;
        assert_int_equal(bench->seen[i].outcome, OUTCOME_ANSWER);
    }
    assert_int_equal(bench->count, NAMES);
    assert_int_equal(bench->responder.udp_asked, NAMES);
    assert_true(bench->responder.port_count >= 4); /* c-ares 1.34 may open further sockets */
}

/* Malformed answers harm nobody else on the same socket. */
static void test_bad_company(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    settings.sockets = 1;
    begin(bench, &settings);
    ask(bench, "late.1.example");
    ask(bench, "silent.1.example");
    ask(bench, "broken.1.example");
    ask(bench, "noise.1.example");
    ask(bench, "wrong.1.example");
    ask(bench, "broken.2.example");
    ask(bench, "late.2.example");
    assert_true(run(bench, 7, 5000));
    expect(bench, &(struct expected){"late.1.example", OUTCOME_ANSWER, 0, "", 1, 0});
    expect(bench, &(struct expected){"late.2.example", OUTCOME_ANSWER, 0, "", 1, 0});
    assert_int_equal(seen_of(bench, "silent.1.example")->failure, FAILURE_TIMEOUT);
    assert_int_equal(seen_of(bench, "noise.1.example")->failure, FAILURE_TIMEOUT);
    assert_int_equal(seen_of(bench, "wrong.1.example")->failure, FAILURE_MALFORMED);
    assert_int_equal(seen_of(bench, "broken.1.example")->failure, FAILURE_MALFORMED);
    assert_int_equal(seen_of(bench, "broken.2.example")->failure, FAILURE_MALFORMED);
}

/* c-ares 1.34 gives up early where answers have come fast so far. */
static void test_waits_as_promised(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    char name[32];
    settings.sockets = 1;
    settings.timeout_ms = 500; /* and 1000 */
    begin(bench, &settings);
    for (unsigned i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "ok.%u.example", i);
        ask(bench, name);
    }
    assert_true(run(bench, 20, 5000));
    uint64_t began = uv_now(&bench->loop);
    ask(bench, "silent.example");
    assert_true(run(bench, 21, 10000));
    assert_int_equal(seen_of(bench, "silent.example")->failure, FAILURE_TIMEOUT);
    assert_in_range(uv_now(&bench->loop) - began, 1490, 3500);
}

static void test_joined(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    struct lookup_counters counters;
    begin(bench, &settings);
    ask(bench, "ok.example");
    ask(bench, "ok.example");
    ask(bench, "OK.Example"); /* names are lower case inside */
    assert_true(run(bench, 3, 5000));
    assert_int_equal(bench->responder.udp_asked, 1);
    lookups_counters(bench->lookups, &counters);
    assert_int_equal(counters.joined, 2);
    /* settled: the next one asks anew, also from inside done() */
    bench->then = "ok.example";
    ask(bench, "ok.example");
    assert_true(run(bench, 5, 5000));
    assert_int_equal(bench->responder.udp_asked, 3);
}

static void test_close_in_done(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    begin(bench, &settings);
    bench->close_in_done = true;
    ask(bench, "ok.example");
    ask(bench, "ok.example");
    ask(bench, "silent.example");
    ask(bench, "cut.example");
    run(bench, 0, 300);
    assert_int_equal(bench->count, 1);
    assert_true(bench->closed);
}

static void test_pace(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    char name[32];
    settings.max_qps = 50;
    begin(bench, &settings);
    for (unsigned i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "ok.%u.example", i);
        ask(bench, name);
    }
    run(bench, 50, 500);
    assert_in_range(bench->count, 20, 30);
    assert_true(run(bench, 50, 2000));
}

/* Questions that get no answer are asked again, at the same pace: all are counted. */
static void test_pace_of_further_tries(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    struct lookup_counters counters;
    char name[32];
    settings.max_qps = 50;
    settings.tries = 3;
    begin(bench, &settings);
    for (unsigned i = 0; i < 30; i++) {
        snprintf(name, sizeof name, "silent.%u.example", i);
        ask(bench, name);
    }
    run(bench, 0, 1000);
    assert_in_range(bench->responder.udp_asked, 40, 60);
    assert_true(run(bench, 30, 5000));
    lookups_counters(bench->lookups, &counters);
    assert_int_equal(bench->responder.udp_asked, 30 * 3);
    assert_int_equal(counters.asked, 30 * 3);
}

/* Over TCP: the connection ends, and the question goes over another one. */
static void test_count_over_tcp(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    struct lookup_counters counters;
    begin(bench, &settings);
    ask(bench, "hang-up.example");
    assert_true(run(bench, 1, 5000));
    expect(bench, &(struct expected){"hang-up.example", OUTCOME_ANSWER, 0, "", 1, 0});
    for (unsigned i = 0; i < 3; i++)
        ask(bench, i == 0 ? "cut.1.example" : i == 1 ? "cut.2.example" : "cut.3.example");
    assert_true(run(bench, 4, 5000));
    assert_int_equal(bench->responder.udp_asked, 4);
    assert_int_equal(bench->responder.tcp_asked, 5);
    lookups_counters(bench->lookups, &counters);
    assert_int_equal(counters.asked, 9);
}

/* Nothing is concluded, whatever time passes; then everything comes out as if
 * nothing had been. */
static void come_back(struct bench *bench)
{
    static const struct expected all[] = {
        {"ok.1.example", OUTCOME_ANSWER, FAILURE_NONE, "", 1, 1}, /* those of the outage not */
        {"bogus.1.example", OUTCOME_FAILED, FAILURE_BOGUS, "9", 0, 2},
        {"cut.1.example", OUTCOME_ANSWER, FAILURE_NONE, "", 1, 0},
        {"silent.1.example", OUTCOME_FAILED, FAILURE_TIMEOUT, "", 0, 0},
        {"ok.2.example", OUTCOME_ANSWER, FAILURE_NONE, "", 1, 0},
    };
    assert_true(run(bench, 5, 10000));
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
        expect(bench, &all[i]);
}

static void ask_before_outage(struct bench *bench)
{
    ask(bench, "ok.1.example");
    ask(bench, "bogus.1.example");
    ask(bench, "cut.1.example");
    ask(bench, "silent.1.example");
}

static void test_deaf_resolver(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    struct lookup_counters counters;
    begin(bench, &settings);
    responder_deafen(&bench->responder);
    ask_before_outage(bench);
    run(bench, 1, 4500);
    assert_int_equal(bench->count, 0);
    lookups_counters(bench->lookups, &counters);
    assert_true(counters.paused);
    assert_int_equal(counters.pauses, 1);
    assert_int_equal(lookups_room(bench->lookups), 0);
    ask(bench, "ok.2.example");
    run(bench, 1, 1500);
    assert_int_equal(bench->count, 0);
    responder_listen(&bench->responder);
    come_back(bench);
    lookups_counters(bench->lookups, &counters);
    assert_false(counters.paused);
    assert_int_equal(counters.pauses, 1);
}

static void test_resolver_gone_and_back(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    struct lookup_counters counters;
    uint16_t port = bench->responder.port;
    begin(bench, &settings);
    responder_close(&bench->responder);
    uv_run(&bench->loop, UV_RUN_NOWAIT);
    ask_before_outage(bench);
    run(bench, 1, 1000);
    assert_int_equal(bench->count, 0);
    lookups_counters(bench->lookups, &counters);
    assert_true(counters.paused); /* refused: known at once */
    ask(bench, "ok.2.example");
    run(bench, 1, 1000);
    assert_int_equal(bench->count, 0);
    responder_open(&bench->responder, &bench->loop, port);
    come_back(bench);
}

static void test_second_resolver_takes_over(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    struct lookup_counters counters;
    char name[32];
    responder_open(&bench->second, &bench->loop, 0);
    settings.resolver_count = 2;
    point_to(&settings.resolvers[1], bench->second.port);
    begin(bench, &settings);
    responder_deafen(&bench->responder);
    for (unsigned i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "ok.%u.example", i);
        ask(bench, name);
    }
    assert_true(run(bench, 20, 8000));
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(bench->seen[i].outcome, OUTCOME_ANSWER);
    lookups_counters(bench->lookups, &counters);
    assert_int_equal(counters.pauses, 0);
}

/* Half of the first questions go to where nobody listens: they do not wait there for their tries.
 */
static void test_refusing_resolver_holds_nothing_up(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    struct lookup_counters counters;
    char name[32];
    responder_open(&bench->second, &bench->loop, 0);
    settings.resolver_count = 2;
    point_to(&settings.resolvers[1], bench->second.port);
    settings.timeout_ms = 20000;
    responder_close(&bench->responder);
    uv_run(&bench->loop, UV_RUN_NOWAIT);
    begin(bench, &settings);
    for (unsigned i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "ok.%u.example", i);
        ask(bench, name);
    }
    assert_true(run(bench, 20, 4000));
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(bench->seen[i].outcome, OUTCOME_ANSWER);
        assert_int_equal(bench->seen[i].tries, 1);
    }
    lookups_counters(bench->lookups, &counters);
    assert_int_equal(counters.pauses, 0);
    assert_int_equal(counters.in_flight, 0);
}

/* No socket can be opened: c-ares fails before ares_send() returns. */
static void test_no_descriptors(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    struct rlimit before, none;
    begin(bench, &settings);
    uv_run(&bench->loop, UV_RUN_NOWAIT); /* what the loop needs is open */
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    ask(bench, "ok.1.example");
    ask(bench, "ok.2.example");
    run(bench, 1, 500);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(bench->count, 0);
    assert_true(run(bench, 2, 5000));
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(bench->seen[i].outcome, OUTCOME_ANSWER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_replies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_all_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_company, setup, teardown),
        cmocka_unit_test_setup_teardown(test_waits_as_promised, setup, teardown),
        cmocka_unit_test_setup_teardown(test_joined, setup, teardown),
        cmocka_unit_test_setup_teardown(test_close_in_done, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pace, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pace_of_further_tries, setup, teardown),
        cmocka_unit_test_setup_teardown(test_count_over_tcp, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deaf_resolver, setup, teardown),
        cmocka_unit_test_setup_teardown(test_resolver_gone_and_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_second_resolver_takes_over, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusing_resolver_holds_nothing_up, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_descriptors, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
