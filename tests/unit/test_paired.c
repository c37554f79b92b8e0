/* Expected values: the first case by hand, the others by numpy and scipy
 * (its t quantiles made exact by Newton's method: they are good for 8 digits only). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/statistics/paired.h"

#define NEAR(value, expected)                                                                      \
    do {                                                                                           \
        double value_ = (value), expected_ = (expected);                                           \
        if (!(fabs(value_ - expected_) <= 1e-10 * fabs(expected_)))                                \
            fail_msg("%s: %.17g, expected %.17g", #value, value_, expected_);                      \
    } while (0)

/* Three providers of 10, 20 and 30 domains, of which 1, 0, 5 had the property and 3, 1, 3
 * have it: p0 = 6/60, p1 = 7/60, d = 1/60, and with D_i = 2, 1, -2
 * e_i = D_i - d x_i = 11/6, 4/6, -15/6; sum e^2 = 362/36; v = 3/2 * 362/36 / 60^2. */
static void three_providers_by_hand(void **state)
{
    (void)state;
    static const struct paired_cluster types[] = {
        {{10, 10}, {1, 3}, 1}, {{20, 20}, {0, 1}, 1}, {{30, 30}, {5, 3}, 1}};
    struct paired_change got;
    assert_true(paired_change95(types, 3, &got));
    assert_int_equal(got.clusters, 3);
    NEAR(got.shares[0], 0.1);
    NEAR(got.shares[1], 7.0 / 60);
    NEAR(got.change, 1.0 / 60);
    assert_true(got.has_interval);
    NEAR(got.standard_error, sqrt(3.0 / 2 * 362 / 36 / 3600));
    /* t of 2 degrees of freedom: P(|T| > t) = 1 - t / sqrt(2 + t^2), quantile 4.302652729749456 */
    double t = 1.0 / 60 / sqrt(3.0 / 2 * 362 / 36 / 3600);
    NEAR(got.p_value, 1 - t / sqrt(2 + t * t));
    NEAR(got.interval95.low, 1.0 / 60 - 4.302652729749456 * got.standard_error);
    NEAR(got.interval95.high, 1.0 / 60 + 4.302652729749456 * got.standard_error);
}

static const struct paired_cluster mixed[] = {
    {{10, 10}, {1, 3}, 1}, {{20, 20}, {0, 1}, 1}, {{30, 30}, {5, 3}, 1},
    {{1, 1}, {0, 0}, 40},  {{1, 1}, {0, 1}, 3},   {{1, 1}, {1, 0}, 1},
};

static void singles_are_clusters(void **state)
{
    (void)state;
    struct paired_change got;
    assert_true(paired_change95(mixed, 6, &got));
    assert_int_equal(got.clusters, 47);
    NEAR(got.shares[0], 0.0673076923076923);
    NEAR(got.shares[1], 0.0961538461538462);
    NEAR(got.change, 0.0288461538461539);
    NEAR(got.standard_error, 0.0379427992559368);
    NEAR(got.interval95.low, -0.0475287397868047);
    NEAR(got.interval95.high, 0.105221047479112);
    NEAR(got.p_value, 0.450982189372384);
}

/* MX records: a domain may have more or fewer of them, a provider may come and go. */
static void units_may_come_and_go(void **state)
{
    (void)state;
    static const struct paired_cluster types[] = {
        {{10, 12}, {1, 3}, 1}, {{20, 0}, {0, 0}, 1}, {{0, 8}, {0, 5}, 1},
        {{30, 31}, {5, 3}, 1}, {{1, 1}, {0, 1}, 3},  {{0, 0}, {0, 0}, 9},
    };
    struct paired_change got;
    assert_true(paired_change95(types, 6, &got));
    assert_int_equal(got.clusters, 7);
    NEAR(got.change, 0.164021164021164);
    NEAR(got.standard_error, 0.155616387660253);
    NEAR(got.interval95.low, -0.216758419177078);
    NEAR(got.interval95.high, 0.544800747219406);
    NEAR(got.p_value, 0.332461321996198);
}

static void one_provider_may_do_it_all(void **state)
{
    (void)state;
    static const struct paired_cluster types[] = {{{500, 500}, {10, 50}, 1}, {{1, 1}, {0, 0}, 59}};
    struct paired_change change;
    struct mcnemar test;
    assert_true(paired_change95(types, 2, &change));
    NEAR(change.change, 0.0715563506261181);
    NEAR(change.standard_error, 0.00768046697239192);
    NEAR(change.interval95.low, 0.0561877717128022);
    NEAR(change.interval95.high, 0.0869249295394339);
    NEAR(change.p_value, 3.40282526035834e-13);
    /* the clustered test is not fooled by forty domains of one provider */
    paired_mcnemar(types, 2, 40, 0, &test);
    NEAR(test.exact_p, 1.81898940354586e-12);
    assert_true(test.has_cluster);
    NEAR(test.cluster_chi2, 0.983333333333333);
    NEAR(test.cluster_p, 0.321377243128985);
}

static void mcnemar_of_clusters(void **state)
{
    (void)state;
    struct mcnemar got;
    paired_mcnemar(mixed, 6, 7, 4, &got);
    NEAR(got.exact_p, 0.548828125);
    assert_true(got.has_cluster);
    NEAR(got.cluster_chi2, 0.677577741407529);
    NEAR(got.cluster_p, 0.410422070051831);
}

/* 25 against 9 of 100 single units: McNemar's (25 - 9)^2 / 34 but for 99/100 */
static void mcnemar_of_singles(void **state)
{
    (void)state;
    static const struct paired_cluster types[] = {
        {{1, 1}, {0, 1}, 25}, {{1, 1}, {1, 0}, 9}, {{1, 1}, {0, 0}, 60}, {{1, 1}, {1, 1}, 6}};
    struct mcnemar got;
    paired_mcnemar(types, 4, 25, 9, &got);
    NEAR(got.exact_p, 0.00904118549078703);
    NEAR(got.cluster_chi2, 0.99 * 256 / 34);
    NEAR(got.cluster_p, 0.0063291496122798);
    paired_mcnemar(types, 4, 9, 25, &got);
    NEAR(got.exact_p, 0.00904118549078703);
}

static void mcnemar_of_many(void **state)
{
    (void)state;
    struct mcnemar got;
    paired_mcnemar(NULL, 0, 120000, 130000, &got);
    assert_true(fabs(got.exact_p / 5.434771312722521e-89 - 1) < 1e-9);
    paired_mcnemar(NULL, 0, 5, 5, &got);
    NEAR(got.exact_p, 1);
    paired_mcnemar(NULL, 0, 0, 0, &got);
    NEAR(got.exact_p, 1);
    assert_false(got.has_cluster);
}

static void not_defined(void **state)
{
    (void)state;
    static const struct paired_cluster none[] = {{{5, 0}, {1, 0}, 1}};
    static const struct paired_cluster one[] = {{{5, 5}, {1, 2}, 1}};
    static const struct paired_cluster alike[] = {{{5, 5}, {1, 1}, 3}, {{7, 7}, {3, 3}, 1}};
    struct paired_change got;
    assert_false(paired_change95(NULL, 0, &got));
    assert_false(paired_change95(none, 1, &got));
    assert_true(paired_change95(one, 1, &got));
    NEAR(got.change, 0.2);
    assert_false(got.has_interval);
    assert_true(paired_change95(alike, 2, &got));
    assert_true(got.change == 0);
    assert_false(got.has_interval);
}

static void a_change_has_three_parts(void **state)
{
    (void)state;
    static const struct share_counts whole = {{1000, 1200}, {100, 180}};
    static const struct share_counts common = {{800, 1000}, {60, 120}};
    static const struct share_counts paired = {{600, 600}, {30, 36}};
    static const struct share_counts none = {{600, 0}, {30, 0}};
    struct change_parts got;
    assert_true(change_parts(&whole, &common, &paired, &got));
    NEAR(got.change, 0.05);        /* 0.15 - 0.1 */
    NEAR(got.same, 0.01);          /* 0.06 - 0.05 */
    NEAR(got.scope, 0.06 - 0.025); /* (0.12 - 0.06) - (0.075 - 0.05) */
    NEAR(got.list, 0.03 - 0.025);  /* (0.15 - 0.12) - (0.1 - 0.075) */
    assert_false(change_parts(&whole, &common, &none, &got));
    assert_false(change_parts(&none, &common, &paired, &got));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_providers_by_hand),  cmocka_unit_test(singles_are_clusters),
        cmocka_unit_test(units_may_come_and_go),    cmocka_unit_test(one_provider_may_do_it_all),
        cmocka_unit_test(mcnemar_of_clusters),      cmocka_unit_test(mcnemar_of_singles),
        cmocka_unit_test(mcnemar_of_many),          cmocka_unit_test(not_defined),
        cmocka_unit_test(a_change_has_three_parts),
    };
    return cmocka_run_group_tests_name("paired", tests, NULL, NULL);
}
