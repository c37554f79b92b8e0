#include "crawler/survey/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum {
    MANY = 1500000
};

static size_t write_name(char text[32], unsigned number)
{
    return (size_t)snprintf(text, 32, "n%u.example.org", number * 2654435761U);
}

static void test_few(void **state)
{
    (void)state;
    struct names *names = names_new();
    assert_true(names_add(names, "example.org", 11));
    assert_false(names_add(names, "example.org", 11));
    assert_true(names_add(names, "example.or", 10));
    assert_true(names_add(names, "example.org.x", 13));
    assert_false(names_add(names, "example.org.y", 11)); /* the length counts */
    assert_true(names_add(names, "", 0));
    assert_false(names_add(names, "", 0));
    names_free(names);
    names_free(NULL);
}

/* Resident memory's greatest size so far, in KiB, as the kernel counts it. */
static long peak_memory(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    long peak = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            peak = atol(line + 6);
    }
    fclose(file);
    assert_true(peak > 0);
    return peak;
}

static bool is_instrumented(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
    return true;
#endif
#endif
    return getenv("LD_PRELOAD") != NULL; /* under valgrind and the like */
}

/* Every name is new once and known ever after, through many growths; at every size
 * the peak is within 16 octets a name. */
static void test_many(void **state)
{
    (void)state;
    char text[32];
    struct names *names = names_new();
    long before = peak_memory();
    for (unsigned i = 0; i < MANY; i++) {
        assert_true(names_add(names, text, write_name(text, i)));
        if (i % 100000 == 99999 && !is_instrumented())
            assert_in_range((peak_memory() - before) * 1024 / (i + 1), 0, 16);
        assert_false(names_add(names, text, write_name(text, i / 2)));
    }
    for (unsigned i = 0; i < MANY; i++)
        assert_false(names_add(names, text, write_name(text, i)));
    assert_true(names_add(names, text, write_name(text, MANY)));
    names_free(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_few),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
