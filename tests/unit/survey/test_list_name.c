/* list_name_normalize(): one name of a list. */
#include "crawler/survey/list/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define L10 "abcdefghij"
#define L60 L10 L10 L10 L10 L10 L10
#define L63 L60 "abc"

/* `domain` or `reason`: the other is NULL.  A-labels of U-labels are those of
 * RFC 5891 and UTS 46's examples, checked with idn2(1). */
static const struct {
    const char *text, *domain, *reason;
} cases[] = {
    {"example.org", "example.org", NULL},
    {"Example.ORG.", "example.org", NULL},
    {" \texample.org\t\r", "example.org", NULL},
    {"com", "com", NULL},
    {"COM.", "com", NULL},
    {"_sip._tcp.x", "_sip._tcp.x", NULL},
    {"-a-.b--c.d-", "-a-.b--c.d-", NULL},
    {"0-9.x", "0-9.x", NULL},
    {"a.b.c.d.e.f", "a.b.c.d.e.f", NULL},
    {L63 ".org", L63 ".org", NULL},
    {L63 "x.org", NULL, "label too long"},
    {L63 "." L63 "." L63 "." L60 "x", L63 "." L63 "." L63 "." L60 "x", NULL}, /* 253 */
    {L63 "." L63 "." L63 "." L60 "x.", L63 "." L63 "." L63 "." L60 "x", NULL},
    {L63 "." L63 "." L63 "." L60 "xy", NULL, "name too long"},
    {L63 "." L63 "." L63 "." L63, NULL, "name too long"},
    {"", NULL, "empty name"},
    {"  ", NULL, "empty name"},
    {".", NULL, "root"},
    {"..", NULL, "empty label"},
    {".a", NULL, "empty label"},
    {"a..b", NULL, "empty label"},
    {"a..", NULL, "empty label"},
    {"a b", NULL, "bad character"},
    {"a\tb", NULL, "bad character"},
    {"a+b.org", NULL, "bad character"},
    {"a\\.b", NULL, "bad character"},
    {"a:53", NULL, "bad character"},
    {"a\x7f", NULL, "bad character"},
    {"\"a.org\"", NULL, "bad character"},
    {"https://example.org/x", NULL, "url"},
    {"http://a@example.org", NULL, "url"},
    {"example.org/", NULL, "url"},
    {"user@example.org", NULL, "mail address"},
    {"@", NULL, "mail address"},
    {"*.example.org", NULL, "wildcard"},
    {"*", NULL, "wildcard"},
    {"a.*.org", NULL, "bad character"},
    /* addresses, and what only looks like one */
    {"192.0.2.1", NULL, "address"},
    {"192.0.2.1.", NULL, "address"},
    {"192.000.002.001", NULL, "address"},
    {"192.0.2.1:25", NULL, "address"},
    {"192.0.2.0/24", NULL, "address"},
    {"[192.0.2.1]", NULL, "address"},
    {"[192.0.2.1]:25", NULL, "address"},
    {"2001:db8::1", NULL, "address"},
    {"::", NULL, "address"},
    {"::ffff:192.0.2.1", NULL, "address"},
    {"fe80::1%eth0", NULL, "address"},
    {"2001:db8::/32", NULL, "address"},
    {"[2001:db8::1]", NULL, "address"},
    {"[2001:DB8::1]:53", NULL, "address"},
    {"[IPv6:2001:db8::1]", NULL, "address"},
    {"[]", NULL, "bad character"},
    {"[", NULL, "bad character"},
    {"[:1", NULL, "bad character"},
    {"256.0.2.1", "256.0.2.1", NULL},
    {"1.2.3", "1.2.3", NULL},
    {"1.2.3.4.5", "1.2.3.4.5", NULL},
    {"1.2.3.4.in-addr.arpa", "1.2.3.4.in-addr.arpa", NULL},
    {"123", "123", NULL},
    /* A-labels stay, decodable or not */
    {"xn--bcher-kva.de", "xn--bcher-kva.de", NULL},
    {"XN--BCHER-KVA.de", "xn--bcher-kva.de", NULL},
    {"xn--zzzzzzzzz.de", "xn--zzzzzzzzz.de", NULL},
    {"xn--.de", "xn--.de", NULL},
    /* U-labels */
    {"b\xc3\xbc"
     "cher.de",
     "xn--bcher-kva.de", NULL},
    {"B\xc3\x9c"
     "CHER.DE",
     "xn--bcher-kva.de", NULL},
    {"bu\xcc\x88"
     "cher.de",
     "xn--bcher-kva.de", NULL},               /* not NFC */
    {"fa\xc3\x9f.de", "xn--fa-hia.de", NULL}, /* not fass.de: non-transitional */
    {"_x.b\xc3\xbc"
     "cher.de.",
     "_x.xn--bcher-kva.de", NULL},
    {"xn--zzzzzzzzz.b\xc3\xbc"
     "cher",
     "xn--zzzzzzzzz.xn--bcher-kva", NULL},
    {"\xd1\x80\xd1\x84", "xn--p1ai", NULL},
    {"\xef\xbd\x85xample\xef\xbc\x8eorg", "example.org", NULL}, /* full-width e and dot */
    {"\xe4\xbe\x8b\xe3\x81\x88\xe3\x80\x82\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88\xe3\x80\x82",
     "xn--r8jz45g.xn--zckzah", NULL}, /* ideographic dots, the last one final */
    {"a\xe3\x80\x82\xe3\x80\x82"
     "b",
     NULL, "empty label"},
    {"\xef\xbc\x91.2.3.4", NULL, "address"}, /* a full-width 1 */
    {"\xc2\xad.org", NULL, "empty label"},   /* nothing is left of a soft hyphen */
    {"\xf0\x9f\x92\xa9.la", NULL, "idn"},    /* DISALLOWED by RFC 5892 */
    /* a no-break space is mapped to a space */
    {"a\xc2\xa0"
     "b.org",
     NULL, "bad character"},
    {"\xc3\xbc" L63, NULL, "label too long"},
    /* no UTF-8: Latin-1, overlong, a surrogate, beyond U+10FFFF, cut */
    {"b\xfc"
     "cher.de",
     NULL, "not utf-8 (Latin-1? iconv -f LATIN1 -t UTF-8)"},
    {"\xc0\xae.org", NULL, "not utf-8"},
    {"\xed\xa0\x80.org", NULL, "not utf-8"},
    {"\xf4\x90\x80\x80.org", NULL, "not utf-8"},
    {"org.\xe4\xbe", NULL, "not utf-8"},
};

static void check(const char *text, size_t length, const char *domain, const char *reason)
{
    char got[LIST_DOMAIN_SIZE] = "";
    char *copy = malloc(length > 0 ? length : 1); /* no octet behind may be read */
    assert_non_null(copy);
    memcpy(copy, text, length);
    const char *why = list_name_normalize(copy, length, got);
    free(copy);
    if (reason == NULL && why != NULL)
        fail_msg("%s: %s", text, why);
    if (reason != NULL && why == NULL)
        fail_msg("%s is taken for %s", text, got);
    if (reason == NULL)
        assert_string_equal(got, domain);
    else if (strcmp(why, reason) != 0)
        fail_msg("%s: %s, not %s", text, why, reason);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(cases[i].text, strlen(cases[i].text), cases[i].domain, cases[i].reason);
    check("a\0b", 3, NULL, "bad character");
    check("\xc3\xbc\0b", 4, NULL, "bad character");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
