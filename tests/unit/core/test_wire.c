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

/* Names of 255 octets: what is written ends with the name's room, wherever the last labels part. */
static void the_longest_name_has_room(void **state)
{
    (void)state;
    for (unsigned label = 1; label < 60; label++) {
        uint8_t bytes[WIRE_HEADER_SIZE + NAME_WIRE_MAX + 64];
        struct {
            struct name name;
            uint8_t behind[16];
        } kept;
        memset(bytes, 'Q', sizeof bytes);
        memset(&kept, 0xee, sizeof kept);
        for (unsigned i = 0; i < 3; i++)
            bytes[WIRE_HEADER_SIZE + i * 64] = 63;
        bytes[WIRE_HEADER_SIZE + 192] = (uint8_t)label;
        bytes[WIRE_HEADER_SIZE + 193 + label] = (uint8_t)(60 - label);
        bytes[WIRE_HEADER_SIZE + NAME_WIRE_MAX - 1] = 0;
        struct wire wire = {.bytes = bytes, .offset = WIRE_HEADER_SIZE, .end = sizeof bytes};
        wire_name(&wire, &kept.name);
        assert_int_equal(wire.error, WIRE_OK);
        assert_int_equal(kept.name.length, NAME_WIRE_MAX);
        assert_int_equal(kept.name.wire[NAME_WIRE_MAX - 2], 'q');
        for (unsigned i = 0; i < sizeof kept.behind; i++)
            assert_int_equal(kept.behind[i], 0xee);
    }
}

/* Every cut of a name with a pointer, in memory of its own size: the error stays, and the name is
 * the root. */
static void a_cut_name_is_the_root(void **state)
{
    (void)state;
    static const uint8_t octets[] = "\3abc\0\2de\300\0"; /* "abc" and "de.abc" */
    for (size_t size = 0; size < 10; size++) {
        uint8_t *bytes = malloc(WIRE_HEADER_SIZE + size);
        assert_non_null(bytes);
        memset(bytes, 0, WIRE_HEADER_SIZE);
        memcpy(bytes + WIRE_HEADER_SIZE, octets, size);
        size_t begin = WIRE_HEADER_SIZE + (size < 5 ? 0 : 5);
        struct wire wire = {.bytes = bytes, .offset = begin, .end = WIRE_HEADER_SIZE + size};
        struct wire skipping = wire;
        struct name name;
        memset(&name, 0xee, sizeof name);
        wire_name(&wire, &name);
        assert_int_equal(wire.error, WIRE_CUT);
        assert_int_equal(wire.offset, wire.end);
        assert_int_equal(name.length, 1);
        assert_int_equal(name.wire[0], 0);
        wire_skip_name(&skipping);
        assert_int_equal(skipping.error, WIRE_CUT);
        free(bytes);
    }
}

/* The first error moves to the end and stays; behind it all is zero and empty. */
static void an_error_is_sticky(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0xab, 0xcd, 0xef};
    struct wire wire = {.bytes = bytes, .end = sizeof bytes};
    struct wire part = wire_part(&wire, 2);
    assert_int_equal(part.offset, 0);
    assert_int_equal(part.end, 2);
    assert_int_equal(wire_u16(&part), 0xabcd);
    assert_int_equal(wire.error, WIRE_OK);
    assert_int_equal(wire_u16(&wire), 0);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(wire.error, WIRE_CUT);
        assert_int_equal(wire.offset, wire.end);
        wire_fail(&wire, WIRE_BAD);
        assert_int_equal(wire_u32(&wire), 0);
        part = wire_part(&wire, i);
        assert_int_equal(part.offset, part.end);
        assert_int_equal(part.error, WIRE_CUT);
    }
    wire = (struct wire){.bytes = bytes, .end = sizeof bytes};
    part = wire_part(&wire, sizeof bytes + 1);
    assert_int_equal(part.offset, part.end);
    assert_int_equal(part.error, WIRE_CUT);
}

/* Both readings of a record give each octet its place. */
static void a_record_again_is_the_same(void **state)
{
    (void)state;
    static const uint8_t owners[][5] = {"\0", "\1a\0", "\300\14", "\1a\300\14"};
    static const size_t sizes[] = {1, 3, 2, 4};
    static const uint8_t rest[] = "\x81\x42\xa3\x64\xb5\x76\xc7\x58\x01\x02";
    for (unsigned i = 0; i < 4; i++) {
        uint8_t bytes[WIRE_HEADER_SIZE + 1 + 4 + 10 + 0x102] = {0};
        size_t owner = WIRE_HEADER_SIZE + 1, data = owner + sizes[i] + 10;
        memcpy(bytes + owner, owners[i], sizes[i]);
        memcpy(bytes + owner + sizes[i], rest, 10);
        for (unsigned again = 0; again < 2; again++) {
            struct wire wire = {.bytes = bytes, .offset = owner, .end = sizeof bytes};
            struct wire_record record;
            memset(&record, 0xee, sizeof record);
            if (again)
                wire_record_again(&wire, &record);
            else
                wire_record(&wire, &record);
            assert_int_equal(wire.error, WIRE_OK);
            assert_int_equal(wire.offset, data + 0x102);
            assert_int_equal(record.owner, owner);
            assert_int_equal(record.type, 0x8142);
            assert_int_equal(record.class, 0xa364);
            assert_int_equal(record.ttl, 0xb576c758);
            assert_ptr_equal(record.data.bytes, bytes);
            assert_int_equal(record.data.offset, data);
            assert_int_equal(record.data.end, data + 0x102);
            assert_int_equal(record.data.error, WIRE_OK);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_become_small_and_nothing_else_changes),
        cmocka_unit_test(the_longest_name_has_room),
        cmocka_unit_test(a_cut_name_is_the_root),
        cmocka_unit_test(an_error_is_sticky),
        cmocka_unit_test(a_record_again_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
