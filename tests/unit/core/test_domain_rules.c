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
    const char *lookup; /* OUTCOME or FAILURE, [ad] */
    const char *mx; /* "PREF EXCHANGE [cname|dname|none|unknown] [DANE of the host]", separated by
                       ","; of DANE: `noaddress` is failed for want of an address, `null` not
                       known; without it the host is not resolved */
    const char *address; /* of the domain itself: OUTCOME or FAILURE [DANE], or NULL */
    const char *verdict; /* mx_outcome dnssec mx_count/cname_mx_count [unknown=N] [provider] [flaw]
                            [failure] [dane=WORD] [ready] failures=N */
};

static const struct rule_case cases[] = {
    {"one MX", "answer ad", "10 mail.example.org none", NULL,
     "mx secure 1/0 provider=mail.example.org failures=0"},
    {"an alias", "answer", "10 mail.example.org cname", NULL,
     "mx insecure 1/1 provider=mail.example.org failures=0"},
    {"CNAME and DNAME both count, unknown is counted apart", "answer",
     "10 a.example cname, 20 b.example dname, 30 c.example unknown, 40 d.example none, "
     "50 192.0.2.1, 60 localhost, 70 e.example unknown",
     NULL, "mx insecure 7/2 unknown=2 provider=a.example failures=0"},
    {"the lowest preference gives the provider, not the first record", "answer",
     "20 a.example none, 5 z.example none", NULL, "mx insecure 2/0 provider=z.example failures=0"},
    {"of equal ones the first in text order", "answer", "5 b.example none, 5 a.example none", NULL,
     "mx insecure 2/0 provider=a.example failures=0"},
    {"null MX", "answer ad", "0 .", NULL, "null_mx secure 1/0 failures=0"},
    {"null MX with a preference", "answer", "10 .", NULL,
     "null_mx insecure 1/0 flaw=preference failures=0"},
    {"... in whatever order two come", "answer", "10 ., 0 .", NULL,
     "null_mx insecure 2/0 flaw=preference failures=0"},
    {"null MX beside another: the other one is still used", "answer",
     "0 ., 10 mail.example.org none", NULL,
     "mx insecure 2/0 provider=mail.example.org flaw=mixed failures=0"},
    {"mixed is said before preference", "answer", "7 ., 10 mail.example.org none", NULL,
     "mx insecure 2/0 provider=mail.example.org flaw=mixed failures=0"},
    {"an address has no provider", "answer", "10 192.0.2.1", NULL, "mx insecure 1/0 failures=0"},
    {"nor has localhost", "answer", "10 localhost", NULL, "mx insecure 1/0 failures=0"},
    {"nor a single label, even with a better one behind it", "answer",
     "10 mail none, 20 mx.example.org none", NULL, "mx insecure 2/0 failures=0"},
    {"an invalid host name may have one", "answer", "10 _mx.example.org none", NULL,
     "mx insecure 1/0 provider=_mx.example.org failures=0"},
    {"implicit MX", "nodata ad", "", "answer none", "implicit_mx secure 0/0 dane=none failures=0"},
    {"no MX, no address", "nodata", "", "nodata", "no_service insecure 0/0 failures=0"},
    {"no MX, the name vanished meanwhile", "nodata", "", "nxdomain",
     "no_service insecure 0/0 failures=0"},
    {"no MX, and the address lookup fails: not known to be implicit", "nodata ad", "", "timeout",
     "failed secure 0/0 failure=timeout dane=failed failures=-1"},
    {"NXDOMAIN", "nxdomain ad", "", NULL, "nxdomain secure 0/0 failures=0"},
    {"bogus", "bogus", "", NULL, "failed bogus -/- failure=bogus dane=failed failures=-1"},
    {"lame", "servfail", "", NULL,
     "failed indeterminate -/- failure=servfail dane=failed failures=-1"},
    /* --- DANE --- */
    {"every host usable", "answer ad", "10 a.example none usable, 20 b.example none usable", NULL,
     "mx secure 2/0 provider=a.example dane=complete failures=0"},
    {"every reachable host usable", "answer ad",
     "10 a.example none unreachable, 20 b.example none usable", NULL,
     "mx secure 2/0 provider=a.example dane=complete failures=0"},
    {"the primary one, not the backup", "answer ad",
     "10 a.example none usable, 20 b.example none insecure", NULL,
     "mx secure 2/0 provider=a.example dane=primary failures=0"},
    {"all of several primaries but an unreachable one, not the backup", "answer ad",
     "10 a.example none usable, 10 b.example none usable, 10 c.example none unreachable, "
     "20 d.example none none",
     NULL, "mx secure 4/0 provider=a.example dane=primary failures=0"},
    {"one of two primaries", "answer ad", "10 a.example none usable, 10 b.example none none", NULL,
     "mx secure 2/0 provider=a.example dane=partial failures=0"},
    {"only the backup", "answer ad", "10 a.example none unusable, 20 b.example none usable", NULL,
     "mx secure 2/0 provider=a.example dane=partial failures=0"},
    {"the primary is unreachable, one backup usable, one not: no primary host reached", "answer ad",
     "10 a.example none unreachable, 20 b.example none usable, 30 c.example none none", NULL,
     "mx secure 3/0 provider=a.example dane=partial failures=0"},
    {"an address is used, without DANE", "answer ad", "10 192.0.2.1, 20 b.example none usable",
     NULL, "mx secure 2/0 dane=partial failures=0"},
    {"... after the primary host", "answer ad", "10 b.example none usable, 20 192.0.2.1", NULL,
     "mx secure 2/0 provider=b.example dane=primary failures=0"},
    {"... but not in brackets", "answer ad", "10 [192.0.2.1], 20 b.example none usable", NULL,
     "mx secure 2/0 dane=complete failures=0"},
    {"an address alone is no mail host", "answer ad", "10 192.0.2.1", NULL,
     "mx secure 1/0 failures=0"},
    {"a host that opted out is used, without DANE as far as is known", "answer ad",
     "10 a.example unknown, 20 b.example none usable", NULL,
     "mx secure 2/0 unknown=1 provider=a.example dane=partial failures=0"},
    {"localhost is not used", "answer ad", "10 localhost, 20 b.example none usable", NULL,
     "mx secure 2/0 dane=complete failures=0"},
    {"an underscore does not keep senders away", "answer ad",
     "10 a_b.example none none, 20 b.example none usable", NULL,
     "mx secure 2/0 provider=a_b.example dane=partial failures=0"},
    {"other characters that no host name has do", "answer ad",
     "10 a!b.example none failed, 20 b.example none usable", NULL,
     "mx secure 2/0 provider=a!b.example dane=complete failures=0"},
    {"... and such a host alone is none that is reached", "answer ad", "10 a!b.example none usable",
     NULL, "mx secure 1/0 provider=a!b.example dane=none failures=0"},
    {"`.` beside a host is no primary", "answer ad",
     "0 ., 10 a.example none usable, 20 b.example none none", NULL,
     "mx secure 3/0 provider=a.example flaw=mixed dane=primary failures=0"},
    {"no host usable", "answer ad", "10 a.example none unusable, 20 b.example none none", NULL,
     "mx secure 2/0 provider=a.example dane=none failures=0"},
    {"no host reachable", "answer ad", "10 a.example none unreachable", NULL,
     "mx secure 1/0 provider=a.example dane=none failures=0"},
    {"a failed host is not unreachable", "answer ad",
     "10 a.example none usable, 20 b.example none failed", NULL,
     "mx secure 2/0 provider=a.example dane=primary failures=1"},
    {"failed hosts are counted once each", "answer",
     "10 a.example none failed, 20 a.example none failed, 20 b.example none failed", NULL,
     "mx insecure 3/0 provider=a.example dane=insecure failures=2"},
    {"... each of them", "answer", "10 a.example none failed, 20 b.example none failed", NULL,
     "mx insecure 2/0 provider=a.example dane=insecure failures=2"},
    {"... wherever they come", "answer",
     "10 a.example none failed, 20 b.example none failed, 30 b.example none failed", NULL,
     "mx insecure 3/0 provider=a.example dane=insecure failures=2"},
    {"without an address no TLSA lookup failed", "answer ad",
     "10 a.example none noaddress, 20 b.example none usable", NULL,
     "mx secure 2/0 provider=a.example dane=partial failures=0"},
    {"an insecure MX: the hosts do not matter (RFC 7672 s2.2.1), but are ready", "answer",
     "10 a.example none usable, 20 b.example none unreachable", NULL,
     "mx insecure 2/0 provider=a.example dane=insecure ready failures=0"},
    {"... where all are usable", "answer", "10 a.example none usable, 20 b.example none none", NULL,
     "mx insecure 2/0 provider=a.example dane=insecure failures=0"},
    {"... and one is reached", "answer", "10 a.example none unreachable", NULL,
     "mx insecure 1/0 provider=a.example dane=insecure failures=0"},
    {"... and none is an address", "answer", "10 a.example none usable, 20 192.0.2.1", NULL,
     "mx insecure 2/0 provider=a.example dane=insecure failures=0"},
    {"validation of MX switched off: DANE is not known", "answer unvalidated",
     "10 a.example none usable", NULL, "mx indeterminate 1/0 provider=a.example failures=-1"},
    {"... and that of a host", "answer ad", "10 a.example none null, 20 b.example none usable",
     NULL, "mx secure 2/0 provider=a.example dane=partial failures=0"},
    {"... of the only host: none is usable", "answer ad", "10 a.example none null", NULL,
     "mx secure 1/0 provider=a.example dane=none failures=0"},
    {"... of the primary one", "answer ad", "10 a.example none usable, 20 b.example none null",
     NULL, "mx secure 2/0 provider=a.example dane=primary failures=0"},
    {"... under an insecure MX: not ready", "answer", "10 a.example none null", NULL,
     "mx insecure 1/0 provider=a.example dane=insecure failures=0"},
    {"implicit MX", "nodata ad", "", "answer usable",
     "implicit_mx secure 0/0 dane=complete failures=0"},
    {"implicit MX, a TLSA question fails", "nodata ad", "", "answer failed",
     "implicit_mx secure 0/0 dane=none failures=1"},
    {"implicit MX, insecure", "nodata", "", "answer insecure",
     "implicit_mx insecure 0/0 dane=insecure failures=0"},
    {"implicit MX, insecure, at an alias of a usable host", "nodata", "", "answer usable",
     "implicit_mx insecure 0/0 dane=insecure ready failures=0"},
    {"implicit MX, validation of MX switched off: DANE is not known", "nodata unvalidated", "",
     "answer failed", "implicit_mx indeterminate 0/0 failures=-1"},
    {"... without a mail host nothing is not known", "nodata unvalidated", "", "nodata unreachable",
     "no_service indeterminate 0/0 failures=0"},
    {"... of an exchange that is no mail host: none of its lookups failed", "answer unvalidated",
     "10 192.0.2.1, 20 localhost", NULL, "mx indeterminate 2/0 failures=0"},
    {"... and a mail host beside it", "answer unvalidated",
     "10 192.0.2.1, 20 a.example none usable", NULL, "mx indeterminate 2/0 failures=-1"},
    {"... of a null MX", "answer unvalidated", "0 .", NULL, "null_mx indeterminate 1/0 failures=0"},
    {"no service: no mail host", "nodata ad", "", "nodata unreachable",
     "no_service secure 0/0 failures=0"},
};

static enum outcome read_outcome(const char *word, enum failure *ret_failure)
{
    for (enum outcome outcome = OUTCOME_ANSWER; outcome <= OUTCOME_NXDOMAIN; outcome++) {
        if (strcmp(word, outcome_word(outcome)) == 0)
            return outcome;
    }
    for (enum failure failure = FAILURE_TIMEOUT; failure <= FAILURE_LAST; failure++) {
        if (strcmp(word, failure_word(failure)) == 0)
            *ret_failure = failure;
    }
    return OUTCOME_FAILED;
}

static enum dane read_dane(const char *word)
{
    for (enum dane dane = DANE_UNREACHABLE; dane <= DANE_USABLE; dane++) {
        if (strcmp(word, dane_word(dane)) == 0)
            return dane;
    }
    assert_string_equal(word, "");
    return DANE_UNKNOWN;
}

static void read_host(const char *word, struct mx_fact *mx)
{
    if (*word == '\0')
        return;
    bool noaddress = strcmp(word, "noaddress") == 0, known = strcmp(word, "null") != 0;
    mx->dane = noaddress ? DANE_FAILED : known ? read_dane(word) : DANE_UNKNOWN;
    mx->address_outcome = noaddress                      ? OUTCOME_FAILED
                          : mx->dane == DANE_UNREACHABLE ? OUTCOME_NODATA
                                                         : OUTCOME_ANSWER;
}

static unsigned read_mx(const char *text, struct mx_fact *mx, struct name *names)
{
    char copy[512], *rest = NULL;
    unsigned count = 0;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *record = strtok_r(copy, ",", &rest); record != NULL;
         record = strtok_r(NULL, ",", &rest)) {
        char exchange[256], alias[16] = "", dane[16] = "";
        unsigned preference;
        assert_true(sscanf(record, "%u %255s %15s %15s", &preference, exchange, alias, dane) >= 2);
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
        read_host(dane, &mx[count]);
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
    assert_true(verdict->mx_count >= -1 && verdict->provider_mx >= -1);
    if (verdict->mx_count == -1) {
        assert_int_equal(verdict->cname_mx_count, -1);
        assert_int_equal(verdict->unknown_mx_count, -1);
    }
    if (verdict->unknown_mx_count > 0)
        snprintf(out + strlen(out), size - strlen(out), " unknown=%d", verdict->unknown_mx_count);
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
    if (verdict->dane != DOMAIN_DANE_UNKNOWN)
        snprintf(out + strlen(out), size - strlen(out), " dane=%s",
                 domain_dane_word(verdict->dane));
    snprintf(out + strlen(out), size - strlen(out), "%s failures=%d",
             verdict->dane_ready ? " ready" : "", verdict->tlsa_failures);
}

static void judge(const struct rule_case *c, bool believe_ad, char *verdict_text, size_t size)
{
    static struct name names[16];
    struct mx_fact mx[16];
    struct domain_facts facts = {.believe_ad = believe_ad, .mx = mx};
    struct domain_verdict verdict;
    char word[32];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(c->lookup, " "), c->lookup);
    facts.lookup.outcome = read_outcome(word, &facts.lookup.failure);
    facts.lookup.authentic = strstr(c->lookup, " ad") != NULL;
    facts.lookup.unvalidated = strstr(c->lookup, " unvalidated") != NULL;
    facts.mx_count = read_mx(c->mx, mx, names);
    if (c->address != NULL) {
        char outcome[16], dane[16] = "";
        assert_true(sscanf(c->address, "%15s %15s", outcome, dane) >= 1);
        facts.address.outcome = read_outcome(outcome, &facts.address.failure);
        facts.address_dane = read_dane(dane);
    }
    /* in memory of its own size, so that the address sanitizer sees a step too far */
    struct mx_fact *tight = malloc(facts.mx_count * sizeof *tight + 1);
    assert_non_null(tight);
    memcpy(tight, mx, facts.mx_count * sizeof *tight);
    facts.mx = tight;
    domain_judge(&facts, &verdict);
    free(tight);
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
        /* an MX answer of unknown status: nothing of DANE is known */
        char *dane = strstr(verdict, " dane=");
        assert_true(dane == NULL || strncmp(dane, " dane=failed ", 13) == 0);
        assert_null(strstr(verdict, " ready"));
    }
}

/* EDE codes may come with any rcode (RFC 8914 s3); they are those of the lookup that `failure`
 * would name. */
static void test_ede(void **state)
{
    (void)state;
    struct domain_facts facts = {
        .believe_ad = true, .lookup.ede = {1, {3}}, .address.ede = {1, {22}}, .mx_count = 0};
    struct domain_verdict verdict;
    static const enum outcome outcomes[] = {OUTCOME_ANSWER, OUTCOME_NXDOMAIN, OUTCOME_FAILED};
    for (unsigned i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        facts.lookup.outcome = outcomes[i];
        domain_judge(&facts, &verdict);
        assert_int_equal(verdict.ede.count, 1);
        assert_int_equal(verdict.ede.codes[0], 3);
    }
    facts.lookup.outcome = OUTCOME_NODATA;
    facts.address.outcome = OUTCOME_ANSWER;
    domain_judge(&facts, &verdict);
    assert_int_equal(verdict.ede.codes[0], 3);
    facts.address.outcome = OUTCOME_FAILED;
    domain_judge(&facts, &verdict);
    assert_int_equal(verdict.ede.codes[0], 22);
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
        cmocka_unit_test(test_ede),
        cmocka_unit_test(test_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
