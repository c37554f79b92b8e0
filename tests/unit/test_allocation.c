/* How many names of each stratum: by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/survey/allocation.h"

enum {
    OTHERS = -1, /* in place of what is drawn: among the others */
    STRATA_MAX = 6
};

static const struct {
    enum allocation how;
    uint64_t draw;
    struct {
        uint64_t names;
        double size;
        int64_t drawn;
    } strata[STRATA_MAX];
    uint64_t others, others_drawn;
} cases[] = {
    /* in proportion, largest remainders: 8.4, 3.6, 0 of 12 of 1000 */
    {ALLOCATE_PROPORTIONAL, 12, {{700, 0, 8}, {300, 0, 4}}, 0, 0},
    {ALLOCATE_PROPORTIONAL, 10, {{500, 0, 5}, {500, 0, 5}}, 0, 0},
    {ALLOCATE_PROPORTIONAL, 7, {{500, 0, 4}, {500, 0, 3}}, 0, 0}, /* of equal ones the first */
    /* too small for two names of their own: together, two at least */
    {ALLOCATE_PROPORTIONAL, 10, {{600, 0, 6}, {199, 0, OTHERS}, {201, 0, 2}}, 199, 2},
    {ALLOCATE_PROPORTIONAL, 100, {{980, 0, 98}, {10, 0, OTHERS}, {10, 0, OTHERS}}, 20, 2},
    {ALLOCATE_PROPORTIONAL, 100, {{999, 0, 99}, {1, 0, OTHERS}}, 1, 1},
    /* all names, and more than there are */
    {ALLOCATE_PROPORTIONAL, 30, {{20, 0, 20}, {9, 0, 9}, {1, 0, 1}}, 0, 0},
    {ALLOCATE_PROPORTIONAL, 31, {{20, 0, 20}, {9, 0, 9}, {1, 0, 1}}, 0, 0},
    {ALLOCATE_PROPORTIONAL, 1, {{1, 0, 1}}, 0, 0},
    {ALLOCATE_EQUAL, 9, {{500, 0, 3}, {400, 0, 3}, {300, 0, 3}}, 0, 0},
    {ALLOCATE_EQUAL, 10, {{500, 0, 4}, {400, 0, 3}, {300, 0, 3}}, 0, 0},
    /* a small one gives all, the rest is shared again */
    {ALLOCATE_EQUAL, 20, {{500, 0, 9}, {3, 0, 3}, {300, 0, 8}}, 0, 0},
    {ALLOCATE_EQUAL, 6, {{500, 0, 3}, {1, 0, 1}, {300, 0, 2}}, 0, 0},
    {ALLOCATE_EQUAL, 5000, {{500, 0, 500}, {1, 0, 1}}, 0, 0},
    {ALLOCATE_SIZES, 30, {{500, 2, 20}, {400, 1, 10}, {300, 0, OTHERS}}, 300, 0},
    {ALLOCATE_SIZES, 30, {{500, 1000, 28}, {400, 1, 2}}, 0, 0},    /* two at least */
    {ALLOCATE_SIZES, 100, {{20, 9e9, 20}, {400, 1e-9, 80}}, 0, 0}, /* what there is at most */
    {ALLOCATE_SIZES, 5000, {{20, 1, 20}, {400, 0, OTHERS}}, 400, 0},
};

static size_t count_of(size_t at, struct allocation_stratum ret[STRATA_MAX])
{
    size_t count = 0;
    for (; count < STRATA_MAX && cases[at].strata[count].names > 0; count++)
        ret[count] = (struct allocation_stratum){.names = cases[at].strata[count].names,
                                                 .size = cases[at].strata[count].size};
    return count;
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct allocation_stratum strata[STRATA_MAX], others;
        size_t count = count_of(i, strata);
        uint64_t least;
        assert_true(allocate(cases[i].how, cases[i].draw, strata, count, &others, &least));
        for (size_t j = 0; j < count; j++) {
            assert_int_equal(strata[j].is_own, cases[i].strata[j].drawn != OTHERS);
            if (strata[j].is_own)
                assert_int_equal(strata[j].drawn, cases[i].strata[j].drawn);
        }
        assert_int_equal(others.names, cases[i].others);
        assert_int_equal(others.drawn, cases[i].others_drawn);
    }
}

static void test_too_few(void **state)
{
    (void)state;
    struct allocation_stratum strata[] = {
        {.names = 50, .size = 1}, {.names = 1, .size = 1}, {.names = 9, .size = 0}};
    struct allocation_stratum others;
    uint64_t least;
    assert_false(allocate(ALLOCATE_EQUAL, 4, strata, 3, &others, &least));
    assert_int_equal(least, 5);
    assert_true(allocate(ALLOCATE_EQUAL, 5, strata, 3, &others, &least));
    assert_false(allocate(ALLOCATE_SIZES, 2, strata, 3, &others, &least));
    assert_int_equal(least, 3);
    /* in proportion: one name of 60, all strata are among the others, which takes two */
    assert_false(allocate(ALLOCATE_PROPORTIONAL, 1, strata, 3, &others, &least));
    assert_int_equal(least, 2);
    /* nothing to draw from */
    assert_true(allocate(ALLOCATE_EQUAL, 5, strata, 0, &others, &least));
    assert_int_equal(others.names + others.drawn, 0);
    strata[0].size = strata[1].size = 0;
    assert_true(allocate(ALLOCATE_SIZES, 5, strata, 3, &others, &least));
    assert_int_equal(others.names, 60);
    assert_int_equal(others.drawn, 0);
}

/* Whatever the sizes, exactly as many are drawn, in proportion within one name. */
static void test_many(void **state)
{
    (void)state;
    static struct allocation_stratum strata[1000];
    struct allocation_stratum others;
    uint64_t least, all = 0, drawn = 0;
    for (size_t i = 0; i < 1000; i++) {
        strata[i] = (struct allocation_stratum){.names = 1 + 100000 / (i + 1)};
        all += strata[i].names;
    }
    assert_true(allocate(ALLOCATE_PROPORTIONAL, 10007, strata, 1000, &others, &least));
    drawn = others.drawn;
    for (size_t i = 0; i < 1000; i++) {
        double quota = 10007.0 * (double)strata[i].names / (double)all;
        drawn += strata[i].is_own ? strata[i].drawn : 0;
        assert_int_equal(strata[i].is_own, quota >= 2);
        if (strata[i].is_own) {
            assert_true((double)strata[i].drawn > quota - 1);
            assert_true((double)strata[i].drawn < quota + 1);
        }
    }
    assert_int_equal(drawn, 10007);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_too_few),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
