#include "crawler/core/answer.h"

#include "tests/unit/core/message_cases.h"

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
    memset(bytes, 0xee, sizeof bytes);
    assert_int_equal(question_write(&question, 0xabcd, bytes), sizeof expected - 1);
    assert_memory_equal(bytes, expected, sizeof expected - 1);
    assert_int_equal(bytes[sizeof expected - 1], 0xee);
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
    assert_int_equal(answer.message_size, b.size);
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

/* RFC 2181 s8: 31 bits, and zero where the highest of 32 is set */
static void test_ttl(void **state)
{
    (void)state;
    static const struct {
        unsigned high, low;
        uint32_t ttl;
    } cases[] = {
        {0, 0, 0},      {0, 300, 300},       {1, 0x5180, 86400}, {0x7fff, 0xffff, 0x7fffffff},
        {0x8000, 0, 0}, {0xffff, 0xffff, 0},
    };
    size_t offset = 0;
    struct record record;
    begin(&b, RESPONSE, "example.com", 15);
    for (unsigned i = 0; i < COUNT(cases); i++)
        set_ttl(&b, put_mx(&b, ">12", i, "mx.example.net"), cases[i].high, cases[i].low);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    for (unsigned i = 0; i < COUNT(cases); i++) {
        assert_true(answer_next(&answer, &offset, &record));
        assert_int_equal(record.ttl, cases[i].ttl);
    }
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
        assert_false(answer.authentic);
        assert_false(answer.truncated);
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

static void test_ede_sets(void **state)
{
    (void)state;
    struct {
        struct ede codes;
        uint16_t behind[2 * EDE_MAX];
    } kept = {0};
    struct ede a = {0}, other = {0};
    char text[EDE_TEXT_MAX] = "left";
    assert_int_equal(ede_to_text(&a, text), 0);
    assert_string_equal(text, "");
    ede_add(&a, 9);
    ede_add(&a, 65535);
    ede_add(&other, 6);
    ede_add(&other, 9);
    ede_merge(&a, &other);
    ede_to_text(&a, text);
    assert_string_equal(text, "6,9,65535");
    assert_false(ede_has(&other, 5));
    assert_true(ede_has(&other, 6));
    assert_true(ede_has(&other, 9));
    assert_false(ede_has(&other, 65535)); /* of a, not of other */
    assert_false(ede_has(&kept.codes, 0));
    ede_add(&other, 3);
    ede_merge(&kept.codes, &other);
    ede_to_text(&kept.codes, text);
    assert_string_equal(text, "3,6,9");
    for (size_t i = 0; i < COUNT(kept.behind); i++)
        kept.behind[i] = (uint16_t)i;
    for (unsigned i = 0; i < EDE_MAX; i++)
        ede_add(&kept.codes, (uint16_t)(100 - i));
    assert_int_equal(kept.codes.count, EDE_MAX);
    for (size_t i = 0; i < COUNT(kept.behind); i++)
        assert_int_equal(kept.behind[i], i);
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

static void test_ede_from_text(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "6", "6,9,65535",
                                        "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,65535"};
    struct ede ede = {.count = 3};
    char text[EDE_TEXT_MAX];
    ede_from_text(NULL, &ede);
    assert_int_equal(ede.count, 0);
    for (size_t i = 0; i < COUNT(texts); i++) {
        ede_from_text(texts[i], &ede);
        ede_to_text(&ede, text);
        assert_string_equal(text, texts[i]);
    }
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

/* A resolver that does not follow: NS records and neither an answer nor a SOA (RFC 2308 s2.2). */
static void test_referral(void **state)
{
    (void)state;
    static const char ns[] = "\1a\0", soa[] = "\1a\0\1b\0\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1";
    begin(&b, RESPONSE, "example.com", 15);
    put_record(&b, SECTION_AUTHORITY, "com", 2, ns, sizeof ns - 1);
    put_record(&b, SECTION_ADDITIONAL, "com", 6, soa, sizeof soa - 1);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_FAILED);
    assert_int_equal(answer.failure, FAILURE_REFERRAL);
    begin(&b, RESPONSE, "example.com", 15);
    put_record(&b, SECTION_AUTHORITY, "com", 2, ns, sizeof ns - 1);
    put_record(&b, SECTION_AUTHORITY, "com", 6, soa, sizeof soa - 1);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_NODATA);
    begin(&b, RESPONSE, "example.com", 15); /* the SOA first */
    put_record(&b, SECTION_AUTHORITY, "com", 6, soa, sizeof soa - 1);
    put_record(&b, SECTION_AUTHORITY, "com", 2, ns, sizeof ns - 1);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_NODATA);
    begin(&b, RESPONSE, "example.com", 15); /* the resolver followed an alias, and no further */
    put_record(&b, SECTION_ANSWER, "example.com", 5, "\3tgt\0", 5);
    put_record(&b, SECTION_AUTHORITY, "tgt", 2, ns, sizeof ns - 1);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_FAILED);
    assert_int_equal(answer.failure, FAILURE_REFERRAL);
    assert_int_equal(answer.chain.count, 1);
    begin(&b, RESPONSE, "example.com", 5); /* to who asks for the alias it is the answer */
    put_record(&b, SECTION_ANSWER, "example.com", 5, "\3tgt\0", 5);
    put_record(&b, SECTION_AUTHORITY, "com", 2, ns, sizeof ns - 1);
    assert_int_equal(read_as("example.com", TYPE_CNAME), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_ANSWER);
    begin(&b, RESPONSE, "example.com", 15); /* the zone's servers beside the whole answer */
    put_record(&b, SECTION_ANSWER, "example.com", 5, "\3tgt\0", 5);
    put_record(&b, SECTION_ANSWER, "tgt", 15, "\0\1\1m\0", 5);
    put_record(&b, SECTION_AUTHORITY, "tgt", 2, ns, sizeof ns - 1);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_ANSWER);
    begin(&b, RESPONSE, "example.com", 15); /* NS elsewhere, and others there */
    put_record(&b, SECTION_AUTHORITY, "com", 16, "\1x", 2);
    put_record(&b, SECTION_ADDITIONAL, "com", 2, ns, sizeof ns - 1);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_NODATA);
    begin(&b, RESPONSE, "example.com", 15);
    put_mx(&b, ">12", 10, "mx.example.com");
    put_record(&b, SECTION_AUTHORITY, "com", 2, ns, sizeof ns - 1);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_ANSWER);
    begin(&b, RESPONSE | NXDOMAIN, "example.com", 15);
    put_record(&b, SECTION_AUTHORITY, "com", 2, ns, sizeof ns - 1);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_NXDOMAIN);
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

static void test_recursion_available(void **state)
{
    (void)state;
    begin(&b, RESPONSE, "example.com", 15);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_true(answer.recursion_available);
    begin(&b, (RESPONSE & ~0x80u) | AD | NXDOMAIN, "example.com", 15);
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_false(answer.recursion_available);
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

static void test_mismatch(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned flags, type;
    } cases[] = {
        {"example.com", 0x0100, 15},            /* QR=0: our own question come back */
        {"example.com", 0x0101, 15},            /* ... with an rcode */
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
    for (unsigned rcode = 0; rcode < 16; rcode++) { /* who does not read it need not repeat it */
        bool may = rcode == 1 || rcode == 4 || rcode == 5;
        set_16(&b, 2, RESPONSE | rcode);
        assert_int_equal(read_as("example.com", TYPE_MX), may ? MESSAGE_OK : MESSAGE_MISMATCH);
    }
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
    /* the largest message (RFC 1035 s4.2.2: two octets of length), and one octet more */
    for (size_t size = MESSAGE_SIZE_MAX; size <= MESSAGE_SIZE_MAX + 1; size++) {
        begin(&b, RESPONSE, "example.com", 15);
        for (unsigned i = 0; i < 2; i++) {
            size_t at = begin_record(&b, SECTION_ADDITIONAL, ">12", 10);
            b.size = i == 0 ? 40000 : size;
            end_record(&b, at);
        }
        assert_int_equal(read_as("example.com", TYPE_MX),
                         size == 65535 ? MESSAGE_OK : MESSAGE_MALFORMED);
    }
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

/* Both octets of types and classes count. */
static void test_types_and_classes_beyond_255(void **state)
{
    (void)state;
    static const unsigned classes[] = {0x0101, 0x0100, 0x8001, 0xff01};
    begin(&b, RESPONSE, "mx.example", 1);
    put_record(&b, SECTION_ANSWER, ">12", 257, "\0\5issue;", 8); /* CAA (RFC 8659) */
    put_a(&b, ">12");
    for (size_t i = 0; i < COUNT(classes); i++) {
        size_t at = begin_record(&b, SECTION_ANSWER, ">12", 1);
        set_16(&b, at - 8, classes[i]);
        put_octets(&b, "\300\0\2\1", 4);
        end_record(&b, at);
    }
    assert_int_equal(read_as("mx.example", TYPE_A), MESSAGE_OK);
    assert_int_equal(answer.record_count, 1);
    set_16(&b, 24, 257);
    struct question question = ask("mx.example", TYPE_A);
    question.type = (enum record_type)257;
    assert_int_equal(message_read(b.bytes, b.size, &question, &answer), MESSAGE_OK);
    assert_int_equal(answer.record_count, 1);
    assert_int_equal(answer.outcome, OUTCOME_ANSWER);
}

/* Only the answer section has aliases, those of this message. */
static void test_alias_in_another_section(void **state)
{
    (void)state;
    for (unsigned answers = 2; answers-- > 0;) {
        begin(&b, RESPONSE, "mx.example", 1);
        put_alias(&b, ">12", 5, "a.example");
        set_16(&b, SECTION_ANSWER, answers);
        set_16(&b, SECTION_AUTHORITY, 1 - answers);
        assert_int_equal(read_as("mx.example", TYPE_A), MESSAGE_OK);
        assert_int_equal(answer.chain.count, answers);
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
        b.bytes[2] |= TC >> 8; /* it is whole: what was cut is behind it */
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
        cmocka_unit_test(test_question),
        cmocka_unit_test(test_longest_question),
        cmocka_unit_test(test_mx),
        cmocka_unit_test(test_ttl),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_records_of_a_failure),
        cmocka_unit_test(test_ede),
        cmocka_unit_test(test_ede_sets),
        cmocka_unit_test(test_ede_from_text),
        cmocka_unit_test(test_negative_trust_anchor),
        cmocka_unit_test(test_bad_opt),
        cmocka_unit_test(test_referral),
        cmocka_unit_test(test_filtered),
        cmocka_unit_test(test_codes_of_one_message),
        cmocka_unit_test(test_recursion_available),
        cmocka_unit_test(test_udp_size_asked),
        cmocka_unit_test(test_udp_size),
        cmocka_unit_test(test_mismatch),
        cmocka_unit_test(test_other_classes),
        cmocka_unit_test(test_truncations),
        cmocka_unit_test(test_counts_and_trailing_octets),
        cmocka_unit_test(test_bad_names),
        cmocka_unit_test(test_pointer_back_and_forth),
        cmocka_unit_test(test_pointers_beyond_octet_255),
        cmocka_unit_test(test_owners),
        cmocka_unit_test(test_types_and_classes_beyond_255),
        cmocka_unit_test(test_alias_in_another_section),
        cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_long_name_at_length),
        cmocka_unit_test(test_pointers_to_pointers),
        cmocka_unit_test(test_rdata),
        cmocka_unit_test(test_null_mx_and_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
