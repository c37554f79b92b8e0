/* Names in messages: pointers (RFC 1035 s4.1.4), lengths, and whose record it is. */
#include "crawler/core/answer.h"

#include "tests/unit/core/message_cases.h"

static void test_bad_names(void **state)
{
    (void)state;
    static const struct {
        const char *what, *octets;
        size_t size;
    } cases[] = {
        /* the owner begins at offset 29 */
        {"a pointer to itself", "\300\x1d", 2},
        {"a pointer forward", "\300\x1f\1a\0", 5},
        {"a loop over a label", "\1a\300\x1d", 4},
        {"two that point at each other", "\300\x1f\300\x1d", 4},
        {"a pointer into the header", "\300\0", 2},
        {"a pointer to the header's end", "\300\x0b", 2},
        {"a pointer behind the message", "\377\377", 2},
        {"label type 01", "\101a\0", 3},
        {"label type 10", "\200a\0", 3},
        {"label type 01 where a pointer would be good", "\100\x0c", 2},
        {"label type 10 where a pointer would be good", "\200\x0c", 2},
        {"a label of 64 octets",
         "\100aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 66},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(&b, RESPONSE, "example.com", 15);
        assert_int_equal(b.size, 29);
        set_16(&b, SECTION_ANSWER, 1);
        put_octets(&b, cases[i].octets, cases[i].size);
        put_octets(&b, "\0\x02\0\1\0\0\0\0\0\0", 10);
        assert_status(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED, cases[i].what);
        b.bytes[2] |= TC >> 8; /* that more was cut is no excuse */
        assert_status(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED, cases[i].what);
    }
    /* a label type that there is not is bad whatever was cut behind it; half a pointer is cut */
    for (unsigned octet = 0x40; octet <= 0xff; octet++) {
        begin(&b, RESPONSE | TC, "example.com", 15);
        set_16(&b, SECTION_ANSWER, 1);
        put_8(&b, octet);
        assert_int_equal(read_as("example.com", TYPE_MX),
                         octet < 0xc0 ? MESSAGE_MALFORMED : MESSAGE_OK);
    }
    /* the last octet that is no pointer's: its 14 bits would go to a good name */
    begin(&b, RESPONSE, "example.com", 15);
    size_t at = begin_record(&b, SECTION_ANSWER, ">12", 10);
    memset(b.bytes + at, 0, 0x4000 - at);
    b.size = 0x4000;
    end_record(&b, at);
    at = begin_record(&b, SECTION_ANSWER, ">12", 2);
    b.bytes[at - 12] = 0xbf;
    end_record(&b, at);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
    b.bytes[at - 12] = 0xff;
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
}

/* A pointer into octets that are no name by themselves, and from there forwards: each goes to
 * before the place that the one before went to. */
static void test_pointer_back_and_forth(void **state)
{
    (void)state;
    for (unsigned forwards = 0; forwards < 2; forwards++) {
        begin(&b, RESPONSE, "example.com", 15);
        size_t at = begin_record(&b, SECTION_ANSWER, ">12", 10); /* RDATA of any form */
        put_octets(&b, "\1a\0", 3);
        unsigned from = (unsigned)b.size;
        put_16(&b, 0xc000 | (forwards ? from + 2 : at));
        put_octets(&b, "\1a\0", 3);
        end_record(&b, at);
        char owner[12];
        snprintf(owner, sizeof owner, ">%u", from);
        put_record(&b, SECTION_ANSWER, owner, 2, "", 0);
        assert_int_equal(read_as("example.com", TYPE_MX),
                         forwards ? MESSAGE_MALFORMED : MESSAGE_OK);
    }
}

/* Pointers whose 14 bits are all needed, to owners that decide which records count. */
static void test_pointers_beyond_octet_255(void **state)
{
    (void)state;
    static const unsigned places[] = {255, 256, 257, 268, 511, 512, 4096, 8193, 16383};
    for (size_t i = 0; i < COUNT(places); i++) {
        char owner[12], other[12];
        begin(&b, RESPONSE, "mx.example", 1);
        size_t at = begin_record(&b, SECTION_ANSWER, ">12", 10);
        memset(b.bytes + at, 0, places[i] - at); /* every octet of it is the root */
        b.size = places[i];
        end_record(&b, at);
        assert_int_equal(b.size, places[i]);
        snprintf(owner, sizeof owner, ">%u", places[i]);
        snprintf(other, sizeof other, ">%u", places[i] + 3);
        put_a(&b, "mx.example"); /* the name itself, and `example` three octets on */
        put_a(&b, owner);
        if (places[i] + 3 < 0x4000)
            put_a(&b, other);
        assert_int_equal(read_as("mx.example", TYPE_A), MESSAGE_OK);
        assert_int_equal(answer.record_count, 2);
    }
}

/* Owners that are not the name asked, though something about their octets is as if. */
static void test_owners(void **state)
{
    (void)state;
    /* a label whose octet is that of the usual pointer, behind an octet of such a pointer */
    begin(&b, RESPONSE, "mx.example", 1);
    put_record(&b, SECTION_ANSWER, ">12", 1, "\300\0\2\300", 4);
    put_a(&b, "\014");
    assert_int_equal(read_as("mx.example", TYPE_A), MESSAGE_OK);
    assert_int_equal(answer.record_count, 1);
    /* pointers to other names: in the question, and to the same low octet */
    begin(&b, RESPONSE, "mx.example", 1);
    put_a(&b, ">15");
    size_t at = begin_record(&b, SECTION_ANSWER, ">12", 10);
    b.size = 0x10c;
    put_name(&b, "other.example");
    end_record(&b, at);
    put_a(&b, ">268");
    put_a(&b, ">12");
    assert_int_equal(read_as("mx.example", TYPE_A), MESSAGE_OK);
    assert_int_equal(answer.record_count, 1);
    /* a name of two octets in one label, and the one that begins at the second of them */
    struct question question = {.type = TYPE_A, .name = {4, {2, 1, 'b', 0}}};
    begin(&b, RESPONSE, "\1b", 1);
    put_a(&b, ">13");
    assert_int_equal(message_read(b.bytes, b.size, &question, &answer), MESSAGE_OK);
    assert_int_equal(answer.record_count, 0);
    /* a pointer to a pointer to it is it */
    begin(&b, RESPONSE, "mx.example", 1);
    at = b.size;
    put_a(&b, ">12");
    char owner[12];
    snprintf(owner, sizeof owner, ">%zu", at);
    put_a(&b, owner);
    assert_int_equal(read_as("mx.example", TYPE_A), MESSAGE_OK);
    assert_int_equal(answer.record_count, 2);
}

/* Puts a record whose owner has `size` octets, the last 13 of them by a pointer
 * to the question (example.com). */
static void put_long_owner(unsigned size)
{
    set_16(&b, SECTION_ANSWER, 1);
    for (unsigned left = size - 13; left > 0;) {
        unsigned label = left > 64 ? (left == 65 ? 62 : 63) : left - 1;
        put_8(&b, label);
        for (unsigned i = 0; i < label; i++)
            put_8(&b, 'x');
        left -= label + 1;
    }
    put_octets(&b, "\300\x0c\0\x02\0\1\0\0\0\0\0\0", 12);
}

static void test_long_names(void **state)
{
    (void)state;
    begin(&b, RESPONSE, "example.com", 15);
    put_long_owner(255);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    begin(&b, RESPONSE, "example.com", 15);
    put_long_owner(256);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
    b.bytes[2] |= TC >> 8;
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
}

/* Without a pointer: a bad name in a message that says it was cut, too. */
static void test_long_name_at_length(void **state)
{
    (void)state;
    for (unsigned last = 61; last <= 62; last++) {
        begin(&b, RESPONSE | TC, "example.com", 15);
        set_16(&b, SECTION_ANSWER, 1);
        for (unsigned i = 0; i < 4; i++) {
            unsigned label = i < 3 ? 63 : last;
            put_8(&b, label);
            memset(b.bytes + b.size, 'x', label);
            b.size += label;
        }
        put_octets(&b, "\0\0\x02\0\1\0\0\0\0\0\0", 11);
        assert_int_equal(read_as("example.com", TYPE_MX),
                         last == 61 ? MESSAGE_OK : MESSAGE_MALFORMED);
    }
}

/* Names that are nothing but a pointer to the one before. */
static void test_pointers_to_pointers(void **state)
{
    (void)state;
    for (unsigned pointers = 126; pointers <= 129; pointers++) {
        begin(&b, RESPONSE, "example.com", 15);
        unsigned target = 12;
        for (unsigned i = 0; i < pointers; i++) {
            char owner[8];
            snprintf(owner, sizeof owner, ">%u", target);
            target = (unsigned)b.size;
            put_record(&b, SECTION_ANSWER, owner, 2, "", 0);
        }
        assert_int_equal(read_as("example.com", TYPE_MX),
                         pointers <= 127 ? MESSAGE_OK : MESSAGE_MALFORMED);
    }
}

static void test_null_mx_and_nul(void **state)
{
    (void)state;
    begin(&b, RESPONSE, "example.com", 15);
    put_mx(&b, ">12", 0, "");
    put_record(&b, SECTION_ANSWER, ">12", 15, "\377\377\3a\0B\0", 7);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    size_t offset = 0;
    struct record record;
    struct name exchange;
    uint16_t preference;
    assert_true(answer_next(&answer, &offset, &record));
    record_mx(&answer, &record, &preference, &exchange);
    assert_name(&exchange, ".");
    assert_true(answer_next(&answer, &offset, &record));
    record_mx(&answer, &record, &preference, &exchange);
    assert_int_equal(preference, 65535);
    assert_name(&exchange, "a\\000b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_names),
        cmocka_unit_test(test_pointer_back_and_forth),
        cmocka_unit_test(test_pointers_beyond_octet_255),
        cmocka_unit_test(test_owners),
        cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_long_name_at_length),
        cmocka_unit_test(test_pointers_to_pointers),
        cmocka_unit_test(test_null_mx_and_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
