/* Cases of MTA-STS and TLSRPT: records (RFC 8461 s3.1, RFC 8460 s3), policies (RFC 8461
 * s3.2), matching (s4.1), what aliases make of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/core/sts.h"
#include "tests/unit/core/message_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(text) text, sizeof text - 1
#define ID_32      "abcdefghijklmnopqrstuvwxyz012345"
#define NAME_32    "abcdefghijklmnopqrstuvwxyz_-.345"

/* The octets end where their allocation does: the address sanitizer sees a step too far.  One text
 * at a time. */
static const char *tight(const char *text, size_t length)
{
    static char *copy;
    free(copy);
    copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, text, length);
    return length > 0 ? copy : copy + 1;
}

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

#define GOOD           "version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 604800\n"
#define BUT_MX(line)   "version: STSv1\nmode: enforce\n" line "\nmax_age: 1\n"
#define BUT_MODE(line) "version: STSv1\n" line "\nmx: a\nmax_age: 1\n"
#define BUT_AGE(line)  "version: STSv1\nmode: enforce\nmx: a\n" line "\n"

static const struct valid_case {
    const char *body;
    size_t length;
    enum sts_mode mode;
    uint32_t max_age;
    const char *patterns; /* divided by blanks */
} valid_cases[] = {
    /* the RFC's own, s3.2 */
    {TEXT("version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\n"
          "mx: backupmx.example.com\r\nmax_age: 604800\r\n"),
     STS_MODE_ENFORCE, 604800, "mail.example.com *.example.net backupmx.example.com"},
    {TEXT(GOOD), STS_MODE_ENFORCE, 604800, "mail.example.com"},
    {TEXT("\n" GOOD "\n"), STS_MODE_ENFORCE, 604800, "mail.example.com"}, /* blank lines */
    {TEXT("\r\nversion: STSv1\r\n\r\nmode: testing\r\n \t\r\nmx: a\n\n\nmax_age: 1\n\r\n "),
     STS_MODE_TESTING, 1, "a"},
    {TEXT("max_age:0\nmx:a\r\nmode:testing\nversion:STSv1"), STS_MODE_TESTING, 0, "a"},
    {TEXT("version:\t STSv1 \t\nmode:  none\t\nmax_age: 31557600 "), STS_MODE_NONE, 31557600, ""},
    {TEXT("version: STSv1\nmode: none\nmx: *.a-1.B\nmax_age: 0000000001\n"), STS_MODE_NONE, 1,
     "*.a-1.B"},
    {TEXT(GOOD "mode: off\nmode: testing\nversion: STSv2\nmax_age: x\nmax_age: 99999999999\n"),
     STS_MODE_ENFORCE, 604800, "mail.example.com"}, /* the first counts */
    {TEXT(GOOD "x-1._y: a b:c\nMode: none\nMX: *\nnote: gr\xc3\xbc\xc3\x9f \xf0\x9f\x93\xa7\n"),
     STS_MODE_ENFORCE, 604800, "mail.example.com"},                    /* other fields */
    {TEXT(BUT_MX("mx: 192.0.2.1")), STS_MODE_ENFORCE, 1, "192.0.2.1"}, /* it is a Domain too */
    {TEXT(GOOD "mxa: b.example\n"), STS_MODE_ENFORCE, 604800, "mail.example.com"},
    {TEXT(BUT_AGE("max_age: 9876543")), STS_MODE_ENFORCE, 9876543, "a"},
    {TEXT(BUT_AGE("max_age: 0210")), STS_MODE_ENFORCE, 210, "a"},
    {TEXT("\n" BUT_AGE("max_age: 1")), STS_MODE_ENFORCE, 1, "a"},
};

static void test_valid_policies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof valid_cases / sizeof *valid_cases; i++) {
        const struct valid_case *c = &valid_cases[i];
        struct sts_policy policy;
        char patterns[256] = "";
        sts_policy_read(tight(c->body, c->length), c->length, &policy);
        if (policy.outcome != STS_POLICY_VALID)
            fail_msg("line %u of \"%s\"", policy.fault_line, c->body);
        assert_int_equal(policy.mode, c->mode);
        assert_int_equal(policy.max_age, c->max_age);
        size_t offset = 0;
        for (struct sts_text mx; sts_policy_next_mx(&policy, &offset, &mx);)
            snprintf(patterns + strlen(patterns), sizeof patterns - strlen(patterns), "%s%.*s",
                     patterns[0] == '\0' ? "" : " ", (int)mx.length, mx.text);
        assert_string_equal(patterns, c->patterns);
    }
}

static const struct invalid_case {
    const char *body;
    size_t length;
    unsigned line; /* 0: a field is missing */
    const char *fault;
} invalid_cases[] = {
    {TEXT(""), 0, "no version"},
    {TEXT("mode: none\nmax_age: 1\n"), 0, "no version"},
    {TEXT("version: STSv1\nmx: a\nmax_age: 1\n"), 0, "no mode"},
    {TEXT("version: STSv1\nMode: enforce\nmx: a\nmax_age: 1\n"), 0, "no mode"},
    {TEXT("version: STSv1\nmode: none\n"), 0, "no max_age"},
    {TEXT("version: STSv1\nmode: enforce\nmax_age: 1\n"), 0, "no mx"},
    {TEXT("version: STSv1\nmode: testing\nmax_age: 1\n"), 0, "no mx"},
    /* blank lines are lines, and no fields */
    {TEXT("\n"), 0, "no version"},
    {TEXT("\n \t\r\n"), 0, "no version"},
    {TEXT("version: STSv1\n\n\r\nmode: x"), 4, "mode: x"},
    {TEXT("\r\r\n" GOOD), 1, "\r"},
    {TEXT(GOOD "\r"), 5, "\r"},
    {TEXT(GOOD "\v\n"), 5, "\v"},
    {TEXT(GOOD "\xc2\xa0\n"), 5, "\xc2\xa0"},
    {TEXT("<html>\n" GOOD), 1, "<html>"},
    {TEXT("\xef\xbb\xbf" GOOD), 1, "\xef\xbb\xbfversion: STSv1"},
    {TEXT("version: STSv1\rmode: none\rmax_age: 1\r"), 1,
     "version: STSv1\rmode: none\rmax_age: 1\r"},
    {TEXT("version: STSv1\r\r\nmode: none\n"), 1, "version: STSv1\r"},
    {TEXT("version: STSv1\nmode: none\nmax_age: 1\r"), 3, "max_age: 1\r"},
    {TEXT("version: STSv2\n"), 1, "version: STSv2"},
    {TEXT("version: stsv1\n"), 1, "version: stsv1"},
    {TEXT("version: STSv1;\n"), 1, "version: STSv1;"},
    {TEXT("version : STSv1\n"), 1, "version : STSv1"},
    {TEXT(" version: STSv1\n"), 1, " version: STSv1"},
    {TEXT("version:\n"), 1, "version:"},
    {TEXT("version: \t\n"), 1, "version: \t"},
    {TEXT(": STSv1\n"), 1, ": STSv1"},
    {TEXT("version= STSv1\n"), 1, "version= STSv1"},
    {TEXT(BUT_MODE("mode: Enforce")), 2, "mode: Enforce"},
    {TEXT(BUT_MODE("mode: enforced")), 2, "mode: enforced"},
    {TEXT(BUT_MODE("mode: report\nmode: enforce")), 2, "mode: report"},
    {TEXT(BUT_AGE("max_age: 31557601")), 4, "max_age: 31557601"},
    {TEXT(BUT_AGE("max_age: 9999999999")), 4, "max_age: 9999999999"},
    {TEXT(BUT_AGE("max_age: 00000000001")), 4, "max_age: 00000000001"},
    {TEXT(BUT_AGE("max_age: -1")), 4, "max_age: -1"},
    {TEXT(BUT_AGE("max_age: a")), 4, "max_age: a"},
    {TEXT(BUT_AGE("max_age: 1/1")), 4, "max_age: 1/1"}, /* the neighbours of the digits */
    {TEXT(BUT_AGE("max_age: 1:1")), 4, "max_age: 1:1"},
    {TEXT(BUT_AGE("max_age: 1 2")), 4, "max_age: 1 2"},
    {TEXT(BUT_MX("mx: *")), 3, "mx: *"},
    {TEXT(BUT_MX("mx: *.")), 3, "mx: *."},
    {TEXT(BUT_MX("mx: *.*.example")), 3, "mx: *.*.example"},
    {TEXT(BUT_MX("mx: *xa.example")), 3, "mx: *xa.example"},
    {TEXT("mx: *"), 1, "mx: *"},
    {TEXT(BUT_MX("mx: a.*.example")), 3, "mx: a.*.example"},
    {TEXT(BUT_MX("mx: a*.example")), 3, "mx: a*.example"},
    {TEXT(BUT_MX("mx: .example")), 3, "mx: .example"},
    {TEXT(BUT_MX("mx: a.example.")), 3, "mx: a.example."},
    {TEXT(BUT_MX("mx: a..example")), 3, "mx: a..example"},
    {TEXT(BUT_MX("mx: -a.example")), 3, "mx: -a.example"},
    {TEXT(BUT_MX("mx: a-.example")), 3, "mx: a-.example"},
    {TEXT(BUT_MX("mx: a.example-")), 3, "mx: a.example-"},
    {TEXT(BUT_MX("mx: a_b.example")), 3, "mx: a_b.example"},
    {TEXT(BUT_MX("mx: a.example b.example")), 3, "mx: a.example b.example"},
    {TEXT(BUT_MX("mx: a.example, b.example")), 3, "mx: a.example, b.example"},
    {TEXT(BUT_MX("mx: [192.0.2.1]")), 3, "mx: [192.0.2.1]"},
    {TEXT(BUT_MX("mx: b\xc3\xbc\x63her.example")), 3, "mx: b\xc3\xbc\x63her.example"},
    {TEXT(BUT_MX("mx: a\nmx: ?")), 4, "mx: ?"},
    {TEXT(GOOD "x: a\tb\n"), 5, "x: a\tb"},
    {TEXT(GOOD "x: a\x7f"), 5, "x: a\x7f"},
    {TEXT(GOOD "x: \xe9\n"), 5, "x: \xe9"},         /* Latin-1 */
    {TEXT(GOOD "x: \xc0\xaf\n"), 5, "x: \xc0\xaf"}, /* overlong */
    {TEXT(GOOD "x: ab\xff\n"), 5, "x: ab\xff"},
    {TEXT(GOOD "x: ab\xc3"), 5, "x: ab\xc3"}, /* cut */
    {TEXT(GOOD "x: ab\xc3\n"), 5, "x: ab\xc3"},
    {TEXT(GOOD "x: a\x1f\n"), 5, "x: a\x1f"},
    {TEXT(GOOD "x:\n"), 5, "x:"},
    {TEXT(GOOD "_x: y\n"), 5, "_x: y"},
    {TEXT(GOOD NAME_32 "6: y\n"), 5, NAME_32 "6: y"},
    {TEXT(GOOD "x"), 5, "x"},
};

static void test_invalid_policies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof invalid_cases / sizeof *invalid_cases; i++) {
        const struct invalid_case *c = &invalid_cases[i];
        struct sts_policy policy;
        sts_policy_read(tight(c->body, c->length), c->length, &policy);
        if (policy.outcome != STS_POLICY_INVALID || policy.fault_line != c->line ||
            policy.fault.length != strlen(c->fault) ||
            memcmp(policy.fault.text, c->fault, policy.fault.length) != 0)
            fail_msg("\"%s\": line %u, \"%.*s\"", c->body, policy.fault_line,
                     (int)policy.fault.length, policy.fault.length > 0 ? policy.fault.text : "");
    }
    /* a NUL is an octet like another, and no end */
    struct sts_policy policy;
    sts_policy_read(TEXT("version: STSv1\nx: a\0b\n"), &policy);
    assert_int_equal(policy.fault_line, 2);
    assert_int_equal(policy.fault.length, 6);
}

static const struct match_case {
    const char *pattern, *name;
    bool matches;
} match_cases[] = {
    {"mail.example.com", "mail.example.com", true},
    {"MAIL.Example.COM", "mail.example.com", true},
    {"mail.example.com", "example.com", false},
    {"example.com", "mail.example.com", false},
    {"mail.example.com", "xmail.example.com", false},
    {"mail.example.com", "mail.example.co", false},
    {"mail.example.com", "mail.example.com.net", false},
    {"*.example.com", "mail.example.com", true}, /* s4.1 */
    {"*.example.com", "example.com", false},
    {"*.example.com", "foo.bar.example.com", false},
    {"*.example.com", "mail_1.example.com", true},
    {"*.example.com", "*.example.com", true},
    {"*.com", "example.com", true},
    {"*.example.com", "a\\.b.example.com", true}, /* one label */
    {"a.b.example.com", "a\\.b.example.com", false},
    {"*.0.2.1", "192.0.2.1", true},
    {"a", "a", true},
    {"*.a", "a", false},
    {"*.a", "b.a", true}, /* labels of one octet */
    {"b.a", "b.a", true},
    {"b.a", "b", false},
    {"b", "b.a", false},
    {"*", "a", false},
    {"", "a", false},
    {"", ".", false},
    {"a", ".", false},
    {"*.a", ".", false},
};

static void test_matching(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof match_cases / sizeof *match_cases; i++) {
        const struct match_case *c = &match_cases[i];
        struct name name;
        assert_true(name_from_text(c->name, strlen(c->name), &name));
        struct sts_text pattern = {tight(c->pattern, strlen(c->pattern)), strlen(c->pattern)};
        if (sts_pattern_matches(pattern, &name) != c->matches)
            fail_msg("%s, %s", c->pattern, c->name);
    }
    struct sts_policy policy;
    struct name second, third;
    assert_true(name_from_text(TEXT("b.example"), &second));
    assert_true(name_from_text(TEXT("c.example"), &third));
    sts_policy_read(TEXT(BUT_MX("mx: a.example\nx: c.example\nmx: B.example")), &policy);
    assert_true(sts_policy_matches(&policy, &second));
    assert_false(sts_policy_matches(&policy, &third));
    sts_policy_read(TEXT("mx: b.example\nversion: STSv1\nmode: enforce\nmax_age: 1\n"), &policy);
    assert_true(sts_policy_matches(&policy, &second));
    /* the root, whatever was in its memory before */
    struct name root = second;
    root.length = 1;
    root.wire[0] = 0;
    memmove(root.wire + 1, "\1b\7example", 11);
    assert_false(sts_pattern_matches((struct sts_text){TEXT("*.b.example")}, &root));
    assert_false(sts_pattern_matches((struct sts_text){TEXT("b.example")}, &root));
}

static const struct listing_case {
    const char *exchange;
    bool expected;
} listing_cases[] = {
    {"mail.example.com", true},
    {"Mail-1.example.com", true},
    {"1.example", true},
    {"xn--mller-kva.de", true},
    {".", false},
    {"mail", false},
    {"localhost", false},
    {"mail.localhost", false},
    {"192.0.2.1", false},
    {"[192.0.2.1]", false},
    {"192.0.2.300", false},
    {"a!b.example", false},
    {"-.example", false},
    {"mail-.example.com", false},
    {"mail_1.example.com", false},
    {"*.example.com", false},
    {"a\\.b.example.com", false},
    {"a\\032b.example.com", false},
    {"caf\\233.example", false},
};

/* What may be listed makes a valid policy that matches it. */
static void test_listing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof listing_cases / sizeof *listing_cases; i++) {
        const struct listing_case *c = &listing_cases[i];
        char body[512], text[NAME_TEXT_MAX];
        struct sts_policy policy;
        struct name name;
        assert_true(name_from_text(c->exchange, strlen(c->exchange), &name));
        if (sts_may_list(&name) != c->expected)
            fail_msg("%s", c->exchange);
        name_to_text(&name, text);
        int length = snprintf(body, sizeof body, BUT_MX("mx: %s"), text);
        sts_policy_read(body, (size_t)length, &policy);
        if (c->expected &&
            (policy.outcome != STS_POLICY_VALID || !sts_policy_matches(&policy, &name)))
            fail_msg("%s is in no policy", c->exchange);
    }
}

/* Of each exchange: n matches by name, t by target, b by both, - by neither; lower case of
 * an alias, upper case (N, X) without one. */
static const struct effect_case {
    enum sts_mode mode;
    const char *exchanges;
    enum sts_cname_effect effect;
} effect_cases[] = {
    {STS_MODE_ENFORCE, "n", STS_CNAME_NAME_ONLY},   {STS_MODE_ENFORCE, "t", STS_CNAME_TARGET_ONLY},
    {STS_MODE_ENFORCE, "b", STS_CNAME_SAME},        {STS_MODE_ENFORCE, "-", STS_CNAME_NEITHER},
    {STS_MODE_TESTING, "n", STS_CNAME_NAME_ONLY},   {STS_MODE_NONE, "n", STS_CNAME_NO_EFFECT},
    {STS_MODE_UNKNOWN, "n", STS_CNAME_NO_EFFECT},   {STS_MODE_ENFORCE, "", STS_CNAME_NO_EFFECT},
    {STS_MODE_ENFORCE, "NX", STS_CNAME_NO_EFFECT},  {STS_MODE_ENFORCE, "Nb", STS_CNAME_SAME},
    {STS_MODE_ENFORCE, "Xb", STS_CNAME_SAME},       {STS_MODE_ENFORCE, "Xn", STS_CNAME_NAME_ONLY},
    {STS_MODE_ENFORCE, "nt", STS_CNAME_MIXED},      {STS_MODE_ENFORCE, "t-bn", STS_CNAME_MIXED},
    {STS_MODE_ENFORCE, "n-b", STS_CNAME_NAME_ONLY}, {STS_MODE_ENFORCE, "-t", STS_CNAME_TARGET_ONLY},
    {STS_MODE_ENFORCE, "b-", STS_CNAME_NEITHER},    {STS_MODE_ENFORCE, "bb", STS_CNAME_SAME},
    {STS_MODE_ENFORCE, "-b", STS_CNAME_NEITHER},
};

static void test_cname_effect(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof effect_cases / sizeof *effect_cases; i++) {
        const struct effect_case *c = &effect_cases[i];
        struct sts_match matches[8] = {0};
        unsigned count = 0;
        for (const char *at = c->exchanges; *at != '\0'; at++)
            matches[count++] = (struct sts_match){
                .alias = *at != 'N' && *at != 'X',
                .name = strchr("nbN", *at) != NULL,
                .target = strchr("tb", *at) != NULL,
            };
        size_t size = count * sizeof *matches;
        const void *exact = tight((const char *)matches, size);
        if (sts_cname_effect_of(c->mode, exact, count) != c->effect)
            fail_msg("%s", c->exchanges);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_tlsrpt),
        cmocka_unit_test(test_record_sets),
        cmocka_unit_test(test_long_record),
        cmocka_unit_test(test_valid_policies),
        cmocka_unit_test(test_invalid_policies),
        cmocka_unit_test(test_matching),
        cmocka_unit_test(test_cname_effect),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_listing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
