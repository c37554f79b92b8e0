#include "crawler/base/pool.h"

#include "crawler/base/memory.h"

#include <stdlib.h>

enum {
    SLAB_ITEMS = 64
};

struct pool_item {
    struct pool_item *next;
};

struct pool_slab {
    struct pool_slab *next;
    unsigned char items[];
};

void pool_init(struct pool *pool, size_t size)
{
    size_t unit = sizeof(struct pool_item);
    *pool = (struct pool){.size = (size + unit - 1) / unit * unit};
}

static void grow(struct pool *pool)
{
    struct pool_slab *slab = memory_get(sizeof *slab + SLAB_ITEMS * pool->size);
    slab->next = pool->slabs;
    pool->slabs = slab;
    for (size_t i = SLAB_ITEMS; i-- > 0;)
        pool_put(pool, slab->items + i * pool->size);
}

void *pool_get(struct pool *pool)
{
    if (pool->free == NULL)
        grow(pool);
    struct pool_item *item = pool->free;
    pool->free = item->next;
    return item;
}

void pool_put(struct pool *pool, void *memory)
{
    struct pool_item *item = memory;
    item->next = pool->free;
    pool->free = item;
}

void pool_done(struct pool *pool)
{
    while (pool->slabs != NULL) {
        struct pool_slab *slab = pool->slabs;
        pool->slabs = slab->next;
        free(slab);
    }
    pool->free = NULL;
}
