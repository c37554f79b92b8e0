#include "analysis/collect/tables/key_map.h"

#include <stdlib.h>
#include <xxhash.h>

enum {
    ROOM_MIN = 64
};

uint64_t key_of(const void *name, size_t length)
{
    uint64_t key = XXH3_64bits(name, length) & ~UINT64_C(3);
    return key != 0 ? key : 4;
}

/* Of the key, or of the free one where it would be */
static size_t slot_of(const struct key_map *map, uint64_t key)
{
    size_t at = (key >> 2) & (map->room - 1);
    while (map->keys[at] != 0 && map->keys[at] != key)
        at = (at + 1) & (map->room - 1);
    return at;
}

static bool grow(struct key_map *map)
{
    size_t room = map->room > 0 ? 2 * map->room : ROOM_MIN;
    struct key_map larger = {
        .keys = calloc(room, sizeof *larger.keys),
        .values = calloc(room, sizeof *larger.values),
        .length = map->length,
        .room = room,
    };
    if (larger.keys == NULL || larger.values == NULL) {
        key_map_free(&larger);
        return false;
    }
    for (size_t i = 0; i < map->room; i++) {
        if (map->keys[i] == 0)
            continue;
        size_t at = slot_of(&larger, map->keys[i]);
        larger.keys[at] = map->keys[i];
        larger.values[at] = map->values[i];
    }
    key_map_free(map);
    *map = larger;
    return true;
}

uint32_t *key_map_put(struct key_map *map, uint64_t key)
{
    if (4 * (map->length + 1) > 3 * map->room && !grow(map))
        return NULL;
    size_t at = slot_of(map, key);
    if (map->keys[at] == 0) {
        map->keys[at] = key;
        map->length++;
    }
    return &map->values[at];
}

uint32_t *key_map_find(const struct key_map *map, uint64_t key)
{
    if (map->length == 0)
        return NULL;
    size_t at = slot_of(map, key);
    return map->keys[at] != 0 ? &map->values[at] : NULL;
}

void key_map_free(struct key_map *map)
{
    free(map->keys);
    free(map->values);
    *map = (struct key_map){0};
}
