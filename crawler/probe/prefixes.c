#include "crawler/probe/prefixes.h"

#include "crawler/base/memory.h"

#include <stdlib.h>

bool prefixes_add(struct prefixes *prefixes, const char *text)
{
    struct address_block block;
    if (!address_block_from_text(text, &block))
        return false;
    prefixes->blocks =
        memory_room(prefixes->blocks, prefixes->count, &prefixes->room, sizeof *prefixes->blocks);
    prefixes->blocks[prefixes->count++] = block;
    return true;
}

bool prefixes_have(const struct prefixes *prefixes, uint8_t family, const uint8_t *octets)
{
    for (size_t i = 0; i < prefixes->count; i++) {
        if (address_block_has(&prefixes->blocks[i], family, octets))
            return true;
    }
    return false;
}

void prefixes_done(struct prefixes *prefixes)
{
    free(prefixes->blocks);
    *prefixes = (struct prefixes){0};
}
