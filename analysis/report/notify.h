/* notify.h - whom to tell: MX records whose exchange is an alias, by provider. */
#ifndef MXSURVEY_ANALYSIS_REPORT_NOTIFY_H
#define MXSURVEY_ANALYSIS_REPORT_NOTIFY_H

#include <stdio.h>

#include "crawler/core/error.h"

enum notify_format {
    NOTIFY_TEXT,  /* grouped by exchange, 78 columns, safe for a terminal or a mail */
    NOTIFY_CSV,   /* for spreadsheets: what one would take for a formula gets a `'` before it */
    NOTIFY_NDJSON /* the same columns, as they are */
};

struct notify_request {
    const char *path; /* of the survey file */
    /* A registrable domain, lower case: the records whose exchange, or whose alias's
     * target, is of this provider.  NULL: all. */
    const char *provider;
    enum notify_format format;
    const char *output; /* what it is written to, for errors */
};

/* In the order of providers, exchanges, domains; memory does not grow with the
 * rows, but for what SQLite sorts in 64 MiB and temporary files.  0, or -1 with
 * one line. */
int notify_write(const struct notify_request *request, FILE *out, struct error *error);

#endif
