/* The parts of a merge that know nothing of surveys: the heap and the map. */
#include "crawler/store/merge/heap.h"
#include "crawler/store/merge/map.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

/* --- the heap --- */

enum {
    SOURCES = 13,
    LENGTH = 50,
};

struct source {
    unsigned values[LENGTH];
    unsigned count, at;
};

static bool before(const void *context, unsigned a, unsigned b)
{
    const struct source *sources = context;
    return sources[a].values[sources[a].at] < sources[b].values[sources[b].at];
}

static int by_value(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return (x > y) - (x < y);
}

/* Sorted sources of different lengths, one of them empty, give all values in order. */
static void merges_sorted_sources(void **state)
{
    (void)state;
    struct source sources[SOURCES] = {0};
    unsigned items[SOURCES], all[SOURCES * LENGTH], total = 0;
    struct merge_heap heap = {.items = items, .before = before, .context = sources};
    srand(7);
    for (unsigned i = 0; i < SOURCES; i++) {
        sources[i].count = i == 3 ? 0 : 1 + (unsigned)rand() % LENGTH;
        for (unsigned j = 0; j < sources[i].count; j++)
            all[total++] = sources[i].values[j] = (unsigned)rand() % 200;
        qsort(sources[i].values, sources[i].count, sizeof(unsigned), by_value);
        if (sources[i].count > 0)
            merge_heap_add(&heap, i);
    }
    qsort(all, total, sizeof *all, by_value);
    for (unsigned i = 0; i < total; i++) {
        assert_true(heap.count > 0);
        struct source *first = &sources[heap.items[0]];
        assert_int_equal(first->values[first->at], all[i]);
        if (++first->at < first->count)
            merge_heap_sink(&heap);
        else
            merge_heap_drop(&heap);
    }
    assert_int_equal(heap.count, 0);
}

/* --- the map --- */

struct item {
    uint64_t a, b;
};

enum {
    ITEMS = 1300000, /* 21 MB: more than is at hand */
    STEP = 7919,     /* a prime: every item once, in an order far from theirs */
};

static void keeps_more_than_memory(void **state)
{
    (void)state;
    struct merge_map *map = merge_map_new("/tmp", sizeof(struct item));
    assert_non_null(map);
    for (uint64_t i = 0, at = 0; i < ITEMS; i++, at = (at + STEP) % ITEMS) {
        if (at % 3 != 0)
            *(struct item *)merge_map_change(map, at) = (struct item){at, ~at};
    }
    for (uint64_t i = 0; i < ITEMS; i++) {
        const struct item *item = merge_map_get(map, i);
        assert_int_equal(item->a, i % 3 != 0 ? i : 0); /* never set: zero */
        assert_int_equal(item->b, i % 3 != 0 ? ~i : 0);
    }
    assert_int_equal(((const struct item *)merge_map_get(map, UINT32_MAX))->a, 0);
    assert_int_equal(merge_map_failed(map), 0);
    merge_map_free(map);
}

static void leaves_no_file(void **state)
{
    (void)state;
    char directory[] = "/tmp/mxsurvey-test-XXXXXX";
    assert_non_null(mkdtemp(directory));
    struct merge_map *map = merge_map_new(directory, 2);
    assert_non_null(map);
    assert_int_equal(rmdir(directory), 0); /* it is empty */
    merge_map_free(map);
    assert_null(merge_map_new(directory, 2));
    assert_int_equal(errno, ENOENT);
}

/* A full disk, as a limit on the size of files. */
static void says_when_it_cannot_write(void **state)
{
    (void)state;
    struct rlimit before, small = {1 << 20, RLIM_INFINITY};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    struct merge_map *map = merge_map_new("/tmp", sizeof(struct item));
    assert_non_null(map);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (uint64_t i = 0; i < ITEMS; i++)
        ((struct item *)merge_map_change(map, i))->a = i;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(merge_map_failed(map), EFBIG);
    merge_map_free(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merges_sorted_sources),
        cmocka_unit_test(keeps_more_than_memory),
        cmocka_unit_test(leaves_no_file),
        cmocka_unit_test(says_when_it_cannot_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
