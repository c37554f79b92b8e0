/* Messages: the question, what an answer says, and what is no answer (RFC 1035 s4.1). */
#include "crawler/core/answer.h"

#include "tests/unit/core/message_cases.h"

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

/* Nothing at all, of one that offers no recursion: an answer of an authority alone. */
static void test_no_recursion(void **state)
{
    (void)state;
    static const char soa[] = "\1a\0\1b\0\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1";
    enum {
        RA = 0x0080,
        AA = 0x0400
    };
    static const struct {
        unsigned flags;
        bool soa, alias;
        enum outcome outcome;
    } cases[] = {
        {RESPONSE, false, false, OUTCOME_NODATA},
        {RESPONSE & ~RA, false, false, OUTCOME_FAILED},
        {RESPONSE & ~RA, false, true, OUTCOME_FAILED},
        {(RESPONSE & ~RA) | AA, false, false, OUTCOME_NODATA},
        {RESPONSE & ~RA, true, false, OUTCOME_NODATA},
        {(RESPONSE & ~RA) | TC, false, false, OUTCOME_NODATA},
        {(RESPONSE & ~RA) | NXDOMAIN, false, false, OUTCOME_NXDOMAIN},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin(&b, cases[i].flags, "example.com", 15);
        if (cases[i].alias)
            put_record(&b, SECTION_ANSWER, "example.com", 5, "\3tgt\0", 5);
        if (cases[i].soa)
            put_record(&b, SECTION_AUTHORITY, "com", 6, soa, sizeof soa - 1);
        assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
        assert_int_equal(answer.outcome, cases[i].outcome);
        if (cases[i].outcome == OUTCOME_FAILED)
            assert_int_equal(answer.failure, FAILURE_REFERRAL);
    }
    begin(&b, RESPONSE & ~RA, "example.com", 15);
    put_mx(&b, ">12", 10, "mx.example.com");
    assert_int_equal(read_as("example.com", TYPE_MX), MESSAGE_OK);
    assert_int_equal(answer.outcome, OUTCOME_ANSWER);
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
    begin(&b, RESPONSE | TC, "example.com", 15); /* truncated: the rest is not known */
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
        {TYPE_TLSA, "\3\1", 2, MESSAGE_OK}, /* a record that cannot be used, no broken answer */
        {TYPE_SOA, "", 0, MESSAGE_OK},      /* not looked into */
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
        cmocka_unit_test(test_referral),
        cmocka_unit_test(test_no_recursion),
        cmocka_unit_test(test_recursion_available),
        cmocka_unit_test(test_mismatch),
        cmocka_unit_test(test_other_classes),
        cmocka_unit_test(test_truncations),
        cmocka_unit_test(test_counts_and_trailing_octets),
        cmocka_unit_test(test_types_and_classes_beyond_255),
        cmocka_unit_test(test_alias_in_another_section),
        cmocka_unit_test(test_rdata),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
