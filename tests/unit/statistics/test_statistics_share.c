/* Intervals of one share: expected values are published ones (R binom via statsmodels), and worked
 * examples of an independent reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/statistics/beta.h"
#include "analysis/statistics/bounds.h"
#include "analysis/statistics/design.h"
#include "analysis/statistics/difference.h"
#include "analysis/statistics/sample.h"
#include "analysis/statistics/wilson.h"
#include "analysis/statistics/zones.h"
#include "near.h"

static void student(void **state)
{
    (void)state;
    NEAR(student_t95(1), 12.706204736174694); /* tan(0.475 pi) */
    NEAR(student_t95(2), 4.302652729749456);
    NEAR(student_t95(9), 2.2621571628);
    NEAR(student_t95(1999), 1.96115142017);
    NEAR(student_p(1, 1), 0.5);
    NEAR(student_p(-1, 1), 0.5);
    NEAR(student_p(0, 3), 1);
    NEAR(student_p(2, 2), 1 - 2 / sqrt(6)); /* 1 - t / sqrt(2 + t^2) */
}

static void wilson_reproduces_published_values(void **state)
{
    (void)state;
    static const struct {
        uint64_t count, of;
        double low, high;
    } cases[] = {
        {4, 200, 0.00780442641634947, 0.05028708690582643},
        {18, 20, 0.6989663547715128, 0.972133518786232},
        {58451, 14552195, 0.00398427871, 0.00404927297}, /* published to 11 decimals */
        {690, 240182, 0.00266658027, 0.00309496442},
        {0, 1000, 0, 0.00382675849},
        {1000, 1000, 0.99617324151, 1}, /* the mirror image */
        {1, 1, 0.2065493143772375, 1},  /* 1 / (1 + z^2) */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct interval got;
        assert_true(wilson95(cases[i].count, cases[i].of, &got));
        assert_true(fabs(got.low - cases[i].low) < 6e-12);
        assert_true(fabs(got.high - cases[i].high) < 6e-12);
        assert_true(cases[i].count > 0 || got.low == 0);
        assert_true(cases[i].count < cases[i].of || got.high == 1);
    }
    struct interval untouched = {7, 7};
    assert_false(wilson95(0, 0, &untouched));
    assert_true(untouched.low == 7 && untouched.high == 7);
    struct interval whole = wilson(0.02, 200), half = wilson(0.02, 100.5);
    NEAR(whole.low, 0.00780442641634947);
    assert_true(half.low < whole.low && half.high > whole.high);
}

/* Clopper and Pearson's with closed forms: p^n = 0.025; n = 1, n = 2 by hand. */
static void clopper_pearson_limits(void **state)
{
    (void)state;
    struct interval got = clopper_pearson(0, 40);
    assert_true(got.low == 0);
    NEAR(got.high, 1 - pow(0.025, 1 / 40.0));
    got = clopper_pearson(1, 40);
    NEAR(got.low, pow(0.025, 1 / 40.0));
    assert_true(got.high == 1);
    got = clopper_pearson(0.5, 2); /* 1 - sqrt(1 - 0.025), sqrt(0.975) */
    NEAR(got.low, 1 - sqrt(0.975));
    NEAR(got.high, sqrt(0.975));
    /* of nothing, nothing is known */
    for (int i = 0; i <= 2; i++) {
        got = clopper_pearson(i / 2.0, 0);
        assert_true(got.low == 0 && got.high == 1);
    }
    NEAR(beta_quantile(0.5, 3.5, 3.5), 0.5);
    NEAR(beta_quantile(0.3, 1, 1), 0.3);
    NEAR(beta_quantile(0.7, 1, 1), 0.7);
    NEAR(beta_quantile(0.975, 1, 1e6), 1 - pow(0.025, 1e-6));
    NEAR(beta_quantile(0.025, 1e-3, 2), 0); /* (0.025 ..)^1000 */
}

/* Where GSL's own inverse is not a number, and where neither of its tails is one: the limits are
 * the normal ones but for terms of 1/n. */
static void beta_of_many(void **state)
{
    (void)state;
    static const struct {
        double share, size;
    } cases[] = {{0.0003, 1e5}, {0.00405, 1.45e7}, {0.5, 1.45e7},
                 {0.3, 1e8},    {0.9, 1e8},        {0.5, 2e9}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double p = cases[i].share, n = cases[i].size;
        struct interval got = clopper_pearson(p, n), near = wilson(p, n);
        double width = near.high - near.low, allowed = 0.03 * width + 2 / n;
        assert_true(fabs(got.low - near.low) < allowed && fabs(got.high - near.high) < allowed);
    }
}

static void bounds_take_the_unanswered_both_ways(void **state)
{
    (void)state;
    struct interval got;
    assert_true(worst_case_bounds(690, 240182, 2402, &got));
    NEAR(got.low, 0.00284437555651);
    NEAR(got.high, 0.0127461003199);
    assert_true(worst_case_bounds(0, 4, 0, &got));
    assert_true(got.low == 0 && got.high == 0);
    assert_true(worst_case_bounds(4, 4, 4, &got));
    assert_true(got.low == 0.5 && got.high == 1);
    assert_true(worst_case_bounds(1, 1, 3, &got)); /* one unit is enough */
    assert_true(got.low == 0.25 && got.high == 1);
    struct interval untouched = {7, 7};
    assert_false(worst_case_bounds(0, 0, 5, &untouched));
    assert_true(untouched.low == 7 && untouched.high == 7);
}

static void unseen_records_are_rounded_up(void **state)
{
    (void)state;
    assert_int_equal(unseen_records(3, 10, 7), 5); /* 30/7 */
    assert_int_equal(unseen_records(7, 10, 7), 10);
    assert_int_equal(unseen_records(0, 10, 7), 0);
    assert_int_equal(unseen_records(3, 0, 7), 0);
    assert_int_equal(unseen_records(3, 10, 0), 0);
    assert_int_equal(unseen_records(3, 10, 1), 30);
    /* products of more than 64 bits */
    assert_int_equal(unseen_records(UINT64_C(1) << 40, UINT64_C(1) << 41, UINT64_C(1) << 40),
                     UINT64_C(1) << 41);
}

static void change_bounds_of_names_both_know(void **state)
{
    (void)state;
    struct change_counts counts = {.paired = 11056,
                                   .gained = 64,
                                   .lost = 69,
                                   .old_only = {1700, 24},
                                   .new_only = {50, 4},
                                   .neither = 2};
    struct interval got, untouched = {7, 7};
    assert_true(change_bounds(&counts, &got));
    NEAR(got.low, -0.00631037706451);
    NEAR(got.high, 0.132517918355);
    counts = (struct change_counts){.paired = 4, .gained = 1};
    assert_true(change_bounds(&counts, &got));
    assert_true(got.low == 0.25 && got.high == 0.25);
    counts = (struct change_counts){.paired = 1, .gained = 1};
    assert_true(change_bounds(&counts, &got));
    assert_true(got.low == 1 && got.high == 1);
    counts = (struct change_counts){.neither = 3};
    assert_true(change_bounds(&counts, &got));
    assert_true(got.low == -1 && got.high == 1);
    counts = (struct change_counts){0};
    assert_false(change_bounds(&counts, &untouched));
    assert_true(untouched.low == 7 && untouched.high == 7);
}

static void a_sample_of_a_list(void **state)
{
    (void)state;
    struct interval got, untouched = {7, 7};
    assert_true(sample95(30, 9000, 1, 0.1, &got));
    NEAR(got.low, 0.00237858243279);
    NEAR(got.high, 0.00466952261541);
    assert_true(sample95(0, 500, 1, 0.5, &got));
    assert_true(got.low == 0);
    NEAR(got.high, 0.00382675848556);
    assert_false(sample95(0, 0, 1, 0.5, &untouched));
    assert_true(untouched.low == 7 && untouched.high == 7);
}

static void records_come_by_domains(void **state)
{
    (void)state;
    const struct cluster domains[] = {cluster_of(1, 0, 500), cluster_of(2, 2, 20),
                                      cluster_of(2, 0, 300), cluster_of(5, 1, 4),
                                      cluster_of(0, 0, 99)};
    double effect = record_design_effect(domains, 5);
    struct interval got;
    NEAR(effect, 1.87131743151);
    assert_true(sample95(44, 1160, effect, 0.25, &got));
    NEAR(got.low, 0.0269008027449);
    NEAR(got.high, 0.0532365985636);
    /* sum x^2 / n where the variance says nothing: none, all, one domain */
    const struct cluster none[] = {cluster_of(1, 0, 2), cluster_of(4, 0, 1)};
    const struct cluster all[] = {cluster_of(1, 1, 2), cluster_of(4, 4, 1)};
    const struct cluster one[] = {cluster_of(3, 1, 1), cluster_of(0, 0, 5)};
    NEAR(record_design_effect(none, 2), 3);
    NEAR(record_design_effect(all, 2), 3);
    NEAR(record_design_effect(one, 2), 3);
    /* of two domains of one record, one with: v = 2 0.5 / 4 */
    const struct cluster two[] = {cluster_of(1, 1, 1), cluster_of(1, 0, 1)};
    NEAR(record_design_effect(two, 2), 2);
    /* and not below 1: records that a domain has one of each */
    const struct cluster even[] = {cluster_of(2, 1, 50)};
    assert_true(record_design_effect(even, 1) == 1);
}

static void signed_against_unsigned(void **state)
{
    (void)state;
    /* Newcombe 1998, 56/70 against 48/80: 0.0524, 0.3339 */
    struct interval one, other;
    assert_true(wilson95(56, 70, &one));
    assert_true(wilson95(48, 80, &other));
    struct interval got = difference95(0.8, one, 0.6, other);
    NEAR(got.low, 0.0524314724024);
    NEAR(got.high, 0.333872654037);
    got = difference95(0.0096, (struct interval){0.00517206203425, 0.0198739083823}, 0.004,
                       (struct interval){0.00293901373773, 0.0216194605758});
    NEAR(got.low, -0.0125673340259);
    NEAR(got.high, 0.0159285471048);
}

static const struct design_facts WHOLE = {.has_listed = true,
                                          .has_other = true,
                                          .complete = true,
                                          .listed = 1000,
                                          .shards = 1,
                                          .surveyed = 1000};

static void designs(void **state)
{
    (void)state;
    static const struct {
        uint64_t limit, surveyed, shards, other;
        bool seeded;
        const char *kind;
        uint64_t population;
        double fraction;
        const char *headline;
    } cases[] = {
        {0, 1000, 1, 0, false, "census", 1000, 1, "share"},
        {0, 1000, 1, 0, true, "census", 1000, 1, "share"},
        {1000, 1000, 1, 0, false, "census", 1000, 1, "share"}, /* the limit is the whole list */
        {2000, 1000, 1, 0, true, "census", 1000, 1, "share"},
        {100, 100, 1, 0, false, "first", 100, 1, "share"},
        {1, 1, 1, 0, false, "first", 1, 1, "share"},
        {100, 100, 1, 0, true, "sample", 1000, 0.1, "sample95"},
        {999, 999, 1, 0, true, "sample", 1000, 0.999, "sample95"},
        {0, 1000, 4, 3000, false, "sample", 4000, 0.25, "sample95"},
        {100, 100, 4, 3000, true, "sample", 4000, 0.025, "sample95"},
        {100, 100, 4, 3000, false, "first", 100, 1, "share"},
        {0, 1000, 4, 0, false, "census", 1000, 1, "share"},    /* all fell to this shard */
        {0, 1000, 1, 3000, false, "census", 1000, 1, "share"}, /* merged: no other counts */
        {0, 999, 1, 0, false, "partial", 1000, 0.999, "share"},
        {100, 99, 1, 0, true, "partial", 1000, 0.099, "share"},
        {100, 1000, 1, 0, true, "partial", 1000, 1, "share"},
        {0, 500, 4, 3000, false, "partial", 4000, 0.125, "share"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct design_facts facts = WHOLE;
        facts.limit = cases[i].limit;
        facts.surveyed = cases[i].surveyed;
        facts.shards = cases[i].shards;
        facts.other = cases[i].other;
        facts.seeded = cases[i].seeded;
        struct design got = design_of(&facts);
        assert_string_equal(design_kind_word(got.kind), cases[i].kind);
        assert_string_equal(design_headline(got.kind), cases[i].headline);
        assert_true(got.has_population);
        assert_int_equal(got.surveyed, cases[i].surveyed);
        assert_int_equal(got.population, cases[i].population);
        NEAR(got.fraction, cases[i].fraction);
    }
}

static void designs_not_told(void **state)
{
    (void)state;
    struct design_facts facts = WHOLE;
    facts.complete = false;
    assert_int_equal(design_of(&facts).kind, DESIGN_PARTIAL);
    assert_true(design_of(&facts).has_population);
    facts = WHOLE;
    facts.has_other = false;
    assert_int_equal(design_of(&facts).kind, DESIGN_PARTIAL);
    assert_true(design_of(&facts).has_population);
    facts.shards = 2;
    assert_false(design_of(&facts).has_population);
    facts = WHOLE;
    facts.has_listed = false;
    assert_int_equal(design_of(&facts).kind, DESIGN_PARTIAL);
    assert_false(design_of(&facts).has_population);
    facts = WHOLE;
    facts.listed = 1;
    facts.surveyed = 0;
    assert_int_equal(design_of(&facts).kind, DESIGN_PARTIAL);
    assert_true(design_of(&facts).fraction == 0);
    facts =
        (struct design_facts){.has_listed = true, .has_other = true, .complete = true, .shards = 1};
    assert_int_equal(design_of(&facts).kind, DESIGN_CENSUS); /* of nothing */
    NEAR(design_of(&facts).fraction, 1);
}

static void zones_by_their_sizes(void **state)
{
    (void)state;
    static const struct zone zones[] = {{150e6, 160}, {6.3e6, 40}, {10e6, 25}, {4e6, 0}};
    NEAR(zone_weight(&zones[0]), 937500);
    assert_true(zone_weight(&zones[3]) == 0);
    struct zone_cover got = zones_cover(zones, 4);
    assert_int_equal(got.zones, 3);
    NEAR(got.covered, 0.976512037581);
    assert_true(got.thin == 0);
    static const struct zone thin[] = {{10, 19}, {30, 20}, {60, 1}};
    got = zones_cover(thin, 3);
    assert_int_equal(got.zones, 3);
    NEAR(got.covered, 1);
    NEAR(got.thin, 0.7);
    NEAR(zone_weight(&thin[2]), 60);
    static const struct zone small[] = {{0.5, 1}};
    got = zones_cover(small, 1);
    assert_true(got.covered == 1 && got.thin == 1);
    static const struct zone none[] = {{10, 0}};
    got = zones_cover(none, 1);
    assert_true(got.zones == 0 && got.covered == 0 && got.thin == 0);
    got = zones_cover(NULL, 0);
    assert_true(got.zones == 0 && got.covered == 0 && got.thin == 0);
    /* three zones of independent units, by their weights: sum N_h y_h/n_h / sum N_h */
    static const struct zone three[] = {{150e6, 100000}, {6.3e6, 20000}, {10e6, 10000}};
    static const double counts[] = {350, 30, 60};
    double with = 0, all = 0;
    for (int i = 0; i < 3; i++) {
        with += zone_weight(&three[i]) * counts[i];
        all += zone_weight(&three[i]) * (double)three[i].surveyed;
    }
    NEAR(with / all, 0.00357456404089);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(student),
        cmocka_unit_test(wilson_reproduces_published_values),
        cmocka_unit_test(clopper_pearson_limits),
        cmocka_unit_test(beta_of_many),
        cmocka_unit_test(bounds_take_the_unanswered_both_ways),
        cmocka_unit_test(unseen_records_are_rounded_up),
        cmocka_unit_test(change_bounds_of_names_both_know),
        cmocka_unit_test(a_sample_of_a_list),
        cmocka_unit_test(records_come_by_domains),
        cmocka_unit_test(signed_against_unsigned),
        cmocka_unit_test(designs),
        cmocka_unit_test(designs_not_told),
        cmocka_unit_test(zones_by_their_sizes),
    };
    return cmocka_run_group_tests_name("share", tests, NULL, NULL);
}
