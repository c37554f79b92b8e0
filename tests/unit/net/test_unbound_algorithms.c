/* What unbound-checkconf says about trust anchors (1.17.1's words), and what is made of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/net/resolver/unbound_algorithms.h"

#include <stdio.h>
#include <string.h>

static void complain(char *output, size_t size, const char *anchor)
{
    size_t length = strlen(output);
    snprintf(output + length, size - length,
             "[1795471258] unbound-checkconf[1:0] info: warning: unsupported algorithm for trust "
             "anchor %s.invalid. DS IN\n[1795471258] unbound-checkconf[1:0] warning: trust anchor "
             "%s.invalid. has no supported algorithms, the anchor is ignored (check if you need to "
             "upgrade unbound and openssl)\n",
             anchor, anchor);
}

struct read_case {
    const char *anchors[8]; /* complained about, beside the numbers that nobody has assigned */
    bool known;
    const char *algorithms, *digests;
};

static const struct read_case read_cases[] = {
    {{"algorithm-200", "digest-200"}, true, "none", "none"},
    {{"digest-5", "digest-200", "algorithm-16", "algorithm-1", "digest-3", "algorithm-200"},
     true,
     "1,16",
     "3,5"},
    {{"digest-200", "algorithm-23", "algorithm-200"}, true, "23", "none"},
    /* words that are not understood */
    {{NULL}, false, NULL, NULL},
    {{"algorithm-1", "digest-200"}, false, NULL, NULL},
    {{"algorithm-200", "digest-3"}, false, NULL, NULL},
    {{"algorithm-8", "digest-200", "algorithm-200"}, false, NULL, NULL},
    {{"digest-2", "digest-200", "algorithm-200"}, false, NULL, NULL},
    {{"algorithm-8x", "digest-200", "algorithm-200"}, true, "none", "none"},
};

static void test_read(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof read_cases / sizeof *read_cases; i++) {
        const struct read_case *read = &read_cases[i];
        char output[8192] = "unbound-checkconf: no errors in /proc/self/fd/5\n";
        struct unbound_algorithms refused;
        for (unsigned j = 0; j < 8 && read->anchors[j] != NULL; j++)
            complain(output, sizeof output, read->anchors[j]);
        if (unbound_algorithms_read(output, &refused) != read->known)
            fail_msg("case %u: not %d", i, read->known);
        if (!read->known)
            continue;
        assert_string_equal(refused.algorithms, read->algorithms);
        assert_string_equal(refused.digests, read->digests);
    }
}

/* All refused must fit, and each is asked about. */
static void test_all(void **state)
{
    (void)state;
    char config[UNBOUND_CONFIG_MAX];
    struct unbound_algorithms refused;
    unbound_algorithms_config(config);
    assert_non_null(strstr(config, "trust-anchor: \"algorithm-5.invalid. DS 1 5 2 "
                                   "00000000000000000000000000000000"
                                   "00000000000000000000000000000000\"\n"));
    assert_non_null(strstr(config, "trust-anchor: \"digest-1.invalid. DS 1 8 1 "
                                   "0000000000000000000000000000000000000000\"\n"));
    char output[32768] = "";
    for (const char *at = config; (at = strstr(at, "trust-anchor: \"")) != NULL; at++) {
        char anchor[64];
        assert_int_equal(sscanf(at, "trust-anchor: \"%63[^.]", anchor), 1);
        complain(output, sizeof output, anchor);
    }
    assert_false(unbound_algorithms_read(output, &refused)); /* 8 and SHA-256 among them */
    assert_string_equal(refused.algorithms, "1,3,5,6,7,8,10,12,13,14,15,16,17,23");
    assert_string_equal(refused.digests, "1,2,3,4,5,6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
