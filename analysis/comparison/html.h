/* html.h - what the pages of a comparison and of a trend share. */
#ifndef MXSURVEY_ANALYSIS_COMPARISON_HTML_H
#define MXSURVEY_ANALYSIS_COMPARISON_HTML_H

#include "analysis/comparison/form.h"
#include "analysis/document/html_form.h"

/* For figures, which have little room */
extern const char *const CHANGE_LABELS[ESTIMATE_COUNT];

/* "+0.12 points", "+0.05 to +0.15 points"; a dash where not known */
void html_cell_points(struct html_form *form, bool known, double change, int decimals);
void html_cell_points_range(struct html_form *form, bool known, struct interval interval,
                            int decimals);

/* Overlap, lists, and what else differs between two runs */
void page_step(struct html_form *form, const struct survey_side *old, const struct survey_side *new,
               const struct comparison *comparison);

#endif
