/* weights.h - sizes of zones, to weigh suffixes by.
 *
 * A CSV (csv_file.h) of lines `suffix,size`: a public suffix (with or without a dot
 * before it) and how many domains there are below it.  A first line whose size is no
 * number is a header.
 */
#ifndef MXSURVEY_ANALYSIS_COLLECT_GIVEN_WEIGHTS_H
#define MXSURVEY_ANALYSIS_COLLECT_GIVEN_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "crawler/core/error.h"

struct weight {
    char *suffix;  /* owned; lower case, no dot before or after */
    double size;   /* above 0 */
    uint64_t line; /* where it stands, from 1 */
};

struct weights {
    size_t length;
    struct weight *items; /* each suffix once, in text order */
};

/* -1 with one line that names the file and the line at fault: a line of another
 * form, a suffix given twice, no suffix at all. */
int weights_read(const char *path, struct weights *ret, struct error *error);
void weights_free(struct weights *weights);

#endif
