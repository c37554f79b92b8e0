/* Lookups of a resolver that misbehaves by request; their pace. */
#include "lookup_bench.h"

#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>
#include <unistd.h>

/* One at a time: what the responder was asked is counted. */
static void test_replies(void **state)
{
    static const struct expected all[] = {
        {"ok.example", OUTCOME_ANSWER, FAILURE_NONE, "", 1, 1},
        {"nodata.example", OUTCOME_NODATA, FAILURE_NONE, "", 0, 1},
        {"nx.example", OUTCOME_NXDOMAIN, FAILURE_NONE, "", 0, 1},
        {"silent.example", OUTCOME_FAILED, FAILURE_TIMEOUT, "", 0, 0},
        {"bogus.example", OUTCOME_FAILED, FAILURE_BOGUS, "9", 0, 3},
        {"flap.example", OUTCOME_ANSWER, FAILURE_NONE, "22", 1, 3},
        {"flap-cut.example", OUTCOME_ANSWER, FAILURE_NONE, "22", 1, 5},
        {"flap-tcp.example", OUTCOME_FAILED, FAILURE_BOGUS, "22", 0, 5},
        {"flap-silent.example", OUTCOME_FAILED, FAILURE_TIMEOUT, "22", 0, 4},
        {"flap-refused.example", OUTCOME_FAILED, FAILURE_REFUSED, "22", 0, 3},
        {"lame.example", OUTCOME_FAILED, FAILURE_SERVFAIL, "22", 0, 2},
        {"lame-slips.example", OUTCOME_FAILED, FAILURE_SERVFAIL, "22", 0, 3},
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
        {"refused-bare.example", OUTCOME_FAILED, FAILURE_REFUSED, "", 0, 1},
        {"notimp-bare.example", OUTCOME_FAILED, FAILURE_NOTIMP, "", 0, 1},
        {"servfail-bare.example", OUTCOME_FAILED, FAILURE_MALFORMED, "", 0, 0},
        {"huge.example", OUTCOME_ANSWER, FAILURE_NONE, "", 300, 2},
        {"cut-broken.example", OUTCOME_FAILED, FAILURE_MALFORMED, "", 0, 3},
        {"hang-up-always.example", OUTCOME_FAILED, FAILURE_TIMEOUT, "", 0, 0},
        {"cut.a\\032b.example", OUTCOME_ANSWER, FAILURE_NONE, "", 1, 2},
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
    settings.max_in_flight = 200; /* no more than the responder's socket holds */
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
    assert_int_equal(bench->responder.port_count, 4);
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

/* Over TCP: one answer that does not parse, one question at which the resolver hangs up each time,
 * both among others; all of them in the end, with few questions. */
static void test_bad_company_over_tcp(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    char name[32];
    begin(bench, &settings);
    ask(bench, "cut-broken.example");
    ask(bench, "hang-up-always.example");
    for (unsigned i = 0; i < 60; i++) {
        snprintf(name, sizeof name, "cut.%u.example", i);
        ask(bench, name);
    }
    assert_true(run(bench, 62, 5000));
    for (unsigned i = 0; i < 60; i++) {
        snprintf(name, sizeof name, "cut.%u.example", i);
        expect(bench, &(struct expected){name, OUTCOME_ANSWER, FAILURE_NONE, "", 1, 0});
    }
    expect(bench,
           &(struct expected){"cut-broken.example", OUTCOME_FAILED, FAILURE_MALFORMED, "", 0, 0});
    assert_int_equal(seen_of(bench, "hang-up-always.example")->outcome, OUTCOME_FAILED);
    assert_in_range(bench->responder.tcp_asked, 62, 62 * 4);
}

/* Over TCP: a resolver that answers few questions a connection, and then closes it, or is silent.
 */
static void test_short_connections(void **state)
{
    static const struct {
        unsigned answers;
        bool closes;
    } kinds[] = {{1, true}, {1, false}, {5, false}};
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    char name[32];
    begin(bench, &settings);
    for (unsigned kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        bench->responder.answers_a_connection = kinds[kind].answers;
        bench->responder.closes_connections = kinds[kind].closes;
        for (unsigned i = 0; i < 30; i++) {
            snprintf(name, sizeof name, "cut.%u.%u.example", kind, i);
            ask(bench, name);
        }
        assert_true(run(bench, 30 * (kind + 1), 5000));
    }
    for (unsigned i = 0; i < bench->count; i++)
        expect(bench, &(struct expected){bench->seen[i].name, OUTCOME_ANSWER, 0, "", 1, 0});
}

/* A resolver that is not on this machine: somebody else answers, too. */
static void test_forged_answers(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    struct lookup_counters counters;
    char name[96];
    settings.forgeable = true;
    settings.sockets = 1;
    settings.max_in_flight = 2; /* with more of them the flood leaves no room for the answers */
    settings.timeout_ms = 2000;
    begin(bench, &settings);
    ask(bench, "ok.with.letters.enough.example");
    assert_true(run(bench, 1, 2000));
    for (unsigned i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "flood.of-forged-answers.%u.to-a-question.example", i);
        ask(bench, name);
    }
    assert_true(run(bench, 21, 20000));
    for (unsigned i = 0; i < 21; i++) {
        assert_int_equal(bench->seen[i].outcome, OUTCOME_ANSWER);
        assert_int_equal(bench->seen[i].records, 1); /* a forged one has two */
    }
    lookups_counters(bench->lookups, &counters);
    assert_in_range(counters.strays, 20 * 199, 20 * 200 * 2);
}

/* One that does not send back the letters as they came is known by that, and believed. */
static void test_letters_lost(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    char name[96];
    settings.forgeable = true;
    settings.sockets = 1;
    begin(bench, &settings);
    for (unsigned i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "lower.with.letters.enough.%u.example", i);
        ask(bench, name);
    }
    assert_true(run(bench, 50, 5000));
    for (unsigned i = 0; i < 50; i++)
        assert_int_equal(bench->seen[i].outcome, OUTCOME_ANSWER);
}

/* Of short names the letters come back by chance, where all that were asked were small: that is no
 * sign of a resolver that keeps them. */
static void test_small_letters(void **state)
{
    enum {
        NAMES = 400
    };
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    char name[32];
    settings.forgeable = true;
    settings.sockets = 16;
    begin(bench, &settings);
    for (unsigned i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, "lower.%u", i);
        ask(bench, name);
    }
    assert_true(run(bench, NAMES, 5000));
    for (unsigned i = 0; i < NAMES; i++)
        assert_int_equal(bench->seen[i].outcome, OUTCOME_ANSWER);
    assert_int_equal(bench->responder.tcp_asked, 0);
}

/* One that sends them back, but not of this name, whose answer somebody else asked for before, say:
 * over TCP nobody forges it. */
static void test_letters_lost_once(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    settings.forgeable = true;
    settings.sockets = 1;
    begin(bench, &settings);
    ask(bench, "ok.with.letters.enough.example");
    assert_true(run(bench, 1, 2000));
    ask(bench, "lower.with.letters.enough.example");
    assert_true(run(bench, 2, 5000));
    expect(bench,
           &(struct expected){"lower.with.letters.enough.example", OUTCOME_ANSWER, 0, "", 1, 0});
    assert_true(bench->responder.tcp_asked > 0);
}

/* Ports change while many questions go to a resolver that is not on this machine. */
static void test_ports_change(void **state)
{
    struct bench *bench = *state;
    struct lookup_settings settings = settings_for(bench);
    char name[32];
    settings.forgeable = true;
    settings.sockets = 2;
    begin(bench, &settings);
    for (unsigned turn = 0; turn < 10; turn++) {
        bench->count = 0;
        for (unsigned i = 0; i < 1000; i++) {
            snprintf(name, sizeof name, "ok.%u.%u.example", turn, i);
            ask(bench, name);
        }
        assert_true(run(bench, 1000, 10000));
    }
    assert_in_range(bench->responder.port_count, 4, RESPONDER_PORTS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_forged_answers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_letters_lost, setup, teardown),
        cmocka_unit_test_setup_teardown(test_small_letters, setup, teardown),
        cmocka_unit_test_setup_teardown(test_letters_lost_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ports_change, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_company_over_tcp, setup, teardown),
        cmocka_unit_test_setup_teardown(test_short_connections, setup, teardown),
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
