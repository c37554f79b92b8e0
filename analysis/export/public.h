/* public.h - counts of a survey that may be published: no names of domains, and no number that
 * speaks of fewer than so many.
 *
 * The domains are parted by suffix, provider, outcome, ...: every domain is in one row, and no
 * other number is given.  So whatever is computed from the rows is a sum of rows, and of a row's
 * domains nothing is told but what all of them share.  A part of fewer than `least` domains is
 * united with others of its kind.  The rows are made in rounds: before each but the first, one
 * column more (of PUBLIC_COLUMNS, the last first) becomes PUBLIC_ANY in all that is left, and what
 * is equal then is united; where that is as many as `least`, it becomes a row.  It does not where
 * each of the parts has least - 1: who knows the rule, and how many values the column has, could
 * tell these parts from their sum.  What is left of all rounds goes into the row that
 * was united last, and into those before it as long as it takes, which tells nothing then.
 */
#ifndef MXSURVEY_ANALYSIS_EXPORT_PUBLIC_H
#define MXSURVEY_ANALYSIS_EXPORT_PUBLIC_H

#include <stdint.h>

#include "crawler/core/error.h"

/* A value that is not told */
#define PUBLIC_ANY "*"

/* What the rows are made of, by what is to be kept longest */
#define PUBLIC_COLUMNS                                                                             \
    "mx_outcome", "cname", "suffix", "stratum", "provider", "dnssec", "dane", "sts"

#define PUBLIC_TABLE "public_extract"

struct survey_file;

/* Makes the temporary table PUBLIC_TABLE: the columns, and `domains`, how many; least: 3 or more.
 * -1 with one line: also where all domains together are fewer than that. */
int public_make(struct survey_file *file, const char *path, uint64_t least, struct error *error);

#endif
