/* What got lost together is not sent again together: over invented ticks. */
#include "crawler/net/lookup/again.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct again again; /* larger than a stack likes */

static void begin(void)
{
    again = (struct again){.first = 0};
}

static void test_due(void **state)
{
    static const struct {
        unsigned waiting, due;
    } table[] = {{0, 1}, {1, 1}, {74, 1}, {75, 2}, {149, 2}, {150, 3}, {1000, 14}, {32768, 437}};
    (void)state;
    for (unsigned i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(again_due(table[i].waiting), table[i].due);
}

/* So many that got lost at once: in one tick a small share of them leaves, the oldest first; half
 * of many are gone in about a second, all in some. */
static void test_a_burst_is_spread(void **state)
{
    static const struct {
        unsigned lost, most, half, all; /* in a tick; ticks */
    } bursts[] = {{1, 1, 1, 1},
                  {40, 1, 20, 40},
                  {300, 5, 55, 250},
                  {4000, 54, 55, 400},
                  {32768, 437, 55, 600}};
    (void)state;
    for (unsigned i = 0; i < sizeof bursts / sizeof *bursts; i++) {
        unsigned ticks = 0, half = 0;
        uint16_t id, next = 0;
        begin();
        for (unsigned put = 0; put < bursts[i].lost; put++)
            assert_true(again_put(&again, (uint16_t)put));
        for (; again.count > 0; ticks++) {
            unsigned due = again_due(again.count), left = 0;
            for (; left < due && again_take(&again, &id); left++)
                assert_int_equal(id, next++);
            assert_in_range(left, 1, bursts[i].most);
            if (half == 0 && again.count * 2 <= bursts[i].lost)
                half = ticks + 1;
        }
        assert_in_range(half, 1, bursts[i].half);
        assert_in_range(ticks, 1, bursts[i].all);
        assert_int_equal(next, bursts[i].lost);
    }
}

/* Round its end, and full. */
static void test_ring(void **state)
{
    uint16_t id = 0;
    (void)state;
    begin();
    assert_false(again_take(&again, &id));
    again.first = AGAIN_MAX - 2;
    for (unsigned i = 0; i < AGAIN_MAX; i++)
        assert_true(again_put(&again, (uint16_t)(i + 7)));
    assert_false(again_put(&again, 5));
    for (unsigned i = 0; i < AGAIN_MAX; i++) {
        assert_true(again_take(&again, &id));
        assert_int_equal(id, (uint16_t)(i + 7));
    }
    assert_false(again_take(&again, &id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_due),
        cmocka_unit_test(test_a_burst_is_spread),
        cmocka_unit_test(test_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
