/* plot.h - figures: where things go, as a script for gnuplot, which draws them (gnuplot.h).
 *
 * gnuplot never parses a text: a script has numbers, and T[1], T[2], ... for texts, C1, C2, ... for
 * colours by their roles.
 */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_PLOT_H
#define MXSURVEY_ANALYSIS_DOCUMENT_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/statistics/interval.h"

enum {
    PLOT_ROWS_MAX = 40,
    PLOT_SERIES_MAX = 6,
    PLOT_MOMENTS_MAX = 1000,
    PLOT_TEXTS_MAX = 2 * PLOT_ROWS_MAX + 20
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

/* A figure, zeroed before it is made.  plot_free() frees what it owns. */
struct plot {
    unsigned width, height; /* units: about a pixel each on a narrow screen */
    char *script;           /* NULL: there is nothing to draw */
    size_t length;
    size_t text_count;
    char *texts[PLOT_TEXTS_MAX]; /* safe to show (utf8_for_terminal()), cut to what fits */
    bool failed;                 /* there was no memory */
};
void plot_free(struct plot *plot);

/* A share, or a change of one (then below 0 too), with its interval. */
struct plot_share {
    bool known; /* else nothing is drawn */
    double share;
    bool has_bar;
    struct interval bar;
};

/* Texts may be of any origin; long ones are cut. */
struct plot_row {
    const char *label;
    struct plot_share share;
};

/* What an axis measures */
enum plot_unit {
    PLOT_PERCENT,
    PLOT_POINTS
};

/* A row a share, the first on top, the axis below, and under it what it is; at most PLOT_ROWS_MAX
 * are drawn, nothing where none is known.  An interval that would leave the shares no room ends in
 * an arrow at the figure's edge. */
void plot_shares(struct plot *plot, enum plot_unit unit, const char *axis,
                 const struct plot_row *rows, size_t count);

struct plot_bar {
    const char *label;
    uint64_t count;
};

/* A row a count, the first on top, the number beside its bar, and below what is counted (NULL:
 * nothing).  At most PLOT_ROWS_MAX are drawn; nothing where all are 0. */
void plot_bars(struct plot *plot, const char *axis, const struct plot_bar *bars, size_t count);

struct plot_series {
    const char *label;
    const struct plot_share *shares; /* one a moment */
};

/* Shares over time, ascending: moments are Unix seconds.  Each series a line with its bars, and a
 * line below that names it.  At most PLOT_SERIES_MAX series and PLOT_MOMENTS_MAX moments; nothing
 * where no share is known. */
void plot_times(struct plot *plot, const int64_t *moments, size_t moment_count,
                const struct plot_series *series, size_t series_count);

#endif
