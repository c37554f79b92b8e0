/* key_map.h - a hash table from names, or numbers, to numbers, for millions of them.
 *
 * A name stands for itself by 62 bits of its hash: among ten million names the
 * chance that any two are taken for one is one in 90,000.  12 octets a slot, at
 * most three quarters of the slots taken.
 */
#ifndef MXSURVEY_ANALYSIS_COLLECT_TABLES_KEY_MAP_H
#define MXSURVEY_ANALYSIS_COLLECT_TABLES_KEY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The key of a name: never 0, its two lowest bits 0 (free for the caller's use). */
uint64_t key_of(const void *name, size_t length);

/* The key of a number below 2^62 - 1, likewise; in a map of its own. */
static inline uint64_t key_of_number(uint64_t number)
{
    return (number + 1) << 2;
}

struct key_map { /* starts zeroed */
    uint64_t *keys;
    uint32_t *values;
    size_t length, room;
};

/* The value of a key, made with value 0 where it was absent.  NULL without memory.
 * Valid until the next call. */
uint32_t *key_map_put(struct key_map *map, uint64_t key);

/* NULL where it is absent */
uint32_t *key_map_find(const struct key_map *map, uint64_t key);

void key_map_free(struct key_map *map);

#endif
