/* The change between two surveys: expected values by an independent reference, and by R
 * (p.adjust, binom.test). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/statistics/change_parts.h"
#include "analysis/statistics/holm.h"
#include "analysis/statistics/mcnemar.h"
#include "analysis/statistics/paired.h"
#include "near.h"

#define ITEMS(list)                                                                                \
    {                                                                                              \
        (list), sizeof(list) / sizeof *(list)                                                      \
    }

/* g is certain: 625 units, 4 gained, 1 lost.  30 operators of 10: 9 stay, one moves to n and gains.
 * 10 operators b_i keep 6 and lose i mod 3.  c keeps 20, and 3 gain. */
static void operators_that_move(void **state)
{
    (void)state;
    struct cluster certain[] = {paired_cluster(625, 4, 1, 1)};
    struct cluster old[] = {paired_cluster(10, 1, 0, 30), paired_cluster(6, 0, 0, 4),
                            paired_cluster(7, 0, 1, 3), paired_cluster(8, 0, 2, 3),
                            paired_cluster(23, 3, 0, 1)};
    struct cluster new[] = {paired_cluster(9, 0, 0, 30), paired_cluster(30, 30, 0, 1),
                            paired_cluster(6, 0, 0, 4),  paired_cluster(7, 0, 1, 3),
                            paired_cluster(8, 0, 2, 3),  paired_cluster(23, 3, 0, 1)};
    struct cluster both[] = {paired_cluster(9, 0, 0, 30), paired_cluster(1, 1, 0, 30),
                             paired_cluster(6, 0, 0, 4),  paired_cluster(7, 0, 1, 3),
                             paired_cluster(8, 0, 2, 3),  paired_cluster(23, 3, 0, 1)};
    struct paired_units units = {
        .of = 1017,
        .gained = 37,
        .lost = 10,
        .certainty_clusters = 1,
        .certainty_of = 625,
        .certainty_gained = 4,
        .certainty_lost = 1,
        .certain = ITEMS(certain),
        .rest = {ITEMS(old), ITEMS(new), ITEMS(both)},
    };
    NEAR(cluster_jackknife(old, 5), 0.000215189460736);
    NEAR(cluster_jackknife(new, 6), 0.00615434398183);
    NEAR(cluster_jackknife(both, 6), 0.00041871053851);
    for (int turned = 0; turned < 2; turned++) { /* old for new: the same */
        struct paired_change got = paired_change95(&units);
        assert_int_equal(got.reason, PAIRED_NO_REASON);
        assert_null(paired_reason_word(got.reason));
        NEAR(got.change, 0.0265486725664);
        NEAR(got.rest_part, 945.701113624);
        NEAR(got.certain_part, 4.9856);
        assert_int_equal(got.changed_clusters, 8);
        NEAR(got.df, 7.07365648981);
        NEAR(got.standard_error, 0.0303178052787);
        NEAR(got.interval95.low, -0.0449904942883);
        NEAR(got.interval95.high, 0.0980878394211);
        NEAR(got.p_value, 0.409952341403);
        struct cluster_items by_old = units.rest[BY_OLD];
        units.rest[BY_OLD] = units.rest[BY_NEW];
        units.rest[BY_NEW] = by_old;
    }
}

/* Of four units behind p, t, t, r before and t, p, t, t after: V = 11/24, 125/144, by both 11/48.
 */
static void both_ways_add_up(void **state)
{
    (void)state;
    struct cluster old[] = {paired_cluster(1, 1, 0, 2), paired_cluster(2, 0, 1, 1)};
    struct cluster new[] = {paired_cluster(3, 2, 0, 1), paired_cluster(1, 0, 1, 1)};
    struct cluster both[] = {paired_cluster(1, 1, 0, 2), paired_cluster(1, 0, 1, 1),
                             paired_cluster(1, 0, 0, 1)};
    struct paired_units units = {
        .of = 4, .gained = 2, .lost = 1, .rest = {ITEMS(old), ITEMS(new), ITEMS(both)}};
    struct paired_change got = paired_change95(&units);
    NEAR(got.rest_part, 16 * (11 / 24.0 + 125 / 144.0 - 11 / 48.0));
    assert_int_equal(got.changed_clusters, 2);
}

/* Nobody moves: old, new and pairs are the same groups, and V_old + V_new - V_pair one of them. */
static void units_that_stay(const struct cluster *groups, size_t length, struct paired_units *ret)
{
    for (int i = 0; i < GROUPINGS; i++)
        ret->rest[i] = (struct cluster_items){groups, length};
}

static void the_rest_alone(void **state)
{
    (void)state;
    /* D = 2, 1, -2 of 10, 20, 30: d = 1/60, residuals 11/6, 4/6, -15/6 over 50, 40, 30 */
    struct cluster groups[] = {paired_cluster(10, 2, 0, 1), paired_cluster(20, 1, 0, 1),
                               paired_cluster(30, 0, 2, 1)};
    struct paired_units units = {.of = 60, .gained = 3, .lost = 2};
    units_that_stay(groups, 3, &units);
    double squares = pow(11 / 6.0 / 50, 2) + pow(4 / 6.0 / 40, 2) + pow(-15 / 6.0 / 30, 2);
    double variance = 2.0 / 3 * squares;
    struct paired_change got = paired_change95(&units);
    NEAR(got.change, 1 / 60.0);
    NEAR(got.standard_error, sqrt(variance));
    assert_int_equal(got.changed_clusters, 3);
    NEAR(got.df, 2);
    /* t of 2 degrees of freedom: P(|T| > t) = 1 - t / sqrt(2 + t^2) */
    double t = 1 / 60.0 / sqrt(variance);
    NEAR(got.p_value, 1 - t / sqrt(2 + t * t));
    NEAR(got.interval95.low, 1 / 60.0 - 4.302652729749456 * sqrt(variance));
    NEAR(got.interval95.high, 1 / 60.0 + 4.302652729749456 * sqrt(variance));
}

static void certain_operators_alone(void **state)
{
    (void)state;
    /* two of 500: 10 gained and 4 lost, 3 gained: B = 14 - 36/500 + 3 - 9/500, q = 17 */
    struct cluster certain[] = {paired_cluster(500, 10, 4, 1), paired_cluster(500, 3, 0, 1)};
    struct paired_units units = {.of = 1000,
                                 .gained = 13,
                                 .lost = 4,
                                 .certainty_clusters = 2,
                                 .certainty_of = 1000,
                                 .certainty_gained = 13,
                                 .certainty_lost = 4,
                                 .certain = ITEMS(certain)};
    struct paired_change got = paired_change95(&units);
    NEAR(got.certain_part, 17 - 45 / 500.0);
    assert_true(got.rest_part == 0);
    NEAR(got.standard_error, sqrt(17 - 45 / 500.0) / 1000);
    NEAR(got.df, 16);
    assert_int_equal(got.changed_clusters, 0);
    /* a whole operator that moves has no spread */
    struct cluster whole[] = {paired_cluster(500, 500, 0, 1), paired_cluster(500, 0, 0, 1)};
    units = (struct paired_units){.of = 1000,
                                  .gained = 500,
                                  .certainty_clusters = 2,
                                  .certainty_of = 1000,
                                  .certainty_gained = 500,
                                  .certain = ITEMS(whole)};
    got = paired_change95(&units);
    assert_string_equal(paired_reason_word(got.reason), "certain");
    NEAR(got.change, 0.5);
    /* nor has one of which one unit is left at certain ones both times */
    struct cluster left[] = {paired_cluster(1, 1, 0, 1), paired_cluster(300, 0, 0, 1)};
    units = (struct paired_units){.of = 301,
                                  .gained = 1,
                                  .certainty_clusters = 2,
                                  .certainty_of = 301,
                                  .certainty_gained = 1,
                                  .certain = ITEMS(left)};
    got = paired_change95(&units);
    assert_string_equal(paired_reason_word(got.reason), "certain");
    /* two changed units have one degree of freedom */
    struct cluster two[] = {paired_cluster(200, 1, 1, 1)};
    struct cluster rest[] = {paired_cluster(3, 1, 0, 3), paired_cluster(3, 0, 1, 3)};
    units = (struct paired_units){.of = 218,
                                  .gained = 4,
                                  .lost = 4,
                                  .certainty_clusters = 1,
                                  .certainty_of = 200,
                                  .certainty_gained = 1,
                                  .certainty_lost = 1,
                                  .certain = ITEMS(two)};
    units_that_stay(rest, 2, &units);
    got = paired_change95(&units); /* B = 2; V = 5/6 6 (1/15)^2, A = 18^2 V = 7.2, c = 6 */
    assert_int_equal(got.reason, PAIRED_NO_REASON);
    NEAR(got.certain_part, 2);
    NEAR(got.rest_part, 7.2);
    NEAR(got.df, 9.2 * 9.2 / (7.2 * 7.2 / 5 + 4));
    assert_true(got.change == 0);
    NEAR(got.p_value, 1);
}

static void cut_at_the_ends(void **state)
{
    (void)state;
    struct cluster groups[] = {paired_cluster(1, 1, 0, 1), paired_cluster(2, 1, 0, 1)};
    struct paired_units units = {.of = 3, .gained = 2};
    units_that_stay(groups, 2, &units);
    struct paired_change got = paired_change95(&units);
    assert_int_equal(got.reason, PAIRED_NO_REASON);
    assert_true(got.interval95.low == -1 && got.interval95.high == 1);
    NEAR(got.df, 1);
}

static void no_interval(void **state)
{
    (void)state;
    struct paired_units units = {0};
    struct paired_change got = paired_change95(&units);
    assert_string_equal(paired_reason_word(got.reason), "no_units");
    assert_true(got.change == 0);

    struct cluster still[] = {paired_cluster(5, 0, 0, 3), paired_cluster(7, 0, 0, 1)};
    units.of = 22;
    units_that_stay(still, 2, &units);
    got = paired_change95(&units);
    assert_string_equal(paired_reason_word(got.reason), "no_change");

    struct cluster lone[] = {paired_cluster(9, 1, 0, 1)}; /* one operator */
    units = (struct paired_units){.of = 9, .gained = 1};
    units_that_stay(lone, 1, &units);
    got = paired_change95(&units);
    assert_string_equal(paired_reason_word(got.reason), "few");
    assert_int_equal(got.changed_clusters, 0);

    struct cluster once[] = {paired_cluster(9, 1, 0, 1), paired_cluster(9, 0, 0, 5)};
    units = (struct paired_units){.of = 54, .gained = 1}; /* one of many changed */
    units_that_stay(once, 2, &units);
    got = paired_change95(&units);
    assert_string_equal(paired_reason_word(got.reason), "few");
    assert_int_equal(got.changed_clusters, 1);
    NEAR(got.change, 1 / 54.0);

    /* two old operators, one new one: nothing to compare the new one with */
    struct cluster two[] = {paired_cluster(4, 1, 0, 1), paired_cluster(5, 0, 0, 1)};
    units =
        (struct paired_units){.of = 9, .gained = 1, .rest = {ITEMS(two), ITEMS(lone), ITEMS(two)}};
    got = paired_change95(&units);
    assert_string_equal(paired_reason_word(got.reason), "few");
    assert_int_equal(got.changed_clusters, 0);
    units.rest[BY_OLD] = units.rest[BY_NEW];
    units.rest[BY_NEW] = units.rest[BY_BOTH];
    got = paired_change95(&units);
    assert_string_equal(paired_reason_word(got.reason), "few");
    assert_int_equal(got.changed_clusters, 0);

    /* one changed unit of a certain operator, and one of the rest: two are enough */
    struct cluster certain[] = {paired_cluster(200, 1, 0, 1)};
    units = (struct paired_units){.of = 254,
                                  .gained = 2,
                                  .certainty_clusters = 1,
                                  .certainty_of = 200,
                                  .certainty_gained = 1,
                                  .certain = ITEMS(certain)};
    units_that_stay(once, 2, &units);
    got = paired_change95(&units); /* B = 1 - 1/200; A = 54^2 5/6 (25 + 5) / 36 / 45^2 = 1 */
    assert_int_equal(got.reason, PAIRED_NO_REASON);
    NEAR(got.df, 1.995 * 1.995 / (1 + 0.995 * 0.995));
    assert_string_equal(paired_reason_word(PAIRED_RECORDS), "records");
}

/* Where pairs are many and small, V_old + V_new - V_pair may be below either. */
static void the_larger_variance(void **state)
{
    (void)state;
    struct cluster old[] = {paired_cluster(4, 2, 0, 1), paired_cluster(4, 0, 2, 1)};
    struct cluster new[] = {paired_cluster(4, 1, 1, 2)};
    struct cluster both[] = {paired_cluster(2, 1, 0, 2), paired_cluster(2, 0, 1, 2)};
    struct paired_units units = {
        .of = 8, .gained = 2, .lost = 2, .rest = {ITEMS(old), ITEMS(new), ITEMS(both)}};
    /* V_old = 1/2 (4/16 + 4/16), V_new = 0, V_pair = 3/4 4/36 */
    struct paired_change got = paired_change95(&units);
    NEAR(got.rest_part, 64 * 0.25);
    assert_int_equal(got.reason, PAIRED_NO_REASON); /* as many gained as lost is a change */
    units.rest[BY_OLD] = units.rest[BY_NEW];
    units.rest[BY_NEW] = (struct cluster_items)ITEMS(old);
    got = paired_change95(&units);
    NEAR(got.rest_part, 64 * 0.25);
    assert_int_equal(got.changed_clusters, 2);
}

static void mcnemar_exactly(void **state)
{
    (void)state;
    NEAR(mcnemar_exact(64, 69), 0.728853938674);
    NEAR(mcnemar_exact(3, 12), 0.03515625);
    NEAR(mcnemar_exact(12, 3), 0.03515625);
    NEAR(mcnemar_exact(7, 4), 0.548828125);
    NEAR(mcnemar_exact(40, 0), 1.81898940354586e-12);
    NEAR(mcnemar_exact(5, 5), 1);
    NEAR(mcnemar_exact(0, 0), 1);
    assert_true(fabs(mcnemar_exact(120000, 130000) / 5.434771312722521e-89 - 1) < 1e-9);
}

static void holm_adjusts(void **state)
{
    (void)state;
    static const double p[] = {0.01, 0.04, 0.03, 0.005}, expected[] = {0.03, 0.06, 0.06, 0.02};
    double got[4];
    holm(p, 4, got);
    for (int i = 0; i < 4; i++)
        NEAR(got[i], expected[i]);
    static const double alike[] = {0.02, 0.02, 0.9}; /* 3 0.02 for both */
    holm(alike, 3, got);
    NEAR(got[0], 0.06);
    NEAR(got[1], 0.06);
    NEAR(got[2], 0.9);
    static const double large[] = {0.6, 0.7};
    holm(large, 2, got);
    assert_true(got[0] == 1 && got[1] == 1);
    holm(p, 1, got);
    NEAR(got[0], 0.01);
}

static void a_change_has_three_parts(void **state)
{
    (void)state;
    static const double whole[2] = {0.1, 0.15};
    static const struct share_counts common = {{800, 1000}, {60, 120}};
    static const struct share_counts paired = {{600, 600}, {30, 36}};
    static const struct share_counts none[2] = {{{600, 0}, {30, 0}}, {{0, 600}, {0, 30}}};
    struct change_parts got;
    assert_true(change_parts(whole, &common, &paired, &got));
    NEAR(got.same + got.scope + got.list, 0.05); /* 0.15 - 0.1 */
    NEAR(got.same, 0.01);                        /* 0.06 - 0.05 */
    NEAR(got.scope, 0.06 - 0.025);               /* (0.12 - 0.06) - (0.075 - 0.05) */
    NEAR(got.list, 0.03 - 0.025);                /* (0.15 - 0.12) - (0.1 - 0.075) */
    for (int i = 0; i < 2; i++) {
        assert_false(change_parts(whole, &common, &none[i], &got));
        assert_false(change_parts(whole, &none[i], &paired, &got));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_that_move), cmocka_unit_test(both_ways_add_up),
        cmocka_unit_test(the_rest_alone),      cmocka_unit_test(certain_operators_alone),
        cmocka_unit_test(cut_at_the_ends),     cmocka_unit_test(no_interval),
        cmocka_unit_test(the_larger_variance), cmocka_unit_test(mcnemar_exactly),
        cmocka_unit_test(holm_adjusts),        cmocka_unit_test(a_change_has_three_parts),
    };
    return cmocka_run_group_tests_name("paired", tests, NULL, NULL);
}
