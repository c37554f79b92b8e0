/* fuzz_prefixes.c - octets of any kind as a line of addresses that opt out. */
#include "crawler/probe/prefixes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct prefixes prefixes = {0};
    char *text = malloc(size + 1);
    assert(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    bool is_taken = prefixes_add(&prefixes, text);
    assert(prefixes.count == is_taken);
    if (is_taken) { /* its own address is in; one whose bit before the end differs is not */
        const struct address_block *range = prefixes.blocks;
        uint8_t octets[sizeof range->octets];
        memcpy(octets, range->octets, sizeof octets);
        assert(range->family == 4 ? range->bits <= 32 : range->family == 6 && range->bits <= 128);
        assert(prefixes_have(&prefixes, range->family, octets));
        assert(!prefixes_have(&prefixes, range->family ^ 2, octets));
        if (range->bits > 0) {
            unsigned last = range->bits - 1U;
            octets[last / 8] ^= (uint8_t)(0x80 >> last % 8);
            assert(!prefixes_have(&prefixes, range->family, octets));
        }
    }
    prefixes_done(&prefixes);
    free(text);
    return 0;
}
