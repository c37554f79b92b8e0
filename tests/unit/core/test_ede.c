/* Extended DNS errors: names and what they speak of. */
#include "crawler/core/ede.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
