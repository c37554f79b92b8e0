#include "crawler/survey/jobs/host_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum {
    MANY = 1000000,
    STEPS_MAX = 24,    /* hosts that one insertion may look at: as in test_buckets.c */
    OCTETS_MAX = 70,   /* a host, all told */
    BRIEF_OCTETS = 45, /* a brief one */
};

static struct name name_of(const char *text)
{
    struct name name;
    assert_true(name_from_text(text, strlen(text), &name));
    return name;
}

/* 20 letters, as many as a mail host's name has in the mean: `mail.example12.co.uk`. */
static struct name numbered(unsigned number)
{
    char text[32];
    snprintf(text, sizeof text, "mail.x%07u.co.uk", number);
    return name_of(text);
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

/* Resident memory, in octets. */
static long memory(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    long kib = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = atol(line + 6);
    }
    fclose(file);
    assert_true(kib > 0);
    return kib * 1024;
}

/* brief: each host at once. */
static void fill(struct host_table *table, bool brief, long octets)
{
    long before = memory();
    for (unsigned i = 0; i < MANY; i++) {
        struct name name = numbered(i);
        assert_null(host_table_get(table, &name));
        struct host *host = host_table_add(table, &name, i);
        assert_int_equal(host->id, i);
        host->address_outcome = i % 5;
        if (brief)
            host_table_shorten(table, host);
        if (i % 100000 == 99999 && !is_instrumented())
            assert_in_range((memory() - before) / (i + 1), 0, octets);
    }
    assert_in_range(table->buckets.most_moved, 1, STEPS_MAX);
    for (unsigned i = 0; i < MANY; i += 7) {
        struct name name = numbered(i);
        struct host *host = host_table_get(table, &name);
        assert_non_null(host);
        assert_false(host->brief);
        assert_true(name_equal(&host->name, &name));
        assert_int_equal(host->id, i);
        assert_int_equal(host->address_outcome, i % 5);
        assert_null(host->extra);
        assert_ptr_equal(host_table_get(table, &name), host);
    }
    struct name other = numbered(MANY);
    assert_null(host_table_get(table, &other));
}

static void test_many(void **state)
{
    (void)state;
    struct host_table table;
    host_table_init(&table);
    fill(&table, false, OCTETS_MAX);
    host_table_free(&table);
}

static void test_many_brief(void **state)
{
    (void)state;
    struct host_table table;
    host_table_init(&table);
    fill(&table, true, BRIEF_OCTETS);
    host_table_free(&table);
}

/* Hosts come and go: their memory is used again. */
static void test_dropped(void **state)
{
    (void)state;
    struct host_table table;
    struct name target = name_of("mx.example.net");
    host_table_init(&table);
    long before = memory();
    for (unsigned i = 0; i < MANY; i++) {
        struct name name = numbered(i);
        struct host *host = host_table_add(&table, &name, i);
        host_table_set_target(&table, host, &target);
        assert_true(name_equal(host_target(host), &target));
        host_table_drop(&table, host);
        assert_null(host_table_get(&table, &name));
    }
    if (!is_instrumented())
        assert_in_range(memory() - before + (1 << 20), 0, 2 << 20);
    host_table_free(&table);
}

/* Beside one another: the root, the longest name, whole, brief, with something extra. */
static void test_few(void **state)
{
    (void)state;
    struct host_table table;
    struct name root = name_of("."), longest = {.length = NAME_WIRE_MAX};
    struct name plain = name_of("mx.example.org");
    for (unsigned i = 0; i < 4; i++) {
        longest.wire[i * 64] = i < 3 ? 63 : 61;
        memset(longest.wire + i * 64 + 1, 'a', 63 - (i == 3));
    }
    longest.wire[NAME_WIRE_MAX - 1] = 0;
    host_table_init(&table);
    struct host *one = host_table_add(&table, &root, 1);
    host_table_shorten(&table, host_table_add(&table, &longest, 2));
    struct host *three = host_table_add(&table, &plain, 3);
    host_table_extra(&table, three)->codes.tlsa.count = 1;
    host_table_trim(&table, three);
    assert_int_equal(host_codes(three)->tlsa.count, 1);
    assert_int_equal(host_codes(one)->tlsa.count, 0);
    assert_null(host_target(one));
    assert_ptr_equal(host_table_get(&table, &root), one);
    assert_int_equal(host_table_get(&table, &longest)->id, 2);
    assert_true(name_equal(&host_table_get(&table, &longest)->name, &longest));
    host_table_extra(&table, three)->codes.tlsa.count = 0;
    host_table_trim(&table, three);
    assert_null(three->extra);
    host_table_drop(&table, one);
    assert_null(host_table_get(&table, &root));
    assert_ptr_equal(host_table_get(&table, &plain), three);
    host_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_many_brief),
        cmocka_unit_test(test_dropped),
        cmocka_unit_test(test_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
