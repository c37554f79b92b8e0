/* Populations of operators: how many units each has, and which of them have the property. */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "coverage.h"

static const double FOUR[] = {0.34, 0.14, 0.135, 0.047}; /* the largest operators' shares */

static void add(struct drawing *drawing, struct drawn item)
{
    if (item.times > 0)
        drawing->items[drawing->length++] = item;
}

void zipf_sizes(size_t m, double total, uint64_t *ret)
{
    double sum = 0;
    for (size_t i = 1; i <= m; i++)
        sum += 1.0 / (double)i;
    for (size_t i = 1; i <= m; i++)
        ret[i - 1] = (uint64_t)fmax(1, round(total / (double)i / sum));
}

uint64_t draw_count(gsl_rng *rng, uint64_t units, double mean, double rho)
{
    double size = (1 - rho) / rho;
    double p = gsl_ran_beta(rng, mean * size, (1 - mean) * size);
    return gsl_ran_binomial(rng, p, (unsigned)units);
}

static struct drawn operator_of(gsl_rng *rng, uint64_t units, double mean, double rho)
{
    return (struct drawn){units, draw_count(rng, units, mean, rho), 1, mean, -1, false};
}

void draw_zipf(gsl_rng *rng, const struct row *row, struct drawing *ret)
{
    uint64_t sizes[DRAWN_MAX];
    zipf_sizes((size_t)row->m, 200 * row->m, sizes);
    for (size_t i = 0; i < (size_t)row->m; i++)
        add(ret, operator_of(rng, sizes[i], row->mu, row->rho));
}

void draw_equal(gsl_rng *rng, const struct row *row, struct drawing *ret)
{
    for (size_t i = 0; i < (size_t)row->m; i++)
        add(ret, operator_of(rng, (uint64_t)row->b, row->mu, row->rho));
}

void draw_sizes(gsl_rng *rng, const struct row *row, struct drawing *ret)
{
    for (size_t i = 0; i < (size_t)row->m; i++) {
        double size = fmin(1e5, pow(gsl_rng_uniform_pos(rng), -1 / 1.1));
        add(ret, operator_of(rng, (uint64_t)size, row->mu, row->rho));
    }
}

/* Means that rise with the size: k sqrt(x), at most 0.99, k so that their mean over units is mu */
static double rising_factor(const uint64_t *sizes, size_t m, double mu)
{
    double low = 0, high = 1;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2, sum = 0, units = 0;
        for (size_t j = 0; j < m; j++) {
            double x = (double)sizes[j];
            sum += x * fmin(0.99, middle * sqrt(x));
            units += x;
        }
        *(sum / units < mu ? &low : &high) = middle;
    }
    return low;
}

void draw_rising(gsl_rng *rng, const struct row *row, struct drawing *ret)
{
    uint64_t sizes[DRAWN_MAX];
    size_t m = (size_t)row->m;
    zipf_sizes(m, 200 * row->m, sizes);
    double factor = rising_factor(sizes, m, row->mu);
    for (size_t i = 0; i < m; i++)
        add(ret, operator_of(rng, sizes[i], fmin(0.99, factor * sqrt((double)sizes[i])), row->rho));
}

/* Four operators without, of which the fourth may have it whole, and 0.058 at small ones, each
 * whole with probability a; returns how many own-named units are left. */
static uint64_t draw_operators(gsl_rng *rng, const struct row *row, struct drawing *ret)
{
    double n = row->m;
    uint64_t sizes[DRAWN_MAX], left = (uint64_t)n;
    size_t small = (size_t)fmax(20, n / 5000);
    for (int i = 0; i < 4; i++) {
        uint64_t units = (uint64_t)round(FOUR[i] * n);
        bool whole = i == 3 && row->fraction > 0;
        add(ret, (struct drawn){units, whole ? units : 0, 1, 0, -1, false});
        left -= units;
    }
    zipf_sizes(small, 0.058 * n, sizes);
    for (size_t i = 0; i < small; i++) {
        uint64_t count = gsl_ran_bernoulli(rng, row->a) ? sizes[i] : 0;
        add(ret, (struct drawn){sizes[i], count, 1, row->a, -1, false});
        left -= sizes[i];
    }
    return left;
}

static void add_singles(struct drawing *drawing, uint64_t units, uint64_t with, double mean)
{
    add(drawing, (struct drawn){1, 1, with, mean, -1, false});
    add(drawing, (struct drawn){1, 0, units - with, mean, -1, false});
}

/* Own-named units have it with probability b, each by itself. */
void draw_internet(gsl_rng *rng, const struct row *row, struct drawing *ret)
{
    uint64_t left = draw_operators(rng, row, ret);
    add_singles(ret, left, gsl_ran_binomial(rng, row->b, (unsigned)left), row->b);
}

/* Own-named units are at 1,000 Zipf hosters, each of which has it whole, with probability b, or
 * not; known: of them all, of those whose units have the alias, or of none. */
void draw_hidden(gsl_rng *rng, const struct row *row, struct drawing *ret)
{
    enum {
        HOSTERS = 1000
    };
    uint64_t sizes[HOSTERS], single = 0, with = 0;
    zipf_sizes(HOSTERS, (double)draw_operators(rng, row, ret), sizes);
    for (int i = 0; i < HOSTERS; i++) {
        bool whole = gsl_ran_bernoulli(rng, row->b);
        if (row->known == KNOWN_ALL || (row->known == KNOWN_BY_ALIAS && whole)) {
            add(ret, (struct drawn){sizes[i], whole ? sizes[i] : 0, 1, row->b, -1, false});
        } else {
            single += sizes[i];
            with += whole ? sizes[i] : 0;
        }
    }
    add_singles(ret, single, with, row->b);
}

/* Names drawn from four operators without and 2,000 Zipf ones, (i + 1)^-1, with 0.338 */
void draw_list(gsl_rng *rng, const struct row *row, struct drawing *ret)
{
    enum {
        SMALL = 2000
    };
    double shares[4 + SMALL], sum = 0;
    unsigned units[4 + SMALL];
    for (int i = 1; i <= SMALL; i++)
        sum += 1.0 / (i + 1);
    for (int i = 0; i < 4 + SMALL; i++)
        shares[i] = i < 4 ? FOUR[i] : 0.338 / (i - 2) / sum;
    gsl_ran_multinomial(rng, 4 + SMALL, (unsigned)row->m, shares, units);
    for (int i = 0; i < 4 + SMALL; i++) {
        struct drawn item = {.units = units[i], .times = 1, .share = shares[i]};
        if (i >= 4) {
            item.mean = row->mu;
            item.count = draw_count(rng, units[i], row->mu, row->rho);
        }
        add(ret, item);
    }
}

/* The four with independent units, and 200 Zipf operators */
void draw_between(gsl_rng *rng, const struct row *row, struct drawing *ret)
{
    static const double means[] = {0.02, 0.01, 0, 0.3};
    uint64_t sizes[200];
    for (int i = 0; i < 4; i++) {
        uint64_t units = (uint64_t)round(FOUR[i] * row->m);
        uint64_t count = gsl_ran_binomial(rng, means[i], (unsigned)units);
        add(ret, (struct drawn){units, count, 1, means[i], -1, true});
    }
    zipf_sizes(200, 0.338 * row->m, sizes);
    for (size_t i = 0; i < 200; i++)
        add(ret, operator_of(rng, sizes[i], row->mu, row->rho));
}

size_t clusters_of_drawing(const struct drawing *drawing, struct cluster ret[DRAWN_MAX])
{
    for (size_t i = 0; i < drawing->length; i++) {
        const struct drawn *item = &drawing->items[i];
        ret[i] = cluster_of(item->units, item->count, item->times);
    }
    return drawing->length;
}

/* Certain operators' own share, the others' mean */
double target_of_drawing(const struct drawing *drawing)
{
    uint64_t of = 0;
    double target = 0;
    for (size_t i = 0; i < drawing->length; i++)
        of += drawing->items[i].units * drawing->items[i].times;
    for (size_t i = 0; i < drawing->length; i++) {
        const struct drawn *item = &drawing->items[i];
        double units = (double)item->units, times = (double)item->times;
        bool certain = cluster_is_certain(item->units, of) && !item->is_mean;
        double p = certain ? (double)item->count / units : item->mean;
        target += p * (item->share >= 0 ? item->share : units * times / (double)of);
    }
    return target;
}
