/* How unevenly units are parted: by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/statistics/concentration.h"
#include "near.h"

static void by_hand(void **state)
{
    (void)state;
    /* 60 50 40 30 20 10 and fourteen of 1, of which three have it */
    struct cluster clusters[] = {cluster_of(10, 10, 1), cluster_of(1, 0, 11), cluster_of(60, 0, 1),
                                 cluster_of(50, 5, 1),  cluster_of(0, 0, 7),  cluster_of(30, 0, 1),
                                 cluster_of(40, 0, 1),  cluster_of(1, 1, 3),  cluster_of(20, 0, 1)};
    struct concentration got = concentration_of(clusters, sizeof clusters / sizeof *clusters);
    assert_int_equal(got.clusters, 20);
    assert_int_equal(got.of, 224);
    assert_int_equal(got.having, 5);
    assert_int_equal(got.largest[0], 60);
    assert_int_equal(got.largest[1], 200);
    assert_int_equal(got.largest[2], 216);
    NEAR(got.herfindahl, 9114. / (224. * 224.));
}

static void alike(void **state)
{
    (void)state;
    struct cluster clusters[] = {cluster_of(3, 3, 4)};
    struct concentration got = concentration_of(clusters, 1);
    NEAR(got.herfindahl, 0.25);
    assert_int_equal(got.largest[0], 3);
    assert_int_equal(got.largest[1], 12); /* there are four */
    assert_int_equal(got.largest[2], 12);
    assert_int_equal(got.having, 4);
}

/* Each of another size, the largest last */
static void unlike(void **state)
{
    (void)state;
    struct cluster clusters[13];
    for (uint64_t i = 0; i < 13; i++)
        clusters[i] = cluster_of(i + 1, 0, 1);
    for (int turn = 0; turn < 2; turn++) {
        struct concentration got = concentration_of(clusters, 13);
        assert_int_equal(got.largest[0], 13);
        assert_int_equal(got.largest[1], 13 + 12 + 11 + 10 + 9);
        assert_int_equal(got.largest[2], 90); /* all but 1 */
        for (uint64_t i = 0; i < 13; i++)     /* and the other way round */
            clusters[i] = cluster_of(13 - i, 0, 1);
    }
    struct cluster one = cluster_of(1, 1, 1);
    NEAR(concentration_of(&one, 1).herfindahl, 1);
}

static void none(void **state)
{
    (void)state;
    struct concentration got = concentration_of(NULL, 0);
    assert_int_equal(got.clusters, 0);
    assert_true(got.herfindahl == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(alike),
        cmocka_unit_test(unlike),
        cmocka_unit_test(none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
