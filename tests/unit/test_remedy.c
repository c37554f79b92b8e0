/* What to change where an exchange is an alias: DANE (RFC 7672 s2.2.2, s2.2.3) by the TLSA base
 * that is left, MTA-STS (RFC 8461 s4.1) by the name that is left, by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/core/remedy.h"

static const struct sts_match name_only = {true, true, false}, target_only = {true, false, true},
                              both = {true, true, true}, neither = {true, false, false};

struct remedy_case {
    struct remedy_facts facts;
    struct remedy expected;
};

/* alias, dane, TLSA base, first alias record, target's addresses, policy, unlistable: none */
static const struct remedy_case cases[] = {
    /* TLSA records at the target */
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, false, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &target_only,
      false, false},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, false, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &both, false,
      false},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, false, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &name_only, false,
      false},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, true, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &neither, false,
      false},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, true, false, false}},
    /* at the exchange, and the target was asked first */
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false, false},
     {REMEDY_HOST, REMEDY_LOSES_DANE, false, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &name_only, false,
      false},
     {REMEDY_HOST, REMEDY_LOSES_DANE, false, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &target_only, false,
      false},
     {REMEDY_HOST, REMEDY_LOSES_DANE, true, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &neither, false,
      false},
     {REMEDY_HOST, REMEDY_LOSES_DANE, true, false, false}},
    /* signed, not signed, and who knows: the target may have some */
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_UNKNOWN, NULL, false,
      false},
     {REMEDY_HOST, REMEDY_HAS_TLSA, false, false, false}},
    /* a target that is not signed */
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, &both, false,
      false},
     {REMEDY_HOST, REMEDY_TARGET_UNSIGNED, false, false, false}},
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, NULL, false, false},
     {REMEDY_HOST, REMEDY_TARGET_UNSIGNED, false, false, false}},
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, &target_only, false,
      false},
     {REMEDY_HOST, REMEDY_TARGET_UNSIGNED, true, false, false}},
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, NULL, false,
      false},
     {REMEDY_HOST, REMEDY_TARGET_UNSIGNED, false, false, false}},
    /* no DANE to lose: the policy says */
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false, false},
     {REMEDY_EITHER, REMEDY_NO_REASON, false, false, false}},
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &both, false, false},
     {REMEDY_EITHER, REMEDY_NO_REASON, false, false, false}},
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &name_only, false,
      false},
     {REMEDY_HOST, REMEDY_POLICY, false, false, false}},
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &target_only, false,
      false},
     {REMEDY_TARGET, REMEDY_POLICY, false, false, false}},
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &neither, false,
      false},
     {REMEDY_EITHER, REMEDY_NO_REASON, true, false, false}},
    {{ALIAS_CNAME, DANE_INSECURE, REMEDY_BASE_NONE, DNSSEC_INSECURE, DNSSEC_UNKNOWN, NULL, false,
      false},
     {REMEDY_EITHER, REMEDY_NO_REASON, false, false, false}},
    {{ALIAS_CNAME, DANE_INSECURE, REMEDY_BASE_HOST, DNSSEC_INSECURE, DNSSEC_UNKNOWN, &name_only,
      false, false},
     {REMEDY_HOST, REMEDY_POLICY, false, false, false}},
    {{ALIAS_CNAME, DANE_INSECURE, REMEDY_BASE_NONE, DNSSEC_INDETERMINATE, DNSSEC_UNKNOWN,
      &target_only, false, false},
     {REMEDY_TARGET, REMEDY_POLICY, false, false, false}},
    /* records or lookups at fault at the exchange's own name: left behind, or mended there */
    {{ALIAS_CNAME, DANE_UNUSABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false},
     {REMEDY_EITHER, REMEDY_NO_REASON, false, false, false}},
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &target_only, false,
      false},
     {REMEDY_TARGET, REMEDY_POLICY, false, false, false}},
    /* at the target, which would bring them along */
    {{ALIAS_CNAME, DANE_UNUSABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false},
     {REMEDY_HOST, REMEDY_TARGET_FAULT, false, false, false}},
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &name_only, false,
      false},
     {REMEDY_HOST, REMEDY_TARGET_FAULT, false, false, false}},
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &target_only,
      false, false},
     {REMEDY_HOST, REMEDY_TARGET_FAULT, true, false, false}},
    {{ALIAS_CNAME, DANE_UNREACHABLE, REMEDY_BASE_NONE, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false},
     {REMEDY_HOST, REMEDY_TARGET_EMPTY, false, false, false}},
    {{ALIAS_CNAME, DANE_UNREACHABLE, REMEDY_BASE_NONE, DNSSEC_SECURE, DNSSEC_SECURE, &target_only,
      false, false},
     {REMEDY_HOST, REMEDY_TARGET_EMPTY, true, false, false}},
    /* an address lookup failed: TLSA was not asked */
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_NONE, DNSSEC_INSECURE, DNSSEC_UNKNOWN, NULL, false,
      false},
     {REMEDY_EITHER, REMEDY_NO_REASON, false, false, true}},
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_NONE, DNSSEC_SECURE, DNSSEC_INSECURE, NULL, false,
      false},
     {REMEDY_HOST, REMEDY_TARGET_UNSIGNED, false, false, true}},
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_NONE, DNSSEC_SECURE, DNSSEC_SECURE, &name_only, false,
      false},
     {REMEDY_HOST, REMEDY_POLICY, false, false, true}},
    {{ALIAS_DNAME, DANE_FAILED, REMEDY_BASE_NONE, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false, false},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, false, false, true}},
    /* below a DNAME nothing can be published */
    {{ALIAS_DNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, false, false, false}},
    {{ALIAS_DNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &name_only, false,
      false},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, true, false, false}},
    {{ALIAS_DNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false, false},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, false, true, false}},
    {{ALIAS_DNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_UNKNOWN, &name_only, false,
      false},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, true, true, false}},
    {{ALIAS_DNAME, DANE_UNUSABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, false, true, false}},
    {{ALIAS_DNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, NULL, false,
      false},
     {REMEDY_ANOTHER_HOST, REMEDY_TARGET_UNSIGNED, false, false, false}},
    {{ALIAS_DNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, &target_only,
      false, false},
     {REMEDY_ANOTHER_HOST, REMEDY_TARGET_UNSIGNED, true, false, false}},
    {{ALIAS_DNAME, DANE_UNUSABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, false, false, true}},
    {{ALIAS_DNAME, DANE_FAILED, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &neither, false,
      false},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, true, false, true}},
    {{ALIAS_DNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, &name_only, false,
      false},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, true, false, false}},
    {{ALIAS_DNAME, DANE_INSECURE, REMEDY_BASE_NONE, DNSSEC_INSECURE, DNSSEC_UNKNOWN, &both, false,
      false},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, false, false, false}},
    {{ALIAS_DNAME, DANE_UNREACHABLE, REMEDY_BASE_NONE, DNSSEC_INSECURE, DNSSEC_UNKNOWN, NULL, false,
      false},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, false, false, true}},
};

/* What is to be let in by a policy, but can be in none; match, host, target unlistable. */
static const struct {
    enum alias alias;
    enum dane dane;
    enum remedy_base base;
    const struct sts_match *match;
    bool host, target;
    enum remedy_change change;
    enum remedy_reason reason;
} listing_cases[] = {
    {ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, &neither, true, true, REMEDY_MEND_RECORD, 0},
    {ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, &neither, true, false, REMEDY_TARGET, REMEDY_POLICY},
    {ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, &neither, false, true, REMEDY_HOST, REMEDY_POLICY},
    {ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, &neither, false, false, REMEDY_EITHER, 0},
    /* matched by a wildcard, or no policy: nothing is to be listed */
    {ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, &both, true, true, REMEDY_EITHER, 0},
    {ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, NULL, true, true, REMEDY_EITHER, 0},
    {ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, &name_only, true, true, REMEDY_HOST, REMEDY_POLICY},
    {ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_TARGET, &name_only, false, true, REMEDY_MEND_RECORD, 0},
    {ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_TARGET, &name_only, true, false, REMEDY_TARGET,
     REMEDY_HAS_TLSA},
    {ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, &target_only, true, false, REMEDY_MEND_RECORD, 0},
    {ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, &target_only, false, true, REMEDY_HOST,
     REMEDY_LOSES_DANE},
    {ALIAS_DNAME, DANE_NONE, REMEDY_BASE_NONE, &name_only, false, true, REMEDY_MEND_RECORD, 0},
};

static void test_listing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof listing_cases / sizeof *listing_cases; i++) {
        const struct remedy_facts facts = {
            .alias = listing_cases[i].alias,
            .dane = listing_cases[i].dane,
            .base = listing_cases[i].base,
            .alias_dnssec = DNSSEC_SECURE,
            .target_dnssec = DNSSEC_SECURE,
            .match = listing_cases[i].match,
            .host_unlistable = listing_cases[i].host,
            .target_unlistable = listing_cases[i].target,
        };
        struct remedy remedy = remedy_of(&facts);
        if (remedy.change != listing_cases[i].change || remedy.reason != listing_cases[i].reason)
            fail_msg("case %u: change %u, reason %u", i, remedy.change, remedy.reason);
    }
}

static void test_cases(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct remedy *expected = &cases[i].expected;
        struct remedy remedy = remedy_of(&cases[i].facts);
        if (remedy.change != expected->change || remedy.reason != expected->reason ||
            remedy.policy_first != expected->policy_first ||
            remedy.tlsa_first != expected->tlsa_first || remedy.mend_first != expected->mend_first)
            fail_msg("case %u: change %u, reason %u, first: policy %d, TLSA %d, mended %d", i,
                     remedy.change, remedy.reason, remedy.policy_first, remedy.tlsa_first,
                     remedy.mend_first);
    }
}

/* Whatever the facts: who matches a policy's names keeps being let in. */
static void test_policy(void **state)
{
    const struct sts_match *matches[] = {&name_only, &target_only, &both, &neither};
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (unsigned m = 0; m < sizeof matches / sizeof *matches; m++) {
            struct remedy_facts facts = cases[i].facts;
            facts.match = matches[m];
            struct remedy remedy = remedy_of(&facts);
            if (remedy.change == REMEDY_HOST)
                assert_int_equal(remedy.policy_first, !facts.match->name);
            else if (remedy.change == REMEDY_TARGET)
                assert_int_equal(remedy.policy_first, !facts.match->target);
            else
                assert_true(remedy.policy_first || remedy.change == REMEDY_EITHER);
            if (remedy.change == REMEDY_EITHER && !remedy.policy_first)
                assert_true(facts.match->name && facts.match->target);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_listing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
