/* Bands of ranks, at their ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/core/rank_band.h"

static void test_ends(void **state)
{
    (void)state;
    static const struct {
        int64_t rank;
        const char *band;
    } cases[] = {
        {-1, ""},
        {0, "1-1000"},
        {1, "1-1000"},
        {1000, "1-1000"},
        {1001, "1001-10000"},
        {10000, "1001-10000"},
        {10001, "10001-100000"},
        {100001, "100001-1000000"},
        {1000000, "100001-1000000"},
        {1000001, "1000001-10000000"},
        {10000000, "1000001-10000000"},
        {10000001, "over 10000000"},
        {INT64_MAX, "over 10000000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(RANK_BANDS[rank_band(cases[i].rank)], cases[i].band);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
