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

/* alias, dane, TLSA base, first alias record, target's addresses, policy, unlistable: none; nobody
 * else's, and no records that would come into force */
static const struct remedy_case cases[] = {
    /* TLSA records at the target */
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &target_only,
      false, false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &both, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &name_only, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, true, false, false, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &neither, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, true, false, false, false, false}},
    /* at the exchange, and the target was asked first */
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false, false,
      false, 0, 0},
     {REMEDY_HOST, REMEDY_LOSES_DANE, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &name_only, false,
      false, false, 0, 0},
     {REMEDY_HOST, REMEDY_LOSES_DANE, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &target_only, false,
      false, false, 0, 0},
     {REMEDY_HOST, REMEDY_LOSES_DANE, true, false, false, false, false}},
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &neither, false,
      false, false, 0, 0},
     {REMEDY_HOST, REMEDY_LOSES_DANE, true, false, false, false, false}},
    /* signed, not signed, and who knows: the target may have some */
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_UNKNOWN, NULL, false, false,
      false, 0, 0},
     {REMEDY_HOST, REMEDY_HAS_TLSA, false, false, false, false, false}},
    /* a target that is not signed */
    {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, &both, false,
      false, false, 0, 0},
     {REMEDY_HOST, REMEDY_TARGET_UNSIGNED, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, NULL, false, false,
      false, 0, 0},
     {REMEDY_HOST, REMEDY_TARGET_UNSIGNED, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, &target_only, false,
      false, false, 0, 0},
     {REMEDY_HOST, REMEDY_TARGET_UNSIGNED, true, false, false, false, false}},
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, NULL, false,
      false, false, 0, 0},
     {REMEDY_HOST, REMEDY_TARGET_UNSIGNED, false, false, false, false, false}},
    /* no DANE to lose: the policy says */
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false, false,
      false, 0, 0},
     {REMEDY_EITHER, REMEDY_NO_REASON, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &both, false, false,
      false, 0, 0},
     {REMEDY_EITHER, REMEDY_NO_REASON, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &name_only, false,
      false, false, 0, 0},
     {REMEDY_HOST, REMEDY_POLICY, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &target_only, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_POLICY, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &neither, false,
      false, false, 0, 0},
     {REMEDY_EITHER, REMEDY_NO_REASON, true, false, false, false, false}},
    {{ALIAS_CNAME, DANE_INSECURE, REMEDY_BASE_NONE, DNSSEC_INSECURE, DNSSEC_UNKNOWN, NULL, false,
      false, false, 0, 0},
     {REMEDY_EITHER, REMEDY_NO_REASON, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_INSECURE, REMEDY_BASE_HOST, DNSSEC_INSECURE, DNSSEC_UNKNOWN, &name_only,
      false, false, false, 0, 0},
     {REMEDY_HOST, REMEDY_POLICY, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_INSECURE, REMEDY_BASE_NONE, DNSSEC_INDETERMINATE, DNSSEC_UNKNOWN,
      &target_only, false, false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_POLICY, false, false, false, false, false}},
    /* records or lookups at fault at the exchange's own name: left behind, or mended there */
    {{ALIAS_CNAME, DANE_UNUSABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false, false, 0, 0},
     {REMEDY_EITHER, REMEDY_NO_REASON, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, &target_only, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_POLICY, false, false, false, false, false}},
    /* at the target, which would bring them along */
    {{ALIAS_CNAME, DANE_UNUSABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false, false, 0, 0},
     {REMEDY_HOST, REMEDY_TARGET_FAULT, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &name_only, false,
      false, false, 0, 0},
     {REMEDY_HOST, REMEDY_TARGET_FAULT, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &target_only,
      false, false, false, 0, 0},
     {REMEDY_HOST, REMEDY_TARGET_FAULT, true, false, false, false, false}},
    {{ALIAS_CNAME, DANE_UNREACHABLE, REMEDY_BASE_NONE, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false, false, 0, 0},
     {REMEDY_HOST, REMEDY_TARGET_EMPTY, false, false, false, false, false}},
    {{ALIAS_CNAME, DANE_UNREACHABLE, REMEDY_BASE_NONE, DNSSEC_SECURE, DNSSEC_SECURE, &target_only,
      false, false, false, 0, 0},
     {REMEDY_HOST, REMEDY_TARGET_EMPTY, true, false, false, false, false}},
    /* an address lookup failed: TLSA was not asked */
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_NONE, DNSSEC_INSECURE, DNSSEC_UNKNOWN, NULL, false,
      false, false, 0, 0},
     {REMEDY_EITHER, REMEDY_NO_REASON, false, false, true, false, false}},
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_NONE, DNSSEC_SECURE, DNSSEC_INSECURE, NULL, false,
      false, false, 0, 0},
     {REMEDY_HOST, REMEDY_TARGET_UNSIGNED, false, false, true, false, false}},
    {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_NONE, DNSSEC_SECURE, DNSSEC_SECURE, &name_only, false,
      false, false, 0, 0},
     {REMEDY_HOST, REMEDY_POLICY, false, false, true, false, false}},
    {{ALIAS_DNAME, DANE_FAILED, REMEDY_BASE_NONE, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false, false,
      false, 0, 0},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, false, false, true, false, false}},
    /* below a DNAME nothing can be published */
    {{ALIAS_DNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, false, false, false, false, false}},
    {{ALIAS_DNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &name_only, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_HAS_TLSA, true, false, false, false, false}},
    {{ALIAS_DNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false, false,
      false, 0, 0},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, false, true, false, false, false}},
    {{ALIAS_DNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_UNKNOWN, &name_only, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, true, true, false, false, false}},
    {{ALIAS_DNAME, DANE_UNUSABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, false, true, false, false, false}},
    {{ALIAS_DNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, NULL, false,
      false, false, 0, 0},
     {REMEDY_ANOTHER_HOST, REMEDY_TARGET_UNSIGNED, false, false, false, false, false}},
    {{ALIAS_DNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, &target_only,
      false, false, false, 0, 0},
     {REMEDY_ANOTHER_HOST, REMEDY_TARGET_UNSIGNED, true, false, false, false, false}},
    {{ALIAS_DNAME, DANE_UNUSABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, NULL, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, false, false, true, false, false}},
    {{ALIAS_DNAME, DANE_FAILED, REMEDY_BASE_TARGET, DNSSEC_SECURE, DNSSEC_SECURE, &neither, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, true, false, true, false, false}},
    {{ALIAS_DNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, DNSSEC_INSECURE, &name_only, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, true, false, false, false, false}},
    {{ALIAS_DNAME, DANE_INSECURE, REMEDY_BASE_NONE, DNSSEC_INSECURE, DNSSEC_UNKNOWN, &both, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, false, false, false, false, false}},
    {{ALIAS_DNAME, DANE_UNREACHABLE, REMEDY_BASE_NONE, DNSSEC_INSECURE, DNSSEC_UNKNOWN, NULL, false,
      false, false, 0, 0},
     {REMEDY_TARGET, REMEDY_BELOW_DNAME, false, false, true, false, false}},
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

/* A host of its own is neither of those that no policy can list. */
static void test_another_host_can_be_listed(void **state)
{
    (void)state;
    const struct remedy_facts facts = {
        .alias = ALIAS_DNAME,
        .dane = DANE_USABLE,
        .base = REMEDY_BASE_HOST,
        .alias_dnssec = DNSSEC_SECURE,
        .target_dnssec = DNSSEC_INSECURE,
        .match = &neither,
        .host_unlistable = true,
        .target_unlistable = true,
    };
    struct remedy remedy = remedy_of(&facts);
    assert_int_equal(remedy.change, REMEDY_ANOTHER_HOST);
    assert_int_equal(remedy.reason, REMEDY_TARGET_UNSIGNED);
    assert_true(remedy.policy_first);
}

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

/* Another's addresses, and TLSA records at the exchange's own name; of a policy `match`. */
static const struct {
    bool foreign;
    enum remedy_hidden own;
    enum dane dane;
    enum remedy_base base;
    enum dnssec alias, target;
    const struct sts_match *match;
    struct remedy expected;
} owner_cases[] = {
    /* the target's records are no good; those at the exchange are hidden as long as it has some */
    {true,
     REMEDY_HIDDEN_RECORDS,
     DANE_UNUSABLE,
     REMEDY_BASE_TARGET,
     DNSSEC_SECURE,
     DNSSEC_SECURE,
     NULL,
     {REMEDY_TARGET, REMEDY_FOREIGN, .mend_first = true}},
    {false,
     REMEDY_HIDDEN_RECORDS,
     DANE_UNUSABLE,
     REMEDY_BASE_TARGET,
     DNSSEC_SECURE,
     DNSSEC_SECURE,
     NULL,
     {REMEDY_HOST, REMEDY_TARGET_FAULT, .hidden_first = true}},
    {false,
     REMEDY_HIDDEN_FAILED,
     DANE_FAILED,
     REMEDY_BASE_TARGET,
     DNSSEC_SECURE,
     DNSSEC_SECURE,
     NULL,
     {REMEDY_HOST, REMEDY_TARGET_FAULT, .hidden_first = true}},
    {false,
     REMEDY_HIDDEN_NONE,
     DANE_UNUSABLE,
     REMEDY_BASE_TARGET,
     DNSSEC_SECURE,
     DNSSEC_SECURE,
     NULL,
     {REMEDY_HOST, REMEDY_TARGET_FAULT, .own_only = false}},
    /* another's addresses are not moved */
    {true,
     REMEDY_HIDDEN_NONE,
     DANE_NONE,
     REMEDY_BASE_HOST,
     DNSSEC_SECURE,
     DNSSEC_INSECURE,
     NULL,
     {REMEDY_TARGET, REMEDY_FOREIGN, .own_only = false}},
    {true,
     REMEDY_HIDDEN_NONE,
     DANE_NONE,
     REMEDY_BASE_HOST,
     DNSSEC_SECURE,
     DNSSEC_SECURE,
     &name_only,
     {REMEDY_TARGET, REMEDY_FOREIGN, .policy_first = true}},
    {true,
     REMEDY_HIDDEN_NONE,
     DANE_FAILED,
     REMEDY_BASE_TARGET,
     DNSSEC_SECURE,
     DNSSEC_SECURE,
     NULL,
     {REMEDY_TARGET, REMEDY_FOREIGN, .mend_first = true}},
    {true,
     REMEDY_HIDDEN_NONE,
     DANE_UNUSABLE,
     REMEDY_BASE_HOST,
     DNSSEC_SECURE,
     DNSSEC_SECURE,
     NULL,
     {REMEDY_TARGET, REMEDY_FOREIGN, .own_only = false}},
    {true,
     REMEDY_HIDDEN_NONE,
     DANE_USABLE,
     REMEDY_BASE_TARGET,
     DNSSEC_SECURE,
     DNSSEC_SECURE,
     NULL,
     {REMEDY_TARGET, REMEDY_HAS_TLSA, .own_only = false}},
    /* unless they are not another's: only so is DANE kept */
    {true,
     REMEDY_HIDDEN_NONE,
     DANE_USABLE,
     REMEDY_BASE_HOST,
     DNSSEC_SECURE,
     DNSSEC_SECURE,
     NULL,
     {REMEDY_HOST, REMEDY_LOSES_DANE, .own_only = true}},
    {true,
     REMEDY_HIDDEN_NONE,
     DANE_USABLE,
     REMEDY_BASE_HOST,
     DNSSEC_SECURE,
     DNSSEC_INSECURE,
     NULL,
     {REMEDY_HOST, REMEDY_TARGET_UNSIGNED, .own_only = true}},
    {true,
     REMEDY_HIDDEN_NONE,
     DANE_USABLE,
     REMEDY_BASE_HOST,
     DNSSEC_SECURE,
     DNSSEC_UNKNOWN,
     NULL,
     {REMEDY_HOST, REMEDY_HAS_TLSA, .own_only = true}},
    /* there are none to be moved */
    {true,
     REMEDY_HIDDEN_RECORDS,
     DANE_UNREACHABLE,
     REMEDY_BASE_NONE,
     DNSSEC_SECURE,
     DNSSEC_SECURE,
     NULL,
     {REMEDY_HOST, REMEDY_TARGET_EMPTY, .hidden_first = true}},
    /* the first alias record cannot be had: hidden records are a reason for the target */
    {false,
     REMEDY_HIDDEN_RECORDS,
     DANE_FAILED,
     REMEDY_BASE_NONE,
     DNSSEC_INDETERMINATE,
     DNSSEC_UNKNOWN,
     NULL,
     {REMEDY_TARGET, REMEDY_HIDDEN_TLSA, .own_only = false}},
    {false,
     REMEDY_HIDDEN_FAILED,
     DANE_FAILED,
     REMEDY_BASE_NONE,
     DNSSEC_INDETERMINATE,
     DNSSEC_UNKNOWN,
     NULL,
     {REMEDY_TARGET, REMEDY_HIDDEN_TLSA, .own_only = false}},
    {false,
     REMEDY_HIDDEN_NONE,
     DANE_FAILED,
     REMEDY_BASE_NONE,
     DNSSEC_INDETERMINATE,
     DNSSEC_UNKNOWN,
     NULL,
     {REMEDY_EITHER, REMEDY_NO_REASON, .own_only = false}},
    {false,
     REMEDY_HIDDEN_RECORDS,
     DANE_FAILED,
     REMEDY_BASE_NONE,
     DNSSEC_INDETERMINATE,
     DNSSEC_UNKNOWN,
     &name_only,
     {REMEDY_HOST, REMEDY_POLICY, .hidden_first = true}},
    {false,
     REMEDY_HIDDEN_RECORDS,
     DANE_FAILED,
     REMEDY_BASE_NONE,
     DNSSEC_INDETERMINATE,
     DNSSEC_UNKNOWN,
     &neither,
     {REMEDY_TARGET, REMEDY_HIDDEN_TLSA, .policy_first = true}},
};

static struct remedy_facts owner_facts(unsigned i)
{
    return (struct remedy_facts){
        .alias = ALIAS_CNAME,
        .dane = owner_cases[i].dane,
        .base = owner_cases[i].base,
        .alias_dnssec = owner_cases[i].alias,
        .target_dnssec = owner_cases[i].target,
        .match = owner_cases[i].match,
        .foreign = owner_cases[i].foreign,
        .own = owner_cases[i].own,
    };
}

static void test_owner(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof owner_cases / sizeof *owner_cases; i++) {
        const struct remedy_facts facts = owner_facts(i);
        const struct remedy *expected = &owner_cases[i].expected;
        struct remedy remedy = remedy_of(&facts);
        if (remedy.change != expected->change || remedy.reason != expected->reason ||
            remedy.policy_first != expected->policy_first ||
            remedy.mend_first != expected->mend_first ||
            remedy.hidden_first != expected->hidden_first || remedy.own_only != expected->own_only)
            fail_msg("case %u: change %u, reason %u, first: policy %d, mended %d, own %d; only %d",
                     i, remedy.change, remedy.reason, remedy.policy_first, remedy.mend_first,
                     remedy.hidden_first, remedy.own_only);
    }
}

/* The same at the target, where it was not asked: of the kinds of alias. */
static void test_at_target(void **state)
{
    static const struct {
        enum alias alias;
        enum remedy_hidden own, at_target;
        bool foreign;
        struct remedy expected;
    } hidden[] = {
        {ALIAS_CNAME,
         REMEDY_HIDDEN_NONE,
         REMEDY_HIDDEN_RECORDS,
         true,
         {REMEDY_TARGET, REMEDY_FOREIGN, .hidden_first = true}},
        {ALIAS_CNAME,
         REMEDY_HIDDEN_NONE,
         REMEDY_HIDDEN_FAILED,
         true,
         {REMEDY_TARGET, REMEDY_FOREIGN, .hidden_first = true}},
        {ALIAS_CNAME,
         REMEDY_HIDDEN_NONE,
         REMEDY_HIDDEN_NONE,
         true,
         {REMEDY_TARGET, REMEDY_FOREIGN, .hidden_first = false}},
        {ALIAS_CNAME,
         REMEDY_HIDDEN_NONE,
         REMEDY_HIDDEN_RECORDS,
         false,
         {REMEDY_HOST, REMEDY_HIDDEN_TLSA, .hidden_first = false}},
        {ALIAS_CNAME,
         REMEDY_HIDDEN_RECORDS,
         REMEDY_HIDDEN_RECORDS,
         false,
         {REMEDY_TARGET, REMEDY_HIDDEN_TLSA, .hidden_first = true}},
        {ALIAS_DNAME,
         REMEDY_HIDDEN_NONE,
         REMEDY_HIDDEN_RECORDS,
         false,
         {REMEDY_TARGET, REMEDY_BELOW_DNAME, .hidden_first = true}},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        struct remedy_facts facts = {.alias = hidden[i].alias,
                                     .dane = DANE_INSECURE,
                                     .alias_dnssec = DNSSEC_INSECURE,
                                     .own = hidden[i].own,
                                     .at_target = hidden[i].at_target,
                                     .foreign = hidden[i].foreign};
        struct remedy remedy = remedy_of(&facts);
        if (remedy.change != hidden[i].expected.change ||
            remedy.reason != hidden[i].expected.reason ||
            remedy.hidden_first != hidden[i].expected.hidden_first)
            fail_msg("case %u: change %u, reason %u, hidden %d", i, remedy.change, remedy.reason,
                     remedy.hidden_first);
        assert_true(remedy_asks_target(&facts));
        facts.target_dnssec = DNSSEC_INSECURE; /* no record there can be in force */
        assert_false(remedy_asks_target(&facts));
        facts.target_dnssec = DNSSEC_UNKNOWN;
        facts.base = REMEDY_BASE_TARGET;
        facts.dane = DANE_USABLE; /* in force already */
        assert_false(remedy_asks_target(&facts));
    }
    const struct remedy_facts kept = {.alias = ALIAS_CNAME,
                                      .dane = DANE_USABLE,
                                      .base = REMEDY_BASE_HOST,
                                      .alias_dnssec = DNSSEC_SECURE,
                                      .own = REMEDY_HIDDEN_RECORDS};
    assert_false(remedy_asks_target(&kept)); /* the addresses move */
}

/* Asked where the advice depends on it, and where it may come into force. */
static void test_asks_own(void **state)
{
    static const struct {
        struct remedy_facts facts;
        bool expected;
    } asking[] = {
        {{ALIAS_CNAME, DANE_UNUSABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, .target_dnssec = 0}, true},
        {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_TARGET, DNSSEC_SECURE, .target_dnssec = 0}, true},
        {{ALIAS_CNAME, DANE_UNREACHABLE, REMEDY_BASE_NONE, DNSSEC_SECURE, .target_dnssec = 0},
         true},
        {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_NONE, DNSSEC_INDETERMINATE, .target_dnssec = 0},
         true},
        {{ALIAS_CNAME, DANE_UNKNOWN, REMEDY_BASE_NONE, DNSSEC_INDETERMINATE, .target_dnssec = 0},
         true},
        /* with a first alias record that can be had they would be in force */
        {{ALIAS_CNAME, DANE_FAILED, REMEDY_BASE_NONE, DNSSEC_INDETERMINATE, .foreign = true}, true},
        /* not signed: they stay out of force */
        {{ALIAS_CNAME, DANE_INSECURE, REMEDY_BASE_NONE, DNSSEC_INSECURE, .target_dnssec = 0},
         false},
        {{ALIAS_CNAME, DANE_UNREACHABLE, REMEDY_BASE_NONE, DNSSEC_INSECURE, .target_dnssec = 0},
         false},
        /* senders go by them already, or know that there are none */
        {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, .target_dnssec = 0}, false},
        {{ALIAS_CNAME, DANE_UNUSABLE, REMEDY_BASE_HOST, DNSSEC_SECURE, .target_dnssec = 0}, false},
        {{ALIAS_CNAME, DANE_NONE, REMEDY_BASE_HOST, DNSSEC_SECURE, .target_dnssec = 0}, false},
        /* nor does what is known of the target change it */
        {{ALIAS_CNAME, DANE_UNUSABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, .foreign = true,
          .at_target = REMEDY_HIDDEN_RECORDS},
         false},
        /* the target becomes the exchange whatever is there */
        {{ALIAS_CNAME, DANE_USABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, .target_dnssec = 0}, false},
        {{ALIAS_CNAME, DANE_UNUSABLE, REMEDY_BASE_TARGET, DNSSEC_SECURE, .foreign = true}, false},
        {{ALIAS_DNAME, DANE_FAILED, REMEDY_BASE_NONE, DNSSEC_SECURE, .target_dnssec = 0}, false},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof asking / sizeof *asking; i++) {
        if (remedy_asks_own(&asking[i].facts) != asking[i].expected)
            fail_msg("case %u", i);
    }
    for (unsigned i = 0; i < sizeof owner_cases / sizeof *owner_cases; i++) {
        struct remedy_facts facts = owner_facts(i);
        facts.match = NULL; /* asked of a host, whatever domains it has */
        if (remedy_of(&facts).hidden_first && !remedy_asks_own(&facts))
            fail_msg("case %u", i);
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
            remedy.tlsa_first != expected->tlsa_first ||
            remedy.mend_first != expected->mend_first || remedy.hidden_first || remedy.own_only)
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
        cmocka_unit_test(test_cases),     cmocka_unit_test(test_policy),
        cmocka_unit_test(test_listing),   cmocka_unit_test(test_another_host_can_be_listed),
        cmocka_unit_test(test_owner),     cmocka_unit_test(test_asks_own),
        cmocka_unit_test(test_at_target),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
