/* How many questions may be under way, over invented time. */
#include "crawler/net/health/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum {
    BEGIN = 100000,
    PATIENCE = 5000,
};

/* So many answers, spread over the time; of them every nth of a question that had got lost. */
static void answers(struct window *window, unsigned count, unsigned every, uint64_t from,
                    uint64_t to)
{
    for (unsigned i = 0; i < count; i++)
        window_answered(window, every != 0 && i % every == 0, from + (to - from) * i / count);
}

static void test_grows_with_answers(void **state)
{
    struct window window;
    (void)state;
    window_init(&window, 4000, PATIENCE, BEGIN);
    assert_int_equal(window.size, 256);
    answers(&window, 256, 0, BEGIN, BEGIN + 10);
    assert_int_equal(window.size, 512);
    answers(&window, 100000, 0, BEGIN + 10, BEGIN + 2000);
    assert_int_equal(window.size, 4000);
    assert_false(window_lost_since(&window, BEGIN));
}

static void test_never_more_than_told(void **state)
{
    static const unsigned mosts[] = {1, 7, 31, 100, 255};
    (void)state;
    for (unsigned i = 0; i < sizeof mosts / sizeof *mosts; i++) {
        struct window window;
        window_init(&window, mosts[i], PATIENCE, BEGIN);
        answers(&window, 5000, 0, BEGIN, BEGIN + 1000);
        assert_int_equal(window.size, mosts[i]);
        answers(&window, 5000, 1, BEGIN + 1000, BEGIN + 9000);
        assert_in_range(window.size, 1, mosts[i]);
    }
}

static void test_halved_by_loss_once_in_its_time(void **state)
{
    struct window window;
    (void)state;
    window_init(&window, 4000, PATIENCE, BEGIN);
    answers(&window, 10000, 0, BEGIN, BEGIN + 1000);
    answers(&window, 2000, 2, BEGIN + 6000, BEGIN + 8000);
    assert_in_range(window.size, 2000, 2002);
    assert_true(window_lost_since(&window, BEGIN + 1000));
    assert_false(window_lost_since(&window, BEGIN + 8000));
    assert_int_equal(window.lost, 1000);
    answers(&window, 2000, 2, BEGIN + 12000, BEGIN + 14000);
    assert_in_range(window.size, 1000, 1003);
}

static void test_then_grows_slowly(void **state)
{
    struct window window;
    (void)state;
    window_init(&window, 4000, PATIENCE, BEGIN);
    answers(&window, 10000, 0, BEGIN, BEGIN + 1000);
    answers(&window, 600, 1, BEGIN + 6000, BEGIN + 6600);
    unsigned halved = window.size;
    assert_int_equal(halved, 2000);
    answers(&window, 2000, 0, BEGIN + 7000, BEGIN + 8000);
    assert_in_range(window.size, halved + 1, halved + 2);
}

static void test_never_too_small(void **state)
{
    struct window window;
    (void)state;
    window_init(&window, 4000, PATIENCE, BEGIN);
    for (unsigned i = 0; i < 40; i++)
        answers(&window, 1000, 1, BEGIN + i * 6000, BEGIN + i * 6000 + 1000);
    assert_int_equal(window.size, 32);
}

/* A resolver that drops what takes it long, and then knows it. */
static void test_a_few_are_no_loss(void **state)
{
    struct window window;
    (void)state;
    window_init(&window, 4000, PATIENCE, BEGIN);
    answers(&window, 100000, 25, BEGIN, BEGIN + 50000);
    assert_int_equal(window.size, 4000);
    answers(&window, 3, 1, BEGIN + 51000, BEGIN + 53000);
    assert_int_equal(window.size, 4000);
}

static void test_halved_where_it_is_said(void **state)
{
    struct window window;
    (void)state;
    window_init(&window, 4000, PATIENCE, BEGIN);
    answers(&window, 10000, 0, BEGIN, BEGIN + 400);
    for (unsigned i = 0; i < 100; i++)
        window_too_fast(&window, BEGIN + 400 + i); /* all of one moment */
    assert_int_equal(window.size, 2000);
    window_too_fast(&window, BEGIN + 1000);
    assert_int_equal(window.size, 1000);
}

/* Answers of questions that had got lost, and of others, all at one moment. */
static void come(struct window *window, unsigned lost, unsigned others, uint64_t now)
{
    for (unsigned i = 0; i < lost + others; i++)
        window_answered(window, i < lost, now);
}

/* A round: at its end, where it began and the next one begins, is one more answer.  Halved means
 * that the window is no larger than half of what it was. */
static void test_rounds(void **state)
{
    static const struct {
        const char *title;
        unsigned lost, others;
        bool halved;
    } rounds[] = {
        {"three are no loss", 3, 0, false},
        {"four are", 4, 0, true},
        {"one of twenty", 5, 94, true},
        {"... rounded down", 5, 113, true},
        {"less", 5, 114, false},
        {"none", 0, 500, false},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof rounds / sizeof *rounds; i++) {
        struct window window;
        window_init(&window, 256, PATIENCE, BEGIN);
        come(&window, rounds[i].lost, rounds[i].others, BEGIN + 499);
        assert_int_equal(window.size, 256);
        come(&window, 0, 1, BEGIN + 500);
        if ((window.size == 128) != rounds[i].halved)
            fail_msg("%s: %u", rounds[i].title, window.size);
        come(&window, 3, 0, BEGIN + 999); /* counts from nothing */
        come(&window, 0, 1, BEGIN + 6000);
        assert_int_equal(window.size >= 128 && window.size < 256, rounds[i].halved);
    }
}

/* The answer that ends a round belongs to it. */
static void test_end_of_a_round(void **state)
{
    struct window window;
    (void)state;
    window_init(&window, 256, PATIENCE, BEGIN);
    come(&window, 3, 0, BEGIN);
    come(&window, 1, 0, BEGIN + 500);
    assert_int_equal(window.size, 128);
}

/* By loss once in the patience, also where the clock has just begun. */
static void test_second_halving(void **state)
{
    struct window window;
    (void)state;
    window_init(&window, 256, PATIENCE, 10);
    come(&window, 4, 0, 509);
    come(&window, 0, 1, 510);
    assert_int_equal(window.size, 128);
    come(&window, 4, 0, 5510);
    assert_int_equal(window.size, 128);
    come(&window, 4, 0, 6009);
    come(&window, 0, 1, 6010);
    assert_int_equal(window.size, 64);
    assert_true(window_lost_since(&window, 6009));
    assert_false(window_lost_since(&window, 6010));
}

static void test_second_halving_is_due(void **state)
{
    static const struct {
        uint64_t after_ms;
        unsigned size;
    } halvings[] = {{700, 128}, {701, 64}};
    (void)state;
    for (unsigned i = 0; i < sizeof halvings / sizeof *halvings; i++) {
        struct window window;
        window_init(&window, 256, 700, BEGIN);
        come(&window, 3, 0, BEGIN);
        come(&window, 1, 0, BEGIN + 500);
        assert_int_equal(window.size, 128);
        come(&window, 3, 0, BEGIN + 600);
        come(&window, 1, 0, BEGIN + 500 + halvings[i].after_ms);
        assert_int_equal(window.size, halvings[i].size);
    }
}

/* One larger by each windowful, counted anew after a halving. */
static void test_slowly_is_a_windowful(void **state)
{
    struct window window;
    (void)state;
    window_init(&window, 128, PATIENCE, BEGIN);
    window_too_fast(&window, BEGIN);
    assert_int_equal(window.size, 64);
    come(&window, 0, 63, BEGIN);
    assert_int_equal(window.size, 64);
    come(&window, 0, 1, BEGIN);
    assert_int_equal(window.size, 65);
    come(&window, 0, 64, BEGIN);
    assert_int_equal(window.size, 65);
    come(&window, 0, 1, BEGIN);
    assert_int_equal(window.size, 66);
    come(&window, 0, 30, BEGIN);
    window_too_fast(&window, BEGIN + 500);
    assert_int_equal(window.size, 33);
    come(&window, 0, 32, BEGIN + 500);
    assert_int_equal(window.size, 33);
    come(&window, 0, 1, BEGIN + 500);
    assert_int_equal(window.size, 34);
}

/* Where it is said, once in a round; never below the least, or what one was told. */
static void test_too_fast_once_in_a_round(void **state)
{
    struct window window;
    (void)state;
    window_init(&window, 63, PATIENCE, 10);
    window_too_fast(&window, 10);
    assert_int_equal(window.size, WINDOW_LEAST);
    window_init(&window, 256, PATIENCE, 10);
    window_too_fast(&window, 10);
    assert_int_equal(window.size, 128);
    window_too_fast(&window, 509);
    assert_int_equal(window.size, 128);
    window_too_fast(&window, 510);
    assert_int_equal(window.size, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_halved_where_it_is_said),
        cmocka_unit_test(test_rounds),
        cmocka_unit_test(test_end_of_a_round),
        cmocka_unit_test(test_second_halving),
        cmocka_unit_test(test_second_halving_is_due),
        cmocka_unit_test(test_slowly_is_a_windowful),
        cmocka_unit_test(test_too_fast_once_in_a_round),
        cmocka_unit_test(test_grows_with_answers),
        cmocka_unit_test(test_never_more_than_told),
        cmocka_unit_test(test_halved_by_loss_once_in_its_time),
        cmocka_unit_test(test_then_grows_slowly),
        cmocka_unit_test(test_never_too_small),
        cmocka_unit_test(test_a_few_are_no_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
