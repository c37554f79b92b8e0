#include "crawler/core/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct name name_of(const char *text)
{
    struct name name;
    if (!name_from_text(text, strlen(text), &name))
        fail_msg("no name: %s", text);
    return name;
}

static void assert_text(const struct name *name, const char *expected)
{
    char text[NAME_TEXT_MAX];
    assert_int_equal(name_to_text(name, text), strlen(expected));
    assert_string_equal(text, expected);
}

static void test_wire_form(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wire;
        size_t length;
        const char *back; /* NULL: as text */
    } cases[] = {
        {".", "", 1, NULL},
        {"com", "\3com", 5, NULL},
        {"Example.COM", "\7example\3com", 13, "example.com"},
        {"example.com.", "\7example\3com", 13, "example.com"},
        {"a\\.b.c", "\3a.b\1c", 7, NULL},
        {"\\065.x", "\1a\1x", 5, "a.x"}, /* an escaped capital is a capital */
        {"a\\000b", "\3a\0b", 5, NULL},
        {"\\255\\032", "\2\377 ", 4, NULL},
        {"a\\ b", "\3a b", 5, "a\\032b"},
        {"\\@\\$\\;\\(\\)\\\"\\\\", "\7@$;()\"\\", 9, NULL},
        {"@$;()\"", "\6@$;()\"", 8, "\\@\\$\\;\\(\\)\\\""},
        {"*._tcp", "\1*\4_tcp", 8, NULL},
        {"\\z", "\1z", 3, "z"},
        {"!~", "\2!~", 4, NULL},         /* the first and the last that need no escape */
        {"\\ \\~", "\2 ~", 4, "\\032~"}, /* ... and that a backslash may go before */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct name name = name_of(cases[i].text);
        assert_int_equal(name.length, cases[i].length);
        assert_memory_equal(name.wire, cases[i].wire, cases[i].length);
        assert_text(&name, cases[i].back != NULL ? cases[i].back : cases[i].text);
    }
}

static void test_no_name(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",         "..",    ".a",    "a..b",  "a..",     "a b",     "a\tb",    "a\x7f",
        "\xc3\xa9", "\\",    "a\\",   "\\2",   "\\25",    "\\256",   "\\999",   "\\2a5",
        "\\25a",    "a\\\n", "\\00a", "\\1/5", "a\\\x1f", "a\\\x7f", "\\\xff.", "a\\..b..",
    };
    struct name name;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (name_from_text(cases[i], strlen(cases[i]), &name))
            fail_msg("taken for a name: %s", cases[i]);
    }
    assert_false(name_from_text("a\0b", 3, &name));
    assert_false(name_from_text("a\\\0b", 4, &name));
    for (size_t length = 2; length < 5; length++) /* no digit is read behind the text */
        assert_false(name_from_text("a\\065", length, &name));
    assert_true(name_from_text("a\\065", 5, &name));
}

static void test_length_limits(void **state)
{
    (void)state;
    char text[300];
    struct name name;
    memset(text, 'x', sizeof text);
    assert_true(name_from_text(text, 63, &name));
    assert_int_equal(name.length, 65);
    assert_false(name_from_text(text, 64, &name));
    /* 3 * 64 + 62 + 1 = 255 octets: labels of 63, 63, 63 and 61 */
    text[63] = text[127] = text[191] = '.';
    assert_true(name_from_text(text, 253, &name));
    assert_int_equal(name.length, 255);
    assert_int_equal(name_label_count(&name), 4);
    assert_false(name_from_text(text, 254, &name));
    text[253] = '.';
    assert_true(name_from_text(text, 254, &name));
    assert_int_equal(name.length, 255);
    assert_false(name_from_text(text, 255, &name));
    /* 127 labels of one octet: 255 octets */
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 ? '.' : 'a';
    assert_true(name_from_text(text, 253, &name));
    assert_int_equal(name.length, 255);
    assert_int_equal(name_label_count(&name), 127);
    assert_true(name_from_text(text, 254, &name));
    assert_false(name_from_text(text, 255, &name));
}

static void test_longest_text(void **state)
{
    (void)state;
    struct name name = {.length = 255};
    static const uint8_t labels[] = {63, 63, 63, 61};
    size_t at = 0;
    for (size_t i = 0; i < COUNT(labels); i++) {
        name.wire[at] = labels[i];
        memset(name.wire + at + 1, 0xff, labels[i]);
        at += 1u + labels[i];
    }
    name.wire[at] = 0;
    char text[NAME_TEXT_MAX];
    assert_int_equal(name_to_text(&name, text), 250 * 4 + 3);
    struct name back = name_of(text);
    assert_true(name_equal(&name, &back));
}

/* RFC 1035 s5.1: three digits for what is no printable octet. */
static void test_every_octet(void **state)
{
    (void)state;
    for (unsigned octet = 0; octet < 256; octet++) {
        struct name name = {3, {1, (uint8_t)octet, 0}};
        char expected[8];
        bool printable = octet > 0x20 && octet < 0x7f;
        const char *form = !printable                                               ? "\\%03u"
                           : octet != 0 && strchr("\"().;\\@$", (int)octet) != NULL ? "\\%c"
                                                                                    : "%c";
        snprintf(expected, sizeof expected, form, octet);
        assert_text(&name, expected);
    }
}

static void test_at_or_below(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool expected;
    } cases[] = {
        {"example.com", "example.com", true},
        {"a.example.com", "example.com", true},
        {"a.b.example.com", "example.com", true},
        {"example.com", "a.example.com", false},
        {"badexample.com", "example.com", false},
        {"a\\007example.com", "example.com", false}, /* the octets end alike, the labels do not */
        {"x.com", ".", true},
        {".", ".", true},
        {".", "com", false},
        {"a.example.net", "example.com", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct name a = name_of(cases[i].a), b = name_of(cases[i].b);
        assert_int_equal(name_at_or_below(&a, &b), cases[i].expected);
    }
}

static void test_equal(void **state)
{
    (void)state;
    struct name a = name_of("A.example"), b = name_of("a.EXAMPLE."), c = name_of("b.example");
    struct name d = name_of("a\\.example");
    assert_true(name_equal(&a, &b));
    assert_false(name_equal(&a, &c));
    assert_false(name_equal(&a, &d));
}

/* Of names in memory of their own size: nothing behind the shorter is compared. */
static void test_wire_order(void **state)
{
    (void)state;
    static const char *const rising[] = {".", "a", "a.a", "a.b", "b", "aa", "aaaaaaaa", "aaaaaaab"};
    for (size_t i = 0; i < COUNT(rising); i++) {
        for (size_t j = 0; j < COUNT(rising); j++) {
            struct name a = name_of(rising[i]), b = name_of(rising[j]);
            struct name *tight_a = malloc(NAME_SIZE(a.length));
            struct name *tight_b = malloc(NAME_SIZE(b.length));
            assert_non_null(tight_a);
            assert_non_null(tight_b);
            memcpy(tight_a, &a, NAME_SIZE(a.length));
            memcpy(tight_b, &b, NAME_SIZE(b.length));
            assert_int_equal(name_comes_before(tight_a, tight_b), i < j);
            free(tight_a);
            free(tight_b);
        }
    }
}

static void test_text_order(void **state)
{
    (void)state;
    /* as sorted by LC_ALL=C sort */
    static const char *const sorted[] = {"*.b",   ".",   "0",   "\\000", "\\@", "_a", "a",
                                         "a-b.c", "a.b", "a.c", "a0",    "b",   "b.a"};
    for (size_t i = 0; i < COUNT(sorted); i++) {
        for (size_t j = 0; j < COUNT(sorted); j++) {
            struct name a = name_of(sorted[i]), b = name_of(sorted[j]);
            int order = name_compare_text(&a, &b);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
}

static void test_prepend(void **state)
{
    (void)state;
    struct name host = name_of("mx.example.com"), made;
    assert_true(name_prepend("_25._tcp", &host, &made));
    assert_text(&made, "_25._tcp.mx.example.com");
    assert_int_equal(made.length, 25);
    assert_true(name_prepend("a", &host, &host));
    assert_text(&host, "a.mx.example.com");
    assert_false(name_prepend("a..b", &host, &made));
    struct name root = name_of(".");
    assert_true(name_prepend("_mta-sts", &root, &made));
    assert_text(&made, "_mta-sts");

    /* `_25._tcp.` takes 9 octets: room behind 246, none behind 247 */
    char text[260];
    memset(text, 'x', sizeof text);
    text[63] = text[127] = text[191] = '.';
    struct name name;
    assert_true(name_from_text(text, 244, &name));
    assert_int_equal(name.length, 246);
    assert_true(name_prepend("_25._tcp", &name, &made));
    assert_int_equal(made.length, 255);
    assert_true(name_from_text(text, 245, &name));
    assert_false(name_prepend("_25._tcp", &name, &made));
}

static const struct {
    const char *text;
    enum exchange_class class;
} exchange_classes[] = {
    {".", EXCHANGE_NULL},
    {"192.0.2.1", EXCHANGE_ADDRESS},
    {"0.0.0.0", EXCHANGE_ADDRESS},
    {"255.255.255.255", EXCHANGE_ADDRESS},
    {"192.000.002.001", EXCHANGE_ADDRESS},
    {"[192.0.2.1]", EXCHANGE_ADDRESS},
    {"192\\.0\\.2\\.1", EXCHANGE_ADDRESS},
    {"[192\\.0\\.2\\.1]", EXCHANGE_ADDRESS},
    {"2001:db8::1", EXCHANGE_ADDRESS},
    {"2001:DB8::BEEF", EXCHANGE_ADDRESS},
    {"[2001:db8::1]", EXCHANGE_ADDRESS},
    {"2001:db8::", EXCHANGE_ADDRESS},
    {"[IPv6:2001:db8::1]", EXCHANGE_ADDRESS},
    {"IPv6:2001:db8::1", EXCHANGE_ADDRESS},
    {"2001:db8:1111:2222:3333:4444:5555:6666", EXCHANGE_ADDRESS},
    {"::ffff:192.0.2.1", EXCHANGE_ADDRESS},
    {"[IPv6:1111:2222:3333:4444:5555:6666:255\\.255\\.255\\.255]", EXCHANGE_ADDRESS},
    {"1.2.3.4.", EXCHANGE_ADDRESS},
    {"2001:db8::a", EXCHANGE_ADDRESS},
    {"2001:db8::f", EXCHANGE_ADDRESS},
    {"[IPv6:1:2:3:4:5:6:7:8]", EXCHANGE_ADDRESS},
    {"[IPv6x2001:db8::1]", EXCHANGE_INVALID},
    {"1\\.\\.2\\.3", EXCHANGE_INVALID}, /* of three numbers */
    {"az.example.com", EXCHANGE_HOST},
    {"a`b.example.com", EXCHANGE_INVALID}, /* the neighbours of the letters */
    {"a{b.example.com", EXCHANGE_INVALID},
    {"1.2.3.", EXCHANGE_INVALID}, /* a last label of digits only */
    {"192.0.2.300.", EXCHANGE_INVALID},
    {"256.0.2.1", EXCHANGE_INVALID},
    {"192.0.2", EXCHANGE_INVALID},
    {"1.192.0.2.1", EXCHANGE_INVALID},
    {"192.0.2.1.example.com", EXCHANGE_HOST},
    {"192.0.2.0001", EXCHANGE_INVALID},
    {"a.0.2.1", EXCHANGE_INVALID},
    {"[192.0.2.1", EXCHANGE_INVALID},
    {"192.0.2.1]", EXCHANGE_INVALID},
    {"[]", EXCHANGE_INVALID},
    {"[a]", EXCHANGE_INVALID},
    {"192\\.0\\.2\\.1\\000", EXCHANGE_INVALID},
    {"192\\.0\\.2\\.1\\0001", EXCHANGE_INVALID},
    {"IPv6:192.0.2.1", EXCHANGE_INVALID},
    {"2001:db8::1.example.com", EXCHANGE_INVALID},
    {"2001:db8:::1", EXCHANGE_INVALID},
    {"mail:25", EXCHANGE_INVALID},
    {"localhost", EXCHANGE_LOCALHOST},
    {"LocalHost", EXCHANGE_LOCALHOST},
    {"a_b.localhost", EXCHANGE_LOCALHOST},
    {"mylocalhost", EXCHANGE_SINGLE_LABEL},
    {"localhost.example", EXCHANGE_HOST},
    {"localhost.localdomain", EXCHANGE_HOST},
    {"ai", EXCHANGE_SINGLE_LABEL},
    {"0", EXCHANGE_INVALID},
    {"feed", EXCHANGE_SINGLE_LABEL},
    {"xn--p1ai", EXCHANGE_SINGLE_LABEL},
    {"_tcp", EXCHANGE_INVALID},
    {"-", EXCHANGE_INVALID},
    {"mx_1.example.com", EXCHANGE_INVALID},
    {"*.example.com", EXCHANGE_INVALID},
    {"a@example.com", EXCHANGE_INVALID},
    {"a\\032b.example.com", EXCHANGE_INVALID},
    {"\\195\\169.example.com", EXCHANGE_INVALID},
    {"-mx.example.com", EXCHANGE_INVALID},
    {"mx-.example.com", EXCHANGE_INVALID},
    {"mx.example.com-", EXCHANGE_INVALID},
    {"mx\\.example.com", EXCHANGE_INVALID},
    {"m--x.example.com", EXCHANGE_HOST},
    {"1mx.example.com", EXCHANGE_HOST},
    {"10.mail", EXCHANGE_HOST},
    {"mail.1a", EXCHANGE_HOST},
    {"mail.a1", EXCHANGE_HOST},
    {"1a", EXCHANGE_SINGLE_LABEL},
    {"mail.1-0", EXCHANGE_HOST},
    {"mail.10", EXCHANGE_INVALID},
    {"MX.Example.COM", EXCHANGE_HOST},
};

static void test_exchange_class(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(exchange_classes); i++) {
        struct name name = name_of(exchange_classes[i].text);
        if (exchange_class_of(&name) != exchange_classes[i].class)
            fail_msg("%s is %s, not %s", exchange_classes[i].text,
                     exchange_class_word(exchange_class_of(&name)),
                     exchange_class_word(exchange_classes[i].class));
    }
}

static void test_class_of_longest_names(void **state)
{
    (void)state;
    char text[253];
    struct name name;
    memset(text, '1', sizeof text);
    text[63] = text[127] = text[191] = '.';
    assert_true(name_from_text(text, sizeof text, &name));
    assert_int_equal(exchange_class_of(&name), EXCHANGE_INVALID);
    text[sizeof text - 1] = 'a';
    assert_true(name_from_text(text, sizeof text, &name));
    assert_int_equal(exchange_class_of(&name), EXCHANGE_HOST);
    assert_true(name_from_text(text, 63, &name));
    assert_int_equal(exchange_class_of(&name), EXCHANGE_INVALID);
    text[0] = 'a';
    assert_true(name_from_text(text, 63, &name));
    assert_int_equal(exchange_class_of(&name), EXCHANGE_SINGLE_LABEL);
}

static void test_top_is_number(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool expected;
    } cases[] = {
        {".", false},       {"0", true},      {"a", false},       {"mail.10", true},
        {"10.mail", false}, {"a.1b", false},  {"a.b1", false},    {"192.0.2.1", true},
        {"a\\.1", false},   {"a.1-1", false}, {"x.\\000", false}, {"x.007", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct name name = name_of(cases[i].text);
        if (name_top_is_number(&name) != cases[i].expected)
            fail_msg("%s", cases[i].text);
    }
}

static void test_resolved_classes(void **state)
{
    (void)state;
    assert_true(exchange_class_is_resolved(EXCHANGE_HOST));
    assert_true(exchange_class_is_resolved(EXCHANGE_SINGLE_LABEL));
    assert_true(exchange_class_is_resolved(EXCHANGE_INVALID));
    assert_false(exchange_class_is_resolved(EXCHANGE_NULL));
    assert_false(exchange_class_is_resolved(EXCHANGE_ADDRESS));
    assert_false(exchange_class_is_resolved(EXCHANGE_LOCALHOST));
}

static void test_used_exchanges(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool expected;
    } cases[] = {
        {"mx.example.com", true},
        {"mail", true},
        {"mx_1.example.com", true},
        {"_mx.example.com", true},
        {"mx_.example.com", true},
        {"_", true},
        {"__._", true},
        {"_25._tcp.mail.example.com", true},
        {"mail.1_", true}, /* the top label holds more than digits */
        {"1_2.3._4", true},
        {"_-_.example.com", true},
        {"-_.example.com", false},
        {"_-.example.com", false},
        {"_mx.-.example.com", false},
        {"_mx.example.1", false},
        {"_\\ .example.com", false},
        {"a_b\\@.example.com", false},
        {"a\\.b_c.example.com", false},
        {"_\\000.example.com", false},
        {"*.example.com", false},
        {"a!b.example", false},
        {"-.example", false},
        {"192.0.2.300", false},
        {"[192.0.2.1", false},
        {".", false},
        {"192.0.2.1", true}, /* senders connect to it */
        {"2001:db8::1", true},
        {"[2001:db8::1]", false},
        {"[192.0.2.1]", false},
        {"localhost", false},
        {"a_b.localhost", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct name name = name_of(cases[i].text);
        if (exchange_is_used(&name, exchange_class_of(&name)) != cases[i].expected)
            fail_msg("%s", cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wire_form),      cmocka_unit_test(test_no_name),
        cmocka_unit_test(test_length_limits),  cmocka_unit_test(test_longest_text),
        cmocka_unit_test(test_every_octet),    cmocka_unit_test(test_wire_order),
        cmocka_unit_test(test_at_or_below),    cmocka_unit_test(test_equal),
        cmocka_unit_test(test_text_order),     cmocka_unit_test(test_prepend),
        cmocka_unit_test(test_exchange_class), cmocka_unit_test(test_class_of_longest_names),
        cmocka_unit_test(test_top_is_number),  cmocka_unit_test(test_resolved_classes),
        cmocka_unit_test(test_used_exchanges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
