/* wording.h - what the report's text and its page say of shares. */
#ifndef MXSURVEY_ANALYSIS_REPORT_SHARES_WORDING_H
#define MXSURVEY_ANALYSIS_REPORT_SHARES_WORDING_H

#include "analysis/document/document.h"
#include "analysis/report/data.h"

struct estimate_wording {
    const char *title, *label;    /* label: for figures, which have little room */
    const char *units;            /* of `of`, `count`: plural */
    const char *unanswered_units; /* plural */
};
extern const struct estimate_wording ESTIMATE_WORDING[ESTIMATE_COUNT];

/* For programs: "domains_with_cname_mx", "domains_with_cname_mx.dnssec_secure" */
enum {
    ESTIMATE_WORD_MAX = 100
};
const char *estimate_word(const struct estimate *estimate, char ret[ESTIMATE_WORD_MAX]);

/* The names of the two intervals */
#define LIST_SHARE_TITLE  "the list's own share"
#define OTHER_LISTS_TITLE "other lists like it"

/* The share, of how many, and the unanswered; not known where it is not */
struct document_cell cell_estimate(const struct estimate *estimate, int decimals);

/* A fact by the estimate's names, before its values */
void add_fact_of(struct document *document, const struct estimate *estimate, enum estimate_id id);

/* No interval speaks of a survey that is not finished. */
bool report_has_intervals(const struct report *report);

/* Beside tables with "too few" in an interval's place */
#define TOO_FEW_NOTE "too few: too few providers to say."

/* cluster95 is fit to print */
bool cluster_is_told(const struct cluster_share *share);

#endif
