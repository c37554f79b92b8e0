/* Which hosts are met, at which addresses, and whether it was us who were cut off. */
#include "crawler/probe/choice.h"
#include "crawler/probe/outage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* --- when a host is due --- */

enum {
    HOUR = 3600,
    NOW = 1000 * HOUR,
};

static void test_due(void **state)
{
    static const struct {
        struct probes_candidate candidate;
        int64_t again_s, due;
        bool once_more;
    } cases[] = {
        /* never met */
        {{.outcome = PROBE_NOT_MET}, 0, 0, false},
        {{.outcome = PROBE_NOT_MET}, HOUR, 0, false},
        /* met: never again, whatever came of it ... */
        {{.outcome = PROBE_TLS, .probed_at = 1, .meetings = 1}, 0, DUE_NEVER, false},
        {{.outcome = PROBE_TIMEOUT, .probed_at = 1, .meetings = 1}, 0, DUE_NEVER, false},
        {{.outcome = PROBE_GREETING_5XX, .probed_at = 1, .meetings = 1}, 0, DUE_NEVER, false},
        /* ... but after 4xx, once, an hour later */
        {{.outcome = PROBE_GREETING_4XX, .probed_at = NOW - HOUR + 1, .meetings = 1},
         0,
         NOW + 1,
         true},
        {{.outcome = PROBE_GREETING_4XX, .probed_at = NOW - HOUR, .meetings = 1}, 0, 0, true},
        {{.outcome = PROBE_GREETING_4XX, .probed_at = 1, .meetings = 2}, 0, DUE_NEVER, false},
        /* --again */
        {{.outcome = PROBE_TLS, .probed_at = NOW - 5 * HOUR, .meetings = 1}, 5 * HOUR, 0, false},
        {{.outcome = PROBE_TLS, .probed_at = NOW - 5 * HOUR + 1, .meetings = 1},
         5 * HOUR,
         DUE_NEVER,
         false},
        {{.outcome = PROBE_GREETING_4XX, .probed_at = NOW - HOUR, .meetings = 1},
         5 * HOUR,
         0,
         true},
        {{.outcome = PROBE_TLS, .probed_at = NOW - 1, .meetings = 1}, 1, 0, false},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool once_more;
        int64_t due = choice_due(&cases[i].candidate, cases[i].again_s, NOW, &once_more);
        if (due != cases[i].due || once_more != cases[i].once_more)
            fail_msg("case %u: %lld", i, (long long)due);
    }
}

/* --- addresses that opt out --- */

static void test_prefixes(void **state)
{
    static const char *const good[] = {"192.0.2.1", "198.51.100.0/22", "2001:db8::/33", "::/0",
                                       "203.0.113.64/26"};
    static const char *const taken[] = {"2001:db8::/128", "192.0.2.1/32", "0.0.0.0/0",
                                        "2001:db8::/99", "2001:db8::1/128"};
    static const char *const bad[] = {"",
                                      "192.0.2",
                                      "192.0.2.1/33",
                                      "192.0.2.1/",
                                      "::/129",
                                      "192.0.2.1/-1",
                                      "example.org",
                                      "192.0.2.1/2x",
                                      "192.0.2.1/0024",
                                      "192.0.2.1/1/",
                                      "192.0.2.1/2:",
                                      "192.0.2.1/2#",
                                      "::/2x",
                                      "::/200",
                                      "1111:1111:1111:1111:1111:1111:111.111.111.1111",
                                      "[::1]",
                                      "/24",
                                      "1:2:3:4:5:6:7:8:9"};
    static const struct {
        uint8_t family, octets[16];
        unsigned ranges; /* the first so many of the good */
        bool in;
    } cases[] = {
        {4, {192, 0, 2, 1}, 1, true},
        {4, {192, 0, 2, 2}, 1, false},
        {4, {198, 51, 100, 0}, 2, true},
        {4, {198, 51, 103, 255}, 2, true},
        {4, {198, 51, 104, 0}, 2, false},
        {4, {198, 51, 99, 255}, 2, false},
        {6, {0x20, 1, 0xd, 0xb8, 0x7f, 0xff}, 3, true},
        {6, {0x20, 1, 0xd, 0xb8, 0x80}, 3, false},
        {6, {0x20, 1, 0xd, 0xb9}, 4, true}, /* all of IPv6, and none of IPv4 */
        {4, {203, 0, 113, 64}, 4, false},
        {4, {203, 0, 113, 127}, 5, true},
        {4, {203, 0, 113, 128}, 5, false},
        {6, {192, 0, 2, 1}, 3, false},
        {4, {192, 0, 2, 0}, 1, false}, /* one address, no more */
    };
    const uint8_t beside[16] = {0x20, 1, 0xd, 0xb8, [15] = 1};
    (void)state;
    for (unsigned i = 0; i < sizeof taken / sizeof *taken; i++) {
        struct prefixes prefixes = {0};
        if (!prefixes_add(&prefixes, taken[i]))
            fail_msg("\"%s\" is not taken", taken[i]);
        assert_int_equal(prefixes_have(&prefixes, 6, beside), i >= 3);
        prefixes_done(&prefixes);
    }
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct prefixes prefixes = {0};
        if (prefixes_add(&prefixes, bad[i]))
            fail_msg("\"%s\" is taken", bad[i]);
        prefixes_done(&prefixes);
    }
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct prefixes prefixes = {0};
        for (unsigned j = 0; j < cases[i].ranges; j++)
            assert_true(prefixes_add(&prefixes, good[j]));
        if (prefixes_have(&prefixes, cases[i].family, cases[i].octets) != cases[i].in)
            fail_msg("case %u", i);
        prefixes_done(&prefixes);
    }
}

static void test_many_prefixes(void **state)
{
    struct prefixes prefixes = {0};
    char text[32];
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "5.%u.%u.0/24", i / 256, i % 256);
        assert_true(prefixes_add(&prefixes, text));
    }
    for (unsigned i = 0; i < 1001; i++) {
        const uint8_t octets[16] = {5, (uint8_t)(i / 256), (uint8_t)(i % 256), 9};
        assert_int_equal(prefixes_have(&prefixes, 4, octets), i < 1000);
    }
    prefixes_done(&prefixes);
    assert_null(prefixes.blocks);
    assert_int_equal(prefixes.count, 0);
}

static void set_name(struct name *name, const char *text)
{
    assert_true(name_from_text(text, strlen(text), name));
}

/* Names of the host, or of what it is an alias of, and addresses, in one file. */
static void test_opt_outs(void **state)
{
    static const struct {
        const char *name, *target;
        unsigned addresses;
    } cases[] = {
        {"mx.example.org", NULL, 1},
        {"mx.out.example", NULL, 0},
        {"mx.out.example", "mx.example.org", 0},
        {"mx.example.org", "mx.example.net", 1},
        {"mx.example.org", "out.example", 0},
    };
    static const char lines[] = "out.example\n5.2.0.0/16\n";
    static const struct probes_address all[] = {{.family = 4, .octets = {5, 1, 1, 1}},
                                                {.family = 4, .octets = {5, 2, 1, 1}}};
    char path[] = "/tmp/mxsurvey-opt-outs-XXXXXX";
    struct probes_address found[CHOICE_ADDRESSES_MAX];
    struct choice choice = {0};
    struct error error;
    int fd = mkstemp(path);
    (void)state;
    assert_int_equal(write(fd, lines, sizeof lines - 1), sizeof lines - 1);
    close(fd);
    assert_int_equal(choice_exclude(&choice, path, &error), 0);
    unlink(path);
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct probes_host host = {.addresses = all, .address_count = 2};
        set_name(&host.name, cases[i].name);
        set_name(&host.target, cases[i].target != NULL ? cases[i].target : "out.example");
        host.has_target = cases[i].target != NULL;
        if (choice_addresses(&choice, &host, found) != cases[i].addresses)
            fail_msg("case %u", i);
    }
    choice_done(&choice);
}

static void test_most_addresses(void **state)
{
    struct probes_address all[CHOICE_ADDRESSES_MAX + 4] = {{0}};
    struct probes_host host = {.addresses = all, .address_count = CHOICE_ADDRESSES_MAX + 4};
    struct probes_address found[CHOICE_ADDRESSES_MAX];
    struct choice choice = {0};
    (void)state;
    set_name(&host.name, "mx.example.org");
    for (unsigned i = 0; i < host.address_count; i++)
        all[i] = (struct probes_address){.family = 4, .octets = {5, 1, 1, (uint8_t)i}};
    assert_int_equal(choice_addresses(&choice, &host, found), CHOICE_ADDRESSES_MAX);
    assert_int_equal(found[CHOICE_ADDRESSES_MAX - 1].octets[3], CHOICE_ADDRESSES_MAX - 1);
}

static void test_addresses(void **state)
{
    static const struct probes_address all[] = {
        {.family = 6, .octets = {0x2a, 1}},
        {.family = 6, .octets = {0xfd}, .special = true},
        {.family = 4, .octets = {5, 1, 1, 1}},
        {.family = 4, .octets = {10, 1, 1, 1}, .special = true},
        {.family = 4, .octets = {5, 2, 2, 2}},
    };
    struct probes_host host = {.addresses = all, .address_count = 5};
    struct probes_address found[CHOICE_ADDRESSES_MAX];
    struct choice choice = {0};
    (void)state;
    assert_true(name_from_text("mx.example.org", 14, &host.name));
    assert_int_equal(choice_addresses(&choice, &host, found), 3);
    assert_int_equal(found[0].family, 6);
    assert_int_equal(found[2].octets[0], 5);
    choice.family = 4;
    assert_int_equal(choice_addresses(&choice, &host, found), 2);
    choice.allow_special = true;
    assert_int_equal(choice_addresses(&choice, &host, found), 3);
    choice.family = 6;
    assert_int_equal(choice_addresses(&choice, &host, found), 2);
    choice.family = 0;
    assert_true(prefixes_add(&choice.prefixes, "5.2.0.0/16"));
    assert_int_equal(choice_addresses(&choice, &host, found), 4);
    choice_done(&choice);
}

/* --- outages --- */

static unsigned facts;
static uint64_t last_fact;

static void on_fact(void *context, const struct silent *silent)
{
    (void)context;
    facts++;
    last_fact = silent->host;
}

static struct silent silent_at(uint64_t host, uint64_t operator_hash, uint64_t begun_ms)
{
    return (struct silent){.host = host, .operator_hash = operator_hash, .begun_ms = begun_ms};
}

static struct outage *fresh(void)
{
    facts = 0;
    return calloc(1, sizeof(struct outage));
}

static bool see(struct outage *outage, uint64_t host, uint64_t operator_hash, uint64_t begun_ms)
{
    const struct silent silent = silent_at(host, operator_hash, begun_ms);
    return outage_silent(outage, &silent, on_fact, NULL);
}

static void test_outage_at_once(void **state)
{
    struct outage *outage = fresh();
    (void)state;
    for (uint64_t i = 1; i < OUTAGE_ROW_LEAST; i++)
        assert_false(see(outage, i, i, i));
    assert_true(see(outage, 99, 99, 99));
    assert_int_equal(facts, 0);
    free(outage);
}

static void test_outage_of_one_operator(void **state)
{
    struct outage *outage = fresh();
    (void)state;
    for (uint64_t i = 0; i < 10 * OUTAGE_HELD_MOST; i++)
        assert_false(see(outage, i, 7, i));
    assert_int_equal(outage->unmet, 9 * OUTAGE_HELD_MOST);
    assert_int_equal(facts, 9 * OUTAGE_HELD_MOST); /* memory is bounded: the oldest go */
    assert_int_equal(last_fact, 9 * OUTAGE_HELD_MOST - 1);
    outage_end(outage, on_fact, NULL);
    assert_int_equal(facts, 10 * OUTAGE_HELD_MOST);
    assert_int_equal(last_fact, 10 * OUTAGE_HELD_MOST - 1);
    free(outage);
}

/* A connection makes facts of what was held, and of what had begun before it. */
static void test_connection(void **state)
{
    struct outage *outage = fresh();
    (void)state;
    for (uint64_t i = 1; i < OUTAGE_ROW_LEAST; i++)
        assert_false(see(outage, i, i, i));
    outage_connected(outage, 100, on_fact, NULL);
    assert_int_equal(facts, OUTAGE_ROW_LEAST - 1);
    for (uint64_t i = 0; i < 1000; i++)
        assert_false(see(outage, i, i, 100)); /* time-outs that began before it */
    assert_int_equal(facts, OUTAGE_ROW_LEAST - 1 + 1000);
    assert_int_equal(outage->met, 1);
    assert_int_equal(outage->unmet, OUTAGE_ROW_LEAST - 1 + 1000);
    assert_false(see(outage, 1, 1, 101));
    assert_int_equal(facts, OUTAGE_ROW_LEAST - 1 + 1000);
    free(outage);
}

/* After it the row begins anew, and what was held is held no more. */
static void test_row(void **state)
{
    struct outage *outage = fresh();
    (void)state;
    outage->met = 1000;
    outage->unmet = 5;
    for (unsigned turn = 0; turn < 2; turn++) {
        for (uint64_t i = 1; i < OUTAGE_ROW_LEAST; i++)
            assert_false(see(outage, i, i, 1000 * turn + 1));
        outage_connected(outage, 1000 * turn + 2, on_fact, NULL);
        assert_int_equal(facts, (turn + 1) * (OUTAGE_ROW_LEAST - 1));
        assert_int_equal(outage->unmet, 5 + facts);
    }
    static const uint64_t operators[] = {1, 2, 2, 1, 3}; /* a row is of different ones */
    for (unsigned i = 0; i < 5; i++)
        assert_false(see(outage, i, operators[i], 5000));
    for (uint64_t i = 4; i < OUTAGE_ROW_LEAST; i++)
        assert_false(see(outage, i, i, 5000));
    assert_true(see(outage, 99, 99, 5000));
    free(outage);
}

/* The row must be longer where many hosts are dead anyway: p^k < 10^-6 / (m + 1). */
static void test_dead_hosts(void **state)
{
    static const struct {
        unsigned met, unmet, row;
    } cases[] = {
        {0, 0, 20},                   /* p = 1/2: 2^-20 < 10^-6 */
        {1000, 0, 20},                /* hardly any: the least */
        {500, 500, 30},               /* 1/2, 1001: log(10^-9) / log(1/2) = 29.9 */
        {200, 800, 93},               /* 0.8: ln(10^-9) / ln(0.7994) = 92.6 */
        {3, 40, 190},                 /* ln(10^-6 / 44) / ln(41 / 45) = 189.06 */
        {0, 100000, OUTAGE_ROW_MOST}, /* the most */
    };
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outage *outage = fresh();
        outage->met = cases[i].met;
        outage->unmet = cases[i].unmet;
        unsigned row = 1;
        while (!see(outage, row, row, row))
            row++;
        assert_int_equal(row, cases[i].row);
        free(outage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_due),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_many_prefixes),
        cmocka_unit_test(test_opt_outs),
        cmocka_unit_test(test_most_addresses),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_outage_at_once),
        cmocka_unit_test(test_outage_of_one_operator),
        cmocka_unit_test(test_connection),
        cmocka_unit_test(test_row),
        cmocka_unit_test(test_dead_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
