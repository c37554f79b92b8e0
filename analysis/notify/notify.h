/* notify.h - whom to tell: MX records whose exchange is an alias, by provider; and the mail. */
#ifndef MXSURVEY_ANALYSIS_NOTIFY_NOTIFY_H
#define MXSURVEY_ANALYSIS_NOTIFY_NOTIFY_H

#include <stdbool.h>
#include <stdio.h>

#include "crawler/core/error.h"

enum notify_format {
    NOTIFY_TEXT,   /* grouped by exchange, 78 columns, safe for a terminal or a mail */
    NOTIFY_CSV,    /* for spreadsheets: what one would take for a formula gets a `'` before it */
    NOTIFY_NDJSON, /* the same columns, as they are */
    NOTIFY_MAIL    /* to whom `name` belongs (mail.h) */
};

struct notify_request {
    const char *path; /* of the survey file */
    /* Lower case, no final dot: the records of this domain, and those whose exchange, or
     * whose alias's target, is this host or of this provider.  NULL: all. */
    const char *name;
    enum notify_format format;
    const char *mail_template; /* of NOTIFY_MAIL: its file; NULL: the one built in */
    const char *output;        /* what it is written to, for errors */
    bool known;                /* by notify_write(): the survey has this name */
};

/* In the order of providers, exchanges, domains; memory does not grow with the
 * rows, but for what SQLite sorts in 64 MiB and temporary files.   A mail about
 * nothing is an error, before anything is written.  0, or -1 with one line. */
int notify_write(struct notify_request *request, FILE *out, struct error *error);

/* The line about a name that is not known; the text form has it. */
void notify_unknown(const struct notify_request *request, struct error *ret);

#endif
