#include "crawler/survey/suffix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
