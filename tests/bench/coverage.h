/* coverage.h - populations made at random, and how often intervals hold what they are of.
 *
 * One sample is one survey of one list; its target is what other lists like it would show on
 * average.  Rows of the tables are independent of each other: each has its own seed.
 */
#ifndef MXSURVEY_TESTS_BENCH_COVERAGE_H
#define MXSURVEY_TESTS_BENCH_COVERAGE_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/statistics/cluster.h"

enum {
    DRAWN_MAX = 2100
};

/* Operators of a sample that look alike */
struct drawn {
    uint64_t units, count, times;
    double mean;  /* of the share of its units over other lists: E p_i */
    double share; /* of all units over other lists; below 0: as in this one */
    bool is_mean; /* its target is the mean even where it is certain */
};

struct drawing {
    struct drawn items[DRAWN_MAX];
    size_t length;
};

/* One trial: whether the interval held the target, and how wide it was; p-value of the target, 1
 * where there is none. */
struct trial {
    bool held;
    double width, p;
};

/* What is known of hosters behind own names: draw_hidden() */
enum known {
    KNOWN_NONE,
    KNOWN_BY_ALIAS,
    KNOWN_ALL
};

struct row {
    const char *name;
    struct trial (*trial)(gsl_rng *rng, const struct row *row);
    void (*draw)(gsl_rng *rng, const struct row *row, struct drawing *ret); /* of trial_share() */
    double m, mu, rho, a, b, fraction;
    enum known known;
    double given_coverage, given_width; /* 0: none given */
    bool limit;                         /* a known one: nothing is asked of it */
};

struct table {
    const char *title;
    const struct row *rows;
    size_t length;
    bool tested; /* p-values are looked at */
};
extern const struct table COVERAGE_TABLES[];
extern const size_t COVERAGE_TABLE_COUNT;

/* --- coverage_draw.c: populations --- */

/* x_i = max(1, round(total i^-1 / sum j^-1)), i = 1..m */
void zipf_sizes(size_t m, double total, uint64_t *ret);

/* Units with the property behind an operator whose share is from a beta distribution with the mean
 * and the intraclass correlation; 0 of none. */
uint64_t draw_count(gsl_rng *rng, uint64_t units, double mean, double rho);

void draw_zipf(gsl_rng *rng, const struct row *row, struct drawing *ret);
void draw_equal(gsl_rng *rng, const struct row *row, struct drawing *ret);
void draw_sizes(gsl_rng *rng, const struct row *row, struct drawing *ret);
void draw_rising(gsl_rng *rng, const struct row *row, struct drawing *ret);
void draw_internet(gsl_rng *rng, const struct row *row, struct drawing *ret);
void draw_list(gsl_rng *rng, const struct row *row, struct drawing *ret);
void draw_between(gsl_rng *rng, const struct row *row, struct drawing *ret);
void draw_hidden(gsl_rng *rng, const struct row *row, struct drawing *ret);

/* The drawing as clusters; returns how many items. */
size_t clusters_of_drawing(const struct drawing *drawing, struct cluster ret[DRAWN_MAX]);
double target_of_drawing(const struct drawing *drawing);

/* --- trials of other intervals than the clusters': coverage_trials.c, coverage_change.c --- */

struct trial trial_share(gsl_rng *rng, const struct row *row);
struct trial trial_sample(gsl_rng *rng, const struct row *row);
struct trial trial_records(gsl_rng *rng, const struct row *row);
struct trial trial_difference(gsl_rng *rng, const struct row *row);
struct trial trial_strata(gsl_rng *rng, const struct row *row);
struct trial trial_zones(gsl_rng *rng, const struct row *row);

/* Populations of coverage_strata.c */
enum strata {
    STRATA_PROPORTIONAL, /* drawn in proportion */
    STRATA_DIFFERENT,    /* the same, of shares from .001 to .2 */
    STRATA_EQUAL,        /* as many of each */
    STRATA_SMALL_RICH,   /* most of the small ones, which have it most */
    STRATA_LARGE_VARIES, /* few of the one that varies */
    STRATA_HALF,         /* a half of each */
    STRATA_MOST,         /* nine tenths of each */
    STRATA_WHOLE,        /* all of two small ones */
    STRATA_BESIDE,       /* the same, which have it by rho, with m units drawn from the large one on
                            average, which have it by mu */
    STRATA_MANY          /* five of each of 200 */
};
struct trial trial_drawn_strata(gsl_rng *rng, const struct row *row);

struct trial trial_units_churn(gsl_rng *rng, const struct row *row);
struct trial trial_operators_churn(gsl_rng *rng, const struct row *row);
struct trial trial_operators_move(gsl_rng *rng, const struct row *row);
struct trial trial_one_sided(gsl_rng *rng, const struct row *row);

#endif
