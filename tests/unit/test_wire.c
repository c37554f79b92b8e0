/* Names as they come: any octet, any length of label, any place in a message. */
#include "crawler/core/wire.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A message that ends `spare` octets behind a name of two labels.  In memory of its own size, so
 * that the address sanitizer sees a step too far. */
static uint8_t *make(unsigned first, unsigned second, unsigned spare, size_t *ret_size)
{
    size_t size = WIRE_HEADER_SIZE + first + second + 3 + spare;
    uint8_t *bytes = calloc(size, 1), *at = bytes + WIRE_HEADER_SIZE;
    assert_non_null(bytes);
    *at++ = (uint8_t)first;
    for (unsigned i = 0; i < first; i++)
        *at++ = (uint8_t)(i * 7 + spare * 31 + second);
    *at++ = (uint8_t)second;
    for (unsigned i = 0; i < second; i++)
        *at++ = (uint8_t)('@' + i % 29); /* both neighbours of the letters too */
    *at++ = 0;
    memset(at, 'Z', spare);
    *ret_size = size;
    return bytes;
}

static void check(unsigned first, unsigned second, unsigned spare)
{
    struct name name;
    size_t size, length = first + second + 3;
    uint8_t *bytes = make(first, second, spare, &size);
    struct wire wire = {.bytes = bytes, .offset = WIRE_HEADER_SIZE, .end = size};
    wire_name(&wire, &name);
    assert_int_equal(wire.error, WIRE_OK);
    assert_int_equal(wire.offset, size - spare);
    assert_int_equal(name.length, length);
    for (size_t i = 0; i < length; i++)
        assert_int_equal(name.wire[i], tolower(bytes[WIRE_HEADER_SIZE + i]));
    assert_true(name_is_written(&name, bytes + WIRE_HEADER_SIZE));
    assert_true(wire_name_is(bytes, WIRE_HEADER_SIZE, &name));
    for (size_t i = 0; i < length; i++) {
        bytes[WIRE_HEADER_SIZE + i] ^= 1;
        assert_false(name_is_written(&name, bytes + WIRE_HEADER_SIZE));
        bytes[WIRE_HEADER_SIZE + i] ^= 1;
    }
    free(bytes);
}

static void letters_become_small_and_nothing_else_changes(void **state)
{
    (void)state;
    for (unsigned first = 1; first <= LABEL_MAX; first++) {
        for (unsigned spare = 0; spare < 20; spare++)
            check(first, first * 5 % LABEL_MAX + 1, spare);
    }
}

/* Four labels, 255 octets: what is written ends with the name's room. */
static void the_longest_name_has_room(void **state)
{
    (void)state;
    uint8_t bytes[WIRE_HEADER_SIZE + NAME_WIRE_MAX + 64];
    struct {
        struct name name;
        uint8_t behind[16];
    } kept;
    memset(bytes, 'Q', sizeof bytes);
    memset(&kept, 0xee, sizeof kept);
    for (unsigned i = 0; i < 4; i++)
        bytes[WIRE_HEADER_SIZE + i * 64] = i < 3 ? 63 : 61;
    bytes[WIRE_HEADER_SIZE + NAME_WIRE_MAX - 1] = 0;
    struct wire wire = {.bytes = bytes, .offset = WIRE_HEADER_SIZE, .end = sizeof bytes};
    wire_name(&wire, &kept.name);
    assert_int_equal(wire.error, WIRE_OK);
    assert_int_equal(kept.name.length, NAME_WIRE_MAX);
    assert_int_equal(kept.name.wire[NAME_WIRE_MAX - 2], 'q');
    for (unsigned i = 0; i < sizeof kept.behind; i++)
        assert_int_equal(kept.behind[i], 0xee);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_become_small_and_nothing_else_changes),
        cmocka_unit_test(the_longest_name_has_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
