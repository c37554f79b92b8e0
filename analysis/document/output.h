/* output.h - where a report, comparison, trend or estimate goes, and in which form. */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_OUTPUT_H
#define MXSURVEY_ANALYSIS_DOCUMENT_OUTPUT_H

#include <jansson.h>
#include <stdio.h>

#include "crawler/core/error.h"

enum report_format {
    REPORT_TEXT,  /* 78 columns, for a terminal or a mail: nothing in it attacks either */
    REPORT_JSON,  /* schema/report.schema.json */
    REPORT_HTML,  /* one page, complete in itself; figures by gnuplot */
    REPORT_CSV,   /* one long table for programs (forms.h) */
    REPORT_LATEX, /* a file for pdflatex */
};

struct report_output {
    FILE *out;        /* the caller's; flushed, not closed */
    const char *name; /* of out, for errors */
    enum report_format format;
    const char *figures; /* a folder for its figures as files too (figure.h); NULL: none */
    /* Whether such a file may be written: 0, or another number with one line; NULL: any */
    int (*check)(const void *context, const char *path, struct error *error);
    const void *context;
};

struct document;

/* The figures where they are wanted, then the document in any form but JSON, which is the data's
 * own; frees the document (NULL: there was no memory for it).  0, or -1: without memory, or with
 * one line. */
int document_print(struct document *document, const struct report_output *output,
                   struct error *error);

/* The whole in the form that is wanted, flushed: the document, or, for REPORT_JSON, the tree; takes
 * over both (NULL: there was no memory for it; of a tree too that is not wanted).  0, or -1 with
 * one line: out is at fault where it cannot be written, else source. */
int report_output_write(const struct report_output *output, struct document *document, json_t *tree,
                        const char *source, struct error *error);

#endif
