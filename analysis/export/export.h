/* export.h - the rows of a view, or counts that may be published, for other programs. */
#ifndef MXSURVEY_ANALYSIS_EXPORT_EXPORT_H
#define MXSURVEY_ANALYSIS_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/export/sink.h"

enum export_format {
    EXPORT_NDJSON, /* an object a line, ASCII; NULL is null */
    EXPORT_CSV     /* RFC 4180 with a header; NULL is nothing, an empty text is "" */
};

struct export_request {
    const char *path; /* of the survey file */
    const char *view; /* any view of the file; NULL: what may be published (public.h) */
    uint64_t least;   /* without view: how many domains a number speaks of, at least */
    enum export_format format;
    enum compression compression;
    const char *output; /* what it is written to, for errors */
    bool finished;      /* by export_write(): so is the survey */
};

/* Writes all rows of one state of the file to out, in constant memory.  Octets
 * that are no UTF-8 become U+FFFD, so do control characters in CSV.  0, or -1 with
 * one line; what out has then is not whole. */
int export_write(struct export_request *request, FILE *out, struct error *error);

#endif
