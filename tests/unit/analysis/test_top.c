/* The first few of many: by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/collect/tables/top.h"

/* A value, and when it came */
struct item {
    int value;
    char name;
};

/* context: 1: the highest first, -1: the lowest */
static bool precedes(const void *context, const void *first, const void *second)
{
    const struct item *one = first, *other = second;
    return *(const int *)context * one->value > *(const int *)context * other->value;
}

enum {
    MOST = 3
};

static void by_hand(void **state)
{
    static const struct {
        const char *values; /* digits; they are called a, b, c, ... */
        int order;
        const char *names;
    } cases[] = {
        {"", 1, ""},
        {"5", 1, "a"},
        {"57", 1, "ba"},
        {"579", 1, "cba"},
        {"975", 1, "abc"},
        {"97531", 1, "abc"},
        {"13579", 1, "edc"},
        {"13579", -1, "abc"},
        {"4142434", 1, "ace"}, /* of equal ones the first that came */
        {"4142434", -1, "bdf"},
        {"5550", 1, "abc"},
        {"0555", 1, "bcd"},
        {"5055", 1, "acd"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct item items[MOST + 1] = {[MOST] = {-1, '!'}};
        size_t length = 0;
        const struct top top = {items, &length, MOST, sizeof *items, precedes, &cases[i].order};
        char names[MOST + 1] = "";
        for (size_t j = 0; cases[i].values[j] != '\0'; j++)
            top_put(&top, &(struct item){cases[i].values[j] - '0', (char)('a' + j)});
        for (size_t j = 0; j < length; j++)
            names[j] = items[j].name;
        assert_string_equal(names, cases[i].names);
        assert_int_equal(items[MOST].name, '!'); /* nothing is written behind the end */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_hand)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
