/* Which question tells an alias hop's security, and what the replies make of it:
 * RFC 6604 s2.2, RFC 6672 s2.2, by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/core/hop_rules.h"

#include <stdio.h>
#include <string.h>

static struct name read_name(const char *text)
{
    struct name name;
    assert_true(name_from_text(text, strlen(text), &name));
    return name;
}

struct known_case {
    bool believe_ad, whole_secure;
    enum dnssec first;
    unsigned number;
    enum dnssec expected; /* UNKNOWN: to be asked */
};

static const struct known_case known_cases[] = {
    /* the whole answer is secure: every hop */
    {true, true, DNSSEC_UNKNOWN, 1, DNSSEC_SECURE},
    {true, true, DNSSEC_UNKNOWN, 9, DNSSEC_SECURE},
    /* the survey has asked for the first */
    {true, false, DNSSEC_SECURE, 1, DNSSEC_SECURE},
    {true, false, DNSSEC_INSECURE, 1, DNSSEC_INSECURE},
    {true, false, DNSSEC_BOGUS, 1, DNSSEC_BOGUS},
    {true, false, DNSSEC_INDETERMINATE, 1, DNSSEC_INDETERMINATE},
    /* which says nothing about the next */
    {true, false, DNSSEC_SECURE, 2, DNSSEC_UNKNOWN},
    {true, false, DNSSEC_INSECURE, 3, DNSSEC_UNKNOWN},
    {true, false, DNSSEC_UNKNOWN, 1, DNSSEC_UNKNOWN},
    /* nothing can be learned */
    {false, false, DNSSEC_INDETERMINATE, 1, DNSSEC_INDETERMINATE},
    {false, false, DNSSEC_INDETERMINATE, 2, DNSSEC_INDETERMINATE},
    {false, true, DNSSEC_SECURE, 2, DNSSEC_INDETERMINATE},
};

static void test_known(void **state)
{
    (void)state;
    struct name owner = read_name("mail.example.org"), target = read_name("mail.example.net");
    for (unsigned i = 0; i < sizeof known_cases / sizeof *known_cases; i++) {
        const struct known_case *known = &known_cases[i];
        for (enum alias kind = ALIAS_CNAME; kind <= ALIAS_DNAME; kind++) {
            struct hop_case hop;
            bool asks = hop_begin(&hop, &(struct hop_facts){known->believe_ad, known->whole_secure,
                                                            known->first, known->number, kind,
                                                            &owner, &target});
            if (asks != (known->expected == DNSSEC_UNKNOWN) || hop.dnssec != known->expected)
                fail_msg("known case %u: %u", i, hop.dnssec);
        }
    }
}

enum {
    REPLIES_MAX = 5
};

struct reply {
    const char *asked;
    enum outcome outcome;
    enum failure failure;
    bool authentic;
};

struct asked_case {
    enum alias kind;
    const char *owner, *target;
    struct reply replies[REPLIES_MAX];
    enum dnssec expected;
};

static const struct asked_case asked_cases[] = {
    {ALIAS_CNAME,
     "a.example",
     "b.example",
     {{"a.example", OUTCOME_ANSWER, FAILURE_NONE, true}},
     DNSSEC_SECURE},
    {ALIAS_CNAME,
     "a.example",
     "b.example",
     {{"a.example", OUTCOME_ANSWER, FAILURE_NONE, false}},
     DNSSEC_INSECURE},
    {ALIAS_CNAME,
     "a.example",
     "b.example",
     {{"a.example", OUTCOME_FAILED, FAILURE_BOGUS, false}},
     DNSSEC_BOGUS},
    {ALIAS_CNAME,
     "a.example",
     "b.example",
     {{"a.example", OUTCOME_FAILED, FAILURE_SERVFAIL, false}},
     DNSSEC_INDETERMINATE},
    /* no such record after all */
    {ALIAS_CNAME,
     "a.example",
     "b.example",
     {{"a.example", OUTCOME_NODATA, FAILURE_NONE, true}},
     DNSSEC_INDETERMINATE},
    {ALIAS_CNAME,
     "a.example",
     "b.example",
     {{"a.example", OUTCOME_NXDOMAIN, FAILURE_NONE, true}},
     DNSSEC_INDETERMINATE},
    /* old.example.org DNAME example.net */
    {ALIAS_DNAME,
     "mail.old.example.org",
     "mail.example.net",
     {{"old.example.org", OUTCOME_ANSWER, FAILURE_NONE, true}},
     DNSSEC_SECURE},
    {ALIAS_DNAME,
     "mail.old.example.org",
     "mail.example.net",
     {{"old.example.org", OUTCOME_FAILED, FAILURE_BOGUS, false}},
     DNSSEC_BOGUS},
    {ALIAS_DNAME,
     "mail.old.example.org",
     "mail.example.net",
     {{"old.example.org", OUTCOME_NODATA, FAILURE_NONE, true}},
     DNSSEC_INDETERMINATE},
    /* example.org DNAME example.net: the labels alone allow org DNAME net too */
    {ALIAS_DNAME,
     "mail.old.example.org",
     "mail.old.example.net",
     {{"org", OUTCOME_NODATA, FAILURE_NONE, true},
      {"example.org", OUTCOME_ANSWER, FAILURE_NONE, false}},
     DNSSEC_INSECURE},
    /* old.example.org DNAME old.example.net */
    {ALIAS_DNAME,
     "mail.old.example.org",
     "mail.old.example.net",
     {{"org", OUTCOME_NODATA, FAILURE_NONE, true},
      {"example.org", OUTCOME_NXDOMAIN, FAILURE_NONE, true},
      {"old.example.org", OUTCOME_ANSWER, FAILURE_NONE, true}},
     DNSSEC_SECURE},
    {ALIAS_DNAME,
     "mail.old.example.org",
     "mail.old.example.net",
     {{"org", OUTCOME_FAILED, FAILURE_TIMEOUT, false}},
     DNSSEC_INDETERMINATE},
    /* to itself, and by a loop of two: never the root */
    {ALIAS_DNAME,
     "a.example",
     "a.example",
     {{"example", OUTCOME_ANSWER, FAILURE_NONE, true}},
     DNSSEC_SECURE},
    /* labels that begin alike are not the same: a1 DNAME b */
    {ALIAS_DNAME,
     "x.a1.example",
     "x.a.example",
     {{"a1.example", OUTCOME_ANSWER, FAILURE_NONE, true}},
     DNSSEC_SECURE},
    /* no DNAME makes this of that: nothing is asked */
    {ALIAS_DNAME, "a.example", "b.example", {{NULL, 0, 0, false}}, DNSSEC_INDETERMINATE},
    {ALIAS_DNAME, "example", "example", {{NULL, 0, 0, false}}, DNSSEC_INDETERMINATE},
    {ALIAS_DNAME, ".", ".", {{NULL, 0, 0, false}}, DNSSEC_INDETERMINATE},
};

static void test_asked(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof asked_cases / sizeof *asked_cases; i++) {
        const struct asked_case *asked = &asked_cases[i];
        struct name owner = read_name(asked->owner), target = read_name(asked->target), name;
        struct hop_case hop = {0};
        enum record_type type;
        char text[NAME_TEXT_MAX];
        unsigned replies = 0;
        bool more = hop_begin(&hop, &(struct hop_facts){.believe_ad = true,
                                                        .number = 2,
                                                        .kind = asked->kind,
                                                        .owner = &owner,
                                                        .target = &target});
        for (; more && replies < REPLIES_MAX && asked->replies[replies].asked != NULL; replies++) {
            const struct reply *reply = &asked->replies[replies];
            hop_next(&hop, &name, &type);
            name_to_text(&name, text);
            struct name expected = read_name(reply->asked);
            if (!name_equal(&name, &expected) ||
                type != (asked->kind == ALIAS_DNAME ? TYPE_DNAME : TYPE_CNAME))
                fail_msg("asked case %u: asks %s, type %u", i, text, type);
            more = hop_take(&hop, &(struct lookup_answer){.outcome = reply->outcome,
                                                          .failure = reply->failure,
                                                          .authentic = reply->authentic});
        }
        if (more || asked->replies[replies].asked != NULL || hop.dnssec != asked->expected)
            fail_msg("asked case %u: %u after %u replies", i, hop.dnssec, replies);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
