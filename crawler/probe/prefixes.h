/* prefixes.h - addresses that are not to be met: an opt-out's lines that are no names. */
#ifndef MXSURVEY_PROBE_PREFIXES_H
#define MXSURVEY_PROBE_PREFIXES_H

#include "crawler/core/address.h"

struct prefixes { /* starts zeroed: none */
    struct address_block *blocks;
    size_t count, room;
};

/* As address_block_from_text().  What is set behind a block's bits does not matter: to leave out
 * more is the safe side.  false: no such text. */
bool prefixes_add(struct prefixes *prefixes, const char *text);
bool prefixes_have(const struct prefixes *prefixes, uint8_t family, const uint8_t *octets);
void prefixes_done(struct prefixes *prefixes);

#endif
