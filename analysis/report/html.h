/* html.h - what the parts of the report's page share. */
#ifndef MXSURVEY_ANALYSIS_REPORT_HTML_H
#define MXSURVEY_ANALYSIS_REPORT_HTML_H

#include "analysis/document/html_form.h"
#include "analysis/document/plot.h"
#include "analysis/report/data.h"

/* Rows of a table beside a figure of the same counts */
struct page_count {
    const char *label;   /* a word, for the figure */
    const char *meaning; /* for the table; NULL: the label */
    uint64_t count;
};
void page_counts(struct html_form *form, const char *title, const char *unit, const char *what,
                 const struct page_count *rows, size_t count);

/* The table alone: what does not go well in one figure */
void page_count_table(struct html_form *form, const char *title, const char *unit, const char *what,
                      const struct page_count *rows, size_t count);

/* A provider each: of, count, share; "none" where there is none. */
void page_providers(struct html_form *form, const struct provider_top *top, const char *title,
                    const char *counted, const char *of);

/* A warning where the resolver's AD bit was not believed, else nothing */
void page_ad_belief(struct html_form *form, const struct report *report);

/* Says that `rest` rows are left out; nothing for 0. */
void page_rest(struct html_form *form, size_t rest, const char *rows);

/* The names are a sample of the list: a share has two intervals. */
bool page_has_sample(const struct report *report);
struct plot_share page_share(const struct report *report, const struct estimate *estimate);

/* A table of shares: its columns, a first one for the key; the cells behind that; in_words: with
 * room to say why there is no interval.  And what bar and band of its figure mean. */
enum {
    PAGE_SHARE_COLUMNS = 6
};
void page_share_columns(const struct report *report, const char *key,
                        struct html_column ret[PAGE_SHARE_COLUMNS], size_t *ret_count);
void page_share_cells(struct html_form *form, const struct report *report,
                      const struct estimate *estimate, int decimals, bool in_words);
void page_share_key(struct html_form *form, const struct report *report);

/* The parts, each inside a section that the caller begins and ends */
void page_by_suffix(struct html_form *form, const struct report *report);
void page_by_dnssec(struct html_form *form, const struct report *report);
void page_by_rank(struct html_form *form, const struct report *report);
void page_provider_table(struct html_form *form, const struct report *report);
void page_chains(struct html_form *form, const struct report *report);
void page_alias_targets(struct html_form *form, const struct report *report);
void page_sts(struct html_form *form, const struct report *report);
void page_dane(struct html_form *form, const struct report *report);
void page_dane_failures(struct html_form *form, const struct report *report);
void page_tlsa(struct html_form *form, const struct report *report);
void page_senders(struct html_form *form, const struct report *report);
void page_keys(struct html_form *form, const struct dane_report *dane);
void page_key_outlook(struct html_form *form, const struct key_outlook *outlook);
void page_resolver(struct html_form *form, const struct report *report);
void page_coverage(struct html_form *form, const struct report *report);
void page_failures(struct html_form *form, const struct report *report);
void page_run(struct html_form *form, const struct report *report);

#endif
