/* plot_draw.h - one figure through gnuplot into a page; what plot.c writes scripts for. */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_PLOT_DRAW_H
#define MXSURVEY_ANALYSIS_DOCUMENT_PLOT_DRAW_H

#include <stddef.h>
#include <stdio.h>

#include "analysis/document/html_form.h"

/* Placeholders in a script, "@0@", "@1@", ...: the texts that stand for them */
enum {
    PLOT_LABELS_MAX = 200
};
struct plot_labels {
    size_t length;
    char *texts[PLOT_LABELS_MAX]; /* owned, cut to what fits a figure */
};

/* The placeholder's number, for a copy of text of at most `most` characters;
 * notes a failure in form. */
size_t plot_label(struct html_form *form, struct plot_labels *labels, const char *text,
                  size_t most);

/* A script starts with this: the size in units of the figure, colours, borders. */
void plot_begin(FILE *script, unsigned width, unsigned height);

/* Runs gnuplot with the script and writes its picture, as a figure, into form. */
void plot_draw(struct html_form *form, const char *title, const char *script, size_t length,
               const struct plot_labels *labels);
void plot_labels_free(struct plot_labels *labels);

#endif
