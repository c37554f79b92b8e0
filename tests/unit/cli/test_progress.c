/* The line that says how far a run is: what fits into how many columns, and how fast it goes. */
#include "crawler/cli/progress/rate.h"
#include "crawler/cli/progress/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct progress_numbers busy = {
    .done = 1234567,
    .total = 14552195,
    .pass = 2,
    .asked = 12345.4,
    .answered = 0.9981,
    .failed = 2345,
    .in_flight = 4000,
    .for_policies = 120,
    .seconds_left = 4825,
};

static void the_widest_form_that_fits(void **state)
{
    static const struct {
        unsigned width;
        const char *line;
    } cases[] = {
        {200, "1,234,567 of 14,552,195 domains (second pass), 12345 questions/s, 99.8 % answered, "
              "2345 failed, 4000 in flight, 120 wait for policies, 1 h 20 min left"},
        {149, "1,234,567 of 14,552,195 domains (second pass), 12345 questions/s, 99.8 % answered, "
              "2345 failed, 4000 in flight, 1 h 20 min left"},
        {120, "1,234,567/14,552,195 domains (second pass), 12345 q/s, 99.8 % answered, "
              "2345 failed, 4000 in flight, 1 h 20 min left"},
        {105, "1,234,567/14,552,195 domains (second pass), 12345 q/s, 99.8 % answered, "
              "2345 failed, 1 h 20 min left"},
        {99, "1,234,567/14,552,195 domains (second pass), 12345 q/s, 99.8 % answered, "
             "1 h 20 min left"},
        {80, "1,234,567/14,552,195 domains, 12345 q/s, 99.8 % answered, 1 h 20 min left"},
        {60, "1,234,567/14,552,195 domains, 12345 q/s, 1 h 20 min left"},
        {40, "1,234,567/14,552,195 12345 q/s 1h20m"},
        {20, "1,234,567/14,552,195"},
        {4, "1,23"},
        {0, ""},
    };
    char line[PROGRESS_LINE_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        progress_text(&busy, cases[i].width, line);
        assert_string_equal(line, cases[i].line);
    }
}

static void no_line_is_wider(void **state)
{
    struct progress_numbers most = busy;
    char line[PROGRESS_LINE_MAX];
    (void)state;
    most.done = most.total = most.failed = UINT64_MAX;
    most.in_flight = most.for_policies = UINT32_MAX;
    most.asked = most.seconds_left = 1e9;
    for (unsigned width = 0; width < PROGRESS_LINE_MAX; width++) {
        progress_text(&most, width, line);
        assert_in_range(strlen(line), 0, width);
        most.paused = !most.paused;
    }
    most.paused = false;
    progress_text(&most, PROGRESS_LINE_MAX - 1, line);
    assert_non_null(strstr(line, "wait for policies"));
}

static void what_is_not_known_is_not_said(void **state)
{
    const struct progress_numbers first = {
        .total = 20000, .in_flight = 4000, .asked = -1, .answered = -1, .seconds_left = -1};
    char line[PROGRESS_LINE_MAX];
    (void)state;
    progress_text(&first, 100, line);
    assert_string_equal(line, "0 of 20,000 domains, 0 failed, 4000 in flight");
}

static void a_pause(void **state)
{
    struct progress_numbers paused = busy;
    char line[PROGRESS_LINE_MAX];
    (void)state;
    paused.paused = true;
    progress_text(&paused, 80, line);
    assert_string_equal(line,
                        "1,234,567 of 14,552,195 domains; PAUSED: the resolver does not answer");
    progress_text(&paused, 60, line);
    assert_string_equal(line, "1,234,567/14,552,195 domains; PAUSED: no answers");
    progress_text(&paused, 40, line);
    assert_string_equal(line, "1,234,567/14,552,195 PAUSED");
    paused.network_gone = true;
    progress_text(&paused, 100, line);
    assert_string_equal(line, "1,234,567 of 14,552,195 domains; PAUSED: the network behind the "
                              "resolver is gone");
    progress_text(&paused, 60, line);
    assert_string_equal(line, "1,234,567/14,552,195 domains; PAUSED: no network");
    progress_text(&paused, 40, line);
    assert_string_equal(line, "1,234,567/14,552,195 PAUSED");
}

static void durations(void **state)
{
    static const struct {
        double seconds;
        const char *usual, *tight;
    } cases[] = {
        {0, "1/2 domains, 0 s left", "1/2 0s"},
        {59.4, "1/2 domains, 59 s left", "1/2 59s"},
        {60, "1/2 domains, 1 min 00 s left", "1/2 1m00s"},
        {3599, "1/2 domains, 59 min 59 s left", "1/2 59m59s"},
        {7500, "1/2 domains, 2 h 05 min left", "1/2 2h05m"},
        {3 * 86400, "1/2 domains, 3 days left", "1/2 3d"},
    };
    char line[PROGRESS_LINE_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct progress_numbers numbers = {
            .done = 1, .total = 2, .asked = -1, .answered = -1, .seconds_left = cases[i].seconds};
        progress_text(&numbers, (unsigned)strlen(cases[i].usual), line);
        assert_string_equal(line, cases[i].usual);
        progress_text(&numbers, (unsigned)strlen(cases[i].tight), line);
        assert_string_equal(line, cases[i].tight);
    }
}

/* The rate after these, seen a second apart. */
static double after(const uint64_t *counts, size_t length, uint64_t first_ms)
{
    struct progress_rate rate = {false};
    for (size_t i = 0; i < length; i++)
        progress_rate_see(&rate, first_ms + i * 1000, counts[i], 60000);
    return progress_rate_a_second(&rate);
}

static void known_after_a_second(void **state)
{
    struct progress_rate rate = {false};
    (void)state;
    assert_true(progress_rate_a_second(&rate) < 0);
    progress_rate_see(&rate, 100, 4000, 3000); /* the first box of questions is no pace */
    assert_true(progress_rate_a_second(&rate) < 0);
    progress_rate_see(&rate, 105, 4100, 3000);
    assert_true(progress_rate_a_second(&rate) < 0);
    progress_rate_see(&rate, 1105, 9000, 3000);
    assert_float_equal(progress_rate_a_second(&rate), 4956, 1);
}

/* Nothing ends in the first seconds: that says nothing about those to come. */
static void true_from_the_start(void **state)
{
    static const uint64_t slow[] = {0, 0, 0, 0, 500, 1000}, continued[] = {900000, 900500, 901000};
    (void)state;
    assert_float_equal(after(slow, 4, 100), -1, 0);
    assert_float_equal(after(slow, 6, 100), 500, 0.01);
    assert_float_equal(after(continued, 3, 100), 500, 0.01);
}

static void follows_what_is_of_late(void **state)
{
    uint64_t counts[600] = {0};
    (void)state;
    for (size_t i = 1; i < 600; i++)
        counts[i] = counts[i - 1] + (i < 300 ? 1000 : 100);
    assert_float_equal(after(counts, 300, 0), 1000, 0.01);
    assert_in_range((uint64_t)after(counts, 330, 0), 500, 700);
    assert_in_range((uint64_t)after(counts, 600, 0), 100, 110);
}

static void a_clock_that_stands(void **state)
{
    struct progress_rate rate = {false};
    (void)state;
    progress_rate_see(&rate, 0, 0, 60000);
    progress_rate_see(&rate, 1000, 50, 60000);
    progress_rate_see(&rate, 1000, 100, 60000);
    assert_float_equal(progress_rate_a_second(&rate), 100, 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_widest_form_that_fits),
        cmocka_unit_test(no_line_is_wider),
        cmocka_unit_test(what_is_not_known_is_not_said),
        cmocka_unit_test(a_pause),
        cmocka_unit_test(durations),
        cmocka_unit_test(known_after_a_second),
        cmocka_unit_test(true_from_the_start),
        cmocka_unit_test(follows_what_is_of_late),
        cmocka_unit_test(a_clock_that_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
