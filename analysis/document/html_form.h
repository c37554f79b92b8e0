/* html_form.h - one page of HTML: paragraphs, tables, room for figures.
 *
 * A page needs nothing but itself: no script, no network, which a
 * Content-Security-Policy in it also forbids.  Whatever a survey file or the
 * command line says goes through html_escape(), the only place where text of any
 * origin becomes HTML.
 */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_HTML_FORM_H
#define MXSURVEY_ANALYSIS_DOCUMENT_HTML_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/statistics/interval.h"
#include "crawler/core/error.h"

/* Starts with out and error set, the rest zeroed.  After the first failure
 * nothing more is promised of the page; errors of out stay in ferror(). */
struct html_form {
    FILE *out;
    struct error *error;
    int failed;       /* 0, or -1 and error has one line */
    unsigned figures; /* drawn so far (gnuplot.h) */
    size_t sections;  /* begun so far */
};

/* Notes that there is no memory. */
void html_no_memory(struct html_form *form);

/* The page: head, style, the title as heading; and its end. */
void html_begin(struct html_form *form, const char *title);
void html_end(struct html_form *form);

/* Text of any origin, escaped; what would not show, or turns a line around,
 * is spelt as `\u{202e}`.  Fit for elements and for attributes in quotes. */
void html_text(struct html_form *form, const char *text);

/* The same into any file of HTML or XML; 0, or -1 without memory. */
int html_escape(FILE *out, const char *text);

/* Links to the sections that will follow, by their titles, in this order. */
void html_contents(struct html_form *form, const char *const *titles, size_t count);

/* A part of the page with a heading; sections do not nest. */
void html_section_begin(struct html_form *form, const char *title);
void html_section_end(struct html_form *form);

/* A smaller heading */
void html_heading(struct html_form *form, const char *title);

/* A paragraph: printf of our own words, numbers, and texts of any origin; at
 * most 2000 octets.  html_warning(): one that readers must not miss. */
void html_paragraph(struct html_form *form, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void html_warning(struct html_form *form, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What lies between is laid out side by side where the screen is wide: figures,
 * tables. */
void html_pair_begin(struct html_form *form);
void html_pair_end(struct html_form *form);

/* --- tables --- */

struct html_column {
    const char *title;
    bool is_number; /* aligned right, in digits of one width */
};

/* A table with a caption (NULL: none).  Then rows of as many cells as columns. */
void html_table_begin(struct html_form *form, const char *caption,
                      const struct html_column *columns, size_t count);
void html_table_end(struct html_form *form);
void html_row_begin(struct html_form *form);
void html_row_end(struct html_form *form);

/* Cells.  A header names its row: its first or last cell. */
void html_cell_header(struct html_form *form, const char *text);
void html_cell_text(struct html_form *form, const char *text);
void html_cell_count(struct html_form *form, uint64_t count); /* "14,552,195" */
void html_cell_real(struct html_form *form, bool known, double value, int digits); /* "%.*g" */

/* "0.31 %" and "0.22 - 0.43 %", exact value in a data-value attribute; a dash where not known.
 * decimals: text_decimals(). */
void html_cell_percent(struct html_form *form, bool known, double share, int decimals);
void html_cell_range(struct html_form *form, bool known, struct interval interval, int decimals);

#endif
