/* The column of a CSV that is kept as each name's stratum: "DOMAIN=STRATUM" for each name, "-"
 * where there is none, "!REASON" for each rejected line. */
#include "crawler/survey/list/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char path[] = "/tmp/test_list_stratum.XXXXXX";
static char transcript[4096];
static struct error error;

static void add(const char *text)
{
    assert_true(strlen(transcript) + strlen(text) < sizeof transcript);
    strcat(transcript, text);
}

static int take_name(void *context, const struct list_name *name)
{
    (void)context;
    add(name->domain);
    add("=");
    add(name->stratum != NULL ? name->stratum : "-");
    add(" ");
    return 0;
}

static int take_reject(void *context, const struct list_reject *reject)
{
    (void)context;
    add("!");
    add(reject->reason);
    add(" ");
    return 0;
}

static int read_list(const char *text, enum list_format format, const char *column,
                     const char *stratum)
{
    const struct list_source source = {path, format, column, stratum};
    const struct list_sink sink = {take_name, take_reject, NULL};
    struct list_summary summary;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) >= 0, 1);
    assert_int_equal(fclose(file), 0);
    transcript[0] = error.text[0] = '\0';
    return list_read(&source, &sink, &summary, &error);
}

#define MARKS_8   "\"\"\"\"\"\"\"\""
#define MARKS_64  MARKS_8 MARKS_8 MARKS_8 MARKS_8 MARKS_8 MARKS_8 MARKS_8 MARKS_8
#define QUOTES_64 MARKS_64 MARKS_64 /* doubled */
#define OCTETS_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *list, *stratum, *expected;
    } cases[] = {
        {"domain,country\na.org,nl\nb.org,de\n", "country", "a.org=nl b.org=de "},
        {"country,domain\nnl,a.org\n", "Country", "a.org=nl "},
        {"rank,domain,size\n1,a.org,large\n", "size", "a.org=large "},
        {"domain;kind\na.org;\"one; two\"\n", "kind", "a.org=one; two "},
        {"domain,kind\na.org,\"say \"\"hm\"\"\"\n", "kind", "a.org=say \"hm\" "},
        {"domain,kind\na.org, \t x \n", "kind", "a.org=x "},
        /* only the name decides whether a line is one */
        {"domain,kind\na.org\nb.org,\nc.org,\"\"\nd.org,\"open\n", "kind",
         "a.org=- b.org=- c.org=- d.org=- "},
        {"kind,domain\nx,!\n\"open,b.org\n", "kind", "!bad character !bad quotes "},
        /* without heading for the names, they are found by looking */
        {"x1,x2\na.org,nl\nb.org,de\n", "x2", "a.org=nl b.org=de "},
        {"domain,kind\na.org,x\ndomain,kind\nb.org,y\n", "kind", "a.org=x b.org=y "},
        {"domain,kind\na.org,\xc3\xa9\n", "kind", "a.org=\xc3\xa9 "},
        /* of a line that is no name nothing is asked */
        {"domain,kind\n!,x" OCTETS_64 "\n!,\xff\n", "kind", "!bad character !bad character "},
        {"domain,kind\na.org,\"" QUOTES_64 "\"\n", "kind", "a.org=" MARKS_64 " "},
        {"domain,kind\na.org," OCTETS_64 "\n", "kind", "a.org=" OCTETS_64 " "},
        {"", "kind", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (read_list(cases[i].list, LIST_AUTO, NULL, cases[i].stratum) != 0)
            fail_msg("%s: %s", cases[i].list, error.text);
        assert_string_equal(transcript, cases[i].expected);
    }
    assert_int_equal(read_list("a,b,c\na.org,b.org,x\n", LIST_AUTO, "b", "c"), 0);
    assert_string_equal(transcript, "b.org=x ");
    assert_int_equal(read_list("domain,kind\na.org,x\n", LIST_AUTO, NULL, NULL), 0);
    assert_string_equal(transcript, "a.org=- ");
}

static void test_faults(void **state)
{
    (void)state;
    assert_int_equal(read_list("domain,kind\na.org,x\n", LIST_AUTO, NULL, "sort"), -1);
    assert_non_null(strstr(error.text, "no column \"sort\""));
    assert_int_equal(read_list("domain,kind\n\na.org,x" OCTETS_64 "\n", LIST_AUTO, NULL, "kind"),
                     -1);
    assert_non_null(strstr(error.text, "line 3: a stratum over 64 octets; is \"kind\" the"));
    static const char *const no_texts[] = {"\xe9", "a\x1b[31m", "a\x7f", "\xc3", "a\001"};
    for (size_t i = 0; i < sizeof no_texts / sizeof *no_texts; i++) {
        char list[64];
        snprintf(list, sizeof list, "domain,kind\na.org,x\nb.org,%s\n", no_texts[i]);
        assert_int_equal(read_list(list, LIST_AUTO, NULL, "kind"), -1);
        assert_non_null(strstr(error.text, "line 3: a stratum that is not UTF-8, or has control"));
    }
    assert_int_equal(read_list("a.org\n", LIST_PLAIN, NULL, "kind"), -1);
    assert_non_null(strstr(error.text, "--list-stratum is for CSV"));
    assert_int_equal(read_list("a.org\n", LIST_ZONE, NULL, "kind"), -1);
    assert_non_null(strstr(error.text, "--list-stratum is for CSV"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_faults),
    };
    int file = mkstemp(path);
    if (file < 0 || close(file) != 0)
        return 1;
    int result = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return result;
}
