#include "crawler/core/message.h"

#include "tests/unit/message_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum {
    RESPONSE = 0x8180, /* QR, RD, RA */
    AD = 0x0020,
    TC = 0x0200,
    NXDOMAIN = 3,
};

static struct builder b; /* large */
static struct answer answer;

static struct question ask(const char *name, enum record_type type)
{
    struct question question = {.type = type};
    if (!name_from_text(name, strlen(name), &question.name))
        fail_msg("no name: %s", name);
    return question;
}

/* The octets end where their allocation does: a sanitizer sees a read behind. */
static enum message_status read_sized(size_t size, const char *name, enum record_type type)
{
    static uint8_t *copy;
    free(copy);
    copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, b.bytes, size);
    struct question question = ask(name, type);
    return message_read(copy, size, &question, &answer);
}

static enum message_status read_as(const char *name, enum record_type type)
{
    return read_sized(b.size, name, type);
}

static void assert_name(const struct name *name, const char *expected)
{
    char text[NAME_TEXT_MAX];
    name_to_text(name, text);
    assert_string_equal(text, expected);
}

static void assert_status(enum message_status status, enum message_status expected,
                          const char *what)
{
    if (status != expected)
        fail_msg("%s: status %d, not %d", what, status, expected);
}

static void test_question(void **state)
{
    (void)state;
    static const uint8_t expected[] = "\xab\xcd\x01\x20\0\1\0\0\0\0\0\1"
                                      "\7example\3com\0\0\x0f\0\1"
                                      "\0\0\x29\x04\xd0\0\0\0\0\0\0";
    uint8_t bytes[QUESTION_SIZE_MAX];
    struct question question = ask("Example.com", TYPE_MX);
    assert_int_equal(question_write(&question, 0xabcd, bytes), sizeof expected - 1);
    assert_memory_equal(bytes, expected, sizeof expected - 1);
    question.checking_disabled = true;
    question_write(&question, 0xabcd, bytes);
    assert_int_equal(bytes[3], 0x30);
}

static void test_longest_question(void **state)
{
    (void)state;
    struct question question = {.type = TYPE_MX, .name = {.length = 255}};
    for (unsigned i = 0; i < 254; i += 2) {
        question.name.wire[i] = 1;
        question.name.wire[i + 1] = 'a';
    }
    question.name.wire[254] = 0;
    uint8_t bytes[QUESTION_SIZE_MAX];
    assert_int_equal(question_write(&question, 1, bytes), QUESTION_SIZE_MAX);
}

static void test_mx(void **state)
{
    (void)state;
    begin(&b, RESPONSE | AD, "example.com", 15);
    put_mx(&b, ">12", 10, "MX1>12");
    put_mx(&b, "EXAMPLE.com", 20, "mx2.example.net");
    put_mx(&b, "other.com", 30, "mx3.example.net"); /* not asked for */
    put_a(&b, ">12");
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_ANSWER);
    assert_int_equal(answer.failure, FAILURE_NONE);
    assert_int_equal(answer.rcode, 0);
    assert_true(answer.authentic);
    assert_false(answer.truncated);
    assert_int_equal(answer.ede.count, 0);
    assert_int_equal(answer.chain.count, 0);
    assert_int_equal(answer.record_count, 2);
    assert_name(&answer.owner, "example.com");
    size_t offset = 0;
    struct record record;
    struct name exchange;
    uint16_t preference;
    assert_true(answer_next(&answer, &offset, &record));
    record_mx(&answer, &record, &preference, &exchange);
    assert_int_equal(preference, 10);
    assert_name(&exchange, "mx1.example.com");
    assert_true(answer_next(&answer, &offset, &record));
    record_mx(&answer, &record, &preference, &exchange);
    assert_int_equal(preference, 20);
    assert_name(&exchange, "mx2.example.net");
    assert_false(answer_next(&answer, &offset, &record));
    assert_false(answer_next(&answer, &offset, &record));
}

static void test_addresses(void **state)
{
    (void)state;
    begin(&b, RESPONSE, "mx.example", 28);
    put_record(&b, SECTION_ANSWER, ">12", 28, "\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    assert_int_equal(read_as("mx.example", TYPE_AAAA), MESSAGE_OK);
    size_t offset = 0;
    struct record record;
    assert_true(answer_next(&answer, &offset, &record));
    assert_int_equal(record.size, 16);
    assert_memory_equal(record.data, "\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    assert_false(answer.authentic);
    assert_false(answer_next(&answer, &offset, &record));
}

static void test_outcomes(void **state)
{
    (void)state;
    static const struct {
        unsigned rcode;
        enum outcome outcome;
        enum failure failure;
    } cases[] = {
        {0, OUTCOME_NODATA, FAILURE_NONE},      {1, OUTCOME_FAILED, FAILURE_FORMERR},
        {2, OUTCOME_FAILED, FAILURE_SERVFAIL},  {3, OUTCOME_NXDOMAIN, FAILURE_NONE},
        {4, OUTCOME_FAILED, FAILURE_NOTIMP},    {5, OUTCOME_FAILED, FAILURE_REFUSED},
        {6, OUTCOME_FAILED, FAILURE_OTHER},     {9, OUTCOME_FAILED, FAILURE_OTHER},
        {0x010, OUTCOME_FAILED, FAILURE_OTHER}, {0xff2, OUTCOME_FAILED, FAILURE_OTHER},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(&b, RESPONSE | (cases[i].rcode & 0xf), "example.com", 15);
        put_opt(&b, cases[i].rcode >> 4, "", 0);
        assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
        assert_int_equal(answer.rcode, cases[i].rcode);
        assert_int_equal(answer.outcome, cases[i].outcome);
        assert_int_equal(answer.failure, cases[i].failure);
        assert_int_equal(answer.record_count, 0);
        assert_name(&answer.owner, "example.com");
    }
}

static void test_records_of_a_failure(void **state)
{
    (void)state;
    begin(&b, RESPONSE | 2, "example.com", 15);
    put_mx(&b, ">12", 10, "mx>12");
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_FAILED);
    /* NXDOMAIN with the records asked for: the records count */
    begin(&b, RESPONSE | NXDOMAIN, "example.com", 15);
    put_mx(&b, ">12", 10, "mx>12");
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_ANSWER);
}

static void test_ede(void **state)
{
    (void)state;
    static const char options[] = "\0\x0f\0\2\0\x16" /* 22 */
                                  "\0\x0a\0\x03"
                                  "abc"                 /* a cookie option */
                                  "\0\x0f\0\5\0\6bad"   /* 6, with text */
                                  "\0\x0f\0\2\0\x16"    /* 22 again */
                                  "\0\x0f\0\2\x12\x34"; /* 4660 */
    begin(&b, RESPONSE | 2, "example.com", 15);
    put_opt(&b, 0, options, sizeof options - 1);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.failure, FAILURE_SERVFAIL);
    char text[EDE_TEXT_MAX];
    assert_int_equal(ede_to_text(&answer.ede, text), 9);
    assert_string_equal(text, "6,22,4660");
}

static void test_ede_sets(void **state)
{
    (void)state;
    struct ede a = {0}, other = {0};
    char text[EDE_TEXT_MAX];
    assert_int_equal(ede_to_text(&a, text), 0);
    assert_string_equal(text, "");
    ede_add(&a, 9);
    ede_add(&a, 65535);
    ede_add(&other, 6);
    ede_add(&other, 9);
    ede_merge(&a, &other);
    ede_to_text(&a, text);
    assert_string_equal(text, "6,9,65535");
    for (unsigned i = 0; i < 40; i++)
        ede_add(&a, (uint16_t)(60000 + i));
    assert_int_equal(a.count, EDE_MAX);
    size_t length = ede_to_text(&a, text);
    assert_int_equal(length, strlen(text));
    assert_string_equal(text, "6,9,60000,60001,60002,60003,60004,60005,60006,60007,60008,60009,"
                              "60010,60011,60012,65535");
    for (unsigned i = 1; i < a.count; i++)
        assert_true(a.codes[i - 1] < a.codes[i]);
}

static void test_bad_opt(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        size_t size;
    } cases[] = {
        {"\0\x0f\0\1\0", 5},   /* EDE without a whole code */
        {"\0\x0f\0\0", 4},     /* EDE without any */
        {"\0\x0f\0\3\0\6", 6}, /* longer than the RDATA */
        {"\0\x0a\0", 3},       /* no whole length */
        {"\0", 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(&b, RESPONSE, "example.com", 15);
        put_opt(&b, 0, cases[i].options, cases[i].size);
        assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
    }
    begin(&b, RESPONSE, "example.com", 15);
    put_opt(&b, 0, "", 0);
    put_opt(&b, 0, "", 0);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
    begin(&b, RESPONSE, "example.com", 15);
    put_record(&b, SECTION_ADDITIONAL, "com", 41, "", 0);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
    begin(&b, RESPONSE, "example.com", 15);
    put_record(&b, SECTION_AUTHORITY, "", 41, "", 0);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
    begin(&b, RESPONSE, "example.com", 15);
    put_record(&b, SECTION_ANSWER, "", 41, "", 0);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
}

static void test_mismatch(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned flags, type;
    } cases[] = {
        {"example.com", 0x0100, 15},            /* QR=0: our own question come back */
        {"example.com", RESPONSE | 0x2800, 15}, /* opcode UPDATE */
        {"example.net", RESPONSE, 15},          /* another name */
        {"www.example.com", RESPONSE, 15},
        {"com", RESPONSE, 15},
        {"", RESPONSE, 15},
        {"example.com", RESPONSE, 1}, /* another type */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(&b, cases[i].flags, cases[i].name, cases[i].type);
        assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MISMATCH);
    }
    begin(&b, RESPONSE, "example.com", 15);
    set_16(&b, b.size - 2, 3); /* class CH */
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MISMATCH);
    begin(&b, RESPONSE, "example.com", 15);
    b.size = 12;
    set_16(&b, 4, 0); /* no question */
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MISMATCH);
    begin(&b, RESPONSE, "example.com", 15);
    set_16(&b, 4, 2); /* two questions, both this one */
    put_name(&b, ">12");
    put_16(&b, 15);
    put_16(&b, 1);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MISMATCH);
    begin(&b, RESPONSE, "eXaMpLe.COM", 15);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    begin(&b, RESPONSE, "", 15);
    assert_int_equal(read_as(".", TYPE_MX), MESSAGE_OK);
}

static void test_other_classes(void **state)
{
    (void)state;
    begin(&b, RESPONSE, "example.com", 15);
    size_t at = begin_record(&b, SECTION_ANSWER, ">12", 15);
    set_16(&b, at - 8, 3);
    end_record(&b, at); /* an empty MX of class CH has no form to check */
    at = begin_record(&b, SECTION_ANSWER, ">12", 5);
    set_16(&b, at - 8, 3);
    put_name(&b, "x");
    end_record(&b, at);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_NODATA);
    assert_int_equal(answer.chain.count, 0);
}

/* Every cut of a message with all that can be in one is noticed, and every cut
 * behind the header is forgiven where TC says so. */
static void test_truncations(void **state)
{
    (void)state;
    for (unsigned tc = 0; tc <= TC; tc += TC) {
        begin(&b, RESPONSE | tc, "example.com", 15);
        size_t question_end = b.size;
        put_alias(&b, ">12", 5, "target.example.net");
        put_mx(&b, "target.example.net", 10, "mx>12");
        size_t first_mx_end = b.size;
        put_mx(&b, "target.example.net", 20, "mx2>12");
        size_t answers_end = b.size;
        put_record(&b, SECTION_AUTHORITY, ">12", 2, "\300\x0c", 2);
        put_opt(&b, 0, "\0\x0f\0\2\0\6", 6);
        assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
        assert_int_equal(answer.record_count, 2);
        for (size_t size = 0; size < b.size; size++) {
            enum message_status status = read_sized(size, "example.com", TYPE_MX);
            enum message_status expected = MESSAGE_MALFORMED;
            if (tc && size >= 12)
                expected = size < question_end ? MESSAGE_MISMATCH : MESSAGE_OK;
            assert_int_equal(status, expected);
            if (status != MESSAGE_OK)
                continue;
            assert_true(answer.truncated);
            assert_int_equal(answer.record_count, size >= answers_end    ? 2
                                                  : size >= first_mx_end ? 1
                                                                         : 0);
        }
    }
}

static void test_counts_and_trailing_octets(void **state)
{
    (void)state;
    static const size_t sections[] = {4, SECTION_ANSWER, SECTION_AUTHORITY, SECTION_ADDITIONAL};
    for (size_t i = 0; i < COUNT(sections); i++) {
        begin(&b, RESPONSE, "example.com", 15);
        put_mx(&b, ">12", 10, "mx>12");
        put_record(&b, SECTION_AUTHORITY, ">12", 2, "\300\x0c", 2);
        put_opt(&b, 0, "", 0);
        assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
        set_16(&b, sections[i], 2);
        assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
        set_16(&b, sections[i], 0xffff);
        assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
    }
    begin(&b, RESPONSE, "example.com", 15);
    put_8(&b, 0);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
    begin(&b, RESPONSE, "example.com", 15);
    set_16(&b, SECTION_ANSWER, 1);
    b.size = MESSAGE_SIZE_MAX + 1;
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
}

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
    }
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

static void test_rdata(void **state)
{
    (void)state;
    static const struct {
        enum record_type type;
        const char *data;
        size_t size;
        enum message_status status;
    } cases[] = {
        {TYPE_A, "\1\2\3\4", 4, MESSAGE_OK},
        {TYPE_A, "\1\2\3", 3, MESSAGE_MALFORMED},
        {TYPE_A, "\1\2\3\4\5", 5, MESSAGE_MALFORMED},
        {TYPE_A, "", 0, MESSAGE_MALFORMED},
        {TYPE_AAAA, "0123456789abcdef", 16, MESSAGE_OK},
        {TYPE_AAAA, "0123456789abcdef", 15, MESSAGE_MALFORMED},
        {TYPE_AAAA, "0123", 4, MESSAGE_MALFORMED},
        {TYPE_MX, "\0\1\0", 3, MESSAGE_OK},
        {TYPE_MX, "\0\1\300\x0c", 4, MESSAGE_OK},
        {TYPE_MX, "", 0, MESSAGE_MALFORMED},
        {TYPE_MX, "\0", 1, MESSAGE_MALFORMED},
        {TYPE_MX, "\0\1", 2, MESSAGE_MALFORMED},
        {TYPE_MX, "\0\1\1", 3, MESSAGE_MALFORMED},
        {TYPE_MX, "\0\1\1a", 4, MESSAGE_MALFORMED},
        {TYPE_MX, "\0\1\300", 3, MESSAGE_MALFORMED},
        {TYPE_MX, "\0\1\1a\0x", 6, MESSAGE_MALFORMED},
        {TYPE_MX, "\0\1\300\x0cx", 5, MESSAGE_MALFORMED},
        {TYPE_CNAME, "\1a\0", 3, MESSAGE_OK},
        {TYPE_CNAME, "", 0, MESSAGE_MALFORMED},
        {TYPE_CNAME, "\1a\0\0", 4, MESSAGE_MALFORMED},
        {TYPE_DNAME, "\0", 1, MESSAGE_OK},
        {TYPE_DNAME, "\1a", 2, MESSAGE_MALFORMED},
        {TYPE_TXT, "\0", 1, MESSAGE_OK},
        {TYPE_TXT, "\3abc\2de", 7, MESSAGE_OK},
        {TYPE_TXT, "", 0, MESSAGE_MALFORMED},
        {TYPE_TXT, "\3ab", 3, MESSAGE_MALFORMED},
        {TYPE_TXT, "\3abc\2d", 6, MESSAGE_MALFORMED},
        {TYPE_TLSA, "\3\1\1", 3, MESSAGE_OK},
        {TYPE_TLSA, "\3\1", 2, MESSAGE_MALFORMED},
        {TYPE_SOA, "", 0, MESSAGE_OK}, /* not looked into */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(&b, RESPONSE, "example.com", cases[i].type);
        put_record(&b, SECTION_ANSWER, ">12", cases[i].type, cases[i].data, cases[i].size);
        put_opt(&b, 0, "", 0); /* octets behind the RDATA */
        char what[40];
        snprintf(what, sizeof what, "case %zu", i);
        assert_status(read_as("example.com", cases[i].type), cases[i].status, what);
        /* the same record beside the answer to another question, and elsewhere */
        begin(&b, RESPONSE, "example.com", 6);
        put_record(&b, SECTION_ANSWER, ">12", cases[i].type, cases[i].data, cases[i].size);
        assert_status(read_as("example.com", TYPE_SOA), cases[i].status, what);
        begin(&b, RESPONSE, "example.com", 6);
        put_record(&b, SECTION_ADDITIONAL, ">12", cases[i].type, cases[i].data, cases[i].size);
        assert_status(read_as("example.com", TYPE_SOA), MESSAGE_OK, what);
    }
}

static void put_chain(unsigned hops, bool backwards)
{
    for (unsigned i = 0; i < hops; i++) {
        unsigned hop = backwards ? hops - 1 - i : i;
        char owner[24], target[24];
        snprintf(owner, sizeof owner, "h%u.Test", hop);
        snprintf(target, sizeof target, "H%u.test", hop + 1);
        put_alias(&b, owner, 5, target);
    }
}

static void test_chains(void **state)
{
    (void)state;
    static const unsigned lengths[] = {1, 2, 3, 16, 17, 18, 19, 34};
    for (unsigned i = 0; i < 2 * COUNT(lengths); i++) {
        unsigned hops = lengths[i / 2], kept = hops > 17 ? 17 : hops;
        char last[16];
        snprintf(last, sizeof last, "h%u.test", hops);
        begin(&b, RESPONSE, "h0.test", 1);
        if (i % 2)
            put_a(&b, last);
        put_chain(hops, i % 2);
        if (!(i % 2))
            put_a(&b, last);
        assert_int_equal(read_as("h0.test", TYPE_A), MESSAGE_OK);
        assert_int_equal(answer.chain.count, kept);
        assert_false(answer.chain.loop);
        assert_false(answer.chain.multiple);
        for (unsigned hop = 0; hop < kept; hop++) {
            char target[16];
            snprintf(target, sizeof target, "h%u.test", hop + 1);
            assert_name(&answer.chain.hops[hop].target, target);
            assert_int_equal(answer.chain.hops[hop].kind, ALIAS_CNAME);
        }
        assert_name(&answer.owner, last);
        assert_int_equal(answer.outcome, OUTCOME_ANSWER);
        assert_int_equal(answer.record_count, 1);
    }
}

static void test_dangling(void **state)
{
    (void)state;
    begin(&b, RESPONSE | NXDOMAIN | AD, "mx.example", 28);
    put_alias(&b, ">12", 5, "gone.example");
    assert_int_equal(read_as("mx.example", TYPE_AAAA), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_NXDOMAIN);
    assert_int_equal(answer.chain.count, 1);
    assert_name(&answer.owner, "gone.example");
    assert_true(answer.authentic);
    /* an alias to NODATA; the address at the alias itself is not at the chain's end */
    begin(&b, RESPONSE, "mx.example", 1);
    put_a(&b, ">12");
    put_alias(&b, ">12", 5, "empty.example");
    assert_int_equal(read_as("mx.example", TYPE_A), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_NODATA);
    assert_int_equal(answer.record_count, 0);
}

static void test_loops(void **state)
{
    (void)state;
    static const struct {
        unsigned hops;
        const char *closing; /* where the last one goes */
        unsigned count;
    } cases[] = {
        {0, "h0.test", 1}, {1, "h0.test", 2},   {2, "h1.test", 3},
        {2, "H2.test", 3}, {16, "h3.test", 17},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(&b, RESPONSE, "h0.test", 1);
        put_chain(cases[i].hops, i % 2);
        char owner[16];
        snprintf(owner, sizeof owner, "h%u.test", cases[i].hops);
        put_alias(&b, owner, 5, cases[i].closing);
        assert_int_equal(read_as("h0.test", TYPE_A), MESSAGE_OK);
        assert_true(answer.chain.loop);
        assert_int_equal(answer.chain.count, cases[i].count);
        assert_int_equal(answer.outcome, OUTCOME_NODATA);
    }
    /* a circle that closes at hop 18 was not walked round */
    begin(&b, RESPONSE, "h0.test", 1);
    put_chain(17, false);
    put_alias(&b, "h17.test", 5, "h0.test");
    assert_int_equal(read_as("h0.test", TYPE_A), MESSAGE_OK);
    assert_false(answer.chain.loop);
    assert_int_equal(answer.chain.count, 17);
}

static void test_multiple(void **state)
{
    (void)state;
    for (unsigned order = 0; order < 2; order++) {
        begin(&b, RESPONSE, "mx.example", 1);
        put_alias(&b, ">12", 5, order ? "b.example" : "A.example");
        put_alias(&b, ">12", 5, order ? "a.example" : "B.example");
        put_a(&b, "a.example");
        put_a(&b, "b.example");
        assert_int_equal(read_as("mx.example", TYPE_A), MESSAGE_OK);
        assert_true(answer.chain.multiple);
        assert_int_equal(answer.chain.count, 1);
        assert_name(&answer.chain.hops[0].target, "a.example");
        assert_int_equal(answer.record_count, 1);
    }
    /* wire order: a shorter label goes first */
    begin(&b, RESPONSE, "mx.example", 1);
    put_alias(&b, ">12", 5, "aa.example");
    put_alias(&b, ">12", 5, "z.example");
    assert_int_equal(read_as("mx.example", TYPE_A), MESSAGE_OK);
    assert_name(&answer.chain.hops[0].target, "z.example");
    /* the same CNAME twice is one */
    begin(&b, RESPONSE, "mx.example", 1);
    put_alias(&b, ">12", 5, "a.example");
    put_alias(&b, "MX.example", 5, "A.Example");
    assert_int_equal(read_as("mx.example", TYPE_A), MESSAGE_OK);
    assert_false(answer.chain.multiple);
    /* two at an owner that the chain does not pass */
    begin(&b, RESPONSE, "mx.example", 1);
    put_alias(&b, "other.example", 5, "a.example");
    put_alias(&b, "other.example", 5, "b.example");
    assert_int_equal(read_as("mx.example", TYPE_A), MESSAGE_OK);
    assert_false(answer.chain.multiple);
    assert_int_equal(answer.chain.count, 0);
    /* later on the way */
    begin(&b, RESPONSE, "mx.example", 1);
    put_alias(&b, ">12", 5, "other.example");
    put_alias(&b, "other.example", 5, "a.example");
    put_alias(&b, "other.example", 5, "b.example");
    assert_int_equal(read_as("mx.example", TYPE_A), MESSAGE_OK);
    assert_true(answer.chain.multiple);
    assert_int_equal(answer.chain.count, 2);
}

static void test_dname(void **state)
{
    (void)state;
    for (unsigned with_cname = 0; with_cname < 2; with_cname++) {
        begin(&b, RESPONSE, "mx.old.example", 1);
        put_alias(&b, "OLD.example", 39, "new.example");
        if (with_cname)
            put_alias(&b, ">12", 5, "mx.new.example");
        put_alias(&b, "mx.new.example", 5, "host.example");
        put_a(&b, "host.example");
        assert_int_equal(read_as("mx.old.example", TYPE_A), MESSAGE_OK);
        assert_int_equal(answer.chain.count, 2);
        assert_int_equal(answer.chain.hops[0].kind, ALIAS_DNAME);
        assert_name(&answer.chain.hops[0].target, "mx.new.example");
        assert_name(&answer.chain.dname_owner, "old.example");
        assert_int_equal(answer.chain.hops[1].kind, ALIAS_CNAME);
        assert_int_equal(answer.outcome, OUTCOME_ANSWER);
        assert_name(&answer.owner, "host.example");
    }
    /* several labels kept; to the root */
    begin(&b, RESPONSE, "a.b.old.example", 1);
    put_alias(&b, "old.example", 39, "");
    put_a(&b, "a.b");
    assert_int_equal(read_as("a.b.old.example", TYPE_A), MESSAGE_OK);
    assert_name(&answer.owner, "a.b");
    assert_int_equal(answer.record_count, 1);
}

static void test_dname_that_does_not_apply(void **state)
{
    (void)state;
    /* not at its own owner (RFC 6672 s2.3) */
    begin(&b, RESPONSE, "old.example", 1);
    put_alias(&b, ">12", 39, "new.example");
    assert_int_equal(read_as("old.example", TYPE_A), MESSAGE_OK);
    assert_int_equal(answer.chain.count, 0);
    /* a CNAME that it would not make is a CNAME */
    begin(&b, RESPONSE, "mx.old.example", 1);
    put_alias(&b, "old.example", 39, "new.example");
    put_alias(&b, ">12", 5, "mx.elsewhere.example");
    assert_int_equal(read_as("mx.old.example", TYPE_A), MESSAGE_OK);
    assert_int_equal(answer.chain.count, 1);
    assert_int_equal(answer.chain.hops[0].kind, ALIAS_CNAME);
    /* beside the name, not above it */
    begin(&b, RESPONSE, "mx.bold.example", 1);
    put_alias(&b, "old.example", 39, "new.example");
    assert_int_equal(read_as("mx.bold.example", TYPE_A), MESSAGE_OK);
    assert_int_equal(answer.chain.count, 0);
    /* no room: the chain ends (YXDOMAIN) */
    char target[256];
    memset(target, 'x', sizeof target);
    target[63] = target[127] = target[191] = '.';
    target[251] = '\0'; /* 253 octets on the wire; `mx` needs 3 more */
    begin(&b, RESPONSE | 6, "mx.old.example", 1);
    put_alias(&b, "old.example", 39, target);
    assert_int_equal(read_as("mx.old.example", TYPE_A), MESSAGE_OK);
    assert_int_equal(answer.chain.count, 0);
    assert_int_equal(answer.failure, FAILURE_OTHER);
    target[250] = '\0';
    begin(&b, RESPONSE, "mx.old.example", 1);
    put_alias(&b, "old.example", 39, target);
    assert_int_equal(read_as("mx.old.example", TYPE_A), MESSAGE_OK);
    assert_int_equal(answer.chain.count, 1);
    assert_int_equal(answer.owner.length, 255);
}

/* A DNAME below itself grows the name until it has no room. */
static void test_dname_that_grows(void **state)
{
    (void)state;
    begin(&b, RESPONSE, "mx.old.example", 1);
    put_alias(&b, "old.example", 39, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.old.example");
    assert_int_equal(read_as("mx.old.example", TYPE_A), MESSAGE_OK);
    assert_int_equal(answer.chain.count, 7); /* 16 + 31 n <= 255 */
    begin(&b, RESPONSE, "mx.old.example", 1);
    put_alias(&b, "old.example", 39, "old.example");
    assert_int_equal(read_as("mx.old.example", TYPE_A), MESSAGE_OK);
    assert_true(answer.chain.loop);
    assert_int_equal(answer.chain.count, 1);
}

static void test_alias_questions(void **state)
{
    (void)state;
    struct name target;
    struct record record;
    size_t offset = 0;
    begin(&b, RESPONSE, "mx.example", 5);
    put_alias(&b, ">12", 5, "a.example");
    put_alias(&b, "a.example", 5, "b.example");
    assert_int_equal(read_as("mx.example", TYPE_CNAME), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_ANSWER);
    assert_int_equal(answer.record_count, 1);
    assert_int_equal(answer.chain.count, 1);
    assert_name(&answer.chain.hops[0].target, "a.example");
    assert_name(&answer.owner, "mx.example");
    assert_true(answer_next(&answer, &offset, &record));
    record_name(&answer, &record, &target);
    assert_name(&target, "a.example");

    begin(&b, RESPONSE, "mx.example", 5);
    assert_int_equal(read_as("mx.example", TYPE_CNAME), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_NODATA);
    assert_int_equal(answer.chain.count, 0);

    /* a DNAME alone stands for its CNAME */
    begin(&b, RESPONSE, "mx.old.example", 5);
    put_alias(&b, "old.example", 39, "new.example");
    assert_int_equal(read_as("mx.old.example", TYPE_CNAME), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_ANSWER);
    assert_int_equal(answer.record_count, 0);
    assert_int_equal(answer.chain.hops[0].kind, ALIAS_DNAME);
    assert_name(&answer.chain.dname_owner, "old.example");

    offset = 0;
    begin(&b, RESPONSE, "old.example", 39);
    put_alias(&b, ">12", 39, "new.example");
    put_alias(&b, "example", 39, "test");
    assert_int_equal(read_as("old.example", TYPE_DNAME), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_ANSWER);
    assert_int_equal(answer.chain.count, 0);
    assert_int_equal(answer.record_count, 1);
    assert_true(answer_next(&answer, &offset, &record));
    record_name(&answer, &record, &target);
    assert_name(&target, "new.example");
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

static double milliseconds_of_read(const char *name, enum record_type type)
{
    struct question question = ask(name, type);
    struct timespec start, end;
    double best = 1e9;
    for (unsigned i = 0; i < 5; i++) {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
        assert_int_equal(message_read(b.bytes, b.size, &question, &answer), MESSAGE_OK);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
        double ms =
            (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6;
        best = ms < best ? ms : best;
    }
    return best;
}

/* Messages made to be slow.  The limit is generous (sanitizers, loaded machine);
 * work that grows with the square of the message would take seconds. */
static void test_hostile_messages(void **state)
{
    (void)state;
    enum {
        LIMIT_MS = 100
    };
    /* as many records as there is room for, their owners a long run of pointers */
    begin(&b, RESPONSE, "h0.test", 1);
    unsigned target = 12;
    for (unsigned i = 0; i < 124; i++) {
        char owner[12];
        snprintf(owner, sizeof owner, "%s>%u", i > 2 ? "a" : "", target);
        target = (unsigned)b.size;
        put_record(&b, SECTION_ANSWER, owner, 2, "", 0);
    }
    char owner[12];
    snprintf(owner, sizeof owner, ">%u", target);
    while (b.size < 65500)
        put_alias(&b, owner, 5, owner);
    assert_true(milliseconds_of_read("h0.test", TYPE_A) < LIMIT_MS);

    /* thousands of CNAMEs at the first names of a chain and on */
    begin(&b, RESPONSE, "h0.test", 1);
    for (unsigned hop = 0; hop < 40; hop++) {
        char at[24], to[24];
        snprintf(at, sizeof at, "h%u.test", hop % 20);
        snprintf(to, sizeof to, "h%u.test", hop % 20 + 1);
        for (unsigned i = 0; i < 40; i++)
            put_alias(&b, at, 5, to);
    }
    assert_true(milliseconds_of_read("h0.test", TYPE_A) < LIMIT_MS);
    /* those not looked at any more did not keep the first from being seen */
    assert_int_equal(answer.chain.count, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_question),
        cmocka_unit_test(test_longest_question),
        cmocka_unit_test(test_mx),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_records_of_a_failure),
        cmocka_unit_test(test_ede),
        cmocka_unit_test(test_ede_sets),
        cmocka_unit_test(test_bad_opt),
        cmocka_unit_test(test_mismatch),
        cmocka_unit_test(test_other_classes),
        cmocka_unit_test(test_truncations),
        cmocka_unit_test(test_counts_and_trailing_octets),
        cmocka_unit_test(test_bad_names),
        cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_pointers_to_pointers),
        cmocka_unit_test(test_rdata),
        cmocka_unit_test(test_chains),
        cmocka_unit_test(test_dangling),
        cmocka_unit_test(test_loops),
        cmocka_unit_test(test_multiple),
        cmocka_unit_test(test_dname),
        cmocka_unit_test(test_dname_that_does_not_apply),
        cmocka_unit_test(test_dname_that_grows),
        cmocka_unit_test(test_alias_questions),
        cmocka_unit_test(test_null_mx_and_nul),
        cmocka_unit_test(test_hostile_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
