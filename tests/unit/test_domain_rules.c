/* Cases of the domain rules.  Expectations: RFC 5321 s5.1, RFC 7505 s3, RFC 2181
 * s10.3 and the data dictionary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/core/domain_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rule_case {
    const char *title;
    const char *lookup;  /* OUTCOME or FAILURE, [ad] */
    const char *mx;      /* "PREF EXCHANGE [cname|dname|none]", separated by "," */
    const char *address; /* of the domain itself: OUTCOME or FAILURE, or NULL */
    const char *verdict; /* mx_outcome dnssec mx_count/cname_mx_count [provider] [flaw] [failure] */
};

static const struct rule_case cases[] = {
    {"one MX", "answer ad", "10 mail.example.org none", NULL,
     "mx secure 1/0 provider=mail.example.org"},
    {"an alias", "answer", "10 mail.example.org cname", NULL,
     "mx insecure 1/1 provider=mail.example.org"},
    {"CNAME and DNAME both count, unknown does not", "answer",
     "10 a.example cname, 20 b.example dname, 30 c.example, 40 d.example none", NULL,
     "mx insecure 4/2 provider=a.example"},
    {"the lowest preference gives the provider, not the first record", "answer",
     "20 a.example none, 5 z.example none", NULL, "mx insecure 2/0 provider=z.example"},
    {"of equal ones the first in text order", "answer", "5 b.example none, 5 a.example none", NULL,
     "mx insecure 2/0 provider=a.example"},
    {"null MX", "answer ad", "0 .", NULL, "null_mx secure 1/0"},
    {"null MX with a preference", "answer", "10 .", NULL, "null_mx insecure 1/0 flaw=preference"},
    {"null MX beside another: the other one is still used", "answer",
     "0 ., 10 mail.example.org none", NULL, "mx insecure 2/0 provider=mail.example.org flaw=mixed"},
    {"mixed is said before preference", "answer", "7 ., 10 mail.example.org none", NULL,
     "mx insecure 2/0 provider=mail.example.org flaw=mixed"},
    {"an address has no provider", "answer", "10 192.0.2.1", NULL, "mx insecure 1/0"},
    {"nor has localhost", "answer", "10 localhost", NULL, "mx insecure 1/0"},
    {"nor a single label, even with a better one behind it", "answer",
     "10 mail none, 20 mx.example.org none", NULL, "mx insecure 2/0"},
    {"an invalid host name may have one", "answer", "10 _mx.example.org none", NULL,
     "mx insecure 1/0 provider=_mx.example.org"},
    {"implicit MX", "nodata ad", "", "answer", "implicit_mx secure 0/0"},
    {"no MX, no address", "nodata", "", "nodata", "no_service insecure 0/0"},
    {"no MX, the name vanished meanwhile", "nodata", "", "nxdomain", "no_service insecure 0/0"},
    {"no MX, and the address lookup fails: not known to be implicit", "nodata ad", "", "timeout",
     "failed secure 0/0 failure=timeout"},
    {"NXDOMAIN", "nxdomain ad", "", NULL, "nxdomain secure 0/0"},
    {"bogus", "bogus", "", NULL, "failed bogus -/- failure=bogus"},
    {"lame", "servfail", "", NULL, "failed indeterminate -/- failure=servfail"},
};

static enum outcome read_outcome(const char *word, enum failure *ret_failure)
{
    for (enum outcome outcome = OUTCOME_ANSWER; outcome <= OUTCOME_NXDOMAIN; outcome++) {
        if (strcmp(word, outcome_word(outcome)) == 0)
            return outcome;
    }
    for (enum failure failure = FAILURE_TIMEOUT; failure <= FAILURE_OTHER; failure++) {
        if (strcmp(word, failure_word(failure)) == 0)
            *ret_failure = failure;
    }
    return OUTCOME_FAILED;
}

static unsigned read_mx(const char *text, struct mx_fact *mx, struct name *names)
{
    char copy[512], *rest = NULL;
    unsigned count = 0;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *record = strtok_r(copy, ",", &rest); record != NULL;
         record = strtok_r(NULL, ",", &rest)) {
        char exchange[256], alias[16] = "";
        unsigned preference;
        assert_true(sscanf(record, "%u %255s %15s", &preference, exchange, alias) >= 2);
        assert_true(name_from_text(exchange, strlen(exchange), &names[count]));
        mx[count] = (struct mx_fact){
            .preference = (uint16_t)preference,
            .class = exchange_class_of(&names[count]),
            .exchange = &names[count],
        };
        for (enum alias a = ALIAS_NONE; a <= ALIAS_DNAME; a++) {
            if (strcmp(alias, alias_word(a)) == 0)
                mx[count].alias = a;
        }
        count++;
    }
    return count;
}

static void print_verdict(const struct domain_verdict *verdict, const struct mx_fact *mx, char *out,
                          size_t size)
{
    char counts[32] = "-/-", exchange[NAME_TEXT_MAX];
    if (verdict->mx_count >= 0)
        snprintf(counts, sizeof counts, "%d/%d", verdict->mx_count, verdict->cname_mx_count);
    snprintf(out, size, "%s %s %s", mx_outcome_word(verdict->mx_outcome),
             dnssec_word(verdict->dnssec), counts);
    if (verdict->provider_mx >= 0) {
        name_to_text(mx[verdict->provider_mx].exchange, exchange);
        snprintf(out + strlen(out), size - strlen(out), " provider=%s", exchange);
    }
    if (verdict->null_mx_flaw != NULL_MX_NO_FLAW)
        snprintf(out + strlen(out), size - strlen(out), " flaw=%s",
                 null_mx_flaw_word(verdict->null_mx_flaw));
    if (verdict->failure != FAILURE_NONE)
        snprintf(out + strlen(out), size - strlen(out), " failure=%s",
                 failure_word(verdict->failure));
}

static void judge(const struct rule_case *c, bool believe_ad, char *verdict_text, size_t size)
{
    static struct name names[16];
    struct mx_fact mx[16];
    struct domain_facts facts = {.believe_ad = believe_ad, .mx = mx};
    struct domain_verdict verdict;
    char word[32];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(c->lookup, " "), c->lookup);
    facts.outcome = read_outcome(word, &facts.failure);
    facts.authentic = strstr(c->lookup, " ad") != NULL;
    facts.mx_count = read_mx(c->mx, mx, names);
    if (c->address != NULL)
        facts.address_outcome = read_outcome(c->address, &facts.address_failure);
    domain_judge(&facts, &verdict);
    print_verdict(&verdict, mx, verdict_text, size);
}

static void test_cases(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        char verdict[1024];
        judge(&cases[i], true, verdict, sizeof verdict);
        if (strcmp(verdict, cases[i].verdict) != 0)
            fail_msg("%s:\n  judged    %s\n  expected  %s", cases[i].title, verdict,
                     cases[i].verdict);
    }
}

static void test_ad_not_believed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        char verdict[1024];
        judge(&cases[i], false, verdict, sizeof verdict);
        assert_non_null(strstr(verdict, " indeterminate "));
    }
}

static void test_needs(void **state)
{
    (void)state;
    assert_int_equal(domain_needs(OUTCOME_ANSWER), DOMAIN_NEEDS_HOSTS);
    assert_int_equal(domain_needs(OUTCOME_NODATA), DOMAIN_NEEDS_ITSELF);
    assert_int_equal(domain_needs(OUTCOME_NXDOMAIN), DOMAIN_NEEDS_NOTHING); /* MX-02 */
    assert_int_equal(domain_needs(OUTCOME_FAILED), DOMAIN_NEEDS_NOTHING);   /* MX-03 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_ad_not_believed),
        cmocka_unit_test(test_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
