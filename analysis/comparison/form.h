/* form.h - words and sums that the forms of a comparison, and of a trend, share. */
#ifndef MXSURVEY_ANALYSIS_COMPARISON_FORM_H
#define MXSURVEY_ANALYSIS_COMPARISON_FORM_H

#include <jansson.h>

#include "analysis/comparison/data.h"
#include "analysis/document/text_form.h"
#include "analysis/report/shares/wording.h"

/* --- numbers as text --- */

/* Decimals that suit all percentages of a change */
int change_decimals(const struct change *change);

/* The change of the units counted both times; 0 where there are none */
double same_change(const struct change *change);
bool has_paired_units(const struct change *change);
bool has_paired_interval(const struct change *change);
/* Why it has no interval; PAIRED_NO_REASON: it has one */
enum paired_reason change_reason(const struct change *change);

/* "2026-11-23 19:06:05 UTC", or "begin not known" */
const char *side_begin_text(const struct report *report, char ret[NUMBER_MAX]);

/* How to read a change: one paragraph */
extern const char CHANGE_NOTE[];
/* Why nothing of DNSSEC and DANE is compared; NULL where it is */
const char *dnssec_not_compared_text(const struct report *old, const struct report *new);

/* What a class table is of: a heading; and what is said of one without a move */
const char *class_table_title(enum class_table table);
const char *class_table_empty(const struct comparison *comparison, enum class_table table);
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
size_t month_rows(const struct report *old, const struct report *new,
                  struct month_row ret[MONTH_ROWS_MAX]);

/* Class changes, without those that stay: what would alarm a reader first, then the largest;
 * returns how many */
struct class_move {
    unsigned from, to;
    uint64_t count;
    bool alarms;
};
enum {
    CLASS_MOVES_MAX = CLASSES_MAX * CLASSES_MAX
};
size_t class_moves(const struct comparison *comparison, enum class_table table,
                   struct class_move ret[CLASS_MOVES_MAX]);

/* --- parts that comparison and trend both have --- */

/* JSON; NULL without memory */
json_t *side_json(const struct survey_side *side);
json_t *changes_json(const struct comparison *comparison);
json_t *overlap_json(const struct overlap *overlap);
json_t *differences_json(const struct report *old, const struct report *new);
json_t *counted_share_json(const struct estimate *estimate);

/* The whole as JSON; 0, or -1 without memory.  Other forms: content.h.  Errors of out stay in
 * ferror(). */
int comparison_print_json(const struct survey_side *old, const struct survey_side *new,
                          const struct comparison *comparison, FILE *out);

#endif
