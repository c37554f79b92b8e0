/* prefixes.h - addresses that are not to be met: an opt-out's lines that are no names. */
#ifndef MXSURVEY_PROBE_PREFIXES_H
#define MXSURVEY_PROBE_PREFIXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct prefix_range {
    uint8_t family, bits;
    uint8_t octets[16];
};

struct prefixes {
    struct prefix_range *ranges;
    size_t count, room;
};

/* An address, or one with `/` and a number of bits: 192.0.2.0/24, 2001:db8::/32.  What is set
 * behind these bits does not matter: to leave out more is the safe side.  false: neither. */
bool prefixes_add(struct prefixes *prefixes, const char *text);
bool prefixes_have(const struct prefixes *prefixes, uint8_t family, const uint8_t *octets);
void prefixes_done(struct prefixes *prefixes);

#endif
