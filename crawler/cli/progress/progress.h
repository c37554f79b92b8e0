/* progress.h - one line that says how far a run is. */
#ifndef MXSURVEY_CLI_PROGRESS_PROGRESS_H
#define MXSURVEY_CLI_PROGRESS_PROGRESS_H

#include "crawler/cli/progress/rate.h"
#include "crawler/survey/pipeline.h"

#include <stdio.h>

struct progress_view {
    FILE *out;
    bool terminal; /* one line that is written over; else a plain line every 30 s */
    struct progress_rate domains, questions;
    uint64_t plain_ms;
    bool open; /* a line on the terminal has no newline yet */
};

/* Can a line there be written over?  On no terminal that does not say what it is, or that it is
 * dumb: it would show what moves the cursor. */
bool progress_rewrites(FILE *out);

/* To be called every second or so. */
void progress_show(struct progress_view *view, const struct pipeline_progress *progress);

/* The parts of it, for lines of another kind: is it time for one, how many columns has it, and
 * out. */
bool progress_is_due(struct progress_view *view, uint64_t now_ms);
unsigned progress_width(const struct progress_view *view);
void progress_put(struct progress_view *view, const char *line);

/* Ends an open terminal line, so that a message can be written. */
void progress_break(struct progress_view *view);

#endif
