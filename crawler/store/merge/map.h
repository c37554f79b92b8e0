/* map.h - an array that may be larger than memory: in a file without a name, of
 * which some MB are at hand.  Items never set are zero.
 */
#ifndef MXSURVEY_STORE_MERGE_MAP_H
#define MXSURVEY_STORE_MERGE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct merge_map;

/* item_size: a power of two up to 4096.  NULL: errno says why there is no file. */
struct merge_map *merge_map_new(const char *directory, size_t item_size);
void merge_map_free(struct merge_map *map);

/* An item, valid until the next call for this map.  Where the file cannot be read or
 * written the map fails, and items are any. */
const void *merge_map_get(struct merge_map *map, uint64_t index);
void *merge_map_change(struct merge_map *map, uint64_t index);

int merge_map_failed(const struct merge_map *map); /* 0, or the errno of the first failure */

#endif
