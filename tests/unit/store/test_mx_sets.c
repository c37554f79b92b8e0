/* Which sets of MX records are stored anew, and what they hold. */
#include "crawler/store/mx_sets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int make_sets(void **state)
{
    *state = mx_sets_new(100);
    return *state == NULL;
}

static int free_sets(void **state)
{
    mx_sets_free(*state);
    return 0;
}

/* "preference host role" of each record. */
static void assert_set(const struct mx_set *set, uint64_t id, bool is_new, const char *expected)
{
    char text[256] = "";
    assert_non_null(set);
    assert_int_equal(set->id, id);
    assert_int_equal(set->is_new, is_new);
    for (unsigned i = 0; i < set->count; i++) {
        const struct mx_set_record *record = &set->records[i];
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d %d %d", i == 0 ? "" : ", ",
                 record->preference, (int)record->host, record->role);
    }
    assert_string_equal(text, expected);
}

/* In whatever order the records come, and however often (RFC 2181 s5). */
static void the_same_records_are_one_set(void **state)
{
    struct mx_row two[] = {{20, 7, false}, {10, 8, true}};
    struct mx_row again[] = {{10, 8, true}, {20, 7, false}, {10, 8, true}};
    assert_set(mx_sets_find(*state, two, 2), 101, true, "10 8 1, 20 7 0");
    assert_set(mx_sets_find(*state, again, 3), 101, false, "10 8 1, 20 7 0");
}

static void other_records_are_another(void **state)
{
    struct mx_row rows[] = {{10, 8, true}, {20, 7, false}};
    mx_sets_find(*state, rows, 2);
    assert_set(mx_sets_find(*state, rows, 1), 102, true, "10 8 1");
    rows[0].preference = 15;
    assert_set(mx_sets_find(*state, rows, 2), 103, true, "15 8 1, 20 7 0");
    rows[1].host = 9;
    assert_set(mx_sets_find(*state, rows, 2), 104, true, "15 8 1, 20 9 0");
    rows[1].is_primary = true; /* whose lowest preference is another */
    assert_set(mx_sets_find(*state, rows, 2), 105, true, "15 8 1, 20 9 1");
    assert_set(mx_sets_find(*state, rows, 2), 105, false, "15 8 1, 20 9 1");
}

/* A host that is named again is no further mail host. */
static void hosts_named_again_are_marked(void **state)
{
    struct mx_row rows[] = {{30, 5, false}, {10, 5, true}, {20, 6, false}};
    assert_set(mx_sets_find(*state, rows, 3), 101, true, "10 5 1, 20 6 0, 30 5 2");
}

/* Larger ones, and of hosts with large numbers: stored each time, whole. */
static void what_is_not_remembered_is_stored_again(void **state)
{
    struct mx_row many[300];
    struct mx_row far = {10, UINT64_C(1) << 40, true};
    for (unsigned i = 0; i < 300; i++)
        many[i] = (struct mx_row){(uint16_t)(300 - i), i + 1, i == 299};
    for (unsigned i = 1; i <= 2; i++) {
        const struct mx_set *set = mx_sets_find(*state, many, 300);
        assert_true(set->is_new);
        assert_int_equal(set->count, 300);
        for (unsigned j = 0; j < 300; j++) {
            assert_int_equal(set->records[j].preference, j + 1);
            assert_int_equal(set->records[j].host, 300 - j);
        }
        set = mx_sets_find(*state, &far, 1);
        assert_true(set->is_new);
        assert_int_equal(set->records[0].host, UINT64_C(1) << 40);
    }
}

/* Ten thousand times as many domains with an exchange of their own do not drive out a provider's
 * records, as long as some domain has these now and then; nor does anything mix them up. */
static void those_of_providers_stay(void **state)
{
    uint64_t provider_set = 0;
    unsigned stored = 0;
    for (unsigned i = 0; i < 400000; i++) {
        struct mx_row own = {10, 1000 + i, true};
        const struct mx_set *set = mx_sets_find(*state, &own, 1);
        assert_true(set->is_new);
        assert_int_equal(set->records[0].host, 1000 + i);
        if (i % 1000 != 0)
            continue;
        struct mx_row provider = {10, 1, true};
        set = mx_sets_find(*state, &provider, 1);
        stored += set->is_new;
        assert_int_equal(set->records[0].host, 1);
        assert_true(set->is_new || set->id == provider_set);
        provider_set = set->id;
    }
    assert_int_equal(stored, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_records_are_one_set, make_sets, free_sets),
        cmocka_unit_test_setup_teardown(other_records_are_another, make_sets, free_sets),
        cmocka_unit_test_setup_teardown(hosts_named_again_are_marked, make_sets, free_sets),
        cmocka_unit_test_setup_teardown(what_is_not_remembered_is_stored_again, make_sets,
                                        free_sets),
        cmocka_unit_test_setup_teardown(those_of_providers_stay, make_sets, free_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
