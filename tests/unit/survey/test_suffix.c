#include "crawler/survey/list/list.h"
#include "crawler/survey/suffix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <libpsl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Rules that the list has had for many years, from its text form:
 * com, org, uk, co.uk, jp, *.kawasaki.jp, !city.kawasaki.jp, *.ck, !www.ck, de,
 * xn--p1ai, and of its private part github.io. */
static const struct {
    const char *domain, *suffix, *registrable;
} cases[] = {
    {"example.com", "com", "example.com"},
    {"mx.mail.example.com", "com", "example.com"},
    {"com", "com", NULL},
    {"co.uk", "co.uk", NULL},
    {"example.co.uk", "co.uk", "example.co.uk"},
    {"a.b.example.co.uk", "co.uk", "example.co.uk"},
    {"x.kawasaki.jp", "x.kawasaki.jp", NULL},
    {"y.x.kawasaki.jp", "x.kawasaki.jp", "y.x.kawasaki.jp"},
    {"city.kawasaki.jp", "kawasaki.jp", "city.kawasaki.jp"},
    {"mx.city.kawasaki.jp", "kawasaki.jp", "city.kawasaki.jp"},
    {"x.ck", "x.ck", NULL},
    {"www.ck", "ck", "www.ck"},
    {"someone.github.io", "github.io", "someone.github.io"},
    {"github.io", "github.io", NULL},
    {"xn--p1ai", "xn--p1ai", NULL},
    {"xn--80aswg.xn--p1ai", "xn--p1ai", "xn--80aswg.xn--p1ai"},
    /* no rule: the top level domain */
    {"a.b.no-such-tld", "no-such-tld", "b.no-such-tld"},
    {"no-such-tld", "no-such-tld", NULL},
    {"localhost", "localhost", NULL},
    {".", ".", NULL},
    /* neither addresses nor other numbers are registered, and nothing below localhost */
    {"192.0.2.1", "1", NULL},
    {"192.0.2.300", "300", NULL},
    {"2.1", "1", NULL},
    {"mail.10", "10", NULL},
    {"[192.0.2.1]", "1]", NULL},
    {"192\\.0\\.2\\.1", "192\\.0\\.2\\.1", NULL},
    {"[ipv6:2001:db8::1]", "[ipv6:2001:db8::1]", NULL},
    {"::ffff:192.0.2.1", "1", NULL},
    {"[::ffff:192.0.2.1]", "1]", NULL},
    {"mail.localhost", "localhost", NULL},
    {"192.0.2.1.example.com", "com", "example.com"},
    {"_mx.1a.no-such-tld", "no-such-tld", "1a.no-such-tld"},
    {"a.1b", "1b", "a.1b"},
    /* an escaped dot ends no label */
    {"a\\.com", "a\\.com", NULL},
    {"x\\.co.uk", "uk", "x\\.co.uk"},
    {"b.a\\.com", "a\\.com", "b.a\\.com"},
    {"a\\046b.com", "com", "a\\046b.com"},
    {"x.a\\\\.com", "com", "a\\\\.com"},
    {"x.y\\.z.com", "com", "y\\.z.com"},
};

static void test_cases(void **state)
{
    struct suffixes *suffixes;
    struct error error;
    (void)state;
    assert_int_equal(suffixes_open(&suffixes, &error), 0);
    assert_non_null(suffixes_source(suffixes));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *suffix = suffix_public(suffixes, cases[i].domain);
        const char *registrable = suffix_registrable(suffixes, cases[i].domain);
        assert_string_equal(suffix, cases[i].suffix);
        if (cases[i].registrable == NULL) {
            if (registrable != NULL)
                fail_msg("%s: registrable %s", cases[i].domain, registrable);
            continue;
        }
        if (registrable == NULL)
            fail_msg("%s: none registrable", cases[i].domain);
        assert_string_equal(registrable, cases[i].registrable);
        /* an end of the text given, not a copy */
        assert_true(registrable >= cases[i].domain && registrable < suffix);
    }
    suffixes_free(suffixes);
}

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Every rule of the list, and names below it: what is remembered of parents must
 * never say anything else than libpsl does. */
static void test_as_libpsl_says(void **state)
{
    static const char *const below[] = {"", "a.", "b.a.", "www.", "city.", "c.b.a."};
    struct suffixes *suffixes;
    struct error error;
    char line[512], domain[512];
    unsigned compared = 0;
    (void)state;
    FILE *file = fopen("/usr/share/publicsuffix/public_suffix_list.dat", "r");
    if (file == NULL)
        skip();
    psl_ctx_t *list = psl_load_file("/usr/share/publicsuffix/public_suffix_list.dat");
    assert_int_equal(suffixes_open(&suffixes, &error), 0);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, " \n")] = '\0';
        const char *rule = line + (*line == '!') + (*line == '*' ? 2 : 0);
        char name[254]; /* a survey's names are A-labels */
        if (*rule == '\0' || *rule == '/' || list_name_normalize(rule, strlen(rule), name) != NULL)
            continue;
        for (unsigned i = 0; i < 6; i++) {
            snprintf(domain, sizeof domain, "%s%s", below[i], name);
            const char *suffix = psl_unregistrable_domain(list, domain);
            if (!same(suffix_public(suffixes, domain), suffix != NULL ? suffix : domain) ||
                !same(suffix_registrable(suffixes, domain), psl_registrable_domain(list, domain)))
                fail_msg("%s", domain);
            compared++;
        }
    }
    assert_true(compared > 10000);
    suffixes_free(suffixes);
    psl_free(list);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_as_libpsl_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
