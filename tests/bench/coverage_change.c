/* Trials of changes between two surveys of the same units. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "analysis/statistics/paired.h"
#include "coverage.h"

enum {
    NEW_OPERATORS = 30
};

/* Units that stayed at each operator, and those that new operators took */
struct churn {
    size_t m;
    uint64_t of;
    struct changed {
        uint64_t units, gained, lost;
    } stayed[DRAWN_MAX], taken[DRAWN_MAX][NEW_OPERATORS];
    bool moved;
};

static struct changed sum_of(struct changed one, struct changed other)
{
    return (struct changed){one.units + other.units, one.gained + other.gained,
                            one.lost + other.lost};
}

static void add(struct cluster *list, size_t *length, struct changed changed)
{
    if (changed.units > 0)
        list[(*length)++] = paired_cluster(changed.units, changed.gained, changed.lost, 1);
}

static struct changed taken_from(const struct churn *churn, size_t i)
{
    struct changed sum = {0};
    for (size_t j = 0; churn->moved && j < NEW_OPERATORS; j++)
        sum = sum_of(sum, churn->taken[i][j]);
    return sum;
}

/* An operator's units that are not both times at certain ones: new operators never are. */
struct lists {
    struct cluster certain[DRAWN_MAX], old[DRAWN_MAX], new[DRAWN_MAX + NEW_OPERATORS],
        both[DRAWN_MAX * 4];
    size_t certain_length, old_length, new_length, both_length;
};

static void list_operator(const struct churn *churn, size_t i, struct lists *lists,
                          struct paired_units *units)
{
    struct changed stayed = churn->stayed[i], taken = taken_from(churn, i), rest = taken;
    if (cluster_is_certain(stayed.units + taken.units, churn->of)) {
        units->certainty_clusters++;
        units->certainty_of += stayed.units;
        units->certainty_gained += stayed.gained;
        units->certainty_lost += stayed.lost;
        add(lists->certain, &lists->certain_length, stayed);
    } else {
        rest = sum_of(rest, stayed);
        add(lists->new, &lists->new_length, stayed);
        add(lists->both, &lists->both_length, stayed);
    }
    add(lists->old, &lists->old_length, rest);
    for (size_t j = 0; churn->moved && j < NEW_OPERATORS; j++)
        add(lists->both, &lists->both_length, churn->taken[i][j]);
    units->gained += stayed.gained + taken.gained;
    units->lost += stayed.lost + taken.lost;
}

static struct trial judge(const struct churn *churn, double target)
{
    static struct lists lists;
    struct paired_units units = {.of = churn->of};
    memset(&lists, 0, sizeof lists);
    for (size_t i = 0; i < churn->m; i++)
        list_operator(churn, i, &lists, &units);
    for (size_t j = 0; churn->moved && j < NEW_OPERATORS; j++) {
        struct changed sum = {0};
        for (size_t i = 0; i < churn->m; i++)
            sum = sum_of(sum, churn->taken[i][j]);
        add(lists.new, &lists.new_length, sum);
    }
    units.certain = (struct cluster_items){lists.certain, lists.certain_length};
    units.rest[BY_OLD] = (struct cluster_items){lists.old, lists.old_length};
    units.rest[BY_NEW] = (struct cluster_items){lists.new, lists.new_length};
    units.rest[BY_BOTH] = (struct cluster_items){lists.both, lists.both_length};
    struct paired_change change = paired_change95(&units);
    if (change.reason != PAIRED_NO_REASON) /* nothing is claimed */
        return (struct trial){.held = true, .p = 1};
    return (struct trial){
        .held = change.interval95.low <= target && target <= change.interval95.high,
        .width = change.interval95.high - change.interval95.low,
        .p = student_p((change.change - target) / change.standard_error, change.df),
    };
}

static void start(const struct row *row, struct churn *ret)
{
    uint64_t sizes[DRAWN_MAX];
    *ret = (struct churn){.m = (size_t)row->m};
    zipf_sizes(ret->m, 200 * row->m, sizes);
    for (size_t i = 0; i < ret->m; i++) {
        ret->stayed[i].units = sizes[i];
        ret->of += sizes[i];
    }
}

/* Every unit changes with probability mu, as often one way as the other. */
struct trial trial_units_churn(gsl_rng *rng, const struct row *row)
{
    static struct churn churn;
    start(row, &churn);
    for (size_t i = 0; i < churn.m; i++) {
        struct changed *each = &churn.stayed[i];
        each->gained = gsl_ran_binomial(rng, row->mu / 2, (unsigned)each->units);
        each->lost = gsl_ran_binomial(rng, row->mu / 2, (unsigned)(each->units - each->gained));
    }
    return judge(&churn, 0);
}

/* Every operator that is not certain changes a part of its units with probability mu. */
struct trial trial_operators_churn(gsl_rng *rng, const struct row *row)
{
    static struct churn churn;
    start(row, &churn);
    for (size_t i = 0; i < churn.m; i++) {
        struct changed *each = &churn.stayed[i];
        if (cluster_is_certain(each->units, churn.of) || !gsl_ran_bernoulli(rng, row->mu))
            continue;
        uint64_t part = gsl_ran_binomial(rng, gsl_rng_uniform(rng), (unsigned)each->units);
        *(gsl_ran_bernoulli(rng, 0.5) ? &each->gained : &each->lost) = part;
    }
    return judge(&churn, 0);
}

/* 30 new operators take 5 to 44 domains each from old ones, at random, and change them alike. */
struct trial trial_operators_move(gsl_rng *rng, const struct row *row)
{
    static struct churn churn;
    start(row, &churn);
    churn.moved = true;
    for (size_t j = 0; j < NEW_OPERATORS; j++) {
        unsigned long many = 5 + gsl_rng_uniform_int(rng, 40);
        bool gains = gsl_ran_bernoulli(rng, 0.5);
        for (unsigned long k = 0; k < many; k++) {
            unsigned long place = gsl_rng_uniform_int(rng, churn.of);
            size_t i = 0;
            for (; i < churn.m && place >= churn.stayed[i].units; i++)
                place -= churn.stayed[i].units;
            if (i == churn.m) /* one that is taken already */
                continue;
            churn.stayed[i].units--;
            churn.taken[i][j].units++;
            *(gains ? &churn.taken[i][j].gained : &churn.taken[i][j].lost) += 1;
        }
    }
    return judge(&churn, 0);
}

/* Every operator that is not certain gains all of its units with probability mu: one way only. */
struct trial trial_one_sided(gsl_rng *rng, const struct row *row)
{
    static struct churn churn;
    double target = 0;
    start(row, &churn);
    for (size_t i = 0; i < churn.m; i++) {
        struct changed *each = &churn.stayed[i];
        if (cluster_is_certain(each->units, churn.of))
            continue;
        target += row->mu * (double)each->units / (double)churn.of;
        each->gained = gsl_ran_bernoulli(rng, row->mu) ? each->units : 0;
    }
    return judge(&churn, target);
}
