/* What unbound-checkconf prints of an option (1.17.1's forms), and the line that becomes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/net/resolver/unbound_check.h"

#include <string.h>

#define LOG "[1795744844] unbound-checkconf[11082:0] warning: no reason to worry\n"

struct read_case {
    const char *output, *expected;
};

static const struct read_case read_cases[] = {
    {"", ""},
    {"\n", ""},
    {"no\n", "no"},
    {"no", "no"},
    {"1024 150 2048 150 4096 150\n", "1024 150 2048 150 4096 150"},
    {"one.example.\ntwo.example.\n", "one.example., two.example."},
    {LOG "yes\n" LOG, "yes"},
    {LOG, ""},
    {"a\x1b[31m\x85\n", "a?[31m?"},
};

static void test_read(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof read_cases / sizeof *read_cases; i++) {
        char value[UNBOUND_OPTION_MAX];
        unbound_check_read(read_cases[i].output, value);
        assert_string_equal(value, read_cases[i].expected);
    }
}

static void test_long(void **state)
{
    (void)state;
    char output[2 * UNBOUND_OPTION_MAX + 1], value[UNBOUND_OPTION_MAX];
    for (size_t length = UNBOUND_OPTION_MAX - 8; length < sizeof output; length++) {
        memset(output, 'x', length);
        output[length] = '\0';
        unbound_check_read(output, value);
        if (length <= UNBOUND_OPTION_MAX - 4) {
            assert_string_equal(value, output);
        } else {
            assert_int_equal(strlen(value), UNBOUND_OPTION_MAX - 1);
            assert_string_equal(value + UNBOUND_OPTION_MAX - 4, "...");
        }
        memset(output, '\n', length); /* nothing at all */
        output[length / 2] = 'y';
        unbound_check_read(output, value);
        assert_string_equal(value, "y");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
