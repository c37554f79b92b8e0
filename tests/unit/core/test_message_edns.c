/* EDNS in messages (RFC 6891): the OPT record, its sizes, extended errors (RFC 8914). */
#include "crawler/core/answer.h"

#include "tests/unit/core/message_cases.h"

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
    /* each message has its own codes, none of the one before */
    begin(&b, RESPONSE | 2, "example.com", 15);
    put_opt(&b, 0, "\0\x0f\0\2\0\x17", 6);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    ede_to_text(&answer.ede, text);
    assert_string_equal(text, "23");
    begin(&b, RESPONSE | 2, "example.com", 15);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.ede.count, 0);
}

/* EDE 33 (IANA): without AD, by the resolver's own policy, a negative trust anchor (RFC 7646). */
static void test_negative_trust_anchor(void **state)
{
    (void)state;
    static const unsigned codes[] = {0, 32, 33, 34};
    for (size_t i = 0; i < COUNT(codes); i++) {
        for (unsigned ad = 0; ad <= AD; ad += AD) {
            const uint8_t option[] = {0, 15, 0, 2, 0, (uint8_t)codes[i]};
            begin(&b, RESPONSE | ad, "example.com", 15);
            put_opt(&b, 0, option, sizeof option);
            assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
            assert_int_equal(answer_is_unvalidated(&answer), codes[i] == 33 && !ad);
        }
    }
    begin(&b, RESPONSE, "example.com", 15);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_false(answer_is_unvalidated(&answer));
}

/* An OPT that has not its form: also in a message that says it was cut (only what is cut is
 * forgiven there). */
static void check_bad_opts(unsigned flags)
{
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
        begin(&b, flags, "example.com", 15);
        put_opt(&b, 0, cases[i].options, cases[i].size);
        assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
    }
    begin(&b, flags, "example.com", 15);
    put_opt(&b, 0, "", 0);
    put_opt(&b, 0, "", 0);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
    begin(&b, flags, "example.com", 15);
    put_record(&b, SECTION_ADDITIONAL, "com", 41, "", 0);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
    begin(&b, flags, "example.com", 15);
    put_record(&b, SECTION_AUTHORITY, "", 41, "", 0);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
    begin(&b, flags, "example.com", 15);
    put_record(&b, SECTION_ANSWER, "", 41, "", 0);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_MALFORMED);
}

static void test_bad_opt(void **state)
{
    (void)state;
    check_bad_opts(RESPONSE);
    check_bad_opts(RESPONSE | TC);
}

/* Codes of the resolver's own policy make any answer one that says nothing; a negative trust anchor
 * (33) only keeps it from being validated (RFC 7646). */
static void test_filtered(void **state)
{
    (void)state;
    for (unsigned code = 0; code < 40; code++) {
        uint8_t option[] = {0, 15, 0, 2, 0, (uint8_t)code};
        bool filtered = code == 4 || code == 15 || code == 16 || code == 17 || code == 35;
        begin(&b, RESPONSE, "example.com", 15);
        put_mx(&b, ">12", 10, "mx.example.com");
        put_opt(&b, 0, option, sizeof option);
        assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
        assert_int_equal(answer.outcome, filtered ? OUTCOME_FAILED : OUTCOME_ANSWER);
        assert_int_equal(answer.failure, filtered ? FAILURE_FILTERED : FAILURE_NONE);
        assert_int_equal(answer.too_fast, code == 31 || code == 32);
    }
}

/* The second of two codes counts as the first does, and not in the message after. */
static void test_codes_of_one_message(void **state)
{
    (void)state;
    static const char policy[] = "\0\x0f\0\2\0\3\0\x0f\0\2\0\x0f";
    static const char pace[] = "\0\x0f\0\2\0\3\0\x0f\0\2\0\x1f";
    static const char stale[] = "\0\x0f\0\2\0\3";
    const struct {
        const char *options;
        size_t size;
        enum failure failure;
        bool too_fast;
    } messages[] = {
        {policy, sizeof policy - 1, FAILURE_FILTERED, false},
        {stale, sizeof stale - 1, FAILURE_NONE, false},
        {pace, sizeof pace - 1, FAILURE_NONE, true},
        {stale, sizeof stale - 1, FAILURE_NONE, false},
    };
    for (size_t i = 0; i < COUNT(messages); i++) {
        begin(&b, RESPONSE, "example.com", 15);
        put_opt(&b, 0, messages[i].options, messages[i].size);
        assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
        assert_int_equal(answer.failure, messages[i].failure);
        assert_int_equal(answer.too_fast, messages[i].too_fast);
    }
}

static void test_udp_size_asked(void **state)
{
    (void)state;
    uint8_t before[QUESTION_SIZE_MAX], bytes[QUESTION_SIZE_MAX];
    struct question question = ask("example.com", TYPE_MX);
    size_t size = question_write(&question, 1, before);
    memcpy(bytes, before, size);
    question_set_udp_size(bytes, size, 0x1234);
    /* RFC 6891 s6.1.2: root, type, then the class, with 6 octets behind it */
    assert_int_equal(bytes[size - 8], 0x12);
    assert_int_equal(bytes[size - 7], 0x34);
    bytes[size - 8] = before[size - 8];
    bytes[size - 7] = before[size - 7];
    assert_memory_equal(bytes, before, size);
}

/* The size of the OPT that is there, wherever, and of nothing that looks like one. */
static void test_udp_size(void **state)
{
    (void)state;
    static const char like_opt[] = "\13\0\0\x29\x10\0\0\0\0\0\0\0";
    begin(&b, RESPONSE, "example.com", 16);
    put_opt(&b, 0, "", 0);
    assert_int_equal(read_as("example.com", TYPE_TXT), MESSAGE_OK);
    assert_int_equal(answer.udp_size, 1232);
    size_t whole = b.size;
    b.bytes[2] |= TC >> 8;
    for (size_t size = 12; size < whole; size++) {
        if (read_sized(size, "example.com", TYPE_TXT) == MESSAGE_OK)
            assert_int_equal(answer.udp_size, -1);
    }
    put_record(&b, SECTION_ADDITIONAL, ">12", 16, like_opt, sizeof like_opt - 1);
    assert_int_equal(read_as("example.com", TYPE_TXT), MESSAGE_OK);
    assert_int_equal(answer.udp_size, 1232);
    begin(&b, RESPONSE, "example.com", 16);
    put_record(&b, SECTION_ANSWER, ">12", 16, like_opt, sizeof like_opt - 1);
    assert_int_equal(read_as("example.com", TYPE_TXT), MESSAGE_OK);
    assert_int_equal(answer.record_count, 1);
    assert_int_equal(answer.udp_size, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ede),
        cmocka_unit_test(test_negative_trust_anchor),
        cmocka_unit_test(test_bad_opt),
        cmocka_unit_test(test_filtered),
        cmocka_unit_test(test_codes_of_one_message),
        cmocka_unit_test(test_udp_size_asked),
        cmocka_unit_test(test_udp_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
