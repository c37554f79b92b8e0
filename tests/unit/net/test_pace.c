/* The token bucket, over invented time. */
#include "crawler/net/lookup/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Takes all that may leave at each millisecond of [from, to). */
static unsigned drain(struct pace *pace, uint64_t from, uint64_t to)
{
    unsigned taken = 0;
    for (uint64_t now = from; now < to; now++) {
        while (pace_available(pace, now) > 0) {
            pace_take(pace);
            taken++;
        }
    }
    return taken;
}

static void test_no_limit(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 0, 5);
    assert_int_equal(pace_available(&pace, 5), UINT32_MAX);
    pace_take(&pace);
    assert_int_equal(pace_available(&pace, 5), UINT32_MAX);
}

static void test_rate_holds(void **state)
{
    static const unsigned rates[] = {1, 7, 24, 26, 100, 1000, 12345, 200000};
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct pace pace;
        pace_init(&pace, rates[i], 1000);
        unsigned taken = drain(&pace, 1000, 11001);
        assert_in_range(taken, rates[i] * 10 - 1, rates[i] * 10);
    }
}

/* What leaves by itself is missing for what asks first: the rate holds all the same. */
static void test_debt(void **state)
{
    struct pace pace;
    unsigned taken = 0;
    (void)state;
    pace_init(&pace, 100, 0);
    for (uint64_t now = 0; now < 10000; now += 1000) {
        for (unsigned i = 0; i < 40; i++)
            pace_owe(&pace);
        assert_int_equal(pace_available(&pace, now), 0);
        taken += drain(&pace, now, now + 1000);
    }
    assert_in_range(taken, 10 * 60 - 6, 10 * 60);
    for (unsigned i = 0; i < 500; i++)
        pace_owe(&pace);
    assert_int_equal(drain(&pace, 10000, 14900), 0);
    assert_int_equal(pace_available(&pace, UINT64_MAX), 5);
    pace_init(&pace, 0, 0);
    pace_owe(&pace);
    assert_int_equal(pace_available(&pace, 0), UINT32_MAX);
}

static void test_first_token_takes_its_time(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 2, 0);
    assert_int_equal(pace_available(&pace, 499), 0);
    assert_int_equal(pace_available(&pace, 500), 1);
    pace_take(&pace);
    assert_int_equal(pace_available(&pace, 999), 0);
    assert_int_equal(pace_available(&pace, 1000), 1);
}

static void test_a_long_rest_gives_a_small_burst(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 1000, 0);
    assert_int_equal(pace_available(&pace, 3600 * 1000), 41); /* 40 ms of it, and one */
    pace_init(&pace, 10, 0);
    assert_int_equal(pace_available(&pace, UINT64_MAX), 1);
}

static void test_time_that_stands_or_goes_back(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 1000, 100);
    assert_int_equal(pace_available(&pace, 103), 3);
    assert_int_equal(pace_available(&pace, 103), 3);
    assert_int_equal(pace_available(&pace, 50), 3);
    assert_int_equal(pace_available(&pace, 104), 4);
}

/* From one rate to another, and to none: at each moment the one that is told. */
static void test_change(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 1000, 0);
    assert_in_range(drain(&pace, 0, 1001), 999, 1000);
    pace_change(&pace, 100, 1001);
    assert_in_range(drain(&pace, 1001, 11001), 999, 1001);
    pace_change(&pace, 100, 11001); /* the same: nothing is lost or won */
    assert_in_range(drain(&pace, 11001, 12001), 99, 100);
    pace_change(&pace, 0, 12001);
    assert_int_equal(pace_available(&pace, 12001), UINT32_MAX);
    pace_change(&pace, 10, 12002);
    assert_int_equal(pace_available(&pace, 12002), 0);
    assert_in_range(drain(&pace, 12002, 22002), 99, 100);
    for (unsigned i = 0; i < 50; i++)
        pace_owe(&pace);
    pace_change(&pace, 100, 22002); /* what is owed is owed still */
    assert_int_equal(drain(&pace, 22002, 22490), 0);
    pace_change(&pace, 10, 60000); /* what has gathered: no more than fits */
    assert_int_equal(pace_available(&pace, 60000), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_change),
        cmocka_unit_test(test_no_limit),
        cmocka_unit_test(test_rate_holds),
        cmocka_unit_test(test_debt),
        cmocka_unit_test(test_first_token_takes_its_time),
        cmocka_unit_test(test_a_long_rest_gives_a_small_burst),
        cmocka_unit_test(test_time_that_stands_or_goes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
