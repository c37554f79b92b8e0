/* top.h - the first few of many, in order. */
#ifndef MXSURVEY_ANALYSIS_COLLECT_TABLES_TOP_H
#define MXSURVEY_ANALYSIS_COLLECT_TABLES_TOP_H

#include <stdbool.h>
#include <stddef.h>

/* Whether one stands before the other; of those that neither does, the first that came. */
typedef bool top_precedes_fn(const void *context, const void *one, const void *other);

struct top {
    void *items; /* room for `most`, of the size; in order */
    size_t *length;
    size_t most, size;
    top_precedes_fn *precedes;
    const void *context;
};

/* Puts a copy of the item in its place; the last one goes where there is no room for it. */
void top_put(const struct top *top, const void *item);

#endif
