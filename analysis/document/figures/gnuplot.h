/* gnuplot.h - draws figures (plot.h) by gnuplot (Debian: gnuplot-nox).
 *
 * It runs once a figure as a child without shell, start-up files or network.  A picture for a page
 * or an SVG file is drawn with placeholders, which become escaped text afterwards; where gnuplot
 * itself has to set the text, for PDF, it gets each octet as a number.
 */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_FIGURES_GNUPLOT_H
#define MXSURVEY_ANALYSIS_DOCUMENT_FIGURES_GNUPLOT_H

#include <stdio.h>

#include "analysis/document/figures/plot.h"
#include "crawler/core/error.h"

enum plot_form {
    PLOT_PAGE, /* an element of a page: colours are CSS variables of it, so that it follows its
                  theme */
    PLOT_SVG,  /* a file of its own, in colours for print */
    PLOT_PDF   /* likewise; has no title */
};

/* A plot with a script; id: another one for each figure of a page, 0 for a file.  0, or -1 with one
 * line: gnuplot is not installed, does not work, or there is no memory.  Errors of out stay in
 * ferror(). */
int plot_draw(const struct plot *plot, enum plot_form form, const char *title, unsigned id,
              FILE *out, struct error *error);

#endif
