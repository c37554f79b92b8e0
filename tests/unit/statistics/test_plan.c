/* Expected values: the formulas once more in Python (statistics_model.py); 1,064 and 695 from
 * z^2 (1 / (2 h)^2 - 1), Wilson's half-width at a share of a half. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/statistics/plan.h"

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-10 * fabs(expected) + 1e-15))
        fail_msg("%.17g, expected %.17g", value, expected);
}

static void half_widths(void **state)
{
    (void)state;
    static const struct {
        struct sample_plan plan;
        uint64_t drawn;
        double half_width;
    } cases[] = {
        {{0.0031, 1, 0}, 5000, 0.00158682658518},   {{0.003, 1, 0}, 1000, 0.00388111508618},
        {{0.003, 0.42, 0}, 1000, 0.00688472854572}, {{0.003, 0.42, 10000}, 9000, 0.000553608806311},
        {{0, 1, 0}, 100, 0.0184967491035},          {{1, 1, 200}, 100, 0.00942266318863},
        {{0.5, 1, 0}, 1, 0.445379244471},           {{0.5, 1, 1}, 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_near(plan_half_width(&cases[i].plan, cases[i].drawn), cases[i].half_width);
}

/* Equal is enough. */
static void just_enough(void **state)
{
    (void)state;
    const struct sample_plan plan = {0.5, 1, 0};
    assert_int_equal(plan_drawn(&plan, plan_half_width(&plan, 100)), 100);
    assert_int_not_equal(plan_drawn(&plan, plan_half_width(&plan, PLAN_DRAWN_MOST)), 0);
}

static void numbers_to_draw(void **state)
{
    (void)state;
    static const struct {
        struct sample_plan plan;
        double half_width;
        uint64_t drawn;
    } cases[] = {
        {{0.5, 1, 0}, 0.03, 1064},
        {{0.5, 1, 2000}, 0.03, 695},
        {{0.003, 1, 0}, 0.001, 11795},
        {{0.003, 1, 1000000}, 0.001, 11658},
        {{0.003, 0.42, 1000000}, 0.001, 27316},
        {{0.003, 0.42, 1000}, 1e-6, 1000}, /* all */
        {{0, 1, 0}, 0.001, 1917},
        {{0.5, 1, 0}, 1e-7, 0}, /* too many */
        {{0.5, 1, 1}, 0.2, 1},
        {{0.5, 1, 0}, 0.45, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct sample_plan *plan = &cases[i].plan;
        uint64_t drawn = plan_drawn(plan, cases[i].half_width);
        assert_int_equal(drawn, cases[i].drawn);
        if (drawn > 1) {
            assert_true(plan_half_width(plan, drawn) <= cases[i].half_width);
            assert_true(plan_half_width(plan, drawn - 1) > cases[i].half_width);
        }
    }
}

/* Surveys whose own interval is a worked example */
static struct cluster_share survey_of(int which)
{
    struct cluster certain[] = {
        cluster_of(6000, 0, 1), cluster_of(2000, 40, 1), cluster_of(100, 30, 1),
        cluster_of(90, 0, 1),   cluster_of(80, 4, 1),    cluster_of(70, 0, 1),
        cluster_of(60, 0, 1),   cluster_of(50, 12, 1),   cluster_of(1, 0, 1540),
        cluster_of(1, 1, 10),
    };
    struct cluster few[] = {cluster_of(10, 1, 1), cluster_of(20, 0, 1), cluster_of(30, 5, 1)};
    struct cluster none[] = {cluster_of(6000, 0, 1), cluster_of(2000, 40, 1),
                             cluster_of(50, 0, 40)};
    struct cluster all[] = {cluster_of(600, 600, 1), cluster_of(10, 10, 40)};
    return which == 0   ? cluster_share95(certain, sizeof certain / sizeof *certain)
           : which == 1 ? cluster_share95(few, sizeof few / sizeof *few)
           : which == 2 ? cluster_share95(none, sizeof none / sizeof *none)
                        : cluster_share95(all, sizeof all / sizeof *all);
}

static void other_lists(void **state)
{
    (void)state;
    static const struct {
        int survey;
        double times;
        struct interval expected;
    } cases[] = {
        {0, 1, {0.00517206203425, 0.0198739083823}},
        {0, 0.5, {0.00510562406667, 0.0202699017607}},
        {0, 0.1, {0.00470030485199, 0.0233262656078}},
        {0, 3, {0.00521884566516, 0.0196077618197}},
        {1, 1, {1.35025724472e-07, 0.825000643444}},
        {1, 0.1, {6.5913483339e-10, 0.903862759372}},
        {2, 1, {0.00293901373773, 0.0216194605758}},
        {2, 0.5, {0.00259094271878, 0.0219555404533}},
        {2, 0.1, {0.00155658814041, 0.0246219799924}},
        {3, 0.1, {0.935708348644, 1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cluster_share survey = survey_of(cases[i].survey);
        struct interval got = plan_others95(&survey, cases[i].times);
        assert_near(got.low, cases[i].expected.low);
        assert_near(got.high, cases[i].expected.high);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_widths),
        cmocka_unit_test(numbers_to_draw),
        cmocka_unit_test(just_enough),
        cmocka_unit_test(other_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
