/* What a resolver grants that refuses what is too much, over invented time. */
#include "crawler/net/health/limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum {
    BEGIN = 100000,
    SECOND = LIMIT_ROUND_MS,
};

/* A second of so many answers and refusals; again: of the answers, to what had been refused. */
static void second(struct limit *limit, uint64_t *now, unsigned answered, unsigned refused,
                   unsigned again)
{
    for (unsigned i = 0; i < answered; i++)
        limit_answered(limit, i < again);
    for (unsigned i = 0; i < refused; i++)
        limit_refused(limit, false);
    limit_tick(limit, *now + SECOND - 1);
    assert_false(limit_has_judged(limit, *now));
    *now += SECOND;
    limit_tick(limit, *now);
    assert_true(limit_has_judged(limit, *now - 1));
}

static void test_what_lowers_it(void **state)
{
    static const struct {
        unsigned answered, refused, again, per_second;
    } cases[] = {
        {1000, 0, 0, 0},     {1000, 500, 0, 0}, /* those are the names that it refuses */
        {1000, 500, 1, 750}, {0, 500, 0, 0},    {1000, 99, 5, 0}, {900, 100, 5, 675},
        {20, 3, 3, 0},       {20, 4, 3, 15},    {3, 500, 3, 10},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t now = BEGIN;
        struct limit limit;
        limit_init(&limit, now);
        assert_false(limit_slows(&limit, 0));
        second(&limit, &now, cases[i].answered, cases[i].refused, cases[i].again);
        assert_int_equal(limit.per_second, cases[i].per_second);
        assert_int_equal(limit_slows(&limit, now + 1), cases[i].per_second != 0);
    }
}

/* Of whatever leaves, a hundred a second are granted: soon nearly all of it is. */
static void test_finds_what_is_granted(void **state)
{
    uint64_t now = BEGIN;
    struct limit limit;
    unsigned refused_in_all = 0, granted_in_all = 0;
    (void)state;
    limit_init(&limit, now);
    for (unsigned round = 0; round < 300; round++) {
        unsigned asked = limit.per_second == 0 ? 5000 : limit.per_second;
        unsigned granted = asked < 100 ? asked : 100;
        second(&limit, &now, granted, asked - granted, granted);
        if (round >= 10) {
            granted_in_all += granted;
            refused_in_all += asked - granted;
        }
    }
    assert_in_range(granted_in_all, 290 * 90, 290 * 100);
    assert_in_range(refused_in_all, 0, granted_in_all / 15);
}

static void test_is_forgotten(void **state)
{
    uint64_t now = BEGIN;
    struct limit limit;
    (void)state;
    limit_init(&limit, now);
    second(&limit, &now, 100, 900, 5);
    assert_int_equal(limit.per_second, 75);
    for (unsigned round = 0; round < 60; round++)
        second(&limit, &now, 75, 0, 0);
    assert_in_range(limit.per_second, 1500, 100000);
    for (unsigned round = 0; round < 100; round++)
        second(&limit, &now, 75, 0, 0);
    assert_int_equal(limit.per_second, 0);
}

/* A third of all is refused, however little is asked: haste is not the reason. */
static void test_lowered_in_vain(void **state)
{
    uint64_t now = BEGIN;
    struct limit limit;
    unsigned rounds_lowered = 0;
    (void)state;
    limit_init(&limit, now);
    for (unsigned round = 0; round < 100; round++) {
        unsigned asked = limit.per_second == 0 ? 3000 : limit.per_second;
        second(&limit, &now, asked - asked / 3, asked / 3, 5);
        rounds_lowered += limit.per_second != 0;
    }
    assert_in_range(rounds_lowered, 1, 2 * LIMIT_VAIN);
    assert_int_equal(limit.per_second, 0);
    assert_true(limit_slows(&limit, limit.lowered_ms)); /* then it had a limit */
    assert_false(limit_slows(&limit, limit.lowered_ms + 1));
}

/* Names that are always refused, each asked again, do not lower it further; before there is one,
 * what is refused again tells of haste as anything does. */
static void test_refused_again(void **state)
{
    struct limit limit;
    uint64_t now = BEGIN;
    (void)state;
    limit_init(&limit, now);
    for (unsigned i = 0; i < 50; i++)
        limit_refused(&limit, true);
    second(&limit, &now, 20, 0, 1);
    assert_int_equal(limit.per_second, 15);
    for (unsigned i = 0; i < 5; i++)
        limit_refused(&limit, true);
    second(&limit, &now, 10, 0, 1);
    assert_int_equal(limit.per_second, 16);
    for (unsigned i = 0; i < 5; i++)
        limit_refused(&limit, false);
    second(&limit, &now, 8, 0, 1);
    assert_int_equal(limit.per_second, 10);
}

static void test_many(void **state)
{
    struct limit limit;
    (void)state;
    limit_init(&limit, BEGIN);
    assert_false(limit_refuses_many(&limit));
    for (unsigned i = 0; i < 3; i++)
        limit_refused(&limit, false);
    assert_false(limit_refuses_many(&limit));
    limit_refused(&limit, false);
    assert_true(limit_refuses_many(&limit));
    for (unsigned i = 0; i < 46; i++)
        limit_answered(&limit, false);
    assert_false(limit_refuses_many(&limit));
}

/* One round more, from any state: limits, shares and counts at and beside each bound. */
static void test_rounds(void **state)
{
    static const struct {
        struct limit before;
        unsigned per_second, share, vain;
    } cases[] = {
        /* lowered: to what was granted, never raised, never below the least */
        {{.answered = 90, .refused = 10, .proven = true}, 68, 10, 0},
        {{.per_second = 60, .share = 50, .answered = 80, .refused = 20, .proven = true}, 60, 20, 0},
        {{.per_second = 61, .share = 50, .answered = 80, .refused = 20, .proven = true}, 60, 20, 0},
        {{.answered = 12, .refused = 90, .proven = true}, 10, 88, 0},
        {{.answered = 13, .refused = 90, .proven = true}, 10, 87, 0},
        {{.answered = 14, .refused = 90, .proven = true}, 11, 86, 0},
        {{.answered = 3, .refused = 90, .proven = true}, 10, 96, 0},
        /* better is a share less by more than a quarter */
        {{.per_second = 99, .share = 40, .answered = 71, .refused = 29, .proven = true}, 54, 29, 0},
        {{.per_second = 99, .share = 40, .answered = 70, .refused = 30, .proven = true}, 53, 30, 1},
        {{.per_second = 99, .share = 40, .vain = 1, .answered = 70, .refused = 30, .proven = true},
         53,
         30,
         2},
        {{.per_second = 99, .share = 40, .vain = 2, .answered = 71, .refused = 29, .proven = true},
         54,
         29,
         0},
        {{.per_second = 99, .share = 40, .vain = 3, .answered = 70, .refused = 30, .proven = true},
         0,
         30,
         4},
        {{.share = 90, .vain = 4, .answered = 70, .refused = 30, .proven = true}, 0, 90, 4},
        {{.per_second = 0, .share = 30, .vain = 3, .answered = 70, .refused = 30, .proven = true},
         53,
         30,
         0},
        /* grows by a sixteenth and one, where few are refused */
        {{.per_second = 160, .answered = 100}, 171, 0, 0},
        {{.per_second = 160, .vain = 2, .answered = 100, .refused = 2}, 171, 0, 0},
        {{.per_second = 160, .vain = 2, .answered = 100, .refused = 3}, 160, 0, 2},
        {{.per_second = 160, .vain = 2, .answered = 99, .refused = 2}, 160, 0, 2},
        {{.per_second = 1, .answered = 1}, 2, 0, 0},
        {{.per_second = 15, .answered = 49, .refused = 1}, 15, 0, 0},
        {{.per_second = 15, .answered = 50, .refused = 1}, 16, 0, 0},
        {{.per_second = 16, .answered = 10}, 18, 0, 0},
        {{.answered = 10}, 0, 0, 0},
        /* until it is none */
        {{.per_second = 94116, .answered = 10}, 99999, 0, 0},
        {{.per_second = 94117, .answered = 10}, 100000, 0, 0},
        {{.per_second = 94118, .answered = 10}, 0, 0, 0},
        /* unproven */
        {{.per_second = 50, .share = 5, .answered = 70, .refused = 30}, 50, 5, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct limit limit = cases[i].before;
        limit.round_ms = BEGIN;
        limit_tick(&limit, BEGIN + SECOND);
        if (limit.per_second != cases[i].per_second || limit.share != cases[i].share ||
            limit.vain != cases[i].vain)
            fail_msg("%zu: %u a second, share %u, vain %u", i, limit.per_second, limit.share,
                     limit.vain);
        assert_int_equal(limit.answered, 0);
        assert_int_equal(limit.refused, 0);
        assert_false(limit.proven);
        assert_int_equal(limit.round_ms, BEGIN + SECOND);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_lowers_it), cmocka_unit_test(test_finds_what_is_granted),
        cmocka_unit_test(test_is_forgotten),   cmocka_unit_test(test_lowered_in_vain),
        cmocka_unit_test(test_refused_again),  cmocka_unit_test(test_many),
        cmocka_unit_test(test_rounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
