/* How many names of each stratum: by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/survey/sample/allocation.h"

enum {
    OTHERS = -1, /* in place of what is drawn: among the others */
    STRATA_MAX = 8
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
    /* 2.5 and 7.5: that of more names, wherever it stands */
    {ALLOCATE_PROPORTIONAL, 10, {{250, 0, 2}, {750, 0, 8}}, 0, 0},
    {ALLOCATE_PROPORTIONAL, 10, {{750, 0, 8}, {250, 0, 2}}, 0, 0},
    /* too small for two names of their own: together, two at least */
    {ALLOCATE_PROPORTIONAL, 10, {{600, 0, 6}, {199, 0, OTHERS}, {201, 0, 2}}, 199, 2},
    {ALLOCATE_PROPORTIONAL, 100, {{980, 0, 98}, {10, 0, OTHERS}, {10, 0, OTHERS}}, 20, 2},
    {ALLOCATE_PROPORTIONAL, 100, {{999, 0, 99}, {1, 0, OTHERS}}, 1, 1},
    {ALLOCATE_PROPORTIONAL, 10, {{800, 0, 8}, {200, 0, 2}}, 0, 0},
    {ALLOCATE_PROPORTIONAL, 10, {{710, 0, 7}, {150, 0, OTHERS}, {140, 0, OTHERS}}, 290, 3},
    /* one less than all: 19.3, 8.7, and one at least */
    {ALLOCATE_PROPORTIONAL, 29, {{20, 0, 19}, {9, 0, 9}, {1, 0, OTHERS}}, 1, 1},
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
    /* 3.5 of each, but one has 3; 2 of each, but one has 1 */
    {ALLOCATE_EQUAL, 7, {{3, 0, 3}, {100, 0, 4}}, 0, 0},
    {ALLOCATE_EQUAL, 6, {{1, 0, 1}, {500, 0, 3}, {300, 0, 2}}, 0, 0},
    /* 3.25 of each: 3, 3, 3, 3, and the one left is the first's; its number is not looked at */
    {ALLOCATE_EQUAL, 13, {{9, 7, 4}, {9, 1, 3}, {9, 0, 3}, {9, 9, 3}}, 0, 0},
    {ALLOCATE_SIZES, 30, {{500, 2, 20}, {400, 1, 10}, {300, 0, OTHERS}}, 300, 0},
    /* 2.75, 4.75, 8.75, 3.75 of 20: three are left for four alike */
    {ALLOCATE_SIZES, 20, {{50, 11, 3}, {50, 19, 5}, {50, 35, 9}, {50, 15, 3}}, 0, 0},
    /* 5.5, 2.6, 2.9 of 11: the remainders .9 and .6 are the largest */
    {ALLOCATE_SIZES, 11, {{50, 55, 5}, {50, 26, 3}, {50, 29, 3}}, 0, 0},
    /* two at least, where a share is .03, and where it is 1.4 and the other's remainder larger */
    {ALLOCATE_SIZES, 30, {{500, 1000, 28}, {400, 1, 2}}, 0, 0},
    {ALLOCATE_SIZES, 10, {{50, 14, 2}, {50, 86, 8}}, 0, 0},
    /* what there is at most: 20 of 100, and 3 of 3.6 */
    {ALLOCATE_SIZES, 100, {{20, 9e9, 20}, {400, 1e-9, 80}}, 0, 0},
    {ALLOCATE_SIZES, 10, {{50, 64, 7}, {3, 36, 3}}, 0, 0},
    /* Shares 10.4 (of 10 names), 8.4, 0.2 six times, which are to have 2.  These twelve leave 8
     * for 52 : 42, that is 4.4 and 3.6: what was too large is not any more. */
    {ALLOCATE_SIZES,
     20,
     {{10, 52, 4}, {99, 42, 4}, {9, 1, 2}, {9, 1, 2}, {9, 1, 2}, {9, 1, 2}, {9, 1, 2}, {9, 1, 2}},
     0,
     0},
    /* Shares 16 (of 3 names), 3, 1.  The three leave 17 for 15 : 5, that is 12.75 and 4.25: what
     * was too small is not any more. */
    {ALLOCATE_SIZES, 20, {{3, 80, 3}, {99, 15, 13}, {99, 5, 4}}, 0, 0},
    /* Shares 4.7 (of 3 names), 1.2, 1.2: all at their limits, which are 7 together */
    {ALLOCATE_SIZES, 7, {{3, 4, 3}, {99, 1, 2}, {99, 1, 2}}, 0, 0},
    {ALLOCATE_SIZES, 5000, {{20, 1, 20}, {400, 0, OTHERS}}, 400, 0},
};

/* What is to be found is something else before. */
static size_t count_of(size_t at, struct allocation_stratum ret[STRATA_MAX])
{
    size_t count = 0;
    for (; count < STRATA_MAX && cases[at].strata[count].names > 0; count++)
        ret[count] = (struct allocation_stratum){.names = cases[at].strata[count].names,
                                                 .size = cases[at].strata[count].size,
                                                 .is_own = true,
                                                 .drawn = 7,
                                                 .part = 7,
                                                 .quota = 7};
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
