/* figure.h - the figures of a document (document_figure()), as pictures to be drawn. */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_FIGURES_FIGURE_H
#define MXSURVEY_ANALYSIS_DOCUMENT_FIGURES_FIGURE_H

#include "analysis/document/blocks.h"
#include "analysis/document/output.h"
#include "analysis/document/figures/plot.h"

/* figure: a block of the document.  *ret has no script where what it stands for has nothing to be
 * drawn; the caller frees it.  0, or -1 without memory. */
int figure_plot(const struct document *document, const struct block *figure, struct plot *ret,
                struct error *error);

/* All figures that have something to show as files `WORD.svg` and `WORD.pdf` in the output's folder
 * for them, which is made where it is not there; WORD is that of the table, or of the facts'
 * section.  All or none: 0, or -1 with one line, and then no file is new. */
int figures_write(const struct document *document, const struct report_output *output,
                  struct error *error);

#endif
