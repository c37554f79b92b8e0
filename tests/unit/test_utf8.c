/* Texts of unknown origin on their way to a terminal, by themselves and in errors. */
#include "crawler/core/error.h"
#include "crawler/core/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void test_escape(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"", ""},
        {"plain \\ \"text\"", "plain \\ \"text\""},
        {"b\xc3\xbc"
         "cher \xe4\xb8\xad \xf0\x9f\x93\xa7",
         "b\xc3\xbc"
         "cher \xe4\xb8\xad \xf0\x9f\x93\xa7"},
        {"\x1b[2J\r\n\t\x7f", "\\u{1b}[2J\\u{d}\\u{a}\\u{9}\\u{7f}"},
        {"\xc2\x9b"
         "31m",
         "\\u{9b}31m"},    /* CSI of one character */
        {"\x9b", "\\x9b"}, /* and of one octet */
        {"a\xe2\x80\xae"
         "b\xe2\x81\xa6",
         "a\\u{202e}b\\u{2066}"},            /* bidi */
        {"\xc0\xaf", "\\xc0\\xaf"},          /* overlong */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"}, /* a surrogate */
        {"\xe2\x80", "\\xe2\\x80"},          /* cut */
        {"\xf3\xa0\x80\x81", "\\u{e0001}"},  /* a tag: the longest escape */
    };
    char shown[128];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(utf8_escape(cases[i].text, shown, sizeof shown),
                         strlen(cases[i].expected));
        assert_string_equal(shown, cases[i].expected);
    }
}

static void test_whole_pieces(void **state)
{
    char shown[8];
    (void)state;
    assert_int_equal(utf8_escape("ab\xe4\xb8\xad\xe4\xb8\xad", shown, sizeof shown), 5);
    assert_string_equal(shown, "ab\xe4\xb8\xad");
    assert_int_equal(utf8_escape("abc\x1b", shown, sizeof shown), 3);
    assert_int_equal(utf8_escape("ab", shown, 1), 0);
}

static void test_error(void **state)
{
    char text[ERROR_TEXT_MAX + 10];
    struct error error;
    (void)state;
    assert_int_equal(error_set(&error, "%s: %d", "\xc2\x9b\xff\n\xc3\xbc", 7), -1);
    assert_string_equal(error.text, "\\u{9b}\\xff\\u{a}\xc3\xbc: 7");
    error_set(&error, "again: %s", error.text);
    assert_string_equal(error.text, "again: \\u{9b}\\xff\\u{a}\xc3\xbc: 7");
    memset(text, 'a', sizeof text);
    memcpy(text + ERROR_TEXT_MAX - 3, "\xe4\xb8\xad", 4); /* its end has no room */
    error_set(&error, "%s", text);
    assert_int_equal(strlen(error.text), ERROR_TEXT_MAX - 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escape),
        cmocka_unit_test(test_whole_pieces),
        cmocka_unit_test(test_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
