#include "crawler/survey/exclude.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static int load(const char *text, struct exclude **ret, struct error *error)
{
    char path[] = "/tmp/test_exclude.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    int result = exclude_load(path, ret, error);
    unlink(path);
    return result;
}

struct hashes {
    int64_t *values;
    size_t count;
};

static bool is_among(void *context, int64_t hash)
{
    const struct hashes *hashes = context;
    for (size_t i = 0; i < hashes->count; i++) {
        if (hashes->values[i] == hash)
            return true;
    }
    return false;
}

/* By the names, and by their hashes alone: the same. */
static bool has(const struct exclude *exclude, const char *text)
{
    struct name name;
    struct hashes hashes;
    if (!name_from_text(text, strlen(text), &name))
        fail_msg("no name: %s", text);
    hashes.values = exclude_hashes(exclude, &hashes.count);
    if (exclude_has(exclude, &name) != exclude_any_hash(&name, is_among, &hashes))
        fail_msg("%s: names and hashes differ", text);
    free(hashes.values);
    return exclude_has(exclude, &name);
}

static void test_at_or_below(void **state)
{
    (void)state;
    struct exclude *exclude;
    struct error error;
    assert_int_equal(load("# opted out\nExample.ORG.\n\nmail.example.net\nb\xc3\xbc"
                          "cher.de\n*.wild.example\ntest\nexample.org\n",
                          &exclude, &error),
                     0);
    static const char *const inside[] = {
        "example.org",      "a.example.org",       "a.b.c.d.e.f.example.org",
        "mail.example.net", "mx.mail.example.net", "xn--bcher-kva.de",
        "wild.example",     "x.wild.example",      "test",
        "x.y.test",         "\\000.example.org"};
    static const char *const outside[] = {".",
                                          "org",
                                          "example.net",
                                          "amail.example.net",
                                          "example.com",
                                          "notexample.org",
                                          "de",
                                          "a.example",
                                          "example.org.net",
                                          "test.com",
                                          "a\\.example.org.x",
                                          "x\\.test",
                                          "mail\\.example.net"};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        if (!has(exclude, inside[i]))
            fail_msg("%s is not excluded", inside[i]);
    }
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        if (has(exclude, outside[i]))
            fail_msg("%s is excluded", outside[i]);
    }
    exclude_free(exclude);
}

static void test_many(void **state)
{
    (void)state;
    enum {
        COUNT = 3000
    };
    char *text = malloc(COUNT * 32), name[40];
    size_t used = 0;
    struct exclude *exclude;
    struct error error;
    assert_non_null(text);
    for (int i = 0; i < COUNT; i++)
        used += (size_t)sprintf(text + used, "n%d.example\n", i);
    assert_int_equal(load(text, &exclude, &error), 0);
    for (int i = 0; i < COUNT; i++) {
        sprintf(name, "mx.n%d.example", i);
        assert_true(has(exclude, name));
        sprintf(name, "n%d.example", i + COUNT);
        assert_false(has(exclude, name));
    }
    exclude_free(exclude);
    free(text);
}

static void test_nothing(void **state)
{
    (void)state;
    struct exclude *exclude;
    struct error error;
    assert_int_equal(load("", &exclude, &error), 0);
    assert_false(has(exclude, "example.org"));
    assert_false(has(exclude, "."));
    exclude_free(exclude);
}

/* One name a line, whatever else it looks like. */
static void test_plain_only(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "bank,whole TLD on request\nexample.org,by mail\nexample.net,by mail\n",
        "example.com, example.net\nexample.org\n",
        "example.com example.net\n",
        "example.com\texample.net\n",
        "example.com;x\n",
    };
    struct exclude *exclude = NULL;
    struct error error;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(load(refused[i], &exclude, &error), -1);
        if (strstr(error.text, "line 1: \"") == NULL)
            fail_msg("%s: %s", refused[i], error.text);
    }
    assert_int_equal(load("\xef\xbb\xbf"
                          "bank\r\n# remark\r\n\r\n\"example.org\"\r\n",
                          &exclude, &error),
                     0);
    assert_true(has(exclude, "x.bank"));
    assert_true(has(exclude, "example.org"));
    exclude_free(exclude);
    assert_int_equal(load("bank # on request\n*.example.net\t# by mail\n", &exclude, &error), 0);
    assert_true(has(exclude, "x.bank"));
    assert_true(has(exclude, "example.net"));
    exclude_free(exclude);
}

/* The same names have the same hashes, in whatever order and form they are listed. */
static void test_hashes(void **state)
{
    (void)state;
    static const char *const lists[] = {"example.org\nexample.net\n",
                                        "EXAMPLE.net.\n# x\n*.example.org\nexample.net\n"};
    struct exclude *exclude = NULL;
    struct error error;
    int64_t *hashes[2];
    size_t count;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(load(lists[i], &exclude, &error), 0);
        hashes[i] = exclude_hashes(exclude, &count);
        assert_int_equal(count, 2);
        assert_true(hashes[i][0] < hashes[i][1]);
        exclude_free(exclude);
    }
    assert_memory_equal(hashes[0], hashes[1], 2 * sizeof **hashes);
    free(hashes[0]);
    free(hashes[1]);
}

/* An opt-out that is not understood stops the run before its first question. */
static void test_errors(void **state)
{
    (void)state;
    struct exclude *exclude = NULL;
    struct error error;
    assert_int_equal(load("example.org\n192.0.2.1\n", &exclude, &error), -1);
    assert_non_null(strstr(error.text, "line 2: \"192.0.2.1\" is no domain name (address)"));
    assert_int_equal(load("*.\n", &exclude, &error), -1);
    assert_non_null(strstr(error.text, "line 1"));
    assert_int_equal(exclude_load("/nonexistent/list", &exclude, &error), -1);
    assert_non_null(strstr(error.text, "/nonexistent/list"));
    assert_null(exclude);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at_or_below), cmocka_unit_test(test_many),
        cmocka_unit_test(test_nothing),     cmocka_unit_test(test_plain_only),
        cmocka_unit_test(test_hashes),      cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
