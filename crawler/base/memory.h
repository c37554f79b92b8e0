/* memory.h - memory that must be had.
 *
 * A survey's memory is bounded by design; a machine that cannot give it cannot
 * go on.  What is stored stays: the same command continues.
 */
#ifndef MXSURVEY_BASE_MEMORY_H
#define MXSURVEY_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Never NULL (for a size over 0): without memory the program says so in one line
 * and ends with status 3. */
void *memory_get(size_t size);
void *memory_zeroed(size_t count, size_t size);
void *memory_resize(void *old, size_t count, size_t size);

/* Items (NULL: none yet) with room for one more behind the first `count`: where they lie then.
 * *room, in items, 0 for none, doubles where it is used up. */
void *memory_room(void *items, size_t count, size_t *room, size_t size);

/* Once, at the program's beginning: blocks of 128 KB and more are the system's, whatever came
 * before.  They grow without being copied, and what is freed is no longer the program's. */
void memory_give_back(void);

/* Zeroed, and only taken page by page, when it is written to: no time is spent on it here.  Goes
 * back by munmap(). */
void *memory_pages(size_t size);

/* Ends the program in the same way: another's allocation has failed. */
_Noreturn void memory_lack(void);

/* A random number for seeding hash tables against names made to collide. */
uint64_t memory_random(void);

/* Octets that nobody can foretell.  Without them the program says so in one line and ends with
 * status 3. */
void memory_unforeseen(void *ret, size_t size);

#endif
