/* Which policy server addresses are given up, and until when. */
#include "crawler/net/policy/silence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

enum {
    MANY = 20000 /* more than there are places */
};

static int setup(void **state)
{
    struct silences *silences = malloc(sizeof *silences);
    if (silences == NULL)
        return -1;
    silences_init(silences, 42);
    *state = silences;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static struct server_address address_of(unsigned number)
{
    return (struct server_address){
        .family = 4,
        .octets = {10, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
}

static void test_three_in_a_row(void **state)
{
    struct server_address a = address_of(1), b = address_of(2), c = address_of(1);
    c.family = 6; /* other than a */
    assert_false(silence_timed_out(*state, &a, true, 100));
    assert_false(silence_timed_out(*state, &a, true, 200));
    assert_false(silence_holds(*state, &a, 0));
    assert_true(silence_timed_out(*state, &a, true, 300));
    assert_true(silence_holds(*state, &a, 299));
    assert_false(silence_holds(*state, &a, 300)); /* one more is tried ... */
    assert_false(silence_holds(*state, &b, 0));
    assert_false(silence_holds(*state, &c, 0));
    assert_true(silence_timed_out(*state, &a, true, 400)); /* ... and one is enough */
    assert_true(silence_holds(*state, &a, 399));
}

static void test_broken(void **state)
{
    struct server_address a = address_of(1);
    silence_broken(*state, &a); /* never was one */
    for (unsigned i = 0; i < 10; i++) {
        assert_false(silence_timed_out(*state, &a, true, 100));
        assert_false(silence_timed_out(*state, &a, true, 100));
        silence_broken(*state, &a);
    }
    assert_true(silence_timed_out(*state, &a, false, 100));
    silence_broken(*state, &a);
    assert_false(silence_holds(*state, &a, 0));
    assert_false(silence_timed_out(*state, &a, true, 100));
}

static void test_not_open(void **state)
{
    struct server_address a = address_of(1);
    assert_true(silence_timed_out(*state, &a, false, 100));
    assert_true(silence_holds(*state, &a, 99));
    assert_false(silence_holds(*state, &a, 100));
}

static void test_all_forgotten(void **state)
{
    struct server_address a = address_of(1), b = address_of(2);
    assert_true(silence_timed_out(*state, &a, false, 100));
    assert_false(silence_timed_out(*state, &b, true, 100));
    assert_false(silence_timed_out(*state, &b, true, 100));
    silences_forget(*state);
    assert_false(silence_holds(*state, &a, 0));
    assert_false(silence_timed_out(*state, &b, true, 100));
}

/* One that is forgotten for another is asked again; none is given up in another's place. */
static void test_many(void **state)
{
    unsigned held = 0;
    for (unsigned i = 0; i < MANY; i++) {
        struct server_address a = address_of(i);
        assert_false(silence_timed_out(*state, &a, true, 100));
        assert_false(silence_timed_out(*state, &a, true, 100));
        assert_true(silence_timed_out(*state, &a, true, 100));
        assert_true(silence_holds(*state, &a, 0));
    }
    for (unsigned i = 0; i < 2 * MANY; i++) {
        struct server_address a = address_of(i);
        held += silence_holds(*state, &a, 0);
        assert_false(i >= MANY && silence_holds(*state, &a, 0));
    }
    assert_in_range(held, SILENCE_PLACES * 9 / 10, SILENCE_PLACES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_three_in_a_row, setup, teardown),
        cmocka_unit_test_setup_teardown(test_broken, setup, teardown),
        cmocka_unit_test_setup_teardown(test_not_open, setup, teardown),
        cmocka_unit_test_setup_teardown(test_all_forgotten, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
