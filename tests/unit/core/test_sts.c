/* Cases of MTA-STS and TLSRPT: records (RFC 8461 s3.1, RFC 8460 s3), and the words of all that
 * there is. */
#include "tests/unit/core/message_builder.h"
#include "tests/unit/core/sts_cases.h"

#define ID_32 "abcdefghijklmnopqrstuvwxyz012345"

static const struct record_case {
    const char *text;
    size_t length;
    enum sts_record_outcome outcome;
    const char *id;
} record_cases[] = {
    {TEXT("v=STSv1; id=20160831085700Z;"), STS_RECORD_VALID, "20160831085700Z"}, /* s3.1 */
    {TEXT("v=STSv1;id=1"), STS_RECORD_VALID, "1"},
    {TEXT("v=STSv1; \t id=1 \t; "), STS_RECORD_VALID, "1"},
    {TEXT("v=STSv1; id=" ID_32), STS_RECORD_VALID, ID_32},
    {TEXT("v=STSv1; id=" ID_32 "6"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id="), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=2016-08-31"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1\0"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1 "), STS_RECORD_INVALID, ""}, /* blanks are part of a delimiter */
    {TEXT("v=STSv1; id= 1"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id =1"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; ID=1"), STS_RECORD_INVALID, ""}, /* another field: id is missing */
    {TEXT("v=STSv1;"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; "), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1;; id=1"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1;;"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1; ;"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1, x=2"), STS_RECORD_INVALID, ""},
    /* other fields */
    {TEXT("v=STSv1; x=y; id=1; a1=!:<>~"), STS_RECORD_VALID, "1"},
    {TEXT("v=STSv1; " NAME_32 "=y; id=1"), STS_RECORD_VALID, "1"},
    {TEXT("v=STSv1; " NAME_32 "6=y; id=1"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; _x=y; id=1"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1; x"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1; x="), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1; =y"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1; x=y=z"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1; x=y z"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1; x=\xc3\xbc"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1; x=\x7f"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1; x\0=y"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1; id=1; id=2"), STS_RECORD_VALID, "1"}, /* the first counts */
    {TEXT("v=STSv1; id=1; id=a-b"), STS_RECORD_VALID, "1"},
    /* blanks are part of the delimiter behind the version too */
    {TEXT("v=STSv1 ; id=1"), STS_RECORD_VALID, "1"},
    {TEXT("v=STSv1\t \t;id=1;"), STS_RECORD_VALID, "1"},
    {TEXT("v=STSv1 ; id=-"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1 ;; id=1"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1 ;"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1 id=1;"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1 x; id=1"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1 xid=1"), STS_RECORD_INVALID, ""},
    /* the version alone */
    {TEXT("v=STSv1"), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1 "), STS_RECORD_INVALID, ""},
    {TEXT("v=STSv1\t"), STS_RECORD_INVALID, ""},
    /* another version, or none */
    {TEXT(""), STS_RECORD_NONE, ""},
    {TEXT("v=STSv"), STS_RECORD_NONE, ""},
    {TEXT("v=STSv10; id=1"), STS_RECORD_NONE, ""},
    {TEXT("v=STSv1.0; id=1"), STS_RECORD_NONE, ""},
    {TEXT("v=STSv1, id=1"), STS_RECORD_NONE, ""},
    {TEXT("v=STSv1\n; id=1"), STS_RECORD_NONE, ""},
    {TEXT("v=STSv1\0; id=1"), STS_RECORD_NONE, ""},
    {TEXT("v = STSv1; id=1"), STS_RECORD_NONE, ""},
    {TEXT(" v=STSv1; id=1"), STS_RECORD_NONE, ""},
    {TEXT("V=STSv1; id=1"), STS_RECORD_NONE, ""},
    {TEXT("v=stsv1; id=1"), STS_RECORD_NONE, ""},
    {TEXT("v=STSv2; id=1"), STS_RECORD_NONE, ""},
    {TEXT("v=spf1 -all"), STS_RECORD_NONE, ""},
};

static void test_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof record_cases / sizeof *record_cases; i++) {
        const struct record_case *c = &record_cases[i];
        struct sts_record record;
        sts_record_judge(tight(c->text, c->length), c->length, &record);
        if (record.outcome != c->outcome || strcmp(record.id, c->id) != 0)
            fail_msg("\"%s\": %s, id %s", c->text, sts_record_outcome_word(record.outcome),
                     record.id);
    }
}

/* sts-id: letters and digits of ASCII, RFC 8461 s3.1 */
static void test_ids(void **state)
{
    (void)state;
    for (int octet = 0; octet < 256; octet++) {
        const char text[] = {'v', '=', 'S', 'T', 'S', 'v', '1', ';', 'i', 'd', '=', (char)octet};
        bool good = (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') ||
                    (octet >= 'a' && octet <= 'z');
        struct sts_record record;
        sts_record_judge(text, sizeof text, &record);
        assert_int_equal(record.outcome, good ? STS_RECORD_VALID : STS_RECORD_INVALID);
    }
}

static const struct tlsrpt_case {
    const char *text;
    enum tlsrpt tlsrpt;
} tlsrpt_cases[] = {
    {"v=TLSRPTv1;rua=mailto:reports@example.com", TLSRPT_VALID}, /* RFC 8460 s3 */
    {"v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt", TLSRPT_VALID},
    {"v=TLSRPTv1; rua=mailto:a@b.example,https://b.example/?x=y ;", TLSRPT_VALID},
    {"v=TLSRPTv1; rua=mailto:a@b.example \t, \tMAILTO:c@b.example", TLSRPT_VALID},
    {"v=TLSRPTv1; x=y; rua=mailto:a%21%2C@b.example; z=1", TLSRPT_VALID},
    {"v=TLSRPTv1; rua=mailto:a@b.example; rua=x", TLSRPT_VALID},
    {"v=TLSRPTv1; rua=https://b.example/~x#", TLSRPT_VALID},
    {"v=TLSRPTv1; rua=https://b.example/x#/?%aF%90%fA", TLSRPT_VALID},
    {"v=TLSRPTv1; rua=HTTPS://[2001:db8::1]:8443/r", TLSRPT_VALID}, /* RFC 3986 s3.2.2 */
    {"v=TLSRPTv1; rua=https:x", TLSRPT_VALID},
    {"v=TLSRPTv1; rua=https:", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=https://b.example/#x#", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:[a@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a@b.example]", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=https://a^b.example/", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a%@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:100%", TLSRPT_INVALID}, /* s2.1 */
    {"v=TLSRPTv1; rua=mailto:a@b.example%2", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a%2g@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a%g2@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a%2G@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a%2/@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a%:2@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a%`2@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a%2@@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a@b.example; rua=", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a@b.example\x7f", TLSRPT_INVALID},
    {"v=TLSRPTv1;", TLSRPT_INVALID},
    {"v=TLSRPTv1; x=y", TLSRPT_INVALID},
    {"v=TLSRPTv1; RUA=mailto:a@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=a@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=http://b.example/", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a@b.example,", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=,mailto:a@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a@b.example,c@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a@b.example!10m", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a @b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua= mailto:a@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:<a@b.example>", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=x; rua=mailto:a@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1;; rua=mailto:a@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1; rua=mailto:a@b.example; x=y=z", TLSRPT_INVALID},
    {"v=TLSRPTv1 ; rua=mailto:a@b.example", TLSRPT_VALID},
    {"v=TLSRPTv1\t \t;rua=mailto:a@b.example;", TLSRPT_VALID},
    {"v=TLSRPTv1 ; rua=a@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1 rua=mailto:a@b.example", TLSRPT_INVALID},
    {"v=TLSRPTv1", TLSRPT_INVALID},
    {"v=TLSRPTv1 ", TLSRPT_INVALID},
    {"v=TLSRPTv10; rua=mailto:a@b.example", TLSRPT_NONE},
    {"v=TLSRPTv1, rua=mailto:a@b.example", TLSRPT_NONE},
    {"v=tlsrptv1; rua=mailto:a@b.example", TLSRPT_NONE},
    {" v=TLSRPTv1; rua=mailto:a@b.example", TLSRPT_NONE},
    {"v=TLSRPTv2; rua=mailto:a@b.example", TLSRPT_NONE},
    {"v=STSv1; id=1", TLSRPT_NONE},
    {"", TLSRPT_NONE},
};

static void test_tlsrpt(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tlsrpt_cases / sizeof *tlsrpt_cases; i++) {
        const struct tlsrpt_case *c = &tlsrpt_cases[i];
        enum tlsrpt tlsrpt = tlsrpt_judge(tight(c->text, strlen(c->text)), strlen(c->text));
        if (tlsrpt != c->tlsrpt)
            fail_msg("\"%s\": %s", c->text, tlsrpt_word(tlsrpt));
    }
}

/* Several TXT records in a message, each of several strings divided by `|`. */
static void put_txt(struct builder *b, const char *owner, const char *strings)
{
    size_t at = begin_record(b, SECTION_ANSWER, owner, TYPE_TXT);
    for (;;) {
        size_t size = strcspn(strings, "|");
        put_8(b, (unsigned)size);
        put_octets(b, strings, size);
        if (strings[size] == '\0')
            break;
        strings += size + 1;
    }
    end_record(b, at);
}

static const struct set_case {
    const char *sts[3], *tlsrpt[3];
    enum sts_record_outcome outcome;
    const char *id;
    enum tlsrpt report;
} set_cases[] = {
    {{NULL}, {NULL}, STS_RECORD_NONE, "", TLSRPT_NONE},
    {{"v=spf1 -all"}, {"v=spf1 -all"}, STS_RECORD_NONE, "", TLSRPT_NONE},
    {{"v=S|TSv1; |i||d=1|"}, {"v=TLSRPT|v1;rua=mail|to:a"}, STS_RECORD_VALID, "1", TLSRPT_VALID},
    {{"v=spf1", "v=STSv1;id=1", "v=STSv1 ; id=2"},
     {"x", "v=TLSRPTv1;rua=mailto:a", ""},
     STS_RECORD_VALID,
     "1",
     TLSRPT_VALID},
    {{"v=STSv1;id=1", "v=STSv1;id=2"},
     {"v=TLSRPTv1;rua=mailto:a", "v=TLSRPTv1;rua=mailto:b"},
     STS_RECORD_MULTIPLE,
     "",
     TLSRPT_MULTIPLE},
    {{"v=STSv1;", "v=STSv1;id=2", "v=STSv1;"},
     {"v=TLSRPTv1;", "v=TLSRPTv1;", "v=TLSRPTv1;rua=mailto:b"},
     STS_RECORD_MULTIPLE,
     "",
     TLSRPT_MULTIPLE},
    {{"v=STSv1;"}, {"v=TLSRPTv1;"}, STS_RECORD_INVALID, "", TLSRPT_INVALID},
    /* a single one is judged by the grammar */
    {{"v=STSv1 ; id=1"}, {"v=TLSRPTv1 ; rua=mailto:a"}, STS_RECORD_VALID, "1", TLSRPT_VALID},
    {{"v=STSv1"}, {"v=TLSRPTv1"}, STS_RECORD_INVALID, "", TLSRPT_INVALID},
    {{"v=STSv2; id=1"}, {"v=TLSRPTv2; rua=mailto:a"}, STS_RECORD_NONE, "", TLSRPT_NONE},
    /* of several only those that begin with version and semicolon count */
    {{"v=STSv1 ; id=1", "v=spf1"},
     {"v=TLSRPTv1 ; rua=mailto:a", "x"},
     STS_RECORD_NONE,
     "",
     TLSRPT_NONE},
    {{"v=STSv1 ; id=1", "v=STSv1 ; id=2"},
     {"v=TLSRPTv1 ;rua=mailto:a", "v=TLSRPTv1"},
     STS_RECORD_NONE,
     "",
     TLSRPT_NONE},
    {{"v=STSv1", "v=STSv1;id=-"},
     {"v=TLSRPTv1 ", "v=TLSRPTv1;rua=a"},
     STS_RECORD_INVALID,
     "",
     TLSRPT_INVALID},
    /* the same one again is one: RFC 2181 s5 */
    {{"v=STSv1;id=1", "v=STSv1;id=1"},
     {"v=TLSRPTv1;rua=mailto:a", "v=TLSRPTv1;rua=mailto:a", "v=TLSRPTv1;rua=mailto:a"},
     STS_RECORD_VALID,
     "1",
     TLSRPT_VALID},
    {{"v=STSv1 ;id=1", "v=STSv1 ;id=1"},
     {"v=TLSRPTv1 ;rua=mailto:a", "v=TLSRPTv1 ;rua=mailto:a"},
     STS_RECORD_VALID,
     "1",
     TLSRPT_VALID},
    {{"v=STSv1;id=1", "v=spf1", "v=STSv1;id=1"},
     {"v=TLSRPTv1;rua=mailto:a", "x", "v=TLSRPTv1;rua=mailto:a"},
     STS_RECORD_VALID,
     "1",
     TLSRPT_VALID},
    /* other data, though the text is one: two records; so is another case of letters */
    {{"v=STSv1;id=1", "v=STSv1;|id=1"},
     {"v=TLSRPTv1;rua=mailto:a", "v=TLSRPTv1;rua=mailto:|a"},
     STS_RECORD_MULTIPLE,
     "",
     TLSRPT_MULTIPLE},
    {{"v=STSv1;id=a", "v=STSv1;id=a", "v=STSv1;id=A"},
     {"v=TLSRPTv1;rua=mailto:a", "v=TLSRPTv1;rua=mailto:A", "v=TLSRPTv1;rua=mailto:a"},
     STS_RECORD_MULTIPLE,
     "",
     TLSRPT_MULTIPLE},
};

static void read_set(struct builder *b, const char *const texts[3], struct answer *ret)
{
    struct question question = {.type = TYPE_TXT};
    assert_true(name_from_text(TEXT("r.example"), &question.name));
    begin(b, 0x8180, "r.example", TYPE_TXT);
    put_alias(b, "r.example", TYPE_CNAME, "t.example"); /* s3.1: aliases are followed */
    for (size_t i = 0; i < 3 && texts[i] != NULL; i++)
        put_txt(b, "t.example", texts[i]);
    assert_int_equal(message_read(b->bytes, b->size, &question, ret), MESSAGE_OK);
}

static void test_record_sets(void **state)
{
    static struct builder b;
    (void)state;
    for (size_t i = 0; i < sizeof set_cases / sizeof *set_cases; i++) {
        const struct set_case *c = &set_cases[i];
        struct answer answer;
        struct sts_record record;
        read_set(&b, c->sts, &answer);
        sts_record_read(&answer, &record);
        if (record.outcome != c->outcome || strcmp(record.id, c->id) != 0)
            fail_msg("set %zu: %s, id %s", i, sts_record_outcome_word(record.outcome), record.id);
        read_set(&b, c->tlsrpt, &answer);
        if (tlsrpt_read(&answer) != c->report)
            fail_msg("set %zu: %s", i, tlsrpt_word(tlsrpt_read(&answer)));
    }
}

/* The largest message: 255 strings of 255 octets and more; nothing is cut. */
static void test_long_record(void **state)
{
    static struct builder b;
    static char text[TXT_SIZE_MAX];
    struct question question = {.type = TYPE_TXT};
    struct answer answer;
    struct record record;
    size_t offset = 0;
    (void)state;
    assert_true(name_from_text(TEXT("r.example"), &question.name));
    begin(&b, 0x8180, "r.example", TYPE_TXT);
    size_t at = begin_record(&b, SECTION_ANSWER, ">12", TYPE_TXT);
    for (unsigned i = 0; i < 255; i++) {
        put_8(&b, 255);
        for (unsigned j = 0; j < 255; j++)
            put_8(&b, i);
    }
    end_record(&b, at);
    assert_int_equal(message_read(b.bytes, b.size, &question, &answer), MESSAGE_OK);
    assert_true(answer_next(&answer, &offset, &record));
    assert_int_equal(record_txt(&answer, &record, text), 255 * 255);
    assert_int_equal((unsigned char)text[0], 0);
    assert_int_equal((unsigned char)text[255 * 255 - 1], 254);
}

static void test_words(void **state)
{
    (void)state;
    for (enum sts_policy_outcome policy = 0; policy <= STS_POLICY_UNAVAILABLE; policy++) {
        assert_int_equal(sts_of(STS_RECORD_NOT_ASKED, policy, 0), STS_NOT_ASKED);
        assert_int_equal(sts_of(STS_RECORD_NONE, policy, 0), STS_NONE);
        assert_int_equal(sts_of(STS_RECORD_FAILED, policy, 0), STS_FAILED);
        assert_int_equal(sts_of(STS_RECORD_MULTIPLE, policy, 0), STS_INVALID_RECORD);
        assert_int_equal(sts_of(STS_RECORD_INVALID, policy, 0), STS_INVALID_RECORD);
    }
    assert_int_equal(sts_of(STS_RECORD_VALID, STS_POLICY_VALID, STS_MODE_ENFORCE), STS_ENFORCE);
    assert_int_equal(sts_of(STS_RECORD_VALID, STS_POLICY_VALID, STS_MODE_TESTING), STS_TESTING);
    assert_int_equal(sts_of(STS_RECORD_VALID, STS_POLICY_VALID, STS_MODE_NONE), STS_OFF);
    assert_int_equal(sts_of(STS_RECORD_VALID, STS_POLICY_INVALID, 0), STS_INVALID_POLICY);
    assert_int_equal(sts_of(STS_RECORD_VALID, STS_POLICY_UNAVAILABLE, 0), STS_UNAVAILABLE);
}

static void test_statuses(void **state)
{
    static const unsigned for_now[] = {408, 425, 429, 500, 502, 503, 504, 599};
    static const unsigned final[] = {0,   200, 204, 301, 302, 304, 400, 401, 403, 404,
                                     407, 409, 410, 424, 426, 428, 430, 451, 499};
    (void)state;
    for (size_t i = 0; i < sizeof for_now / sizeof *for_now; i++)
        assert_true(sts_status_is_for_now(for_now[i]));
    for (size_t i = 0; i < sizeof final / sizeof *final; i++)
        assert_false(sts_status_is_for_now(final[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids),         cmocka_unit_test(test_records),
        cmocka_unit_test(test_tlsrpt),      cmocka_unit_test(test_record_sets),
        cmocka_unit_test(test_long_record), cmocka_unit_test(test_words),
        cmocka_unit_test(test_statuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
