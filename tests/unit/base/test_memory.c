/* What lacks ends the program with a line and the status of a run that was stopped. */
#include "crawler/base/memory.h"

#include "crawler/base/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* gcc would warn of a constant that no object's size can be */
static volatile size_t too_much = PTRDIFF_MAX / 128;

/* The address sanitizer ends a program that asks for so much. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void assert_ends(void (*fill)(void))
{
    char text[4096] = "";
    int ends[2], status;
    size_t length = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        fill();
        _exit(0);
    }
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], text + length, sizeof text - 1 - length)) > 0;)
        length += (size_t)got;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
    /* the last line: a sanitizer warns before */
    const char *line = strstr(text, "mxsurvey: ");
    assert_non_null(line);
    assert_string_equal(
        line, "mxsurvey: out of memory; what is stored stays, the same command continues\n");
}

static void get_it(void)
{
    memory_get(too_much * 64);
}

static void get_it_zeroed(void)
{
    memory_zeroed(SIZE_MAX / 2, too_much);
}

static void get_it_resized(void)
{
    memory_resize(NULL, SIZE_MAX / 2, too_much);
}

static void get_of_a_pool(void)
{
    struct pool pool;
    pool_init(&pool, too_much);
    pool_get(&pool);
}

static void a_lack_ends_the_program(void **state)
{
    (void)state;
    assert_ends(get_it);
    assert_ends(get_it_zeroed);
    assert_ends(get_it_resized);
    assert_ends(get_of_a_pool);
    assert_ends(memory_lack);
}

static void random_octets_differ(void **state)
{
    (void)state;
    unsigned char octets[2][2048] = {{0}}, none[64] = {0};
    memory_unforeseen(octets[0], sizeof octets[0]);
    memory_unforeseen(octets[1], sizeof octets[1]);
    for (size_t at = 0; at < sizeof octets[0]; at += sizeof none) {
        assert_memory_not_equal(octets[0] + at, none, sizeof none);
        assert_memory_not_equal(octets[0] + at, octets[1] + at, sizeof none);
    }
}

static void room_is_made_for_one_more(void **state)
{
    size_t room = 0, *numbers = NULL;
    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        numbers = memory_room(numbers, i, &room, sizeof *numbers);
        assert_true(room > i && room <= 2 * i + 16);
        numbers[i] = i;
    }
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], i);
    free(numbers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lack_ends_the_program),
        cmocka_unit_test(random_octets_differ),
        cmocka_unit_test(room_is_made_for_one_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
