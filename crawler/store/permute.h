/* permute.h - a seeded order of the numbers 0..count-1, without memory for it.
 *
 * A Feistel network over the next even number of bits, walked along its cycle
 * until it falls below count: every number comes exactly once.  The order says
 * which domains are asked together, nothing secret: rounds are few and cheap.
 */
#ifndef MXSURVEY_STORE_PERMUTE_H
#define MXSURVEY_STORE_PERMUTE_H

#include <stdint.h>

/* The number at this position; position < count <= 2^62.  For a count and a seed,
 * different positions give different numbers below count. */
uint64_t permute(uint64_t position, uint64_t count, uint64_t seed);

#endif
