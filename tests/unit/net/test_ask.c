/* What a resolver says that it is, read from octets of any kind. */
#include "crawler/net/resolver/ask.h"

#include "tests/unit/core/message_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    RESPONSE = 0x8180,
    TXT = 16,
    CHAOS = 3,
};

static struct builder b; /* large */
static char version[ASK_VERSION_MAX];

/* The octets end where their allocation does: a sanitizer sees a read behind. */
static bool read_sized(size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, b.bytes, size);
    bool told = ask_version_read(copy, size, version);
    free(copy);
    return told;
}

static size_t begin_version(const char *owner, unsigned type, unsigned class)
{
    begin(&b, RESPONSE, "version.bind", TXT);
    set_16(&b, b.size - 2, CHAOS);
    size_t data = begin_record(&b, SECTION_ANSWER, owner, type);
    set_16(&b, data - 8, class);
    return data;
}

/* A message with this RDATA. */
static void build(const char *owner, unsigned type, unsigned class, const char *data, size_t size)
{
    size_t at = begin_version(owner, type, class);
    put_octets(&b, data, size);
    end_record(&b, at);
}

static void a_version_is_read(void **state)
{
    (void)state;
    static const char *const owners[] = {">12", "version.bind", "VERSION>20"};
    for (unsigned i = 0; i < sizeof owners / sizeof *owners; i++) {
        build(owners[i], TXT, CHAOS, "\11Resolver 1\4more", 15);
        assert_true(read_sized(b.size));
        assert_string_equal(version, "Resolver ");
    }
    build(">12", TXT, CHAOS, "\5a\0\n\177b", 6);
    assert_true(read_sized(b.size));
    assert_string_equal(version, "a???b");
    char longest[256];
    memset(longest, 'x', sizeof longest);
    longest[0] = (char)255;
    build(">12", TXT, CHAOS, longest, sizeof longest);
    assert_true(read_sized(b.size));
    assert_int_equal(strlen(version), ASK_VERSION_MAX - 1);
    assert_int_equal(strspn(version, "x"), ASK_VERSION_MAX - 1);
}

static void a_cut_message_tells_nothing(void **state)
{
    (void)state;
    build("version.bind", TXT, CHAOS, "\4text", 5);
    assert_true(read_sized(b.size));
    for (size_t size = 0; size < b.size; size++)
        assert_false(read_sized(size));
}

static void other_records_tell_nothing(void **state)
{
    (void)state;
    build(">12", TXT, 1, "\4text", 5);
    assert_false(read_sized(b.size));
    build(">12", TXT, 0x0103, "\4text", 5);
    assert_false(read_sized(b.size));
    build(">12", 1, CHAOS, "\4text", 5);
    assert_false(read_sized(b.size));
    build(">12", 0x0110, CHAOS, "\4text", 5);
    assert_false(read_sized(b.size));
    build(">12", TXT, CHAOS, "\4text", 5);
    set_16(&b, SECTION_ANSWER, 0);
    assert_false(read_sized(b.size));
}

static void hostile_octets_tell_nothing(void **state)
{
    (void)state;
    build(">12", TXT, CHAOS, "", 0); /* no string */
    assert_false(read_sized(b.size));
    build(">12", TXT, CHAOS, "\0", 1); /* an empty one */
    assert_false(read_sized(b.size));
    build(">12", TXT, CHAOS, "\5text", 5); /* one that goes on behind the record */
    put_8(&b, 'x');
    assert_false(read_sized(b.size));
    build(">12", TXT, CHAOS, "\4text", 5); /* a record that goes on behind the message */
    set_16(&b, b.size - 7, 6);
    assert_false(read_sized(b.size));
    build(">30", TXT, CHAOS, "\4text", 5); /* its owner points to itself */
    assert_false(read_sized(b.size));
    build(">400", TXT, CHAOS, "\4text", 5); /* and behind the message */
    assert_false(read_sized(b.size));
    build(">12", TXT, CHAOS, "\4text", 5); /* as many questions as can be said */
    set_16(&b, 4, 0xffff);
    assert_false(read_sized(b.size));
    set_16(&b, 4, 0); /* and none: the question is no record */
    assert_false(read_sized(b.size));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_version_is_read),
        cmocka_unit_test(a_cut_message_tells_nothing),
        cmocka_unit_test(other_records_tell_nothing),
        cmocka_unit_test(hostile_octets_tell_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
