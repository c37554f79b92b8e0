/* Samples from strata: expected values from the formula once more in Python (statistics_model.py),
 * and what must hold of any. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/statistics/sample.h"
#include "analysis/statistics/stratified.h"

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-10 * fabs(expected) + 1e-15))
        fail_msg("%.17g, expected %.17g", value, expected);
}

struct names {
    double weight, fraction, units, count, times;
};

enum {
    NAMES_MAX = 6
};

static struct stratified_sums sums_of(const struct names names[NAMES_MAX])
{
    struct stratified_sums sums = {0};
    for (int i = 0; i < NAMES_MAX && names[i].weight > 0; i++)
        stratified_add(&sums, names[i].weight, names[i].fraction, names[i].units, names[i].count,
                       names[i].times);
    return sums;
}

#define A                                                                                          \
    {100, 0.01, 1, 0, 380}, {100, 0.01, 1, 1, 20},                                                 \
    {                                                                                              \
        100, 0.01, 0, 0, 100                                                                       \
    }

static void examples(void **state)
{
    (void)state;
    static const struct {
        struct names names[NAMES_MAX];
        struct interval expected;
    } cases[] = {
        {{A}, {0.032666854385, 0.0758094061537}},
        {{A, {2, 0.5, 1, 0, 45}, {2, 0.5, 1, 1, 5}}, {0.0328004312401, 0.0758812525327}},
        {{{100, 0.01, 1, 0, 40}, {2, 0.5, 1, 0, 10}}, {0, 0.08642684384276}},
        {{{100, 0.01, 1, 1, 40}, {2, 0.5, 1, 1, 10}}, {0.9135731561572, 1}},
        /* all that have it by chance in the stratum that was drawn from the most */
        {{{100, 0.01, 1, 0, 400}, {2, 0.5, 1, 1, 5}, {2, 0.5, 1, 0, 45}},
         {6.24827440787e-06, 0.00985965764623}},
        /* the stratum that was drawn from the least is the one that varies */
        {{{250, 0.004, 1, 1, 100}, {250, 0.004, 1, 0, 100}, {10, 0.1, 1, 0, 4800}},
         {0.217767949056, 0.296411320426}},
        /* MX records */
        {{{20, 0.05, 1, 0, 50}, {20, 0.05, 2, 2, 5}, {20, 0.05, 3, 0, 20}, {4, 0.25, 5, 1, 4}},
         {0.0407142978407, 0.176591911738}},
        {{{20, 0.05, 1, 0, 50}, {20, 0.05, 3, 0, 20}, {4, 0.25, 5, 0, 4}}, {0, 0.0632021477602}},
        /* one unit has it, in a stratum that was drawn whole */
        {{{1, 1, 1, 1, 1}, {1, 1, 1, 0, 9}, {2, 0.5, 2, 0, 20}},
         {0.002130351212874908, 0.05583305408238608}},
        /* 999 of 1000: z^2 / (n + z^2) with n = 500 / (1 - f), a width in any case */
        {{{1000. / 999, 0.999, 1, 0, 500}}, {0, 7.682858614618268e-06}},
        /* 300 of a stratum that was drawn whole say nothing of another, whose names drawn that are
         * no units do not count */
        {{{1, 1, 1, 0, 300}, {50, .02, 1, 0, 2}, {60, 1. / 60, 0, 0, 9}}, {0, 0.3199955934108}},
        /* all names of every stratum */
        {{{1, 1, 1, 1, 3}, {1, 1, 1, 0, 7}}, {0.3, 0.3}},
        {{{1, 1, 1, 0, 7}}, {0, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stratified_sums sums = sums_of(cases[i].names);
        struct interval got;
        assert_true(stratified95(&sums, 0, &got));
        assert_near(got.low, cases[i].expected.low);
        assert_near(got.high, cases[i].expected.high);
    }
}

/* Names that may be units count where none of those drawn in part is one; each with as many units
 * as the names known. */
static void whole_strata(void **state)
{
    (void)state;
    static const struct {
        struct names names[NAMES_MAX];
        double unmet;
        struct interval expected;
    } cases[] = {
        {{{1, 1, 1, 1, 3}, {1, 1, 1, 0, 7}}, 20, {3. / 30, 23. / 30}},
        {{{1, 1, 1, 0, 7}, {1, 1, 0, 0, 50}, {4, .25, 0, 0, 30}}, 3, {0, .3}},
        {{{1, 1, 1, 1, 7}}, 3, {.7, 1}},
        /* MX records, 14 of five names */
        {{{1, 1, 2, 2, 3}, {1, 1, 4, 1, 2}, {1, 1, 0, 0, 9}}, 10, {8. / 42, 36. / 42}},
        /* one of them drawn, of a name that stands for two */
        {{{1, 1, 1, 1, 1}, {1, 1, 1, 0, 9}, {2, 0.5, 2, 0, 20}},
         1000,
         {0.002130351212874908, 0.05583305408238608}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stratified_sums sums = sums_of(cases[i].names);
        struct interval got;
        assert_true(stratified95(&sums, cases[i].unmet, &got));
        assert_near(got.low, cases[i].expected.low);
        assert_near(got.high, cases[i].expected.high);
    }
}

static void unmet_names(void **state)
{
    (void)state;
    struct stratified_sums sums = {0};
    assert_true(stratified_unmet(&sums) == 0);
    stratified_add(&sums, 4, 0.25, 1, 0, 30); /* z^2 / (40 + z^2) of 120 */
    assert_near(stratified_unmet(&sums), 10.51459214367);
    struct stratified_sums one = {0};
    stratified_add(&one, 10. / 9, 0.9, 1, 0, 1);
    assert_near(stratified_unmet(&one), 0.3083697776254);
    struct stratified_sums two = {0};
    stratified_add(&two, 100, 0.01, 1, 0, 500);
    stratified_add(&two, 2, 0.5, 1, 0, 50);
    assert_near(stratified_unmet(&two), 377.4393166295);
}

static void nothing(void **state)
{
    (void)state;
    struct stratified_sums sums = {0};
    struct interval got = {7, 7};
    assert_false(stratified95(&sums, 0, &got));
    stratified_add(&sums, 100, 0.01, 0, 0, 50); /* names that are no units */
    assert_false(stratified95(&sums, 0, &got));
    assert_true(got.low == 7 && got.high == 7);
    stratified_add(&sums, 1, 1, 1, 1, 1); /* one unit of a stratum that was drawn whole */
    assert_true(stratified95(&sums, 0, &got));
    assert_true(got.low == 1 && got.high == 1);
}

/* Of strata drawn from alike it is the simple random sample's, however they are cut. */
static void one_stratum(void **state)
{
    (void)state;
    for (uint64_t count = 0; count <= 300; count += 20) {
        const struct names whole[NAMES_MAX] = {{4, 0.25, 1, 1, (double)count},
                                               {4, 0.25, 1, 0, (double)(300 - count)},
                                               {4, 0.25, 0, 0, 77}};
        const struct names cut[NAMES_MAX] = {{4, 0.25, 1, 1, (double)count / 2},
                                             {4, 0.25, 1, 0, (double)(300 - count)},
                                             {4, 0.25, 1, 1, (double)count / 2}};
        struct stratified_sums sums = sums_of(whole);
        struct stratified_sums parts = sums_of(cut);
        struct interval got, again, right;
        assert_true(sample95(count, 300, 1, 0.25, &right));
        assert_true(stratified95(&sums, 0, &got));
        assert_true(stratified95(&parts, 0, &again));
        assert_near(got.low, right.low);
        assert_near(got.high, right.high);
        assert_near(again.low, right.low);
        assert_near(again.high, right.high);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples), cmocka_unit_test(whole_strata), cmocka_unit_test(unmet_names),
        cmocka_unit_test(nothing),  cmocka_unit_test(one_stratum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
