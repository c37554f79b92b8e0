/* forms.h - a document (document.h) as text, page, table for programs, or LaTeX.
 *
 * By document_print() (output.h), which knows that the document is whole.  Errors of out stay in
 * ferror(). */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_FORMS_H
#define MXSURVEY_ANALYSIS_DOCUMENT_FORMS_H

#include <stdio.h>

#include "analysis/document/document.h"
#include "crawler/core/error.h"

/* 78 columns.  A table's names stand first where they are short, else last, where they may wrap. */
void document_print_text(const struct document *document, FILE *out);

/* One page, complete in itself, with figures.  0, or -1 with one line: gnuplot is missing, or there
 * is no memory. */
int document_print_html(const struct document *document, FILE *out, struct error *error);

/* RFC 4180, one long table: section, row, column, value, lo, hi, of, unanswered.  section is the
 * word of a table, or of the section that a fact is in; numbers are not rounded. */
void document_print_csv(const struct document *document, FILE *out);

/* A whole file for pdflatex: article, booktabs, longtable. */
void document_print_latex(const struct document *document, FILE *out);

#endif
