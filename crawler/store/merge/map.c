#include "crawler/store/merge/map.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BLOCK_OCTETS = 4096,
    SLOTS = 4096, /* 16 MB at hand */
};
#define NO_BLOCK UINT64_MAX

/* A block is kept in the one slot that its number falls to: what is used in order, or
 * again and again, stays at hand. */
struct slot {
    uint64_t block;
    bool changed;
};

struct merge_map {
    int descriptor;
    int failure;
    size_t item_size, items_per_block;
    struct slot slots[SLOTS];
    uint8_t *blocks; /* SLOTS of them */
};

/* O_TMPFILE where the file system has it, else a name that is gone at once. */
static int open_nameless(const char *directory)
{
    char *path = NULL;
    int descriptor = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return descriptor;
    if (asprintf(&path, "%s/mxsurvey-merge-XXXXXX", directory) < 0) {
        errno = ENOMEM;
        return -1;
    }
    descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor >= 0)
        unlink(path);
    free(path);
    return descriptor;
}

struct merge_map *merge_map_new(const char *directory, size_t item_size)
{
    assert(item_size > 0 && BLOCK_OCTETS % item_size == 0);
    struct merge_map *map = calloc(1, sizeof *map);
    if (map == NULL)
        return NULL;
    map->item_size = item_size;
    map->items_per_block = BLOCK_OCTETS / item_size;
    for (unsigned i = 0; i < SLOTS; i++)
        map->slots[i].block = NO_BLOCK;
    map->blocks = malloc((size_t)SLOTS * BLOCK_OCTETS);
    map->descriptor = map->blocks == NULL ? -1 : open_nameless(directory);
    if (map->descriptor < 0) {
        int reason = errno;
        free(map->blocks);
        free(map);
        errno = reason;
        return NULL;
    }
    return map;
}

void merge_map_free(struct merge_map *map)
{
    if (map == NULL)
        return;
    close(map->descriptor);
    free(map->blocks);
    free(map);
}

static void fail(struct merge_map *map, int reason)
{
    if (map->failure == 0)
        map->failure = reason;
}

static void write_block(struct merge_map *map, const struct slot *slot, const uint8_t *octets)
{
    ssize_t written =
        pwrite(map->descriptor, octets, BLOCK_OCTETS, (off_t)(slot->block * BLOCK_OCTETS));
    if (written != BLOCK_OCTETS)
        fail(map, written < 0 ? errno : ENOSPC);
}

static void read_block(struct merge_map *map, uint64_t block, uint8_t *octets)
{
    ssize_t got = pread(map->descriptor, octets, BLOCK_OCTETS, (off_t)(block * BLOCK_OCTETS));
    if (got < 0) {
        fail(map, errno);
        got = 0;
    }
    memset(octets + got, 0, (size_t)(BLOCK_OCTETS - got)); /* behind the end: never set */
}

static void *item_at(struct merge_map *map, uint64_t index, bool change)
{
    uint64_t block = index / map->items_per_block;
    struct slot *slot = &map->slots[block % SLOTS];
    uint8_t *octets = map->blocks + (size_t)(block % SLOTS) * BLOCK_OCTETS;
    if (slot->block != block) {
        if (slot->changed)
            write_block(map, slot, octets);
        read_block(map, block, octets);
        *slot = (struct slot){.block = block};
    }
    slot->changed |= change;
    return octets + index % map->items_per_block * map->item_size;
}

const void *merge_map_get(struct merge_map *map, uint64_t index)
{
    return item_at(map, index, false);
}

void *merge_map_change(struct merge_map *map, uint64_t index)
{
    return item_at(map, index, true);
}

int merge_map_failed(const struct merge_map *map)
{
    return map->failure;
}
