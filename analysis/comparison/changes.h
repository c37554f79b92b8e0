/* changes.h - from pairs of units to the changes of the estimates. */
#ifndef MXSURVEY_ANALYSIS_COMPARISON_CHANGES_H
#define MXSURVEY_ANALYSIS_COMPARISON_CHANGES_H

#include "analysis/comparison/data.h"
#include "analysis/collect/units/pairs.h"

/* Fills the changes of the estimates of hosts, or of domains.  -1 without memory (path: for the
 * line that says so). */
int changes_of_pairs(const char *path, const struct pairs *pairs, bool hosts,
                     struct change changes[ESTIMATE_COUNT], struct error *error);

#endif
