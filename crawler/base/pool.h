/* pool.h - objects of one size, reused; memory goes back when the pool ends.
 *
 * At a hundred thousand lookups a second, malloc() for each would be seen, and with two hundred
 * million hosts, what it takes beside them.  The pool grows to the most that were in use at once;
 * objects are aligned as a pointer is.
 */
#ifndef MXSURVEY_BASE_POOL_H
#define MXSURVEY_BASE_POOL_H

#include <stddef.h>

struct pool_item;
struct pool_slab;

struct pool {
    size_t size;
    struct pool_item *free;
    struct pool_slab *slabs;
};

void pool_init(struct pool *pool, size_t size);
void *pool_get(struct pool *pool); /* not zeroed; memory that cannot be had ends the program */
void pool_put(struct pool *pool, void *item);
void pool_done(struct pool *pool);

#endif
