/* random_effects.h - what several samples of different populations say together.
 *
 * Pure: no I/O, no clock, no allocation.  Each sample is an effect (a share, its
 * logit, a log ratio) with the variance of its own sampling.  The model takes the
 * samples for draws from one distribution of populations; it removes no bias that
 * all of them share.
 */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_RANDOM_EFFECTS_H
#define MXSURVEY_ANALYSIS_STATISTICS_RANDOM_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/statistics/interval.h"

struct effect {
    double value;
    double variance; /* above 0 */
};

/* DerSimonian & Laird 1986.  Everything is on the scale of the effects. */
struct random_effects {
    size_t samples;
    double fixed_mean; /* weights 1 / variance: if all populations were one */
    double q;          /* Cochran's heterogeneity, samples - 1 degrees of freedom */
    double i2;         /* share of the variation that is between populations, 0..1 */
    double tau2;       /* variance between populations */
    double mean, standard_error;
    struct interval normal95;        /* mean +- 1.96 standard errors: too narrow for few samples */
    double knapp_hartung_ratio;      /* spread of the samples / what their variances explain */
    double knapp_hartung_error;      /* Knapp & Hartung 2003; no smaller than standard_error */
    struct interval knapp_hartung95; /* t with samples - 1 degrees of freedom */
    bool has_prediction;             /* from three samples on */
    struct interval prediction95;    /* of another population, t with samples - 2 degrees of
                                        freedom (Higgins, Thompson, Spiegelhalter 2009) */
};

/* False, and *ret left alone, for fewer than two samples, and where an effect is
 * not finite or a variance not above 0. */
bool random_effects_combine(const struct effect *effects, size_t count, struct random_effects *ret);

/* The logit of count / of, with the variance of independent units times the
 * design effect.  With count 0 or all a half is added to both cells (Haldane,
 * Anscombe); *ret_corrected says so.  Requires count <= of, of > 0, design_effect > 0. */
struct effect logit_effect(uint64_t count, uint64_t of, double design_effect, bool *ret_corrected);

/* The share itself, likewise; undefined (variance 0) with count 0 or all. */
struct effect share_effect(uint64_t count, uint64_t of, double design_effect);

/* Back from the logit. */
double share_of_logit(double logit);
struct interval shares_of_logits(struct interval logits);

#endif
