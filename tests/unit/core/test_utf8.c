/* Texts of unknown origin on their way to a terminal, by themselves and in errors. */
#include "crawler/core/error.h"
#include "crawler/core/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* RFC 3629 s3: the length of the character that the octets begin with, 0 where they are none: its
 * bits by the first octet, in the shortest form, no surrogate and nothing above U+10FFFF. */
static size_t length_of(const unsigned char octets[4])
{
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = octets[0] < 0x80             ? 1
                    : (octets[0] & 0xe0) == 0xc0 ? 2
                    : (octets[0] & 0xf0) == 0xe0 ? 3
                    : (octets[0] & 0xf8) == 0xf0 ? 4
                                                 : 0;
    if (length < 2)
        return length;
    unsigned point = octets[0] & (0xffU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((octets[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (octets[i] & 0x3f);
    }
    bool surrogate = point >= 0xd800 && point <= 0xdfff;
    return point < least[length] || surrogate || point > 0x10ffff ? 0 : length;
}

static void test_characters(void **state)
{
    static const unsigned char edges[] = {0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff};
    (void)state;
    for (unsigned start = 0; start < 0x10000; start++) {
        for (unsigned end = 0; end < 36; end++) {
            const unsigned char octets[] = {(unsigned char)(start >> 8), (unsigned char)start,
                                            edges[end / 6], edges[end % 6]};
            size_t length = length_of(octets);
            size_t found = utf8_character((const char *)octets, 4);
            if (found != length)
                fail_msg("%02x %02x %02x %02x: %zu octets, not %zu", octets[0], octets[1],
                         octets[2], octets[3], found, length);
            for (size_t left = 1; left < length; left++)
                assert_int_equal(utf8_character((const char *)octets, left), 0);
        }
    }
}

static void test_from_octets(void **state)
{
#define FFFD "\xef\xbf\xbd"
    static const struct {
        const char *text;
        size_t length, characters;
        const char *expected;
    } cases[] = {
        {"", 0, 5, ""},
        {"abc", 3, 5, "abc"},
        {"abc", 3, 3, "abc"},
        {"abc", 3, 2, "ab"},
        {"abc", 3, 0, ""},
        {"a\0c", 3, 5, "a" FFFD "c"},
        {"\xff\xfe", 2, 5, FFFD FFFD},
        {"\xff\xfe", 2, 1, FFFD},
        {"\xc3\xbc\xe4\xb8\xad\xf0\x9f\x93\xa7", 9, 3, "\xc3\xbc\xe4\xb8\xad\xf0\x9f\x93\xa7"},
        {"\xc3\xbc\xe4\xb8\xad\xf0\x9f\x93\xa7", 9, 2, "\xc3\xbc\xe4\xb8\xad"},
        {"\xc3\xbc\xe4\xb8\xad", 4, 5, "\xc3\xbc" FFFD FFFD}, /* cut */
        {"\xed\xa0\x80", 3, 5, FFFD FFFD FFFD},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char ret[5 * UTF8_CHARACTER_MAX + 1];
        memset(ret, 'x', sizeof ret);
        size_t length = utf8_from_octets(cases[i].text, cases[i].length, cases[i].characters, ret);
        assert_int_equal(length, strlen(cases[i].expected));
        assert_string_equal(ret, cases[i].expected);
    }
}

/* The first and the last of what a terminal must not be sent, and their neighbours. */
static void test_unsafe_ranges(void **state)
{
    static const unsigned ranges[][2] = {
        {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},   {0x115f, 0x1160},   {0x180b, 0x180f},
        {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},   {0xfe00, 0xfe0f},
        {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe0fff},
    };
    (void)state;
    for (unsigned point = 1; point < 0xe1100; point = point == 0x10000 ? 0xdff00 : point + 1) {
        bool expected = point < 0x20;
        for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
            expected |= point >= ranges[i][0] && point <= ranges[i][1];
        char text[5] = "", shown[16], escape[16];
        if (point < 0x80)
            snprintf(text, sizeof text, "%c", (int)point);
        else if (point < 0x800)
            snprintf(text, sizeof text, "%c%c", (int)(0xc0 | point >> 6),
                     (int)(0x80 | (point & 0x3f)));
        else if (point < 0x10000)
            snprintf(text, sizeof text, "%c%c%c", (int)(0xe0 | point >> 12),
                     (int)(0x80 | (point >> 6 & 0x3f)), (int)(0x80 | (point & 0x3f)));
        else
            snprintf(text, sizeof text, "%c%c%c%c", (int)(0xf0 | point >> 18),
                     (int)(0x80 | (point >> 12 & 0x3f)), (int)(0x80 | (point >> 6 & 0x3f)),
                     (int)(0x80 | (point & 0x3f)));
        if (point >= 0xd800 && point <= 0xdfff)
            continue;
        snprintf(escape, sizeof escape, "\\u{%x}", point);
        assert_int_equal(utf8_point(text, strlen(text)), point);
        assert_int_equal(utf8_show(text, shown), strlen(text));
        if (strcmp(shown, expected ? escape : text) != 0)
            fail_msg("U+%04X is shown as %s", point, shown);
    }
}

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

/* Of a text's start */
static void test_show(void **state)
{
    static const struct {
        const char *text, *expected;
        size_t taken;
    } cases[] = {
        {"ab", "a", 1},
        {"\xe4\xb8\xad"
         "b",
         "\xe4\xb8\xad", 3},
        {"\x1b[", "\\u{1b}", 1},
        {"\xe2\x80\xae ", "\\u{202e}", 3},
        {"\xf3\xa0\x80\x81", "\\u{e0001}", 4},
        {"\xe2\x80", "\\xe2", 1}, /* cut: nothing behind the NUL is looked at */
        {"\xff", "\\xff", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char shown[UTF8_SHOWN_MAX];
        assert_int_equal(utf8_show(cases[i].text, shown), cases[i].taken);
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
        cmocka_unit_test(test_characters),    cmocka_unit_test(test_from_octets),
        cmocka_unit_test(test_unsafe_ranges), cmocka_unit_test(test_escape),
        cmocka_unit_test(test_show),          cmocka_unit_test(test_whole_pieces),
        cmocka_unit_test(test_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
