/* Cases of policies of MTA-STS (RFC 8461 s3.2), of matching (s4.1), and what aliases make of it. */
#include "tests/unit/core/sts_cases.h"

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
        bool is_pattern = c->pattern[0] != '\0' && strcmp(c->pattern, "*") != 0;
        if (is_pattern && sts_patterns_match(&pattern, 1, &name) != c->matches)
            fail_msg("%s among several, %s", c->pattern, c->name);
    }
    /* the root, whatever was in its memory before */
    struct name root;
    assert_true(name_from_text(TEXT("b.example"), &root));
    root.length = 1;
    root.wire[0] = 0;
    memmove(root.wire + 1, "\1b\7example", 11);
    assert_false(sts_pattern_matches((struct sts_text){TEXT("*.b.example")}, &root));
    assert_false(sts_pattern_matches((struct sts_text){TEXT("b.example")}, &root));
    struct sts_text pattern = {TEXT("*.b.example")};
    assert_false(sts_patterns_match(&pattern, 1, &root));
    sts_patterns_sort(NULL, 0);
    assert_false(sts_patterns_match(NULL, 0, &root));
}

/* Does the policy match the name? */
static bool matches(const struct sts_policy *policy, const struct name *name)
{
    struct sts_text patterns[256];
    size_t count = 0;
    for (size_t offset = 0; sts_policy_next_mx(policy, &offset, &patterns[count]);)
        assert_true(++count < 256);
    sts_patterns_sort(patterns, count);
    return sts_patterns_match(patterns, count, name);
}

static bool matches_text(const struct sts_policy *policy, const char *text)
{
    struct name name;
    assert_true(name_from_text(text, strlen(text), &name));
    return matches(policy, &name);
}

static void test_whole_policies(void **state)
{
    (void)state;
    struct sts_policy policy;
    sts_policy_read(TEXT(BUT_MX("mx: a.example\nx: c.example\nmx: B.example")), &policy);
    assert_true(matches_text(&policy, "b.example"));
    assert_false(matches_text(&policy, "c.example"));
    sts_policy_read(TEXT("mx: b.example\nversion: STSv1\nmode: enforce\nmax_age: 1\n"), &policy);
    assert_true(matches_text(&policy, "b.example"));
    sts_policy_read(TEXT("version: STSv1\nmode: none\nmax_age: 1\n"), &policy);
    assert_false(matches_text(&policy, "b.example"));
    struct name name;
    assert_true(name_from_text(TEXT("b.example"), &name));
    assert_false(sts_patterns_match(NULL, 0, &name));
}

/* In any order, those of one length too: each finds its own, and nothing else. */
static void test_many_patterns(void **state)
{
    (void)state;
    char body[4096] = "version: STSv1\nmode: enforce\nmax_age: 1\n", text[64];
    struct sts_policy policy;
    for (unsigned i = 0; i < 200; i++)
        snprintf(body + strlen(body), sizeof body - strlen(body), "mx: %s%u.b\n",
                 i % 3 == 0 ? "*.m" : "M", i * 77 % 200);
    sts_policy_read(body, strlen(body), &policy);
    assert_int_equal(policy.outcome, STS_POLICY_VALID);
    for (unsigned i = 0; i < 200; i++) {
        bool is_wild = i % 3 == 0;
        snprintf(text, sizeof text, "m%u.b", i * 77 % 200);
        assert_int_equal(matches_text(&policy, text), !is_wild);
        snprintf(text, sizeof text, "x\\.y_.m%u.B", i * 77 % 200);
        assert_int_equal(matches_text(&policy, text), is_wild);
    }
    assert_false(matches_text(&policy, "m200.b"));
    assert_false(matches_text(&policy, "."));
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
        if (c->expected && (policy.outcome != STS_POLICY_VALID || !matches(&policy, &name)))
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid_policies), cmocka_unit_test(test_invalid_policies),
        cmocka_unit_test(test_matching),       cmocka_unit_test(test_whole_policies),
        cmocka_unit_test(test_many_patterns),  cmocka_unit_test(test_cname_effect),
        cmocka_unit_test(test_listing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
