/* plot.h - figures for a page, drawn by gnuplot.
 *
 * gnuplot (Debian: gnuplot-nox) runs once a figure as a child without shell,
 * start-up files or network.  It never sees a text: it draws placeholders, which
 * are replaced by escaped text on the way into the page.  Colours are CSS
 * variables of the page (page.css), so a figure follows the page's theme.
 * A figure shows what the table beside it says; it is no place for a number that
 * the page does not have in text.
 */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_PLOT_H
#define MXSURVEY_ANALYSIS_DOCUMENT_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/document/html_form.h"
#include "analysis/statistics/interval.h"

enum {
    PLOT_ROWS_MAX = 40,
    PLOT_SERIES_MAX = 6,
    PLOT_MOMENTS_MAX = 1000
};

/* A share, or a change of one (then below 0 too), with up to two intervals: a
 * bar, and a wider, paler band, such as Wilson's and the clustered one. */
struct plot_share {
    bool known; /* else nothing is drawn */
    double share;
    bool has_bar, has_band;
    struct interval bar, band;
};

struct plot_row {
    const char *label; /* any origin; long ones are cut */
    struct plot_share share;
};

/* All texts may be of any origin.  Failures go to the form's error: gnuplot is
 * not installed, does not work, or there is no memory. */

/* A row a share, the first on top; percent below.  At most PLOT_ROWS_MAX rows are
 * drawn; nothing where no share is known. */
void plot_shares(struct html_form *form, const char *title, const struct plot_row *rows,
                 size_t count);

struct plot_bar {
    const char *label;
    uint64_t count;
};

/* A row a count, the first on top, the number beside its bar.  At most
 * PLOT_ROWS_MAX are drawn; nothing where all are 0. */
void plot_bars(struct html_form *form, const char *title, const struct plot_bar *bars,
               size_t count);

struct plot_series {
    const char *label;
    const struct plot_share *shares; /* one a moment */
};

/* Shares over time, ascending: moments are Unix seconds.  Each series a line
 * with its bars; bands are left out.  At most PLOT_SERIES_MAX series and
 * PLOT_MOMENTS_MAX moments; nothing where no share is known. */
void plot_times(struct html_form *form, const char *title, const int64_t *moments,
                size_t moment_count, const struct plot_series *series, size_t series_count);

/* What dot, bar and band of plot_shares() mean, in a line for readers; NULL: there is none. */
void plot_key(struct html_form *form, const char *bar, const char *band);

#endif
