/* grow.h - arrays that grow by half of their length. */
#ifndef MXSURVEY_ANALYSIS_COLLECT_TABLES_GROW_H
#define MXSURVEY_ANALYSIS_COLLECT_TABLES_GROW_H

#include <stddef.h>

/* Room for one more item of the size: the array, moved perhaps; NULL without memory. */
void *grow_items(void *items, size_t length, size_t *room, size_t size);

#endif
