/* content.h - the report in words and tables: a document (document/document.h), for every form. */
#ifndef MXSURVEY_ANALYSIS_REPORT_CONTENT_H
#define MXSURVEY_ANALYSIS_REPORT_CONTENT_H

#include <string.h>

#include "analysis/document/document.h"
#include "analysis/document/text_form.h"
#include "analysis/report/data.h"

/* The caller frees; NULL without memory.  only_summary: no more than the first lines, at most 25 of
 * text. */
struct document *report_document(const struct report *report, bool only_summary);

/* --- its parts, in their order; each adds its sections --- */

void add_summary(struct document *document, const struct report *report); /* the three shares */
void add_cname_shares(struct document *document, const struct report *report);
void add_protocol_shares(struct document *document, const struct report *report);
void add_responses(struct document *document, const struct report *report);
void add_breakdowns(struct document *document, const struct report *report);
void add_providers(struct document *document, const struct report *report);
void add_aliases(struct document *document, const struct report *report);
void add_dane(struct document *document, const struct report *report);
void add_tlsa(struct document *document, const struct report *report);
void add_networks(struct document *document, const struct report *report);
void add_sts(struct document *document, const struct report *report);
void add_senders(struct document *document, const struct report *report);
void add_probe(struct document *document, const struct report *report);
void add_failures(struct document *document, const struct report *report);
void add_run(struct document *document, const struct report *report);

/* --- what parts share --- */

/* The estimates of what `probe` saw */
void add_probe_shares(struct document *document, const struct report *report);

/* A sentence, where there is nothing more to say */
bool says_nothing(struct document *document, bool is_nothing, const char *sentence);

/* A word of the data dictionary, what it means, and how many there are.  word NULL: the meaning
 * begins with it and a colon, or is it. */
struct count_row {
    const char *word, *meaning;
    uint64_t count;
};

/* A table of counts, with their shares of their sum where that is wanted, and a figure; one line
 * where all are 0.  unit: what is counted, plural. */
void add_counts(struct document *document, const char *word, const char *caption, const char *unit,
                const struct count_row *rows, size_t count, bool in_percent);

/* A table of providers: how many of their domains are counted, of how many */
void add_provider_top(struct document *document, const struct report *report, const char *word,
                      const char *caption, const struct provider_top *top, const char *counted,
                      const char *of);

/* How many rows are shown of so many */
size_t shown_rows(const struct report *report, size_t count);

/* Says how many rows are left out; nothing where none is.  row: the singular, "row". */
void add_rest(struct document *document, uint64_t rest, const char *row);

/* How far DANE is deployed, as the monthly posts to dane-users say it; nothing where no domain is
 * secure.  which: words before */
void add_dane_deployment(struct document *document, const struct report *report, const char *which);

/* Where report_ad_belief() is AD_NOT_BELIEVED, a warning */
void add_ad_belief(struct document *document, const struct report *report);

/* A meaning with its word, as in struct count_row: within the block that has it */
#define cell_meaning(meaning)                                                                      \
    cell_word(words_of("%.*s", (int)strcspn((meaning), ":"), (meaning)), (meaning))

/* "0.31 %" of two counts; not known of none */
struct document_cell cell_share_of(uint64_t count, uint64_t of, int decimals);

#endif
