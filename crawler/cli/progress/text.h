/* text.h - how far a run is, in a line that fits.  Pure. */
#ifndef MXSURVEY_CLI_PROGRESS_TEXT_H
#define MXSURVEY_CLI_PROGRESS_TEXT_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PROGRESS_LINE_MAX = 320
};

struct progress_numbers {
    uint64_t done, total; /* domains */
    unsigned pass;
    bool paused;       /* the resolver does not answer, */
    bool network_gone; /* or does, but the network behind it is gone */
    double asked;      /* questions a second; negative: not known */
    double answered;   /* share of the domains judged; negative: none is judged */
    uint64_t failed;
    unsigned in_flight, for_policies;
    double seconds_left; /* negative: not known */
};

/* The line, without newline, in ASCII, of at most `width` columns: what matters least is left out
 * first, then words become short; a width that none of that fits cuts the line. */
void progress_text(const struct progress_numbers *numbers, unsigned width,
                   char ret[PROGRESS_LINE_MAX]);

#endif
