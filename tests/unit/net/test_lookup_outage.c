/* Lookups while a resolver is away, refuses, or cannot be asked. */
#include "lookup_bench.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Nothing is concluded, whatever time passes; then everything comes out as if
 * nothing had been. */
static void come_back(struct bench *bench)
{
    static const struct expected all[] = {
        {"ok.1.example", OUTCOME_ANSWER, FAILURE_NONE, "", 1, 1}, /* those of the outage not */
        {"cut.1.example", OUTCOME_ANSWER, FAILURE_NONE, "", 1, 0},
        {"silent.1.example", OUTCOME_FAILED, FAILURE_TIMEOUT, "", 0, 0},
        {"ok.2.example", OUTCOME_ANSWER, FAILURE_NONE, "", 1, 0},
    };
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
        expect(bench, &all[i]);
}

static void come_back_with_keys(struct bench *bench)
{
    static const struct expected bogus = {
        "bogus.1.example", OUTCOME_FAILED, FAILURE_BOGUS, "9", 0, 3};
    assert_true(run(bench, 5, 10000));
    come_back(bench);
    expect(bench, &bogus);
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
    assert_true(counters.pause != PAUSE_NONE);
    assert_int_equal(counters.pauses, 1);
    assert_int_equal(lookups_room(bench->lookups), 0);
    ask(bench, "ok.2.example");
    run(bench, 1, 1500);
    assert_int_equal(bench->count, 0);
    responder_listen(&bench->responder);
    come_back_with_keys(bench);
    lookups_counters(bench->lookups, &counters);
    assert_false(counters.pause != PAUSE_NONE);
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
    assert_true(counters.pause != PAUSE_NONE); /* refused: known at once */
    ask(bench, "ok.2.example");
    run(bench, 1, 1000);
    assert_int_equal(bench->count, 0);
    responder_open(&bench->responder, &bench->loop, port);
    come_back_with_keys(bench);
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

/* The resolver lives, and answers all but the root's SOA with SERVFAIL, at once. */
static void test_network_gone_and_back(void **state)
{
    static const struct expected after[] = {
        /* its servers may be dead to the resolver alone */
        {"lame.3.example", OUTCOME_FAILED, FAILURE_SERVFAIL, "", 0, 2},
        {"filtered.3.example", OUTCOME_FAILED, FAILURE_FILTERED, "15", 0, 1},
    };
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    struct lookup_counters counters;
    begin(bench, &settings);
    ask(bench, "ok.0.example");
    assert_true(run(bench, 1, 1000));
    run(bench, 0, 3500); /* that it is there was seen */
    bench->count = 0;
    bench->responder.network_gone = true;
    ask_before_outage(bench);
    run(bench, 1, 5000);
    assert_int_equal(bench->count, 0);
    lookups_counters(bench->lookups, &counters);
    assert_int_equal(counters.pause, PAUSE_NETWORK);
    assert_int_equal(counters.pauses, 1);
    assert_int_equal(lookups_room(bench->lookups), 0);
    unsigned asked = bench->responder.udp_asked;
    ask(bench, "ok.2.example");
    run(bench, 1, 2000);
    assert_int_equal(bench->count, 0);
    assert_int_equal(bench->responder.udp_asked, asked); /* nothing but probes */
    bench->responder.network_gone = false;
    assert_true(run(bench, 4, 12000));
    come_back(bench);
    assert_false(run(bench, 5, 1000)); /* what is bogus may be so for want of keys: not yet */
    for (unsigned i = 0; i < sizeof after / sizeof *after; i++)
        ask(bench, after[i].name);
    assert_true(run(bench, 4 + sizeof after / sizeof *after, 5000));
    for (unsigned i = 0; i < sizeof after / sizeof *after; i++)
        expect(bench, &after[i]);
    lookups_counters(bench->lookups, &counters);
    assert_int_equal(counters.pause, PAUSE_NONE);
}

/* Names of all kinds that fail, and no other: the probes tell that it is their own doing. */
static void test_dead_list_is_no_outage(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    struct lookup_counters counters;
    char name[32];
    begin(bench, &settings);
    for (unsigned i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "lame.%u.example", i);
        ask(bench, name);
    }
    assert_true(run(bench, 300, 5000));
    for (unsigned i = 0; i < 300; i++)
        assert_int_equal(bench->seen[i].failure, FAILURE_SERVFAIL);
    lookups_counters(bench->lookups, &counters);
    assert_int_equal(counters.pauses, 0);
    assert_in_range(bench->responder.network_probes, 1, 6);
}

struct turns {
    uv_check_t check;
    struct bench *bench;
    unsigned count, most; /* results before this turn of the loop; most in one turn */
};

static void on_turn(uv_check_t *check)
{
    struct turns *turns = check->data;
    unsigned came = turns->bench->count - turns->count;
    turns->most = came > turns->most ? came : turns->most;
    turns->count = turns->bench->count;
}

/* They wait for one probe, and are all known when it is answered; no turn of the loop has all. */
static void test_failures_come_some_at_a_time(void **state)
{
    enum {
        LAME = 1500
    };
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    struct turns turns = {.bench = bench};
    char name[32];
    settings.max_in_flight = LAME;
    begin(bench, &settings);
    uv_check_init(&bench->loop, &turns.check);
    turns.check.data = &turns;
    uv_check_start(&turns.check, on_turn);
    for (unsigned i = 0; i < LAME; i++) {
        snprintf(name, sizeof name, "lame.%u.example", i);
        ask(bench, name);
    }
    assert_true(run(bench, LAME, 10000));
    uv_close((uv_handle_t *)&turns.check, NULL);
    assert_in_range(turns.most, 1, 600);
}

struct nurse {
    struct bench *bench;
    unsigned deaths, named;
};

static void on_nurse(uv_timer_t *timer)
{
    struct nurse *nurse = timer->data;
    struct responder *responder = &nurse->bench->responder;
    if (!responder->died)
        return;
    nurse->deaths++;
    responder_open(responder, &nurse->bench->loop, responder->port);
}

static void on_given_up(void *context, const struct question *question)
{
    char text[NAME_TEXT_MAX];
    name_to_text(&question->name, text);
    assert_string_equal(text, "killer.1.example");
    assert_int_equal(question->type, TYPE_A);
    ((struct nurse *)context)->named++;
}

/* A resolver that dies of one name, and is started again each time. */
static void test_killer_is_given_up(void **state)
{
    static const struct expected given_up = {
        "killer.1.example", OUTCOME_FAILED, FAILURE_OTHER, "", 0, 0};
    struct bench *bench = *state;
    struct nurse nurse = {.bench = bench};
    struct lookup_settings settings = settings_for(bench);
    uv_timer_t timer;
    char name[32];
    settings.timeout_ms = 1000;
    settings.tries = 3;
    settings.given_up = on_given_up;
    settings.given_up_context = &nurse;
    uv_timer_init(&bench->loop, &timer);
    timer.data = &nurse;
    uv_timer_start(&timer, on_nurse, 2500, 2500);
    begin(bench, &settings);
    ask(bench, "killer.1.example");
    for (unsigned i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "ok.%u.example", i);
        ask(bench, name);
    }
    assert_true(run(bench, 51, 30000));
    expect(bench, &given_up);
    for (unsigned i = 0; i < 51; i++) {
        if (strcmp(bench->seen[i].name, given_up.name) != 0)
            assert_int_equal(bench->seen[i].outcome, OUTCOME_ANSWER);
    }
    unsigned deaths = nurse.deaths;
    assert_in_range(deaths, 4, 8); /* some by further tries of c-ares */
    assert_int_equal(nurse.named, 1);
    ask(bench, "killer.1.example"); /* in the next pass */
    assert_true(run(bench, 52, 1000));
    assert_int_equal(bench->seen[51].failure, FAILURE_OTHER);
    run(bench, 0, 3000);
    assert_int_equal(nurse.deaths, deaths);
    uv_close((uv_handle_t *)&timer, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_network_gone_and_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dead_list_is_no_outage, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failures_come_some_at_a_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_killer_is_given_up, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deaf_resolver, setup, teardown),
        cmocka_unit_test_setup_teardown(test_resolver_gone_and_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_second_resolver_takes_over, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusing_resolver_holds_nothing_up, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_descriptors, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
