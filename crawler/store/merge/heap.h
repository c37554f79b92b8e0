/* heap.h - which of many sorted sources comes next: a binary heap of numbers. */
#ifndef MXSURVEY_STORE_MERGE_HEAP_H
#define MXSURVEY_STORE_MERGE_HEAP_H

#include <stdbool.h>

struct merge_heap {
    unsigned count;
    unsigned *items; /* the caller's, with room for all sources; the first comes next */
    bool (*before)(const void *context, unsigned a, unsigned b);
    const void *context;
};

void merge_heap_add(struct merge_heap *heap, unsigned item);
void merge_heap_sink(struct merge_heap *heap); /* the first source went on to its next row */
void merge_heap_drop(struct merge_heap *heap); /* the first source has no more */

#endif
