#include "crawler/base/buckets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <cmocka.h>

enum {
    MANY = 1000000,
    /* Entries that an insertion into a table with a good hash may look at: with a million entries,
     * one a bucket, a chain of a dozen comes once in ten runs, one of twice as many never. */
    STEPS_MAX = 24,
};

struct number {
    struct link link;
    uint64_t value;
};

static uint64_t mixed(uint64_t value)
{
    value = (value ^ value >> 31) * UINT64_C(0x9e3779b97f4a7c15);
    return value ^ value >> 29;
}

static uint64_t hash(const struct buckets *buckets, const struct link *entry)
{
    (void)buckets;
    return mixed(((const struct number *)entry)->value);
}

static uint64_t same_hash(const struct buckets *buckets, const struct link *entry)
{
    (void)buckets, (void)entry;
    return 5;
}

static struct link **find(const struct buckets *buckets, uint64_t value)
{
    struct link **at = buckets_at(buckets, mixed(value));
    while (*at != NULL && ((struct number *)*at)->value != value)
        at = &(*at)->next;
    return at;
}

static void count(void *context, struct link *entry)
{
    (void)entry;
    ++*(size_t *)context;
}

/* At every size all entries are found, and an insertion has looked at few. */
static void grows_in_small_steps(unsigned thinness)
{
    struct number *numbers = calloc(MANY, sizeof *numbers);
    struct buckets buckets;
    size_t met = 0;
    assert_non_null(numbers);
    buckets_init(&buckets, hash, thinness);
    for (uint64_t i = 0; i < MANY; i++) {
        assert_null(*find(&buckets, i));
        numbers[i].value = i;
        buckets_add(&buckets, &numbers[i].link);
        assert_ptr_equal(*find(&buckets, i / 2), &numbers[i / 2].link);
        assert_in_range(buckets.bucket_count, (i + 1) * thinness,
                        BUCKETS_FIRST + (i + 1) * thinness);
    }
    assert_in_range(buckets.most_moved, 1, STEPS_MAX);
    for (uint64_t i = 0; i < MANY; i++)
        assert_ptr_equal(*find(&buckets, i), &numbers[i].link);
    buckets_each(&buckets, count, &met);
    assert_int_equal(met, MANY);
    buckets_done(&buckets);
    free(numbers);
}

static void test_one_a_bucket(void **state)
{
    (void)state;
    grows_in_small_steps(1);
}

static void test_two_buckets_each(void **state)
{
    (void)state;
    grows_in_small_steps(2);
}

/* Those that are taken out are gone, the others are not; what is taken may come back. */
static void test_taken(void **state)
{
    (void)state;
    static struct number numbers[5000];
    struct buckets buckets;
    buckets_init(&buckets, hash, 1);
    for (uint64_t i = 0; i < 5000; i++) {
        numbers[i].value = i;
        buckets_add(&buckets, &numbers[i].link);
    }
    for (uint64_t i = 0; i < 5000; i += 3)
        buckets_take(&buckets, find(&buckets, i));
    assert_int_equal(buckets.entry_count, 5000 - 1667);
    for (uint64_t i = 0; i < 5000; i++)
        assert_int_equal(*find(&buckets, i) != NULL, i % 3 != 0);
    for (uint64_t i = 0; i < 5000; i += 3)
        buckets_add(&buckets, &numbers[i].link);
    for (uint64_t i = 0; i < 5000; i++)
        assert_ptr_equal(*find(&buckets, i), &numbers[i].link);
    buckets_done(&buckets);
}

/* A hash that parts nothing costs time, and loses nothing. */
static void test_one_chain(void **state)
{
    (void)state;
    static struct number numbers[3000];
    struct buckets buckets;
    size_t met = 0;
    buckets_init(&buckets, same_hash, 1);
    for (unsigned i = 0; i < 3000; i++)
        buckets_add(&buckets, &numbers[i].link);
    for (const struct link *link = *buckets_at(&buckets, 5); link != NULL; link = link->next)
        met++;
    assert_int_equal(met, 3000);
    buckets_done(&buckets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_a_bucket),
        cmocka_unit_test(test_two_buckets_each),
        cmocka_unit_test(test_taken),
        cmocka_unit_test(test_one_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
