/* progress.h - one line that says how far a run is. */
#ifndef MXSURVEY_CLI_PROGRESS_H
#define MXSURVEY_CLI_PROGRESS_H

#include "crawler/survey/pipeline.h"

#include <stdio.h>

enum {
    PROGRESS_LINE_MAX = 160,
    PROGRESS_PLAIN_MS = 30000
};

struct progress_view {
    FILE *out;
    bool terminal; /* one line that is written over; else a plain line every 30 s */
    uint64_t last_ms, last_asked, last_done; /* of the line before */
    double rate;                             /* domains a second, smoothed */
    uint64_t plain_ms;
    bool open; /* a line on the terminal has no newline yet */
};

/* The line, without newline: pure but for what view remembers. */
void progress_line(struct progress_view *view, const struct pipeline_progress *progress,
                   char ret[PROGRESS_LINE_MAX]);

void progress_show(struct progress_view *view, const struct pipeline_progress *progress);

/* Ends an open terminal line, so that a message can be written. */
void progress_break(struct progress_view *view);

#endif
