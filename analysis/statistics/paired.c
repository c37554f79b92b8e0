#include "analysis/statistics/paired.h"

#include <math.h>

static const char *const words[] = {
    [PAIRED_NO_REASON] = NULL,    [PAIRED_NO_UNITS] = "no_units", [PAIRED_NO_CHANGE] = "no_change",
    [PAIRED_CERTAIN] = "certain", [PAIRED_FEW] = "few",           [PAIRED_RECORDS] = "records",
};

const char *paired_reason_word(enum paired_reason reason)
{
    return words[reason];
}

struct cluster paired_cluster(uint64_t units, uint64_t gained, uint64_t lost, uint64_t times)
{
    struct cluster cluster = cluster_of(units, gained + lost, times);
    cluster.value = (double)gained - (double)lost;
    return cluster;
}

static uint64_t count_clusters(const struct cluster_items *list)
{
    uint64_t clusters = 0;
    for (size_t i = 0; i < list->length; i++)
        clusters += list->items[i].times;
    return clusters;
}

static uint64_t count_changed(const struct cluster_items *list)
{
    uint64_t changed = 0;
    for (size_t i = 0; i < list->length; i++)
        changed += list->items[i].count > 0 ? list->items[i].times : 0;
    return changed;
}

/* A = n_R^2 max(V_old + V_new - V_pair, V_old, V_new): clustered both ways, what both ways have in
 * common counted once (Cameron, Gelbach & Miller 2011), no less than by either way. */
static void find_rest(const struct paired_units *units, struct paired_change *ret)
{
    const struct cluster_items *rest = units->rest;
    double variances[GROUPINGS], n = (double)(units->of - units->certainty_of);
    uint64_t old = count_changed(&rest[BY_OLD]), new = count_changed(&rest[BY_NEW]);
    if (count_clusters(&rest[BY_OLD]) < 2 || count_clusters(&rest[BY_NEW]) < 2)
        return;
    for (int i = 0; i < GROUPINGS; i++)
        variances[i] = cluster_jackknife(rest[i].items, rest[i].length);
    double both = variances[BY_OLD] + variances[BY_NEW] - variances[BY_BOTH];
    ret->rest_part = n * n * fmax(both, fmax(variances[BY_OLD], variances[BY_NEW]));
    ret->changed_clusters = old < new ? old : new;
}

/* B = sum (q_o - D_o^2 / n_o), with q_o changed units: their spread about the move of the whole */
static double churn(const struct cluster_items *list)
{
    double sum = 0;
    for (size_t i = 0; i < list->length; i++) {
        const struct cluster *each = &list->items[i];
        double spread = (double)each->count - each->value * each->value / each->weight;
        sum += (double)each->times * spread;
    }
    return sum;
}

/* Degrees of freedom of a sum of two variances (Satterthwaite 1946); a part of 0 adds none. */
static double satterthwaite(double a, double a_freedom, double b, double b_freedom)
{
    return (a + b) * (a + b) / (a * a / fmax(1, a_freedom) + b * b / fmax(1, b_freedom));
}

static void find_interval(const struct paired_units *units, uint64_t certain_changed,
                          struct paired_change *ret)
{
    double a = ret->rest_part, b = ret->certain_part;
    ret->standard_error = sqrt(a + b) / (double)units->of;
    ret->df = satterthwaite(a, (double)ret->changed_clusters - 1, b, (double)certain_changed - 1);
    double half = student_t95(ret->df) * ret->standard_error;
    ret->interval95.low = fmax(-1, ret->change - half);
    ret->interval95.high = fmin(1, ret->change + half);
    ret->p_value = student_p(ret->change / ret->standard_error, ret->df);
}

static enum paired_reason reason_of(const struct paired_units *units,
                                    const struct paired_change *change, uint64_t certain_changed)
{
    if (units->gained + units->lost == 0)
        return PAIRED_NO_CHANGE;
    if (!(change->rest_part + change->certain_part > 0))
        return certain_changed > 0 ? PAIRED_CERTAIN : PAIRED_FEW;
    if (change->changed_clusters + certain_changed < 2)
        return PAIRED_FEW;
    return PAIRED_NO_REASON;
}

struct paired_change paired_change95(const struct paired_units *units)
{
    struct paired_change change = {.reason = PAIRED_NO_UNITS};
    uint64_t certain_changed = units->certainty_gained + units->certainty_lost; /* q */
    if (units->of == 0)
        return change;
    change.change = ((double)units->gained - (double)units->lost) / (double)units->of;
    find_rest(units, &change);
    change.certain_part = churn(&units->certain);
    change.reason = reason_of(units, &change, certain_changed);
    if (change.reason == PAIRED_NO_REASON)
        find_interval(units, certain_changed, &change);
    return change;
}
