/* Expected values: published ones (R binom via statsmodels), and worked examples
 * computed in exact or high-precision arithmetic elsewhere. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "analysis/statistics/statistics.h"

#define NEAR(value, expected, digits)                                                              \
    do {                                                                                           \
        double value_ = (value), expected_ = (expected);                                           \
        if (fabs(value_ - expected_) > 0.6 * pow(10, floor(log10(expected_)) - (digits) + 1))      \
            fail_msg("%s: %.17g, expected %.17g", #value, value_, expected_);                      \
    } while (0)

static void wilson_reproduces_published_values(void **state)
{
    (void)state;
    static const struct {
        uint64_t count, of;
        double low, high;
        int low_digits, high_digits;
    } cases[] = {
        {4, 200, 0.00780442641634947, 0.05028708690582643, 14, 14},
        {18, 20, 0.6989663547715128, 0.972133518786232, 14, 14},
        {58451, 14552195, 0.00398427871, 0.00404927297, 9, 9},
        {690, 240182, 0.00266658027, 0.00309496442, 9, 9},
        {59141, 14792377, 0.00396604368, 0.00403035952, 9, 9},
        {1, 1000, 0.000176546371, 0.0056425586, 9, 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct interval got;
        assert_true(wilson95(cases[i].count, cases[i].of, &got));
        NEAR(got.low, cases[i].low, cases[i].low_digits);
        NEAR(got.high, cases[i].high, cases[i].high_digits);
    }
}

static void wilson_at_the_ends(void **state)
{
    (void)state;
    struct interval got = {7, 7};
    assert_true(wilson95(0, 1000, &got));
    assert_true(got.low == 0);
    NEAR(got.high, 0.00382675849, 9);
    assert_true(wilson95(1000, 1000, &got)); /* the mirror image of 0/1000 */
    NEAR(got.low, 1 - 0.00382675849, 11);
    assert_true(got.high == 1);
    assert_true(wilson95(1, 1, &got)); /* low: 1 / (1 + z^2) */
    NEAR(got.low, 0.2065493143772375, 12);
    assert_true(got.high == 1);

    struct interval untouched = {7, 7};
    assert_false(wilson95(0, 0, &untouched));
    assert_true(untouched.low == 7 && untouched.high == 7);
}

static void bounds_take_the_unanswered_both_ways(void **state)
{
    (void)state;
    struct interval got;
    assert_true(worst_case_bounds(690, 240182, 2402, &got));
    NEAR(got.low, 690.0 / 242584, 14);
    NEAR(got.high, 3092.0 / 242584, 14);
    NEAR(got.low, 0.00284437, 6);
    NEAR(got.high, 0.01274610, 7);
    assert_true(worst_case_bounds(0, 4, 0, &got));
    assert_true(got.low == 0 && got.high == 0);
    assert_true(worst_case_bounds(4, 4, 4, &got));
    assert_true(got.low == 0.5 && got.high == 1);

    struct interval untouched = {7, 7};
    assert_false(worst_case_bounds(0, 0, 5, &untouched));
    assert_true(untouched.low == 7 && untouched.high == 7);
}

struct pair {
    uint64_t of, count;
};

static struct cluster_sums sums_of(const struct pair *pairs, size_t count)
{
    struct cluster_sums sums = {0};
    for (size_t i = 0; i < count; i++)
        assert_true(cluster_sums_add(&sums, pairs[i].of, pairs[i].count));
    return sums;
}

static const struct pair T8[] = {{5000, 0}, {3000, 0}, {800, 8}, {500, 50},
                                 {300, 0},  {200, 2},  {100, 0}, {100, 40}};

static void eight_clusters(void **state)
{
    (void)state;
    struct cluster_sums sums = sums_of(T8, 8);
    assert_int_equal(sums.clusters, 8);
    assert_int_equal(sums.of, 10000);
    assert_int_equal(sums.count, 100);
    assert_int_equal(sums.xx, 35040000); /* b* = sum x^2 / sum x = 3504 */
    assert_int_equal(sums.largest_of, 5000);
    assert_int_equal(sums.largest_count, 0);

    struct cluster_ratio got;
    assert_true(cluster_ratio95(&sums, &got));
    NEAR(got.standard_error, 0.008916117028, 10);
    NEAR(got.standard_error * got.standard_error, 7.949714286e-05, 10);
    NEAR(got.design_effect, 80.300144, 8);
    /* sum e^2 = 6956 by hand: 6956 * 8/7 / 10^8 / (0.01 * 0.99 / 10^4) */
    NEAR(got.design_effect, 6956.0 * 8 / 7 / 99, 13);
    NEAR(got.logit95.low, 0.00119938921, 9);
    NEAR(got.logit95.high, 0.0783126466, 9);
}

static void three_clusters(void **state)
{
    (void)state;
    static const struct pair T3[] = {{10, 1}, {20, 0}, {30, 5}};
    struct cluster_sums sums = sums_of(T3, 3);
    struct cluster_ratio got;
    assert_true(cluster_ratio95(&sums, &got));
    NEAR(got.standard_error, 0.05773502692, 10);
    NEAR(got.design_effect, 20.0 / 9, 14);
    /* logit(0.1) +/- 4.302652729749456 * sqrt(8 / 3600 * 3 / 2) / 0.09, in Python */
    NEAR(got.logit95.low, 0.006982248157202, 12);
    NEAR(got.logit95.high, 0.637129852667761, 12);
    assert_int_equal(sums.largest_of, 30);
    assert_int_equal(sums.largest_count, 5);
}

static void singles_are_clusters_of_one(void **state)
{
    (void)state;
    struct cluster_sums together = {0}, one_by_one = {0};
    assert_true(cluster_sums_add_singles(&together, 5, 2));
    for (int i = 0; i < 5; i++)
        assert_true(cluster_sums_add(&one_by_one, 1, i < 2));
    assert_memory_equal(&together, &one_by_one, sizeof together);
    struct cluster_ratio got;
    assert_true(cluster_ratio95(&together, &got));
    NEAR(got.design_effect, 1.25, 14); /* m / (m - 1): units are independent */
}

static void alike_clusters_have_no_spread(void **state)
{
    (void)state;
    struct cluster_sums sums = {0};
    for (int i = 0; i < 1000; i++)
        assert_true(cluster_sums_add(&sums, 300000, 100000)); /* e is 0 only in whole numbers */
    struct cluster_ratio got;
    assert_true(cluster_ratio95(&sums, &got));
    assert_true(got.standard_error == 0);
    assert_true(got.design_effect == 0);
    NEAR(got.logit95.low, 1.0 / 3, 14);
    NEAR(got.logit95.high, 1.0 / 3, 14);
}

static void not_defined(void **state)
{
    (void)state;
    struct cluster_ratio untouched = {.standard_error = 7};
    struct cluster_sums none = {0};
    assert_false(cluster_ratio95(&none, &untouched));
    static const struct pair zero[] = {{5, 0}, {6, 0}}, all[] = {{5, 5}, {6, 6}}, one[] = {{9, 3}};
    static const struct pair empty_second[] = {{9, 3}, {0, 0}};
    struct cluster_sums sums = sums_of(zero, 2);
    assert_false(cluster_ratio95(&sums, &untouched));
    sums = sums_of(all, 2);
    assert_false(cluster_ratio95(&sums, &untouched));
    sums = sums_of(one, 1);
    assert_false(cluster_ratio95(&sums, &untouched));
    sums = sums_of(empty_second, 2);
    assert_int_equal(sums.clusters, 1);
    assert_false(cluster_ratio95(&sums, &untouched));
    assert_true(untouched.standard_error == 7);
}

static void impossible_clusters_are_refused(void **state)
{
    (void)state;
    struct cluster_sums sums = {0};
    assert_false(cluster_sums_add(&sums, 3, 4));
    assert_false(cluster_sums_add_singles(&sums, 3, 4));
    assert_false(cluster_sums_add(&sums, CLUSTER_UNITS_MAX + 1, 0));
    assert_false(cluster_sums_add(&sums, UINT64_MAX, UINT64_MAX));
    assert_int_equal(sums.clusters, 0);
    assert_true(cluster_sums_add(&sums, CLUSTER_UNITS_MAX - 1, 1));
    assert_false(cluster_sums_add(&sums, 2, 0));
    assert_true(cluster_sums_add_singles(&sums, 1, 1));

    /* the largest sums: e = (1 - p x, 1 - p), p = 2/n: nothing overflows */
    struct cluster_ratio got;
    assert_true(cluster_ratio95(&sums, &got));
    assert_true(isfinite(got.standard_error) && got.standard_error > 0);
    assert_true(got.logit95.low >= 0 && got.logit95.high <= 1);
}

static void uneven_clusters(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {5000, 3000, 800, 500, 300, 200, 100, 100};
    static const uint64_t counts[] = {0, 0, 8, 50, 0, 2, 0, 40};
    struct cluster_sums sums = {0};
    double rest = 7;
    assert_true(effective_clusters(&sums) == 0);
    assert_false(share_without_largest(&sums, &rest));
    assert_true(rest == 7);
    for (size_t i = 0; i < 8; i++)
        assert_true(cluster_sums_add(&sums, sizes[i], counts[i]));
    NEAR(effective_clusters(&sums), 10000.0 / 3504, 12); /* size-weighted mean size 3504 */
    assert_true(share_without_largest(&sums, &rest));
    NEAR(rest, 0.02, 12);

    struct cluster_sums one = {0};
    assert_true(cluster_sums_add(&one, 5, 1));
    assert_false(share_without_largest(&one, &rest));
    assert_true(cluster_sums_add(&one, 5, 3)); /* of equal ones that with the larger count */
    assert_true(share_without_largest(&one, &rest));
    NEAR(rest, 0.2, 12);
}

/* Three clusters have 27 equally likely resamples. */
static void bootstrap_converges_to_the_exact_distribution(void **state)
{
    (void)state;
    enum {
        REPLICATES = 1000000
    };
    static const struct cluster_type types[] = {{10, 1, 1}, {20, 0, 1}, {30, 5, 1}};
    static const struct {
        double share;
        int of_27;
    } exact[] = {
        {0, 1},       {1.0 / 50, 3}, {1.0 / 20, 3},  {1.0 / 14, 3}, {1.0 / 10, 7},
        {1.0 / 8, 3}, {7.0 / 50, 3}, {11.0 / 70, 3}, {1.0 / 6, 1},
    };
    double *shares = calloc(REPLICATES, sizeof *shares);
    struct bootstrap_result result;
    assert_non_null(shares);
    assert_true(cluster_bootstrap(types, 3, 1, REPLICATES, shares, &result));
    /* four standard errors */
    assert_true(fabs(result.mean - 0.09471781305) < 4 * 0.0468690065528 / 1000);
    assert_true(fabs(result.standard_error - 0.0468690065528) < 4 * 0.0468690065528 / 1000);
    assert_true(result.percentile95.low == 0); /* 1 of 27 is more than 2.5 % */
    NEAR(result.percentile95.high, 1.0 / 6, 12);
    size_t at = 0;
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        size_t first = at;
        while (at < REPLICATES && fabs(shares[at] - exact[i].share) < 1e-12)
            at++;
        double p = exact[i].of_27 / 27.0;
        assert_true(fabs((double)(at - first) / REPLICATES - p) <
                    4 * sqrt(p * (1 - p) / REPLICATES));
    }
    assert_int_equal(at, REPLICATES); /* no other value */
    free(shares);
}

static void bootstrap_draws_types_as_it_draws_clusters(void **state)
{
    (void)state;
    enum {
        REPLICATES = 20000
    };
    /* a million clusters of one unit, a tenth with the property: the binomial's spread */
    static const struct cluster_type many[] = {{1, 0, 900000}, {1, 1, 100000}};
    static const struct cluster_type none[] = {{3, 0, 5}}, all[] = {{2, 2, 4}, {1, 1, 9}};
    double shares[REPLICATES], again[REPLICATES];
    struct bootstrap_result result, same, other, untouched = {.mean = 7};
    assert_true(cluster_bootstrap(many, 2, 5, REPLICATES, shares, &result));
    assert_true(fabs(result.mean - 0.1) < 4 * 0.0003 / sqrt(REPLICATES));
    assert_true(fabs(result.standard_error - 0.0003) < 0.0003 * 0.03);
    assert_true(fabs(result.percentile95.low - (0.1 - 1.96 * 0.0003)) < 0.0003 * 0.1);
    assert_true(cluster_bootstrap(many, 2, 5, REPLICATES, again, &same));
    assert_memory_equal(shares, again, sizeof shares);
    assert_memory_equal(&result, &same, sizeof result);
    assert_true(cluster_bootstrap(many, 2, 6, REPLICATES, again, &other));
    assert_true(other.mean != result.mean);
    assert_true(cluster_bootstrap(none, 1, 5, 10, shares, &result));
    assert_true(result.percentile95.low == 0 && result.percentile95.high == 0);
    assert_true(cluster_bootstrap(all, 2, 5, 10, shares, &result));
    assert_true(result.percentile95.low == 1 && result.standard_error == 0);
    assert_false(cluster_bootstrap(NULL, 0, 5, 10, shares, &untouched));
    assert_true(untouched.mean == 7);
}

static void strata_are_weighed_by_their_size(void **state)
{
    (void)state;
    static const struct stratum zones[] = {
        {150000000, 100000, 350}, {6300000, 20000, 30}, {10000000, 10000, 60}};
    static const struct stratum small[] = {{5, 1, 0}, {5, 10, 1}}, no_size[] = {{0, 10, 1}};
    struct poststratified got = {0}, untouched = {.share = 7};
    assert_true(poststratify(zones, 3, &got));
    NEAR(got.share, 0.00357456404089, 12);
    NEAR(got.standard_error, 0.0001750428162, 10);
    NEAR(got.normal95.low, 0.00323148643, 9);
    NEAR(got.normal95.high, 0.00391764166, 9);
    assert_int_equal(got.of, 130000);
    assert_int_equal(got.strata, 3);
    assert_false(poststratify(small, 2, &untouched));
    assert_false(poststratify(no_size, 1, &untouched));
    assert_false(poststratify(NULL, 0, &untouched));
    assert_true(untouched.share == 7);
}

/* One stratum: what the ratio estimator says of three clusters */
static void clustered_strata(void **state)
{
    (void)state;
    static const struct stratum one[] = {{1000, 60, 6}};
    static const struct stratum none[] = {{1000, 60, 0}};
    struct poststratified got = {0};
    struct cluster_sums sums = {0};
    struct cluster_ratio ratio;
    assert_true(cluster_sums_add(&sums, 10, 1) && cluster_sums_add(&sums, 20, 0) &&
                cluster_sums_add(&sums, 30, 5) && cluster_ratio95(&sums, &ratio));
    assert_true(poststratify(one, 1, &got));
    poststratify_clusters(8.0 / 3600, 3, &got); /* residuals 0, -2, 2 over 60 */
    assert_true(got.has_cluster);
    NEAR(got.cluster_error, 0.05773502692, 10);
    NEAR(got.cluster95.low, ratio.logit95.low, 12);
    NEAR(got.cluster95.high, ratio.logit95.high, 12);
    poststratify_clusters(8.0 / 3600, 1, &got);
    assert_false(got.has_cluster);
    assert_true(poststratify(none, 1, &got));
    poststratify_clusters(0, 3, &got);
    assert_false(got.has_cluster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wilson_reproduces_published_values),
        cmocka_unit_test(wilson_at_the_ends),
        cmocka_unit_test(bounds_take_the_unanswered_both_ways),
        cmocka_unit_test(eight_clusters),
        cmocka_unit_test(three_clusters),
        cmocka_unit_test(singles_are_clusters_of_one),
        cmocka_unit_test(alike_clusters_have_no_spread),
        cmocka_unit_test(not_defined),
        cmocka_unit_test(impossible_clusters_are_refused),
        cmocka_unit_test(uneven_clusters),
        cmocka_unit_test(bootstrap_converges_to_the_exact_distribution),
        cmocka_unit_test(bootstrap_draws_types_as_it_draws_clusters),
        cmocka_unit_test(strata_are_weighed_by_their_size),
        cmocka_unit_test(clustered_strata),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
