/* stratified.h - the list's own share, from names drawn at random from each of its strata. */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_STRATIFIED_H
#define MXSURVEY_ANALYSIS_STATISTICS_STRATIFIED_H

#include <stdbool.h>

#include "analysis/statistics/interval.h"

/* Over the names drawn; of a stratum with N names of which n were drawn, w = N / n, f = n / N.  A
 * name has x units of the share, y of them with the property: a domain 0 or 1, or its MX records.
 */
struct stratified_sums {
    double names;         /* of those drawn, with units */
    double most;          /* of these, the largest w (1 - f) */
    double x, y;          /* sum w x, sum w y */
    double cx;            /* sum c x with c = w^2 (1 - f) */
    double cxx, cxy, cyy; /* sum c x^2, ... */
};

/* So many names alike; weight w, fraction f, 0 < f <= 1. */
void stratified_add(struct stratified_sums *sums, double weight, double fraction, double units,
                    double count, double times);

/* How many names of the strata that were drawn in part may have what none of those drawn from them
 * has, with the sums of these, each as one unit without the property; 0 without such strata. */
double stratified_unmet(const struct stratified_sums *partly);

/* unmet: how many names beside those drawn may have units of the share though none was drawn;
 * stratified_unmet(), or 0 where units can be nowhere else.  It counts where all units are of
 * strata that were drawn whole.  False, and *ret left alone, without units. */
bool stratified95(const struct stratified_sums *sums, double unmet, struct interval *ret);

#endif
