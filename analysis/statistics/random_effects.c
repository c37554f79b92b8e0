#include "analysis/statistics/random_effects.h"

#include <assert.h>
#include <math.h>

static struct interval around(double centre, double half)
{
    return (struct interval){centre - half, centre + half};
}

/* Weights are 1 / (variance + tau2); *ret_sum is their sum. */
static double weighted_mean(const struct effect *effects, size_t count, double tau2,
                            double *ret_sum)
{
    double sum = 0, weighted = 0;
    for (size_t i = 0; i < count; i++) {
        double weight = 1 / (effects[i].variance + tau2);
        sum += weight;
        weighted += weight * effects[i].value;
    }
    *ret_sum = sum;
    return weighted / sum;
}

static double weighted_squares(const struct effect *effects, size_t count, double tau2, double mean)
{
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        double residual = effects[i].value - mean;
        squares += residual * residual / (effects[i].variance + tau2);
    }
    return squares;
}

/* The moment estimator, never below 0.  sum w - sum w^2 / sum w is taken as the sum of products of
 * two weights by sum w: where one weighs more than all others by far, a difference would have no
 * digit. */
static double between_variance(const struct effect *effects, size_t count, double q, double sum)
{
    double before = 0, products = 0;
    for (size_t i = 0; i < count; i++) {
        double weight = 1 / effects[i].variance;
        products += 2 * weight / sum * before;
        before += weight;
    }
    double excess = q - ((double)count - 1);
    return excess > 0 ? excess / products : 0;
}

/* By the spread that was met rather than by the variances alone (Knapp & Hartung 2003); not below
 * these, as samples that agree by chance would leave no width (Roever, Knapp & Friede 2015):
 *
 *   q = sum w (y - mu)^2 / (k - 1), error sqrt(max(1, q) / sum w), t with k - 1 degrees of freedom
 */
static void knapp_hartung(const struct effect *effects, struct random_effects *made)
{
    double freedom = (double)made->samples - 1;
    made->knapp_hartung_ratio =
        weighted_squares(effects, made->samples, made->tau2, made->mean) / freedom;
    made->knapp_hartung_error = sqrt(fmax(1, made->knapp_hartung_ratio)) * made->standard_error;
    made->knapp_hartung95 = around(made->mean, student_t95(freedom) * made->knapp_hartung_error);
}

/* Of another population, with k - 2 degrees of freedom (Higgins, Thompson & Spiegelhalter 2009) */
static void predict(struct random_effects *made)
{
    made->has_prediction = made->samples >= 3;
    if (!made->has_prediction)
        return;
    double error = sqrt(made->tau2 + made->standard_error * made->standard_error);
    made->prediction95 = around(made->mean, student_t95((double)made->samples - 2) * error);
}

static bool are_defined(const struct effect *effects, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(effects[i].value) || !isfinite(effects[i].variance) ||
            !(effects[i].variance > 0))
            return false;
    }
    return count >= 2;
}

/* DerSimonian & Laird 1986 */
bool random_effects_combine(const struct effect *effects, size_t count, struct random_effects *ret)
{
    struct random_effects made = {.samples = count};
    double sum, freedom = (double)count - 1;
    if (!are_defined(effects, count))
        return false;
    made.fixed_mean = weighted_mean(effects, count, 0, &sum);
    made.q = weighted_squares(effects, count, 0, made.fixed_mean);
    made.i2 = made.q > freedom ? (made.q - freedom) / made.q : 0;
    made.tau2 = between_variance(effects, count, made.q, sum);
    made.mean = weighted_mean(effects, count, made.tau2, &sum);
    made.standard_error = sqrt(1 / sum);
    made.normal95 = around(made.mean, NORMAL95 * made.standard_error);
    knapp_hartung(effects, &made);
    predict(&made);
    *ret = made;
    return true;
}

struct effect logit_effect(uint64_t count, uint64_t of, double design_effect, bool *ret_corrected)
{
    assert(count <= of && of > 0 && design_effect > 0);
    *ret_corrected = count == 0 || count == of;
    double half = *ret_corrected ? 0.5 : 0;
    double with = (double)count + half;
    double without = (double)(of - count) + half;
    return (struct effect){log(with / without), design_effect * (1 / with + 1 / without)};
}

struct effect share_effect(uint64_t count, uint64_t of, double design_effect)
{
    assert(count <= of && of > 0 && design_effect > 0);
    double share = (double)count / (double)of;
    return (struct effect){share, design_effect * share * (1 - share) / (double)of};
}

double share_of_logit(double logit)
{
    return 1 / (1 + exp(-logit));
}

struct interval shares_of_logits(struct interval logits)
{
    return (struct interval){share_of_logit(logits.low), share_of_logit(logits.high)};
}
