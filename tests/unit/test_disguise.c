/* A disguised question is as long as the true one, is plain, and comes back. */
#include "crawler/net/disguise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

enum {
    HEADER_SIZE = 12
};

/* The name behind a header, as wire octets; disguised NULL: none is needed. */
static const struct {
    const char *text, *wire, *disguised;
} cases[] = {
    {"mail.example.org", "\4mail\7example\3org", NULL},
    {"_25._tcp.a-b.0",
     "\3_25\4_tcp\3a-b\1"
     "0",
     NULL},
    {".", "", NULL},
    {"a\\032b.example", "\3a b\7example", "\3axb\7example"},
    {"*.$.example", "\1*\1$\7example", "\1x\1x\7example"},
    {"\\255\\001\\.", "\3\xff\x01.", "\3xxx"},
    {"<script>.example", "\10<script>\7example", "\10xscriptx\7example"},
};

static void test_cases(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name name;
        uint8_t message[HEADER_SIZE + NAME_WIRE_MAX + 2];
        size_t length = strlen(cases[i].wire) + 1;
        assert_true(name_from_text(cases[i].text, strlen(cases[i].text), &name));
        assert_int_equal(name.length, length);
        assert_int_equal(disguise_is_needed(&name), cases[i].disguised != NULL);
        memset(message, 0xee, sizeof message);
        memcpy(message + HEADER_SIZE, cases[i].wire, length);
        assert_true(disguise_fits(message, HEADER_SIZE + length, &name));
        disguise_put_on(message, &name);
        const char *worn = cases[i].disguised != NULL ? cases[i].disguised : cases[i].wire;
        assert_memory_equal(message + HEADER_SIZE, worn, length);
        disguise_take_off(message, &name);
        assert_memory_equal(message + HEADER_SIZE, cases[i].wire, length);
        /* neither the header nor what follows was touched */
        assert_int_equal(message[HEADER_SIZE - 1], 0xee);
        assert_int_equal(message[HEADER_SIZE + length], 0xee);
    }
}

static void test_fits(void **state)
{
    struct name name;
    uint8_t message[HEADER_SIZE + 8] = {0};
    (void)state;
    assert_true(name_from_text("a\\032b.cd", 9, &name)); /* 3 a ' ' b 2 c d 0 */
    memcpy(message + HEADER_SIZE, "\3A B\2Cd", 8);
    assert_true(disguise_fits(message, sizeof message, &name)); /* whatever the case */
    for (size_t size = 0; size < sizeof message; size++)
        assert_false(disguise_fits(message, size, &name)); /* cut */
    for (unsigned i = 0; i < 8; i++) {
        message[HEADER_SIZE + i] ^= 1;
        assert_false(disguise_fits(message, sizeof message, &name));
        message[HEADER_SIZE + i] ^= 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
