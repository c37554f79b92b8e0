/* ares_memory.h - the memory that c-ares works with.
 *
 * c-ares allocates several small pieces for each question, and gives them back in
 * the order of the answers, a thousand questions later: the worst case of a
 * general allocator, and a fifth of the time that asking takes.  Here each piece
 * comes from a list of free ones of its size class.  What was once needed is kept
 * to the end; questions under way are bounded, so it is.
 *
 * One thread only: the event loop's.
 */
#ifndef MXSURVEY_NET_LOOKUP_ARES_MEMORY_H
#define MXSURVEY_NET_LOOKUP_ARES_MEMORY_H

/* Initialises the c-ares library with this memory; once, or again after it was
 * cleaned up.  Returns c-ares' status. */
int ares_memory_init(void);

#endif
