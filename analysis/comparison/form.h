/* form.h - words and sums that the forms of a comparison, and of a trend, share. */
#ifndef MXSURVEY_ANALYSIS_COMPARISON_FORM_H
#define MXSURVEY_ANALYSIS_COMPARISON_FORM_H

#include <jansson.h>

#include "analysis/comparison/data.h"
#include "analysis/report/shares/wording.h"

/* The change of the units counted both times has an interval; PAIRED_NO_REASON: it has, else why
 * not */
bool has_paired_interval(const struct change *change);
enum paired_reason change_reason(const struct change *change);

bool class_table_is_compared(const struct comparison *comparison, enum class_table table);

/* --- last month, this month --- */

struct month_row {
    const char *name, *label; /* for programs, for people */
    uint64_t counts[2];
};
enum {
    MONTH_ROWS_MAX = 10
};
/* Counts over all domains and hosts of each survey, without those of DNSSEC where these are not
 * compared; returns how many rows */
size_t month_rows(const struct comparison *comparison, struct month_row ret[MONTH_ROWS_MAX]);

/* --- parts that comparison and trend both have --- */

/* JSON; NULL without memory */
json_t *side_json(const struct survey_side *side);
json_t *changes_json(const struct comparison *comparison);
json_t *overlap_json(const struct overlap *overlap);
json_t *differences_json(const struct report *old, const struct report *new);
json_t *counted_share_json(const struct estimate *estimate);

/* The whole as JSON; NULL without memory.  Other forms: content.h. */
json_t *comparison_json(const struct survey_side sides[2], const struct comparison *comparison);

#endif
