/* plot.h - figures: where things go, as a script for gnuplot, which draws them (gnuplot.h).
 *
 * gnuplot never parses a text: a script has numbers, and T[1], T[2], ... for texts, C1, C2, ... for
 * colours by their roles.
 */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_FIGURES_PLOT_H
#define MXSURVEY_ANALYSIS_DOCUMENT_FIGURES_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/document/blocks.h"

enum {
    PLOT_ROWS_MAX = 40,
    PLOT_SERIES_MAX = 6,
    PLOT_MOMENTS_MAX = 1000,
    PLOT_TEXTS_MAX = 2 * PLOT_ROWS_MAX + 20,
    PLOT_TEXT_MAX = 256, /* octets */
};

/* Roles of colours; the page's style has one for each (page.css), so has gnuplot.c for files */
enum plot_role {
    PLOT_AXIS = 1,
    PLOT_TEXT,
    PLOT_GRID,
    PLOT_COUNTS,
    PLOT_BAR,
    PLOT_SERIES, /* and PLOT_SERIES_MAX - 1 more */
    PLOT_ROLES = PLOT_SERIES + PLOT_SERIES_MAX
};

/* A figure, zeroed before it is made.  The script is the owner's, who frees it. */
struct plot {
    unsigned width, height; /* units: about a pixel each on a narrow screen */
    char *script;           /* NULL: there is nothing to draw */
    size_t length;
    size_t text_count;
    char texts[PLOT_TEXTS_MAX][PLOT_TEXT_MAX]; /* of a document, cut to what fits */
    bool failed;                               /* there was no memory */
};

struct plot_row {
    const char *label;
    struct document_cell cell;
};

/* A row for each, the first on top; at most PLOT_ROWS_MAX.  Those of another kind are not drawn,
 * and nothing is where there is none but of counts that are 0.
 *
 * CELL_SHARE, CELL_POINTS: with their intervals; the axis below, and under it what it is.  An
 * interval that would leave the shares no room ends in an arrow at the figure's edge.
 * CELL_COUNT: bars, the numbers beside them, and below what is counted (NULL: nothing). */
void plot_rows(struct plot *plot, enum cell_kind kind, const char *axis,
               const struct plot_row *rows, size_t count);

/* Shares over time: a table whose rows are ascending moments.  Each column of shares is a series, a
 * line with its intervals, and a line below that names it.  At most PLOT_SERIES_MAX series and
 * PLOT_MOMENTS_MAX moments; nothing where no share is known. */
void plot_times(struct plot *plot, const struct block *table);

#endif
