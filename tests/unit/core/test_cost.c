/* The cost of a survey, by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/core/cost.h"

static const struct cost_rates rates = {
    .questions = 3,
    .rate = 1000,
    .memory = 1000000,
    .memory_a_name = 50,
    .disk_a_name = 200,
};

struct cost_case {
    uint64_t names, machines;
    double each, questions, seconds, memory, disk;
};

static const struct cost_case cost_cases[] = {
    {1, 1, 1, 3, 0.003, 1000050, 200},
    {1000000, 1, 1e6, 3e6, 3000, 51e6, 200e6},
    {1000000, 4, 250000, 750000, 750, 13.5e6, 50e6},
    {10, 3, 4, 12, 0.012, 1000200, 800}, /* the largest share */
    {350000000, 1, 350e6, 1050e6, 1050000, 17501e6, 70e9},
    {1000000000000, 1, 1e12, 3e12, 3e9, 50000001e6, 2e14},
};

static void test_cost_of(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof cost_cases / sizeof *cost_cases; i++) {
        const struct cost_case *expected = &cost_cases[i];
        struct cost cost;
        cost_of(&rates, expected->names, expected->machines, &cost);
        assert_float_equal(cost.names, expected->each, 0);
        assert_float_equal(cost.questions, expected->questions, 0.001);
        assert_float_equal(cost.seconds, expected->seconds, 0.001);
        assert_float_equal(cost.memory, expected->memory, 0.001);
        assert_float_equal(cost.disk, expected->disk, 0.001);
    }
}

/* What GROWTH.md says was measured: of 350 million names, at 10,000 questions a second. */
static void test_measured(void **state)
{
    (void)state;
    struct cost_rates measured;
    struct cost cost;
    cost_measured(&measured);
    measured.rate = 10000;
    cost_of(&measured, 350000000, 1, &cost);
    assert_float_equal(cost.questions, 1417.5e6, 0.001); /* 4.05 a name */
    assert_float_equal(cost.seconds, 141750, 0.001);
    assert_true(cost.memory == 8790e6); /* 40 MB + 25 octets a name */
    assert_true(cost.disk == 70e9);     /* 200 octets a name */
}

static void test_machines(void **state)
{
    (void)state;
    assert_int_equal(cost_machines(&rates, 1000000, 3000), 1); /* just so */
    assert_int_equal(cost_machines(&rates, 1000000, 2999), 2);
    assert_int_equal(cost_machines(&rates, 1000000, 1000), 3);
    assert_int_equal(cost_machines(&rates, 1, 86400), 1);
    assert_int_equal(cost_machines(&rates, 350000000, 86400), 13); /* 12.15 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cost_of),
        cmocka_unit_test(test_measured),
        cmocka_unit_test(test_machines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
