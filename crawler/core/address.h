/* address.h - IPv4 and IPv6 addresses: their texts, blocks of them, and the special ones. */
#ifndef MXSURVEY_CORE_ADDRESS_H
#define MXSURVEY_CORE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ADDRESS_TEXT_MAX = 46, /* INET6_ADDRSTRLEN, with the NUL */
};

/* family: 4 with 4 octets, 6 with 16 octets, in network order. */

/* Octets of an address. */
static inline size_t address_size(uint8_t family)
{
    return family == 4 ? 4 : 16;
}

/* true for an address in any block of the IANA special-purpose address
 * registries (RFC 6890), the globally reachable ones too, and for multicast:
 * data/special-purpose.csv. */
bool address_is_special(uint8_t family, const uint8_t *octets);

/* RFC 5952 text and a NUL; returns the length without it. */
size_t address_to_text(uint8_t family, const uint8_t *octets, char ret[ADDRESS_TEXT_MAX]);

/* The family of the address that the text is, as inet_pton() has it; 0: it is none. */
uint8_t address_from_text(const char *text, uint8_t ret[16]);

/* The addresses that agree with `octets` in the first `bits`; what is behind them is any, but what
 * is behind those of the family is 0. */
struct address_block {
    uint8_t family, bits;
    uint8_t octets[16];
};

/* `192.0.2.0/24`, `2001:db8::/32`, or an address alone, which has all its bits.  false: neither. */
bool address_block_from_text(const char *text, struct address_block *ret);
bool address_block_has(const struct address_block *block, uint8_t family, const uint8_t *octets);

#endif
