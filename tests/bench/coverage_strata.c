/* Trials of samples drawn from strata: the list's own share, weighed by the strata's sizes. */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "analysis/statistics/stratified.h"
#include "coverage.h"

enum {
    STRATA_MAX = 200
};

struct stratum {
    double names, units;
    double share; /* of these with the property */
    unsigned drawn;
};

struct population {
    double rate; /* names that are units, of the strata to come */
    size_t count;
    struct stratum strata[STRATA_MAX];
};

static void add(struct population *to, double names, double share, unsigned drawn)
{
    to->strata[to->count++] = (struct stratum){names, round(to->rate * names), share, drawn};
}

/* By row->a; `fraction` of the names are units. */
static struct population population_of(const struct row *row)
{
    struct population made = {.rate = row->fraction};
    unsigned which = (unsigned)row->a;
    switch (which) {
    case STRATA_PROPORTIONAL:
        add(&made, 160000, .003, 4000);
        add(&made, 30000, .01, 750);
        add(&made, 10000, .002, 250);
        break;
    case STRATA_DIFFERENT:
        add(&made, 80000, .001, 4000);
        add(&made, 15000, .05, 750);
        add(&made, 5000, .2, 250);
        break;
    case STRATA_EQUAL:
        add(&made, 500000, .003, 2000);
        add(&made, 30000, .01, 2000);
        add(&made, 10000, .002, 2000);
        break;
    case STRATA_SMALL_RICH:
        add(&made, 500000, .003, 500);
        add(&made, 30000, .01, 2000);
        add(&made, 10000, .05, 2500);
        break;
    case STRATA_LARGE_VARIES:
        add(&made, 50000, .5, 200);
        add(&made, 50000, .001, 4800);
        break;
    case STRATA_HALF:
    case STRATA_MOST:
        for (int i = 0; i < 3; i++) {
            static const double names[] = {16000, 3000, 1000}, shares[] = {.003, .01, .002};
            double part = which == STRATA_HALF ? .5 : .9;
            add(&made, names[i], shares[i], (unsigned)(names[i] * part));
        }
        break;
    case STRATA_WHOLE:
        add(&made, 160000, .003, 3000);
        add(&made, 300, .3, 300);
        add(&made, 100, .3, 100);
        break;
    case STRATA_BESIDE:
        add(&made, 300, row->rho, 300);
        add(&made, 100, row->rho, 100);
        made.rate = row->m / 3000;
        add(&made, 160000, row->mu, 3000);
        break;
    default: /* STRATA_MANY */
        for (int i = 0; i < STRATA_MAX; i++)
            add(&made, floor(20000.0 / (i + 1)), i % 2 == 0 ? .003 : .053, 5);
    }
    return made;
}

/* Units have `records` MX records each that are alike. */
static struct trial draw_strata(gsl_rng *rng, const struct population *made, double records)
{
    struct stratified_sums sums = {0}, partly = {0};
    double all = 0, with = 0;
    for (size_t i = 0; i < made->count; i++) {
        const struct stratum *stratum = &made->strata[i];
        unsigned names = (unsigned)stratum->names, of = (unsigned)stratum->units;
        unsigned have = (unsigned)round(of * stratum->share), drawn = stratum->drawn;
        unsigned count = gsl_ran_hypergeometric(rng, have, names - have, drawn);
        unsigned plain = gsl_ran_hypergeometric(rng, of - have, names - of, drawn - count);
        double weight = stratum->names / drawn, fraction = drawn / stratum->names;
        stratified_add(&sums, weight, fraction, records, records, count);
        stratified_add(&sums, weight, fraction, records, 0, plain);
        if (fraction < 1)
            stratified_add(&partly, weight, fraction, 1, 0, drawn);
        all += of;
        with += have;
    }
    struct interval interval = {0, 1};
    stratified95(&sums, stratified_unmet(&partly), &interval);
    double target = with / all;
    return (struct trial){
        .held = interval.low <= target && target <= interval.high,
        .width = interval.high - interval.low,
        .p = 1,
    };
}

/* Of `b` MX records each, for shares of records */
struct trial trial_drawn_strata(gsl_rng *rng, const struct row *row)
{
    struct population made = population_of(row);
    return draw_strata(rng, &made, row->b);
}
