/* Expected values: worked examples of an independent reference, most of them by R as well
 * (survey, as.svrepdesign(type = "JK1", mse = TRUE)). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/statistics/cluster.h"
#include "analysis/statistics/wilson.h"
#include "near.h"

enum {
    SHAPES_MAX = 12
};

/* Clusters as (units, with the property), so many of each */
struct shape {
    uint64_t units, count, times;
};

static size_t clusters_of(const struct shape shapes[SHAPES_MAX], struct cluster ret[SHAPES_MAX])
{
    size_t length = 0;
    for (; length < SHAPES_MAX && shapes[length].times > 0; length++)
        ret[length] = cluster_of(shapes[length].units, shapes[length].count, shapes[length].times);
    return length;
}

static struct cluster_share share_of(const struct shape shapes[SHAPES_MAX])
{
    struct cluster clusters[SHAPES_MAX];
    size_t length = clusters_of(shapes, clusters);
    return cluster_share95(clusters, length);
}

static const struct example {
    const char *name;
    struct shape shapes[SHAPES_MAX];
    uint64_t clusters, of, count, certainty_clusters, certainty_of, certainty_count;
    double jackknife, intraclass, model, design_effect, variance_n;
    double effective_clusters;
    uint64_t rarer_clusters, df;
    double effective_n, low, high;
    const char *reason, *reliability;
} EXAMPLES[] = {
    {.name = "T3",
     .shapes = {{10, 1, 1}, {20, 0, 1}, {30, 5, 1}},
     .clusters = 3,
     .of = 60,
     .count = 6,
     .jackknife = 0.00462962962963,
     .intraclass = 0.0455531453362,
     .model = 0.00302603036876,
     .design_effect = 3.08641975309,
     .variance_n = 19.44,
     .effective_clusters = 2.57142857143,
     .rarer_clusters = 2,
     .df = 1,
     .effective_n = 2.57142857143,
     .low = 1.35025724472e-07,
     .high = 0.825000643444,
     .reliability = "few"},
    {.name = "T8",
     .shapes = {{5000, 0, 1},
                {3000, 0, 1},
                {800, 8, 1},
                {500, 50, 1},
                {300, 0, 1},
                {200, 2, 1},
                {100, 0, 1},
                {100, 40, 1}},
     .clusters = 8,
     .of = 10000,
     .count = 100,
     .certainty_clusters = 6,
     .certainty_of = 9800,
     .certainty_count = 60,
     .jackknife = 0.04,
     .intraclass = 0.393939393939,
     .model = 0.032,
     .design_effect = 50,
     .variance_n = 4,
     .effective_clusters = 2,
     .rarer_clusters = 1,
     .effective_n = 2,
     .low = 0.00600063315154,
     .high = 0.0244817143333,
     .reason = "few",
     .reliability = "few"},
    {.name = "C1",
     .shapes = {{6000, 0, 1},
                {2000, 40, 1},
                {100, 30, 1},
                {90, 0, 1},
                {80, 4, 1},
                {70, 0, 1},
                {60, 0, 1},
                {50, 12, 1},
                {1, 0, 1540},
                {1, 1, 10}},
     .clusters = 1558,
     .of = 10000,
     .count = 96,
     .certainty_clusters = 2,
     .certainty_of = 8000,
     .certainty_count = 40,
     .jackknife = 0.000241364326294,
     .intraclass = 0,
     .model = 1.3608e-05,
     .design_effect = 17.7369434373,
     .variance_n = 112.758999716,
     .effective_clusters = 107.962213225,
     .rarer_clusters = 13,
     .df = 12,
     .effective_n = 107.962213225,
     .low = 0.00517206203425,
     .high = 0.0198739083823,
     .reliability = "ok"},
    {.name = "TF",
     .shapes = {{20, 0, 90}, {20, 1, 5}, {20, 3, 3}, {20, 6, 2}},
     .clusters = 100,
     .of = 2000,
     .count = 26,
     .jackknife = 2.45555555556e-05,
     .intraclass = 0.148432879953,
     .model = 2.45086516854e-05,
     .design_effect = 3.82753574243,
     .variance_n = 522.529411765,
     .effective_clusters = 100,
     .rarer_clusters = 10,
     .df = 9,
     .effective_n = 392.724003136,
     .low = 0.00429765364423,
     .high = 0.0298321701444,
     .reliability = "ok"},
    {.name = "MOD",
     .shapes = {{60, 0, 1},
                {50, 0, 1},
                {40, 0, 1},
                {30, 0, 1},
                {20, 20, 1},
                {10, 10, 1},
                {1, 1, 10},
                {1, 0, 490}},
     .clusters = 506,
     .of = 710,
     .count = 40,
     .jackknife = 0.00101145188679,
     .intraclass = 1,
     .model = 0.00101244777943,
     .design_effect = 13.5211267606,
     .variance_n = 52.5104166667,
     .effective_clusters = 52.5104166667,
     .rarer_clusters = 12,
     .df = 11,
     .effective_n = 52.5104166667,
     .low = 0.0115926637804,
     .high = 0.156911545149,
     .reliability = "wide"},
    {.name = "K0",
     .shapes = {{6000, 0, 1}, {2000, 40, 1}, {50, 0, 40}},
     .clusters = 42,
     .of = 10000,
     .count = 40,
     .certainty_clusters = 2,
     .certainty_of = 8000,
     .certainty_count = 40,
     .variance_n = 40,
     .effective_clusters = 40,
     .rarer_clusters = 0,
     .effective_n = 40,
     .low = 0.00293901373773,
     .high = 0.0216194605758,
     .reason = "none",
     .reliability = "ok"},
    {.name = "KN",
     .shapes = {{600, 600, 1}, {10, 10, 40}},
     .clusters = 41,
     .of = 1000,
     .count = 1000,
     .certainty_clusters = 1,
     .certainty_of = 600,
     .certainty_count = 600,
     .variance_n = 40,
     .effective_clusters = 40,
     .rarer_clusters = 0,
     .effective_n = 40,
     .low = 0.964761078848,
     .high = 1,
     .reason = "all",
     .reliability = "ok"},
    {.name = "ONE",
     .shapes = {{500, 5, 1}, {90, 9, 1}, {3, 0, 1}, {1, 0, 7}},
     .clusters = 10,
     .of = 600,
     .count = 14,
     .certainty_clusters = 1,
     .certainty_of = 500,
     .certainty_count = 5,
     .jackknife = 0.00721202935548,
     .intraclass = 0,
     .model = 0.000819, /* 0.09 0.91 / 100 */
     .design_effect = 8.80589664894,
     .variance_n = 11.3560269881, /* 0.00721.. / that; 100 / it */
     .effective_clusters = 1.23213405619,
     .rarer_clusters = 1,
     .effective_n = 1.23213405619,
     .low = 0.00833333333333,
     .high = 0.169377480642,
     .reason = "few",
     .reliability = "few"},
    {.name = "FEW",
     .shapes = {{20, 0, 39}, {20, 7, 1}},
     .clusters = 40,
     .of = 800,
     .count = 7,
     .jackknife = 7.65625e-05,
     .intraclass = 0.315789473684,
     .model = 7.5892578125e-05,
     .design_effect = 7.06179066835,
     .variance_n = 113.285714286,
     .effective_clusters = 40,
     .rarer_clusters = 1,
     .effective_n = 40,
     .low = 4.72184740712e-07,
     .high = 0.104387509042,
     .reason = "few",
     .reliability = "wide"},
    /* few, with n_e the smaller: one cluster has it whole.  One without units is none. */
    {.name = "WHOLE",
     .shapes = {{1, 0, 39}, {20, 20, 1}, {0, 0, 9}},
     .clusters = 40,
     .of = 59,
     .count = 20,
     .jackknife = 0.113335651563,
     .intraclass = 1,
     .model = 0.0282586282607,
     .design_effect = 29.8420035672,
     .variance_n = 1.9770790479,
     .effective_clusters = 7.92938496583,
     .rarer_clusters = 1,
     .effective_n = 1.9770790479,
     .low = 0.00162670815849,
     .high = 0.962467331155,
     .reason = "few",
     .reliability = "few"},
};

static void same_word(const char *name, const char *got, const char *expected)
{
    if (got == NULL || expected == NULL ? got != expected : strcmp(got, expected) != 0)
        fail_msg("%s: %s, expected %s", name, got != NULL ? got : "none",
                 expected != NULL ? expected : "none");
}

static void worked_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof EXAMPLES / sizeof *EXAMPLES; i++) {
        const struct example *want = &EXAMPLES[i];
        struct cluster_share got = share_of(want->shapes);
        print_message("%s\n", want->name);
        assert_true(cluster_has_share(&got) && cluster_has_rest(&got));
        assert_true(cluster_has_interval(&got));
        assert_int_equal(got.clusters, want->clusters);
        assert_int_equal(got.of, want->of);
        assert_int_equal(got.count, want->count);
        assert_int_equal(got.certainty_clusters, want->certainty_clusters);
        assert_int_equal(got.certainty_of, want->certainty_of);
        assert_int_equal(got.certainty_count, want->certainty_count);
        assert_int_equal(cluster_has_variance(&got), want->design_effect > 0);
        NEAR(got.share, (double)want->count / (double)want->of);
        NEAR(got.jackknife, want->jackknife);
        NEAR(got.intraclass, want->intraclass);
        NEAR(got.model, want->model);
        NEAR(got.design_effect, want->design_effect);
        NEAR(got.variance_n, want->variance_n);
        NEAR(got.effective_clusters, want->effective_clusters);
        assert_int_equal(got.rarer_clusters, want->rarer_clusters);
        assert_int_equal(got.df, want->df);
        NEAR(got.effective_n, want->effective_n);
        NEAR(got.cluster95.low, want->low);
        NEAR(got.cluster95.high, want->high);
        same_word(want->name, cluster_reason_word(got.reason), want->reason);
        same_word(want->name, reliability_word(got.reliability), want->reliability);
    }
}

static void not_defined(void **state)
{
    (void)state;
    struct cluster_share got = share_of((const struct shape[SHAPES_MAX]){{300, 3, 1}, {200, 1, 1}});
    same_word("all certain", cluster_reason_word(got.reason), "all_certain");
    assert_true(cluster_has_share(&got) && !cluster_has_rest(&got));
    NEAR(got.share, 4.0 / 500);
    assert_int_equal(got.certainty_of, 500);
    got = share_of((const struct shape[SHAPES_MAX]){{50, 3, 1}});
    same_word("one", cluster_reason_word(got.reason), "one_cluster");
    assert_true(cluster_has_rest(&got) && !cluster_has_interval(&got));
    NEAR(got.effective_clusters, 1);
    assert_int_equal(got.rarer_clusters, 1);
    got = share_of((const struct shape[SHAPES_MAX]){{900, 3, 1}, {5, 0, 1}});
    same_word("one beside a certain one", cluster_reason_word(got.reason), "one_cluster");
    assert_int_equal(got.rarer_clusters, 0);
    got = share_of((const struct shape[SHAPES_MAX]){{0, 0, 7}});
    same_word("no units", cluster_reason_word(got.reason), "no_units");
    assert_true(!cluster_has_share(&got) && got.clusters == 0);
    got = cluster_share95(NULL, 0);
    same_word("nothing", cluster_reason_word(got.reason), "no_units");
}

/* More than 1 % of the units, and 100 of them */
static void what_is_certain(void **state)
{
    (void)state;
    assert_true(cluster_is_certain(101, 10000));
    assert_false(cluster_is_certain(100, 10000));
    assert_true(cluster_is_certain(100, 9999));
    assert_false(cluster_is_certain(99, 100));
    assert_true(cluster_is_certain(100, 100));
    assert_false(cluster_is_certain(0, 0));
}

static void the_largest(void **state)
{
    (void)state;
    struct cluster_share got =
        share_of((const struct shape[SHAPES_MAX]){{5, 1, 1}, {9, 2, 1}, {9, 4, 1}, {9, 3, 2}});
    assert_int_equal(got.largest, 9);
    assert_int_equal(got.largest_count, 4);
    got = share_of((const struct shape[SHAPES_MAX]){{5, 0, 3}, {4, 4, 1}});
    assert_int_equal(got.largest, 5);
    assert_int_equal(got.largest_count, 0);
}

/* c counts clusters of the rarer outcome: those that have it, or those that have it not. */
static void the_rarer_side(void **state)
{
    (void)state;
    struct cluster_share got = share_of((const struct shape[SHAPES_MAX]){{5, 5, 8}, {5, 4, 2}});
    assert_true(got.rarer_is_without);
    assert_int_equal(got.rarer_clusters, 2);
    assert_int_equal(got.df, 1);
    struct cluster_share mirror = share_of((const struct shape[SHAPES_MAX]){{5, 0, 8}, {5, 1, 2}});
    assert_false(mirror.rarer_is_without);
    assert_int_equal(mirror.rarer_clusters, 2);
    NEAR(got.cluster95.low, 1 - mirror.cluster95.high);
    NEAR(got.cluster95.high, 1 - mirror.cluster95.low);
    got = share_of((const struct shape[SHAPES_MAX]){{2, 1, 4}}); /* as many: the first is said */
    assert_false(got.rarer_is_without);
    assert_int_equal(got.rarer_clusters, 4);
}

/* Clusters alike: no variance between them, none of the jackknife, in whole numbers of any size */
static void alike_clusters(void **state)
{
    (void)state;
    struct cluster clusters[1] = {cluster_of(300000, 100000, 1000)};
    assert_true(cluster_jackknife(clusters, 1) == 0);
    struct cluster_share got = cluster_share95(clusters, 1);
    assert_true(got.jackknife == 0 && got.intraclass == 0);
    NEAR(got.model, 2.0 / 9 / 3e8);
    NEAR(got.design_effect, 1);
    struct cluster one[1] = {cluster_of(5, 2, 1)};
    assert_true(cluster_jackknife(one, 1) == 0);
    assert_true(cluster_jackknife(NULL, 0) == 0);
}

/* --- weights --- */

/* Of units in zones with weights: 30 clusters of 4 in the first, each seventh with 2; 12 of 2 in
 * the second, each fifth with both; 12 of 1 in the third, one with; one with 10, 6 and 8 of the
 * three, of which 1, 0 and 3 with. */
static size_t weighed(double com, double nl, double org, struct cluster ret[SHAPES_MAX])
{
    const struct {
        uint64_t x[3], y[3], times;
    } rows[] = {
        {{4}, {2}, 5},
        {{4}, {0}, 25},
        {{0, 2}, {0, 2}, 3},
        {{0, 2}, {0, 0}, 9},
        {{0, 0, 1}, {0, 0, 1}, 1},
        {{0, 0, 1}, {0}, 11},
        {{10, 6, 8}, {1, 0, 3}, 1},
    };
    const double weights[3] = {com, nl, org};
    size_t length = sizeof rows / sizeof *rows;
    for (size_t i = 0; i < length; i++) {
        ret[i] = (struct cluster){.times = rows[i].times};
        for (int zone = 0; zone < 3; zone++) {
            double w = weights[zone], x = (double)rows[i].x[zone], y = (double)rows[i].y[zone];
            ret[i].units += rows[i].x[zone];
            ret[i].count += rows[i].y[zone];
            ret[i].weight += w * x;
            ret[i].value += w * y;
            ret[i].weight_squares += w * w * x;
        }
    }
    return length;
}

static void weighed_by_zones(void **state)
{
    (void)state;
    struct cluster clusters[SHAPES_MAX];
    size_t length = weighed(1, 1, 1, clusters);
    struct cluster_share raw = cluster_share95(clusters, length);
    NEAR(raw.share, 21.0 / 180);
    NEAR(raw.cluster95.low, 0.0417855238723);
    NEAR(raw.cluster95.high, 0.243221818084);
    length = weighed(150e6 / 160, 6.3e6 / 40, 10e6 / 25, clusters);
    struct cluster_share got = cluster_share95(clusters, length);
    assert_int_equal(got.of, 180);
    assert_int_equal(got.count, 21);
    assert_int_equal(got.certainty_clusters, 0);
    NEAR(got.share, 0.0955237741456);
    NEAR(got.jackknife, 0.0009132348806);
    NEAR(got.intraclass, 0.363486540927);
    NEAR(got.effective_clusters, 29.8089378638);
    NEAR(got.design_effect, 2.94240417949);
    assert_int_equal(got.df, 9);
    NEAR(got.effective_n, 46.5493104086);
    NEAR(got.cluster95.low, 0.0290689031619);
    NEAR(got.cluster95.high, 0.21803160332);
}

/* Kish's size of unequal weights shows where clusters are of one unit: rho 0, X^2 / sum w^2. */
static void weights_alone(void **state)
{
    (void)state;
    struct cluster clusters[] = {
        {1, 1, 1, 1, 1, 10}, {1, 0, 1, 0, 1, 50}, {1, 1, 3, 3, 9, 5}, {1, 0, 3, 0, 9, 35}};
    struct cluster_share got = cluster_share95(clusters, 4);
    NEAR(got.share, 25.0 / 180);
    NEAR(got.effective_clusters, 180.0 * 180 / 420);
    assert_true(got.intraclass == 0);
    NEAR(got.model, 25.0 / 180 * 155 / 180 * 420 / 180 / 180);
    /* the list in two halves, or in another order, is the same */
    struct cluster again[] = {{1, 0, 3, 0, 9, 30}, {1, 1, 3, 3, 9, 5},  {1, 0, 3, 0, 9, 5},
                              {0, 0, 0, 0, 0, 4},  {1, 0, 1, 0, 1, 50}, {1, 1, 1, 1, 1, 10}};
    struct cluster_share same = cluster_share95(again, 6);
    assert_int_equal(same.clusters, got.clusters);
    NEAR(same.cluster95.low, got.cluster95.low);
    NEAR(same.cluster95.high, got.cluster95.high);
    NEAR(same.design_effect, got.design_effect);
}

/* --- properties, over surveys made at random --- */

static uint64_t draw(uint64_t *seed, uint64_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*seed >> 33) % below;
}

static size_t draw_clusters(uint64_t *seed, struct cluster ret[SHAPES_MAX])
{
    size_t length = 1 + draw(seed, SHAPES_MAX - 1);
    uint64_t outcome = draw(seed, 6); /* none, all, or some */
    for (size_t i = 0; i < length; i++) {
        uint64_t units = 1 + draw(seed, draw(seed, 4) == 0 ? 3000 : 9);
        uint64_t count = outcome == 0 ? 0 : outcome == 1 ? units : draw(seed, units + 1);
        ret[i] = cluster_of(units, count, 1 + draw(seed, 30));
    }
    return length;
}

static void same_share(const struct cluster_share *got, const struct cluster_share *want)
{
    assert_int_equal(got->reason, want->reason);
    assert_int_equal(got->clusters, want->clusters);
    assert_int_equal(got->df, want->df);
    assert_int_equal(got->rarer_clusters, want->rarer_clusters);
    assert_int_equal(got->largest_count, want->largest_count);
    if (!cluster_has_interval(want))
        return;
    assert_int_equal(got->reliability, want->reliability);
    NEAR(got->effective_n, want->effective_n);
    NEAR(got->cluster95.low, want->cluster95.low);
    NEAR(got->cluster95.high, want->cluster95.high);
}

/* Not narrower than Wilson's, never of no width, the share in it; another order, one weight for
 * all, and the list cut up change nothing. */
static void what_always_holds(void **state)
{
    (void)state;
    uint64_t seed = 1;
    int with_interval = 0;
    for (int round = 0; round < 400; round++) {
        struct cluster clusters[SHAPES_MAX], turned[SHAPES_MAX], heavy[SHAPES_MAX];
        size_t length = draw_clusters(&seed, clusters);
        for (size_t i = 0; i < length; i++) {
            turned[i] = clusters[length - 1 - i];
            heavy[i] = clusters[i];
            heavy[i].weight *= 4;
            heavy[i].value *= 4;
            heavy[i].weight_squares *= 16;
        }
        struct cluster_share got = cluster_share95(clusters, length);
        struct cluster_share backwards = cluster_share95(turned, length);
        struct cluster_share weighed_alike = cluster_share95(heavy, length);
        same_share(&backwards, &got);
        same_share(&weighed_alike, &got);
        if (!cluster_has_interval(&got))
            continue;
        struct interval wilson;
        with_interval++;
        assert_true(wilson95(got.count, got.of, &wilson));
        assert_true(got.cluster95.low <= wilson.low * (1 + 1e-12));
        assert_true(got.cluster95.high >= wilson.high * (1 - 1e-12));
        assert_true(got.cluster95.low >= 0 && got.cluster95.high <= 1);
        assert_true(got.cluster95.high - got.cluster95.low > 0);
        assert_true(got.cluster95.low <= got.share && got.share <= got.cluster95.high);
        assert_true(got.effective_n <= (double)got.of);
        assert_true(!cluster_has_variance(&got) || (got.intraclass >= 0 && got.intraclass <= 1));
    }
    assert_true(with_interval > 200);
}

static void fit_to_print(void **state)
{
    (void)state;
    static const struct {
        uint64_t of;
        double effective, share, low, high;
        enum reliability expected;
    } cases[] = {
        {30, 30, 0.5, 0.4, 0.6, RELIABILITY_OK},
        {29, 30, 0.5, 0.4, 0.6, RELIABILITY_FEW},
        {30, 29.9, 0.5, 0.4, 0.6, RELIABILITY_FEW},
        {31, 29.99999999999998, 0.967, 0.83, 0.999, RELIABILITY_OK}, /* 30, of 31 units apart */
        {1000, 500, 0.5, 0.25, 0.5625, RELIABILITY_WIDE},            /* 0.3125 */
        {1000, 500, 0.5, 0, 0.30, RELIABILITY_WIDE},
        {1000, 500, 0.5, 0.35, 0.649, RELIABILITY_OK},
        {1000, 500, 0.001, 0, 0.05, RELIABILITY_OK},
        {1000, 500, 0.03, 0.01, 0.061, RELIABILITY_WIDE}, /* 0.051 > 0.039 */
        {1000, 500, 0.04, 0.01, 0.061, RELIABILITY_OK},   /* 0.051 < 0.052 */
        {1000, 500, 0.1, 0, 1.3 * 0.1, RELIABILITY_OK},
        {1000, 500, 0, 0, 0.0501, RELIABILITY_WIDE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(reliability_of(cases[i].of, cases[i].effective, cases[i].share,
                                        (struct interval){cases[i].low, cases[i].high}),
                         cases[i].expected);
}

/* Weights that drown all others: one operator's is as if there were no other, and units of all are
 * as if none lacked the property. */
static void weights_that_drown(void **state)
{
    (void)state;
    struct cluster one[] = {cluster_of(4, 2, 1), cluster_of(2, 1, 3)};
    one[0].weight *= 1e17;
    one[0].value *= 1e17;
    one[0].weight_squares *= 1e34;
    struct cluster_share share = cluster_share95(one, 2);
    assert_true(share.share == 0.5 && !cluster_has_interval(&share));
    struct cluster all[] = {cluster_of(4, 4, 5), cluster_of(2, 0, 3)};
    all[0].weight *= 1e17;
    all[0].value *= 1e17;
    all[0].weight_squares *= 1e34;
    share = cluster_share95(all, 2);
    assert_true(share.share == 1 && cluster_has_interval(&share));
    assert_true(share.cluster95.low > 0 && share.cluster95.low < 1 && share.cluster95.high == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_that_drown), cmocka_unit_test(worked_examples),
        cmocka_unit_test(not_defined),        cmocka_unit_test(what_is_certain),
        cmocka_unit_test(the_largest),        cmocka_unit_test(the_rarer_side),
        cmocka_unit_test(alike_clusters),     cmocka_unit_test(weighed_by_zones),
        cmocka_unit_test(weights_alone),      cmocka_unit_test(what_always_holds),
        cmocka_unit_test(fit_to_print),
    };
    return cmocka_run_group_tests_name("cluster", tests, NULL, NULL);
}
