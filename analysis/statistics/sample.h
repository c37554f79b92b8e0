/* sample.h - the list's own share, from a random sample of its names. */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_SAMPLE_H
#define MXSURVEY_ANALYSIS_STATISTICS_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/statistics/cluster.h"

/* The interval of count / of where a fraction 0 < f < 1 of the names was drawn; design_effect: 1
 * for domains, record_design_effect() for MX records.  False, and *ret left alone, for of 0.
 * Requires count <= of. */
bool sample95(uint64_t count, uint64_t of, double design_effect, double fraction,
              struct interval *ret);

/* MX records come by whole domains: clusters are domains, units their records, count the aliases.
 * Of at least one record. */
double record_design_effect(const struct cluster *domains, size_t length);

#endif
