/* forms.h - a document (document.h) as text, page, table for programs, or LaTeX.
 *
 * All return 0, or -1 without memory (or, the page, with one line in error: gnuplot is missing).
 * Errors of out stay in ferror(). */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_FORMS_H
#define MXSURVEY_ANALYSIS_DOCUMENT_FORMS_H

#include <stdio.h>

#include "analysis/document/document.h"
#include "crawler/core/error.h"

/* 78 columns.  A table's names stand first where they are short, else last, where they may wrap. */
int document_print_text(const struct document *document, FILE *out);

/* One page, complete in itself, with figures. */
int document_print_html(const struct document *document, FILE *out, struct error *error);

/* RFC 4180, one long table: section, row, column, value, lo, hi, of, unanswered.  section is the
 * word of a table, or of the section that a fact is in; numbers are not rounded. */
int document_print_csv(const struct document *document, FILE *out);

/* A whole file for pdflatex: article, booktabs, longtable. */
int document_print_latex(const struct document *document, FILE *out);

#endif
