#include "crawler/store/permute.h"

#include <assert.h>

enum {
    ROUNDS = 6
};

/* the finalizer of splitmix64: every input bit reaches every output bit */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint64_t feistel(uint64_t x, unsigned half_bits, uint64_t seed)
{
    uint64_t mask = (UINT64_C(1) << half_bits) - 1;
    uint64_t left = x >> half_bits;
    uint64_t right = x & mask;
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint64_t key = mix(seed + round);
        uint64_t next = left ^ (mix(right ^ key) & mask);
        left = right;
        right = next;
    }
    return left << half_bits | right;
}

uint64_t permute(uint64_t position, uint64_t count, uint64_t seed)
{
    assert(position < count && count <= UINT64_C(1) << 62);
    unsigned half_bits = 1;
    while ((count - 1) >> (2 * half_bits) != 0)
        half_bits++;
    /* the network permutes less than 4 * count numbers: four steps on average at most */
    uint64_t x = position;
    do
        x = feistel(x, half_bits, seed);
    while (x >= count);
    return x;
}
