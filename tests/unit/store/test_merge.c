/* The parts of a merge that know nothing of surveys: the heap and the map. */
#include "crawler/store/merge/heap.h"
#include "crawler/store/merge/map.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
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

static bool say(const char *path, const char *text)
{
    int file = open(path, O_WRONLY);
    bool ret = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);
    if (file >= 0)
        close(file);
    return ret;
}

/* In namespaces of the caller's own, as the root of them. */
static bool mount_small_disk(const char *directory)
{
    char user[32], group[32];
    snprintf(user, sizeof user, "0 %u 1", (unsigned)getuid());
    snprintf(group, sizeof group, "0 %u 1", (unsigned)getgid());
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && say("/proc/self/uid_map", user) &&
           say("/proc/self/setgroups", "deny") && say("/proc/self/gid_map", group) &&
           mount("none", directory, "tmpfs", 0, "size=1m") == 0;
}

/* The errno that it came to; EPERM where there are no such namespaces. */
static int fill_small_disk(const char *directory)
{
    if (!mount_small_disk(directory))
        return EPERM;
    struct merge_map *map = merge_map_new(directory, sizeof(struct item));
    for (uint64_t i = 0; map != NULL && i < ITEMS; i++)
        ((struct item *)merge_map_change(map, i))->a = i;
    return map == NULL ? errno : merge_map_failed(map);
}

static void says_when_the_disk_is_full(void **state)
{
    (void)state;
    int status;
    char directory[] = "/tmp/mxsurvey-test-XXXXXX";
    assert_non_null(mkdtemp(directory));
    pid_t child = fork();
    if (child == 0)
        _exit(fill_small_disk(directory));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(rmdir(directory), 0);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == EPERM)
        skip();
    assert_int_equal(WEXITSTATUS(status), ENOSPC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merges_sorted_sources),
        cmocka_unit_test(keeps_more_than_memory),
        cmocka_unit_test(leaves_no_file),
        cmocka_unit_test(says_when_it_cannot_write),
        cmocka_unit_test(says_when_the_disk_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
