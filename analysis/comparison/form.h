/* form.h - words and sums that the forms of a comparison, and of a trend, share. */
#ifndef MXSURVEY_ANALYSIS_COMPARISON_FORM_H
#define MXSURVEY_ANALYSIS_COMPARISON_FORM_H

#include <jansson.h>

#include "analysis/comparison/data.h"
#include "analysis/report/estimate_form.h"

/* --- numbers as text --- */

/* "p = 0.012", "p < 1e-15" */
const char *p_value_text(double p, char ret[NUMBER_MAX]);

/* Whether the interval for other lists like a survey's is fit to be shown */
bool side_interval_is_told(const struct report *report, enum estimate_id id);

/* Decimals that suit all percentages of a change */
int change_decimals(const struct change *change);

/* The change of the units counted both times; 0 where there are none */
double same_change(const struct change *change);
bool has_paired_units(const struct change *change);
bool has_paired_interval(const struct change *change);
/* Why it has no interval, of a change without: for people, and for programs */
const char *paired_reason_text(const struct change *change);
const char *paired_reason_name(const struct change *change);

/* "more than chance (p = 0.003, Holm over 7 shares)" or "no more than chance"; has_p_holm */
enum {
    VERDICT_MAX = 80
};
const char *verdict_text(const struct change *change, size_t tested, char ret[VERDICT_MAX]);

/* "2026-11-23 19:06:05 UTC", or "begin not known" */
const char *side_begin_text(const struct report *report, char ret[NUMBER_MAX]);

/* How to read a change: one paragraph */
extern const char CHANGE_NOTE[];
/* What is said of lists that differ, or of none known to be the same; of no common domain */
const char *lists_text(const struct survey_side *old, const struct survey_side *new);
#define NOTHING_IN_COMMON                                                                          \
    "The surveys have no domain in common: all that differs comes from the lists."

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
