/* Samples of strata: what is drawn, by properties that every seed must have; files of sizes. */
#include "crawler/survey/sample/sample.h"
#include "crawler/survey/sample/sizes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char text[65536];
static struct error error;

static int write_name(void *context, const struct list_name *name)
{
    (void)context;
    assert_int_equal(strlen(name->domain), name->length);
    size_t used = strlen(text);
    assert_true(used + name->length + 80 < sizeof text);
    snprintf(text + used, sizeof text - used, "%s/%s/%d ", name->domain,
             name->stratum != NULL ? name->stratum : "-", (int)name->rank);
    return 0;
}

static int write_stratum(void *context, const char *stratum, uint64_t names)
{
    (void)context;
    size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, "%s=%d ", stratum != NULL ? stratum : "(others)",
             (int)names);
    return 0;
}

/* Names NAME0, NAME1, ... of a stratum */
static void add(struct sample *sample, const char *stratum, const char *name, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char domain[32];
        int length = snprintf(domain, sizeof domain, "%s%u.example", name, i);
        const struct list_name entry = {.domain = domain,
                                        .length = (size_t)length,
                                        .rank = (int)i,
                                        .stratum = *stratum != '\0' ? stratum : NULL};
        assert_true(sample_add(sample, stratum, &entry));
    }
}

/* What a sample of 600 a, 200 b, 5 without stratum, 3 c says; its names in *text. */
static int draw(uint64_t count, uint64_t seed, enum allocation how, bool others_first)
{
    struct sample *sample = sample_new(count, seed);
    if (!others_first)
        add(sample, "large", "a", 600);
    add(sample, "", "x", 5);
    add(sample, "mid", "b", 200);
    add(sample, "tiny", "c", 3);
    if (others_first)
        add(sample, "large", "a", 600);
    assert_true(sample_set_size(sample, "mid", 3));
    assert_true(sample_set_size(sample, "large", 1));
    assert_false(sample_set_size(sample, "nobody", 7));
    text[0] = '\0';
    int result = sample_draw(sample, how, &error);
    if (result == 0) {
        sample_each_stratum(sample, write_stratum, NULL);
        strcat(text, "| ");
        sample_each(sample, write_name, NULL);
    }
    sample_free(sample);
    return result;
}

static unsigned count_of(const char *part)
{
    unsigned count = 0;
    for (const char *at = strchr(text, '|'); (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

static void test_numbers(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        assert_int_equal(draw(22, seed, ALLOCATE_PROPORTIONAL, false), 0);
        assert_memory_equal(text, "large=600 mid=200 (others)=8 | ", 31);
        assert_int_equal(count_of("/large/"), 15);
        assert_int_equal(count_of("/mid/"), 5);
        assert_int_equal(count_of("/tiny/") + count_of("/-/"), 2);
        assert_int_equal(draw(40, seed, ALLOCATE_EQUAL, false), 0);
        assert_memory_equal(text, "large=600 =5 mid=200 tiny=3 | ", 30);
        assert_int_equal(count_of("/large/"), 16);
        assert_int_equal(count_of("/mid/"), 16);
        assert_int_equal(count_of("/tiny/"), 3);
        assert_int_equal(count_of("/-/"), 5);
        assert_int_equal(draw(40, seed, ALLOCATE_SIZES, false), 0);
        assert_memory_equal(text, "large=600 mid=200 (others)=8 | ", 31);
        assert_int_equal(count_of("/large/"), 10);
        assert_int_equal(count_of("/mid/"), 30);
        assert_int_equal(count_of(".example"), 40);
    }
    assert_int_equal(draw(808, 1, ALLOCATE_PROPORTIONAL, false), 0);
    assert_int_equal(count_of(".example"), 808);
    assert_int_equal(draw(5000, 1, ALLOCATE_EQUAL, false), 0);
    assert_int_equal(count_of(".example"), 808);
    assert_int_equal(draw(7, 1, ALLOCATE_EQUAL, false), -1);
    assert_non_null(strstr(error.text, "--sample 8 "));
}

/* In list order, each once */
static void test_order(void **state)
{
    (void)state;
    char last = 0;
    int last_rank = -1;
    assert_int_equal(draw(60, 3, ALLOCATE_PROPORTIONAL, false), 0);
    for (char *at = strchr(text, '|') + 2; *at != '\0'; at = strchr(at, ' ') + 1) {
        int rank = atoi(at + 1);
        if (*at == last)
            assert_true(rank > last_rank);
        else
            assert_true(last == 0 || strchr("axbc", *at) > strchr("axbc", last));
        last = *at;
        last_rank = rank;
    }
}

static int compare(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

static size_t sorted_names(char *names[], size_t most)
{
    size_t count = 0;
    strtok(strchr(text, '|'), " ");
    for (char *name; (name = strtok(NULL, " ")) != NULL; names[count++] = strdup(name))
        assert_true(count < most);
    qsort(names, count, sizeof *names, compare);
    return count;
}

/* The same names in whatever order the list has them; others with another seed; a larger sample has
 * those of a smaller one. */
static void test_seeds(void **state)
{
    (void)state;
    char *one[200], *other[200];
    unsigned same = 0;
    assert_int_equal(draw(60, 3, ALLOCATE_PROPORTIONAL, false), 0);
    size_t count = sorted_names(one, 200);
    assert_int_equal(draw(60, 3, ALLOCATE_PROPORTIONAL, true), 0);
    assert_int_equal(sorted_names(other, 200), count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(one[i], other[i]);
        free(other[i]);
    }
    assert_int_equal(draw(120, 3, ALLOCATE_PROPORTIONAL, false), 0);
    size_t larger = sorted_names(other, 200);
    for (size_t i = 0; i < count; i++)
        same += strstr(one[i], "/tiny/") != NULL || strstr(one[i], "/-/") != NULL ||
                bsearch(&one[i], other, larger, sizeof *other, compare) != NULL;
    assert_int_equal(same, count);
    for (size_t i = 0; i < larger; i++)
        free(other[i]);
    assert_int_equal(draw(60, 4, ALLOCATE_PROPORTIONAL, false), 0);
    larger = sorted_names(other, 200);
    same = 0;
    for (size_t i = 0; i < count; i++)
        same += bsearch(&one[i], other, larger, sizeof *other, compare) != NULL;
    assert_true(same < count / 2);
    for (size_t i = 0; i < count; i++) {
        free(one[i]);
        free(other[i]);
    }
}

/* Each name comes as often as its stratum says: 400 seeds, 15 of 600 and 5 of 200; a binomial
 * within five standard deviations. */
static void test_chances(void **state)
{
    (void)state;
    static unsigned large[600], mid[200];
    for (uint64_t seed = 1000; seed < 1400; seed++) {
        assert_int_equal(draw(22, seed, ALLOCATE_PROPORTIONAL, false), 0);
        for (char *at = strchr(text, '|') + 2; *at != '\0'; at = strchr(at, ' ') + 1) {
            large[0] += *at == 'a' && atoi(at + 1) < 300;
            mid[0] += *at == 'b' && atoi(at + 1) < 50;
        }
    }
    assert_in_range(large[0], 3000 - 194, 3000 + 194);
    assert_in_range(mid[0], 500 - 97, 500 + 97);
}

static void test_strata_max(void **state)
{
    (void)state;
    struct sample *sample = sample_new(1, 0);
    const struct list_name name = {.domain = "a.example", .length = 9};
    char stratum[16];
    for (unsigned i = 0; i < SAMPLE_STRATA_MAX; i++) {
        snprintf(stratum, sizeof stratum, "%u", i);
        assert_true(sample_add(sample, stratum, &name));
    }
    assert_false(sample_add(sample, "one more", &name));
    assert_true(sample_add(sample, stratum, &name));
    sample_free(sample);
}

/* --- sizes --- */

static char path[] = "/tmp/test_sample.XXXXXX";

static void write_size(void *context, const char *stratum, double size)
{
    (void)context;
    size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, "%s=%g ", stratum, size);
}

static int read_sizes(const char *octets, size_t length)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(octets, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    text[0] = error.text[0] = '\0';
    return sizes_read(path, write_size, NULL, &error);
}

static void test_sizes(void **state)
{
    (void)state;
    static const struct {
        const char *file, *expected; /* or what the error says */
        int result;
    } cases[] = {
        {"com,5\nnl,0.5", "com=5 nl=0.5 ", 0},
        {"\xef\xbb\xbfsuffix,size\r\n# no\r\n\r\n com , 5 \r\n,7\r\n", "com=5 =7 ", 0},
        {"\"a, b\",1e6\n\"say \"\"hm\"\"\",\"2\"\n", "a, b=1e+06 say \"hm\"=2 ", 0},
        {"# of May\n\nsuffix,size\ncom,5\n", "com=5 ", 0},
        {"com,1 000\nnl,6\n", ":1: the size", -1},
        {"com,0\nnl,6\n", ":1: the size", -1},
        {"com,\nnl,6\n", ":1: the size", -1},
        {"suffix,size\nsuffix,size\n", ":2: the size", -1},
        {"com;5\n", ":1: not a line", -1},
        {"com,5,6\n", ":1: not a line", -1},
        {"com,5\n\"nl,6\n", ":2: not a line", -1},
        {"com,5\nnl,0\n", ":2: the size is no number above 0", -1},
        {"com,5\nnl,inf\n", ":2: the size", -1},
        {"com,999999999999999000\nnl,1e18\n", ":2: the size", -1},
        {"com,5\nnl,\n", ":2: the size", -1},
        {"com,5\nnl,1\ncom,5\n", ":3: the stratum is there twice", -1},
        {"stratum,size\n", "no line", -1},
        {"", "no line", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int result = read_sizes(cases[i].file, strlen(cases[i].file));
        if (result != cases[i].result)
            fail_msg("%s: %d %s", cases[i].file, result, error.text);
        if (result == 0)
            assert_string_equal(text, cases[i].expected);
        else if (strstr(error.text, cases[i].expected) == NULL)
            fail_msg("%s: %s", cases[i].file, error.text);
    }
    assert_int_equal(read_sizes("a\0b,5\n", 6), -1);
    assert_non_null(strstr(error.text, ":1: not a text"));
    assert_int_equal(sizes_read("/nonexistent.csv", write_size, NULL, &error), -1);
    assert_non_null(strstr(error.text, "/nonexistent.csv: cannot be read"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),    cmocka_unit_test(test_order),
        cmocka_unit_test(test_seeds),      cmocka_unit_test(test_chances),
        cmocka_unit_test(test_strata_max), cmocka_unit_test(test_sizes),
    };
    int file = mkstemp(path);
    if (file < 0 || close(file) != 0)
        return 1;
    int result = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return result;
}
