/* Trials of shares: of other lists, of the list itself, differences, and weighed by zones. */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "analysis/statistics/difference.h"
#include "analysis/statistics/sample.h"
#include "coverage.h"

static struct trial judge(struct interval interval, double target)
{
    return (struct trial){
        .held = interval.low <= target && target <= interval.high,
        .width = interval.high - interval.low,
        .p = 1,
    };
}

static struct cluster_share share_of(const struct drawing *drawing)
{
    struct cluster clusters[DRAWN_MAX];
    size_t length = clusters_of_drawing(drawing, clusters);
    return cluster_share95(clusters, length);
}

struct trial trial_share(gsl_rng *rng, const struct row *row)
{
    struct drawing drawing = {.length = 0};
    row->draw(rng, row, &drawing);
    return judge(share_of(&drawing).cluster95, target_of_drawing(&drawing));
}

/* A simple random sample of m names, each of which has the property with probability mu */
struct trial trial_sample(gsl_rng *rng, const struct row *row)
{
    unsigned all = (unsigned)row->m, with = gsl_ran_binomial(rng, row->mu, all);
    unsigned of = (unsigned)round(row->fraction * row->m);
    struct interval interval = {0, 0};
    uint64_t count = gsl_ran_hypergeometric(rng, with, all - with, of);
    sample95(count, of, 1, row->fraction, &interval);
    return judge(interval, (double)with / all);
}

/* MX records by domains: of m domains six tenths have one record, three tenths two, one tenth five;
 * each has aliases in all of them with probability mu. */
struct trial trial_records(gsl_rng *rng, const struct row *row)
{
    static const struct {
        double part;
        uint64_t records;
    } kinds[] = {{0.6, 1}, {0.3, 2}, {0.1, 5}};
    struct cluster domains[6];
    uint64_t count = 0, of = 0;
    double all = 0, with = 0, left = row->m, to_draw = round(row->fraction * row->m);
    for (int i = 0; i < 6; i += 2) { /* a multivariate hypergeometric sample, kind by kind */
        uint64_t records = kinds[i / 2].records;
        double size = round(kinds[i / 2].part * row->m);
        double aliases = gsl_ran_binomial(rng, row->mu, (unsigned)size);
        const double sizes[2] = {aliases, size - aliases};
        for (int j = 0; j < 2; j++) {
            unsigned drawn = gsl_ran_hypergeometric(rng, (unsigned)sizes[j],
                                                    (unsigned)(left - sizes[j]), (unsigned)to_draw);
            domains[i + j] = cluster_of(records, j == 0 ? records : 0, drawn);
            of += records * drawn;
            count += domains[i + j].count * drawn;
            left -= sizes[j];
            to_draw -= drawn;
        }
        all += size * (double)records;
        with += aliases * (double)records;
    }
    struct interval interval = {0, 1};
    sample95(count, of, record_design_effect(domains, 6), row->fraction, &interval);
    return judge(interval, with / all);
}

/* Signed and unsigned domains of the same operators, each with its own mean: mu, b */
struct trial trial_difference(gsl_rng *rng, const struct row *row)
{
    struct row other = *row;
    struct drawing drawings[2] = {{.length = 0}, {.length = 0}};
    other.mu = row->b;
    row->draw(rng, row, &drawings[0]);
    row->draw(rng, &other, &drawings[1]);
    struct cluster_share one = share_of(&drawings[0]), two = share_of(&drawings[1]);
    return judge(difference95(one.share, one.cluster95, two.share, two.cluster95),
                 target_of_drawing(&drawings[0]) - target_of_drawing(&drawings[1]));
}

/* Adds a zone's units to an operator. */
static void add_units(struct cluster *cluster, uint64_t units, uint64_t count, double weight)
{
    cluster->units += units;
    cluster->count += count;
    cluster->weight += weight * (double)units;
    cluster->value += weight * (double)count;
    cluster->weight_squares += weight * weight * (double)units;
}

/* Zipf operators whose units fall to zones at random; the target has certain operators as they are,
 * by the weights. */
static struct trial trial_weights(gsl_rng *rng, const struct row *row, const double *weights,
                                  const double *parts, size_t zones)
{
    static uint64_t sizes[DRAWN_MAX];
    static struct cluster clusters[DRAWN_MAX];
    unsigned units[1000];
    size_t m = (size_t)row->m;
    double target = 0, weight = 0;
    uint64_t of = 0;
    zipf_sizes(m, 200 * row->m, sizes);
    for (size_t i = 0; i < m; i++)
        of += sizes[i];
    for (size_t i = 0; i < m; i++) {
        double size = (1 - row->rho) / row->rho;
        double p = gsl_ran_beta(rng, row->mu * size, (1 - row->mu) * size);
        clusters[i] = (struct cluster){.times = 1};
        gsl_ran_multinomial(rng, zones, (unsigned)sizes[i], parts, units);
        for (size_t zone = 0; zone < zones; zone++) {
            uint64_t count = units[zone] > 0 ? gsl_ran_binomial(rng, p, units[zone]) : 0;
            add_units(&clusters[i], units[zone], count, weights[zone]);
        }
        bool certain = cluster_is_certain(sizes[i], of);
        target += certain ? clusters[i].value : row->mu * clusters[i].weight;
        weight += clusters[i].weight;
    }
    return judge(cluster_share95(clusters, m).cluster95, target / weight);
}

struct trial trial_strata(gsl_rng *rng, const struct row *row)
{
    static const double weights[] = {1, 4, 10}, parts[] = {0.6, 0.3, 0.1};
    return trial_weights(rng, row, weights, parts, 3);
}

/* `a` zones of sizes by Zipf: most have fewer than 20 names here.  Their true sizes are up to ten
 * times larger or smaller than their part of the list. */
struct trial trial_zones(gsl_rng *rng, const struct row *row)
{
    double weights[1000], parts[1000];
    size_t zones = (size_t)row->a;
    for (size_t i = 0; i < zones; i++) {
        parts[i] = 1.0 / (double)(i + 1);
        weights[i] = pow(10, 2 * gsl_rng_uniform(rng) - 1);
    }
    return trial_weights(rng, row, weights, parts, zones);
}
