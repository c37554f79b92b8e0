/* gnuplot.h - draws figures (plot.h) by gnuplot (Debian: gnuplot-nox).
 *
 * It runs once a figure as a child without shell, start-up files or network.  A picture for a page
 * or an SVG file is drawn with placeholders, which become escaped text afterwards; where gnuplot
 * itself has to set the text, for PDF, it gets each octet as a number.
 */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_GNUPLOT_H
#define MXSURVEY_ANALYSIS_DOCUMENT_GNUPLOT_H

#include <stdio.h>

#include "analysis/document/plot.h"
#include "crawler/core/error.h"

/* All are given plots with a script.  0, or -1 with one line: gnuplot is not installed, does not
 * work, or there is no memory.  Errors of out stay in ferror(). */

/* As an element of a page: colours are CSS variables of it, so that the figure follows its theme;
 * id: another one for each figure of the page. */
int plot_to_page(const struct plot *plot, const char *title, unsigned id, FILE *out,
                 struct error *error);

/* As a file of its own, in colours for print. */
int plot_to_svg(const struct plot *plot, const char *title, FILE *out, struct error *error);
int plot_to_pdf(const struct plot *plot, FILE *out, struct error *error);

#endif
