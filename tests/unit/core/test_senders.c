/* Cases of what senders make of a domain's mail, as text.  Expectations come from RFC 7672
 * s2.1.2, s2.2, RFC 8461 s4.1, s5, and what the two kinds of senders that differ do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/core/senders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct sender_case {
    const char *title;
    const char *domain; /* status of MX, sts; `met`: hosts have been met; `null`: with a null MX */
    const char *hosts;  /* "PREF DANE DANE_EXIM MATCH [SHOWN]", by ","; MATCH: n by name, t by
                           target, a an alias, - neither; x: without address; SHOWN, without: not
                           known: - no TLS, T TLS and a certificate for n its name, t its target,
                           d its TLSA records */
    const char *expected; /* of the four senders */
} cases[] = {
    /* --- DANE --- */
    {"usable at both names", "secure none", "10 usable usable a",
     "authenticated authenticated unauthenticated unauthenticated"},
    {"TLSA records at the exchange's own name", "secure none", "10 usable none a",
     "authenticated unauthenticated unauthenticated unauthenticated"},
    {"an alias whose first record is secure, to an insecure target", "secure none",
     "10 usable insecure a", "authenticated unauthenticated unauthenticated unauthenticated"},
    {"the question for the alias fails", "secure none", "10 failed insecure a",
     "deferred unauthenticated unauthenticated unauthenticated"},
    {"no room for the target's TLSA name", "secure none", "10 usable failed a",
     "authenticated deferred unauthenticated unauthenticated"},
    {"unusable records", "secure none", "10 unusable unusable a",
     "unauthenticated unauthenticated unauthenticated unauthenticated"},
    {"an insecure MX: DANE does not apply, nor do its failures", "insecure none",
     "10 failed failed a", "unauthenticated unauthenticated unauthenticated unauthenticated"},
    {"a status that is not known", "indeterminate none", "10 usable usable a",
     "- - unauthenticated unauthenticated"},
    {"... of a host", "secure none", "10 - - a", "- - unauthenticated unauthenticated"},
    {"a null MX beside it", "secure none null", "10 usable usable a",
     "deferred authenticated unauthenticated unauthenticated"},
    {"... and an insecure MX", "insecure none null", "10 none none a",
     "deferred unauthenticated unauthenticated unauthenticated"},
    {"... one of which nothing more is known", "indeterminate none null", "10 - - a",
     "deferred - unauthenticated unauthenticated"},
    /* --- which host --- */
    {"a failing host is passed over for the next one", "secure none",
     "10 failed failed a, 20 usable usable -",
     "authenticated authenticated unauthenticated unauthenticated"},
    {"... so is one without address", "secure none",
     "10 unreachable unreachable x, 20 usable usable -",
     "authenticated authenticated unauthenticated unauthenticated"},
    {"no host has an address", "secure none", "10 unreachable unreachable x",
     "deferred deferred deferred deferred"},
    {"a backup host gets no mail before", "secure none", "20 none none -, 10 usable usable a",
     "authenticated authenticated unauthenticated unauthenticated"},
    {"two of one preference: either", "secure none", "10 usable usable a, 10 none none -",
     "unauthenticated unauthenticated unauthenticated unauthenticated"},
    {"... whichever comes first", "secure none", "10 none none -, 10 usable usable a",
     "unauthenticated unauthenticated unauthenticated unauthenticated"},
    {"... one not known", "secure none", "10 - - -, 10 usable usable a",
     "- - unauthenticated unauthenticated"},
    {"... the other without: that is known", "secure none", "10 - - -, 10 none none a",
     "unauthenticated unauthenticated unauthenticated unauthenticated"},
    {"... in this order", "secure none", "10 usable usable a, 10 - - -",
     "- - unauthenticated unauthenticated"},
    {"... and this", "secure none", "10 none none a, 10 - - -",
     "unauthenticated unauthenticated unauthenticated unauthenticated"},
    {"both not known", "secure none", "10 - - -, 10 - - a", "- - unauthenticated unauthenticated"},
    {"both usable", "secure none", "10 usable usable -, 10 usable usable a",
     "authenticated authenticated unauthenticated unauthenticated"},
    {"a better host that fails, listed behind", "secure none",
     "20 usable usable -, 10 failed failed a",
     "authenticated authenticated unauthenticated unauthenticated"},
    {"preference 0", "secure none", "0 usable usable a, 10 none none -",
     "authenticated authenticated unauthenticated unauthenticated"},
    {"no host that is used", "secure none", "", "deferred deferred deferred deferred"},
    /* --- MTA-STS --- */
    {"the policy has the exchange's name", "insecure enforce", "10 insecure insecure na",
     "unauthenticated unauthenticated authenticated deferred"},
    {"the target's", "insecure enforce", "10 insecure insecure ta",
     "unauthenticated unauthenticated deferred authenticated"},
    {"both", "insecure enforce", "10 insecure insecure nta",
     "unauthenticated unauthenticated authenticated authenticated"},
    {"neither", "insecure enforce", "10 insecure insecure a",
     "unauthenticated unauthenticated deferred deferred"},
    {"no alias: its name", "insecure enforce", "10 insecure insecure n",
     "unauthenticated unauthenticated authenticated authenticated"},
    {"refused at the first, delivered at the second", "insecure enforce",
     "10 insecure insecure na, 20 insecure insecure n",
     "unauthenticated unauthenticated authenticated authenticated"},
    {"a policy to be tested keeps no mail away", "insecure testing", "10 insecure insecure a",
     "unauthenticated unauthenticated unauthenticated unauthenticated"},
    {"nor one that cannot be had", "insecure unavailable", "10 insecure insecure a",
     "unauthenticated unauthenticated unauthenticated unauthenticated"},
    {"nor one of mode none", "insecure off", "10 insecure insecure na",
     "unauthenticated unauthenticated unauthenticated unauthenticated"},
    {"a record that was not to be had says nothing", "insecure failed", "10 insecure insecure a",
     "unauthenticated unauthenticated - -"},
    {"without MTA-STS lookups", "insecure -", "10 insecure insecure a",
     "unauthenticated unauthenticated - -"},
    /* --- hosts that were met: RFC 7672 s2.2, RFC 8461 s4.2 --- */
    {"TLSA records that match", "secure none met", "10 usable usable a Td",
     "authenticated authenticated unauthenticated unauthenticated"},
    {"that match nothing", "secure none met", "10 usable usable a Tnt",
     "deferred deferred unauthenticated unauthenticated"},
    {"no TLS", "secure none met", "10 usable usable a -",
     "deferred deferred unauthenticated unauthenticated"},
    {"no TLS, and a match of before", "secure enforce met", "10 usable usable nta ntd",
     "deferred deferred deferred deferred"},
    {"not met", "secure none met", "10 usable usable a", "- - unauthenticated unauthenticated"},
    {"a match, of which nobody was asked", "secure none", "10 usable usable a -",
     "authenticated authenticated unauthenticated unauthenticated"},
    {"unusable records: TLS is a must", "secure none met", "10 unusable unusable a -",
     "deferred deferred unauthenticated unauthenticated"},
    {"... and there is", "secure none met", "10 unusable unusable a T",
     "unauthenticated unauthenticated unauthenticated unauthenticated"},
    {"... or not known", "secure none met", "10 unusable unusable a",
     "- - unauthenticated unauthenticated"},
    {"no records: none", "secure none met", "10 none insecure a -",
     "unauthenticated unauthenticated unauthenticated unauthenticated"},
    {"the target's records were not compared", "secure none met", "10 none usable a T",
     "unauthenticated - unauthenticated unauthenticated"},
    {"an insecure MX: DANE does not apply", "insecure none met", "10 usable usable a -",
     "unauthenticated unauthenticated unauthenticated unauthenticated"},
    {"a host that fails, and one that does not", "secure none met",
     "10 usable usable a T, 20 usable usable - Td",
     "authenticated authenticated unauthenticated unauthenticated"},
    {"whichever it is, it authenticates", "secure none met",
     "9 usable usable a, 10 usable usable - T, 11 usable usable - Td, 12 none none - -",
     "authenticated authenticated unauthenticated unauthenticated"},
    {"... of two", "secure none met", "10 usable usable a, 20 usable usable - Td",
     "authenticated authenticated unauthenticated unauthenticated"},
    {"... and of one preference", "secure none met", "10 usable usable a, 10 usable usable - Td",
     "authenticated authenticated unauthenticated unauthenticated"},
    {"it depends on the first", "secure none met", "10 usable usable a, 20 none none - T",
     "- - unauthenticated unauthenticated"},
    {"... which does not count beside one without", "secure none met",
     "10 usable usable a, 10 none none - -",
     "unauthenticated unauthenticated unauthenticated unauthenticated"},
    {"... of which no more than TLS is wanted", "secure none met",
     "10 unusable unusable a, 20 usable usable - Td", "- - unauthenticated unauthenticated"},
    {"the last one may fail", "secure none met", "10 usable usable a T, 20 usable usable -",
     "- - unauthenticated unauthenticated"},
    {"a certificate for the exchange alone", "insecure enforce met", "10 none none nta Tn",
     "unauthenticated unauthenticated authenticated deferred"},
    {"for the target alone", "insecure enforce met", "10 none none nta Tt",
     "unauthenticated unauthenticated deferred authenticated"},
    {"for both, of which the policy has one", "insecure enforce met", "10 none none ta Tnt",
     "unauthenticated unauthenticated deferred authenticated"},
    {"no alias: its name, to both", "insecure enforce met", "10 none none n Tn",
     "unauthenticated unauthenticated authenticated authenticated"},
    {"a policy, and not met", "insecure enforce met", "10 none none na",
     "unauthenticated unauthenticated - deferred"},
    {"... beside one that is good, behind it", "insecure enforce met",
     "10 none none nta, 20 none none n Tn",
     "unauthenticated unauthenticated authenticated authenticated"},
    {"a policy that is tested, and no TLS", "insecure testing met", "10 none none nta -",
     "unauthenticated unauthenticated unauthenticated unauthenticated"},
};

static enum dane read_dane(const char *word)
{
    for (enum dane dane = DANE_UNREACHABLE; dane <= DANE_USABLE; dane++) {
        if (strcmp(word, dane_word(dane)) == 0)
            return dane;
    }
    assert_string_equal(word, "-");
    return DANE_UNKNOWN;
}

static void read_domain(const char *text, struct sender_facts *facts)
{
    char dnssec[16], sts[16], more[16] = "";
    assert_true(sscanf(text, "%15s %15s %15s", dnssec, sts, more) >= 2);
    facts->met = strcmp(more, "met") == 0;
    facts->has_null = strcmp(more, "null") == 0;
    for (enum dnssec value = DNSSEC_SECURE; value <= DNSSEC_INDETERMINATE; value++) {
        if (strcmp(dnssec, dnssec_word(value)) == 0)
            facts->dnssec = value;
    }
    for (enum sts value = STS_NONE; value <= STS_FAILED; value++) {
        if (strcmp(sts, sts_word(value)) == 0)
            facts->sts = value;
    }
}

static unsigned read_hosts(const char *text, struct sender_host *hosts)
{
    char copy[256], *rest = NULL;
    unsigned count = 0;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *host = strtok_r(copy, ",", &rest); host != NULL; host = strtok_r(NULL, ",", &rest)) {
        unsigned preference;
        char dane[16], dane_exim[16], match[8], shown[8] = "";
        assert_true(
            sscanf(host, "%u %15s %15s %7s %7s", &preference, dane, dane_exim, match, shown) >= 4);
        hosts[count++] = (struct sender_host){
            .preference = (uint16_t)preference,
            .has_address = strchr(match, 'x') == NULL,
            .dane = read_dane(dane),
            .dane_exim = read_dane(dane_exim),
            .aliased = strchr(match, 'a') != NULL,
            .match_name = strchr(match, 'n') != NULL,
            .match_target = strchr(match, 't') != NULL,
            .shown = {.known = *shown != '\0',
                      .tls = strchr(shown, 'T') != NULL,
                      .name_match = strchr(shown, 'n') != NULL,
                      .target_match = strchr(shown, 't') != NULL,
                      .dane_match = strchr(shown, 'd') != NULL},
        };
    }
    return count;
}

static void test_cases(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sender_host hosts[8], *judged;
        struct sender_facts facts = {0};
        enum delivery deliveries[SENDER_COUNT];
        char text[128] = "";
        read_domain(cases[i].domain, &facts);
        facts.count = read_hosts(cases[i].hosts, hosts);
        /* nothing behind the last one: the address sanitizer sees who looks there */
        judged = malloc(facts.count * sizeof *judged);
        assert_true(judged != NULL || facts.count == 0);
        if (facts.count > 0)
            memcpy(judged, hosts, facts.count * sizeof *judged);
        facts.hosts = judged;
        senders_judge(&facts, deliveries);
        free(judged);
        for (unsigned sender = 0; sender < SENDER_COUNT; sender++) {
            const char *word = delivery_word(deliveries[sender]);
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", sender > 0 ? " " : "",
                     word != NULL ? word : "-");
        }
        if (strcmp(text, cases[i].expected) != 0)
            fail_msg("%s:\n  judged    %s\n  expected  %s", cases[i].title, text,
                     cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
