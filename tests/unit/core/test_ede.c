/* Extended DNS errors: names and what they speak of, sets of codes. */
#include "crawler/core/ede.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

struct ede_case {
    unsigned code;
    const char *word, *name;
};

static const struct ede_case cases[] = {
    {0, "rest", "Other Error"},
    {3, "rest", "Stale Answer"},
    {4, "policy", "Forged Answer"},
    {6, "domain", "DNSSEC Bogus"},
    {7, "domain", "Signature Expired"},
    {9, "domain", "DNSKEY Missing"},
    {10, "domain", "RRSIGs Missing"},
    {12, "domain", "NSEC Missing"},
    {13, "rest", "Cached Error"},
    {14, "rest", "Not Ready"},
    {15, "policy", "Blocked"},
    {16, "policy", "Censored"},
    {17, "policy", "Filtered"},
    {18, "rest", "Prohibited"},
    {22, "domain", "No Reachable Authority"},
    {23, "domain", "Network Error"},
    {25, "domain", "Signature Expired before Valid"},
    {26, "rest", "Too Early"},
    {27, "domain", "Unsupported NSEC3 Iterations Value"},
    {28, "rest", "Unable to conform to policy"},
    {29, "rest", "Synthesized"},
    {30, "rest", "Invalid Query Type"},
    {31, "pace", "Rate Limited"},
    {32, "pace", "Over Quota"},
    {33, "policy", "Negative Trust Anchor"},
    {34, "rest", "New Delegation Only"},
    {35, "policy", "Blocked by Upstream DNS Server"},
    {36, "rest", NULL},
    {65535, "rest", NULL},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct ede_case *c = &cases[i];
        const char *name = ede_name(c->code);
        assert_string_equal(ede_class_word(ede_class(c->code)), c->word);
        if (c->name == NULL)
            assert_null(name);
        else
            assert_string_equal(name, c->name);
    }
}

static void test_sets(void **state)
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
    for (size_t i = 0; i < sizeof kept.behind / sizeof *kept.behind; i++)
        kept.behind[i] = (uint16_t)i;
    for (unsigned i = 0; i < EDE_MAX; i++)
        ede_add(&kept.codes, (uint16_t)(100 - i));
    assert_int_equal(kept.codes.count, EDE_MAX);
    for (size_t i = 0; i < sizeof kept.behind / sizeof *kept.behind; i++)
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

static void test_from_text(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "6", "6,9,65535",
                                        "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,65535"};
    struct ede ede = {.count = 3};
    char text[EDE_TEXT_MAX];
    ede_from_text(NULL, &ede);
    assert_int_equal(ede.count, 0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ede_from_text(texts[i], &ede);
        ede_to_text(&ede, text);
        assert_string_equal(text, texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_from_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
