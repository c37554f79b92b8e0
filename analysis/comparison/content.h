/* content.h - a comparison and a trend in words and tables: documents (document/document.h). */
#ifndef MXSURVEY_ANALYSIS_COMPARISON_CONTENT_H
#define MXSURVEY_ANALYSIS_COMPARISON_CONTENT_H

#include "analysis/comparison/trend_form.h"
#include "analysis/document/document.h"

/* The caller frees; NULL without memory. */
struct document *comparison_document(const struct survey_side sides[2],
                                     const struct comparison *comparison);
struct document *trend_document(const struct trend *trend);

/* The answer before all else: the share of domains with a CNAME then and now, and its change */
void add_answer(struct document *document, const struct comparison *comparison);

/* How many domains two surveys share, and what else differs between the runs; word: of the table */
void add_step(struct document *document, const char *word, const struct comparison *comparison);

/* Domains in both surveys whose class changed */
void add_classes(struct document *document, const struct comparison *comparison);

/* How to read changes */
void add_change_note(struct document *document);

/* Decimals that suit all percentages of a change */
int change_decimals(const struct change *change);

/* The change of the units counted both times, tested, as a fact */
void add_same(struct document *document, const struct comparison *comparison, enum estimate_id id,
              int decimals);

/* The same in points, with its interval; not known where nothing was counted both times */
struct document_cell cell_same(const struct change *change, int decimals);

#endif
