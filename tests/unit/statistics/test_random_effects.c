/* Expected values: published ones (metafor's dat.bcg, method DL), and worked examples
 * computed elsewhere. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/statistics/random_effects.h"

#define NEAR(value, expected, digits)                                                              \
    do {                                                                                           \
        double value_ = (value), expected_ = (expected);                                           \
        if (!(fabs(value_ - expected_) <=                                                          \
              0.6 * pow(10, floor(log10(fabs(expected_))) - (digits) + 1)))                        \
            fail_msg("%s: %.17g, expected %.17g", #value, value_, expected_);                      \
    } while (0)

/* Log relative risks of 13 trials of the BCG vaccine (Colditz et al. 1994). */
static void bcg_trials(struct effect ret[13])
{
    static const struct {
        double ill, well, control_ill, control_well;
    } trials[13] = {
        {4, 119, 11, 128},       {6, 300, 29, 274},        {3, 228, 11, 209},
        {62, 13536, 248, 12619}, {33, 5036, 47, 5761},     {180, 1361, 372, 1079},
        {8, 2537, 10, 619},      {505, 87886, 499, 87892}, {29, 7470, 45, 7232},
        {17, 1699, 65, 1600},    {186, 50448, 141, 27197}, {5, 2493, 3, 2338},
        {27, 16886, 29, 17825},
    };
    for (size_t i = 0; i < 13; i++) {
        double all = trials[i].ill + trials[i].well;
        double control_all = trials[i].control_ill + trials[i].control_well;
        ret[i].value = log(trials[i].ill / all / (trials[i].control_ill / control_all));
        ret[i].variance = 1 / trials[i].ill - 1 / all + 1 / trials[i].control_ill - 1 / control_all;
    }
}

static void bcg_reproduces_published_values(void **state)
{
    (void)state;
    struct effect effects[13];
    struct random_effects got;
    bcg_trials(effects);
    assert_true(random_effects_combine(effects, 13, &got));
    assert_int_equal(got.samples, 13);
    NEAR(got.fixed_mean, -0.43028516, 8);
    NEAR(got.q, 152.23300808, 11);
    NEAR(got.i2, 0.921173, 6);
    NEAR(got.tau2, 0.30876026286, 11);
    NEAR(got.mean, -0.71411722207, 11);
    NEAR(got.standard_error, 0.17874208954, 11);
    NEAR(got.normal95.low, -1.06444528, 9);
    NEAR(got.normal95.high, -0.36378916, 8);
    NEAR(got.knapp_hartung_ratio, 1.0219878, 6); /* (0.18069662834 / 0.17874208954)^2 */
    NEAR(got.knapp_hartung_error, 0.18069662834, 11);
    NEAR(got.knapp_hartung95.low, -1.1078, 5);
    NEAR(got.knapp_hartung95.high, -0.3204, 4);
    assert_true(got.has_prediction);
    NEAR(got.prediction95.low, -1.99883850, 9);
    NEAR(got.prediction95.high, 0.57060405, 8);
}

static const struct sample {
    uint64_t count, of;
} SAMPLES[] = {
    {58451, 14552195}, {690, 240182},               /* the seed's */
    {300, 100000},     {260, 90000},  {150, 60000}, /* invented */
};

static struct random_effects combine_logits(size_t count)
{
    struct effect effects[5];
    struct random_effects got;
    bool corrected;
    for (size_t i = 0; i < count; i++) {
        effects[i] = logit_effect(SAMPLES[i].count, SAMPLES[i].of, 1, &corrected);
        assert_false(corrected);
    }
    assert_true(random_effects_combine(effects, count, &got));
    return got;
}

/* Of two, tau2 is ((y1 - y2)^2 - v1 - v2) / 2, however much more the one weighs. */
static void one_outweighs_the_other(void **state)
{
    (void)state;
    static const double variances[] = {1e-3, 1e-12, 1e-18, 1e-30};
    for (size_t i = 0; i < sizeof variances / sizeof *variances; i++) {
        const struct effect effects[] = {{0, variances[i]}, {0.5, 0.125}};
        struct random_effects got;
        double tau2 = (0.25 - 0.125 - variances[i]) / 2;
        double one = 1 / (variances[i] + tau2), other = 1 / (0.125 + tau2);
        assert_true(random_effects_combine(effects, 2, &got));
        NEAR(got.tau2, tau2, 11);
        NEAR(got.mean, 0.5 * other / (one + other), 11);
        NEAR(got.knapp_hartung_ratio, 1, 11);
    }
}

static void two_samples_on_the_logit_scale(void **state)
{
    (void)state;
    struct random_effects got = combine_logits(2);
    NEAR(got.q, 76.90438638, 10);
    NEAR(got.i2, 0.986997, 6);
    NEAR(got.tau2, 0.05581356592, 10);
    NEAR(share_of_logit(got.mean), 0.00340432576624, 11);
    NEAR(shares_of_logits(got.normal95).low, 0.00245092, 6);
    NEAR(shares_of_logits(got.normal95).high, 0.00472686, 6);
    /* t with 1 degree of freedom, 12.7062: useless, as it should be */
    NEAR(got.knapp_hartung_ratio, 1, 11);
    NEAR(got.knapp_hartung_error, 0.168136492347, 11);
    NEAR(shares_of_logits(got.knapp_hartung95).low, 0.000403199849403, 11);
    NEAR(shares_of_logits(got.knapp_hartung95).high, 0.0281153470285, 11);
    assert_false(got.has_prediction);
}

static void two_samples_on_the_scale_of_shares(void **state)
{
    (void)state;
    struct effect effects[2] = {share_effect(58451, 14552195, 1), share_effect(690, 240182, 1)};
    struct random_effects got;
    assert_true(random_effects_combine(effects, 2, &got));
    NEAR(got.tau2, 6.480652805e-07, 10);
    NEAR(got.mean, 0.00344983, 6);
    NEAR(got.standard_error, 0.000571889, 6);
    NEAR(got.normal95.low, 0.00232894, 6);
    NEAR(got.normal95.high, 0.00457071, 6);
}

static void five_samples(void **state)
{
    (void)state;
    struct random_effects got = combine_logits(5);
    NEAR(got.q, 161.8751319895, 13);
    NEAR(got.tau2, 0.0574436551, 9);
    NEAR(share_of_logit(got.mean), 0.00303237, 6);
    NEAR(shares_of_logits(got.normal95).low, 0.00244601, 6);
    NEAR(shares_of_logits(got.normal95).high, 0.00375875, 6);
    NEAR(got.knapp_hartung_ratio, 0.514904543352, 11);
    NEAR(got.knapp_hartung_error, 0.109936710322, 11);
    NEAR(shares_of_logits(got.knapp_hartung95).low, 0.00223648979565, 11);
    NEAR(shares_of_logits(got.knapp_hartung95).high, 0.00411029291503, 11);
    assert_true(got.has_prediction);
    NEAR(shares_of_logits(got.prediction95).low, 0.00131246, 6);
    NEAR(shares_of_logits(got.prediction95).high, 0.00699033, 6);
}

static void samples_that_agree(void **state)
{
    (void)state;
    /* Q = 2 * 0.5^2 / 4 = 0.125 < 1: nothing between; mean 2, se sqrt(1 / (1/4 + 1/4)) */
    struct effect effects[2] = {{1.5, 4}, {2.5, 4}};
    struct random_effects got;
    assert_true(random_effects_combine(effects, 2, &got));
    assert_true(got.tau2 == 0 && got.i2 == 0);
    NEAR(got.q, 0.125, 12);
    NEAR(got.mean, 2, 12);
    NEAR(got.standard_error, sqrt(2), 12);
    NEAR(got.knapp_hartung_ratio, 0.125, 12);
    NEAR(got.knapp_hartung_error, sqrt(2), 12); /* that of the samples themselves */
}

/* Q = 1.8^2 / 2 = 1.62, (Q - 1) / (2 - 2 / 2) */
static void a_little_between(void **state)
{
    (void)state;
    struct effect effects[2] = {{0, 1}, {1.8, 1}};
    struct random_effects got;
    assert_true(random_effects_combine(effects, 2, &got));
    NEAR(got.tau2, 0.62, 12);
}

/* Shares that agree, or all but agree, leave the width of their own errors. */
static void shares_that_agree(void **state)
{
    (void)state;
    bool corrected;
    struct effect first = logit_effect(30, 10000, 1, &corrected), effects[2] = {first};
    struct random_effects got;
    effects[1] = logit_effect(300, 100000, 1, &corrected);
    assert_true(random_effects_combine(effects, 2, &got));
    assert_true(got.tau2 == 0 && got.knapp_hartung_ratio < 1e-12);
    NEAR(got.knapp_hartung_error, 0.055130946792, 11);
    NEAR(shares_of_logits(got.knapp_hartung95).low, 0.00149125691356, 11);
    NEAR(shares_of_logits(got.knapp_hartung95).high, 0.00602596540732, 11);
    struct effect three[3] = {first, logit_effect(301, 100000, 1, &corrected),
                              logit_effect(60, 20000, 1, &corrected)};
    assert_true(random_effects_combine(three, 3, &got));
    NEAR(got.knapp_hartung_ratio, 0.000384788685625, 10);
    NEAR(got.knapp_hartung_error, 0.0506483986499, 11);
    assert_true(got.has_prediction && got.tau2 == 0); /* t of one degree of freedom */
    NEAR(got.prediction95.high - got.mean, 12.706204736174696 * got.standard_error, 11);
    NEAR(shares_of_logits(got.knapp_hartung95).low, 0.00242017713692, 11);
    NEAR(shares_of_logits(got.knapp_hartung95).high, 0.00373730394579, 11);
}

static void what_cannot_be_combined(void **state)
{
    (void)state;
    struct random_effects got = {.samples = 77};
    assert_false(random_effects_combine((struct effect[]){{1, 1}}, 1, &got));
    assert_false(random_effects_combine((struct effect[]){{1, 1}}, 0, &got));
    assert_false(random_effects_combine((struct effect[]){{1, 1}, {2, 0}}, 2, &got));
    assert_false(random_effects_combine((struct effect[]){{1, 1}, {INFINITY, 1}}, 2, &got));
    assert_false(random_effects_combine((struct effect[]){{1, NAN}, {2, 1}}, 2, &got));
    assert_int_equal(got.samples, 77);
}

static void effects_at_the_ends(void **state)
{
    (void)state;
    bool corrected;
    /* logit(0.5 / 1000.5), 1/0.5 + 1/1000.5 */
    struct effect got = logit_effect(0, 1000, 1, &corrected);
    assert_true(corrected);
    NEAR(got.value, -7.601402334583733, 12);
    NEAR(got.variance, 2.000999500249875, 12);
    struct effect mirror = logit_effect(1000, 1000, 1, &corrected);
    assert_true(corrected);
    NEAR(mirror.value, -got.value, 12);
    NEAR(mirror.variance, got.variance, 12);
    got = logit_effect(50, 100, 8, &corrected); /* 8 (1/50 + 1/50) */
    assert_false(corrected);
    assert_true(got.value == 0);
    NEAR(got.variance, 0.32, 12);
    got = share_effect(25, 100, 4); /* 4 * 0.1875 / 100 */
    NEAR(got.value, 0.25, 12);
    NEAR(got.variance, 0.0075, 12);
    assert_true(share_effect(0, 10, 1).variance == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bcg_reproduces_published_values),
        cmocka_unit_test(one_outweighs_the_other),
        cmocka_unit_test(two_samples_on_the_logit_scale),
        cmocka_unit_test(two_samples_on_the_scale_of_shares),
        cmocka_unit_test(five_samples),
        cmocka_unit_test(samples_that_agree),
        cmocka_unit_test(a_little_between),
        cmocka_unit_test(shares_that_agree),
        cmocka_unit_test(what_cannot_be_combined),
        cmocka_unit_test(effects_at_the_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
