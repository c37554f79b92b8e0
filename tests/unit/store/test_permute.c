/* The seeded visiting order: a bijection, and another one for another seed. */
#include "crawler/store/permute.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void every_number_comes_once(void **state)
{
    (void)state;
    static const uint64_t counts[] = {1, 2, 3, 4, 5, 15, 16, 17, 64, 65, 1000, 65536, 65537};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        for (uint64_t seed = 0; seed < 3; seed++) {
            bool *seen = calloc(counts[i], sizeof *seen);
            for (uint64_t position = 0; position < counts[i]; position++) {
                uint64_t number = permute(position, counts[i], seed);
                assert_true(number < counts[i]);
                assert_false(seen[number]);
                seen[number] = true;
            }
            free(seen);
        }
    }
}

static void order_depends_on_the_seed_only(void **state)
{
    (void)state;
    unsigned same = 0;
    for (uint64_t position = 0; position < 1000; position++) {
        assert_int_equal(permute(position, 1000, 7), permute(position, 1000, 7));
        same += permute(position, 1000, 7) == permute(position, 1000, 8);
    }
    assert_true(same < 20); /* one is expected; 20 would be no accident */
}

/* Neighbours in the list shall be far apart: a plain shift or reversal is no shuffle. */
static void neighbours_part(void **state)
{
    (void)state;
    unsigned near = 0;
    for (uint64_t position = 0; position + 1 < 10000; position++) {
        uint64_t a = permute(position, 10000, 1);
        uint64_t b = permute(position + 1, 10000, 1);
        near += a < b ? b - a < 100 : a - b < 100;
    }
    assert_true(near < 400); /* 2 % of pairs of a random order are that near: 200 */
}

static void large_counts(void **state)
{
    (void)state;
    uint64_t count = (UINT64_C(1) << 40) + 1;
    assert_true(permute(0, count, 3) < count);
    assert_true(permute(count - 1, count, 3) < count);
    assert_int_not_equal(permute(0, count, 3), permute(count - 1, count, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_comes_once),
        cmocka_unit_test(order_depends_on_the_seed_only),
        cmocka_unit_test(neighbours_part),
        cmocka_unit_test(large_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
