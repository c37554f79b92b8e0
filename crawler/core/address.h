/* address.h - IPv4 and IPv6 addresses: their text, and the special ones. */
#ifndef MXSURVEY_CORE_ADDRESS_H
#define MXSURVEY_CORE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ADDRESS_TEXT_MAX = 46, /* INET6_ADDRSTRLEN, with the NUL */
};

/* family: 4 with 4 octets, 6 with 16 octets, in network order. */

/* true for an address in any block of the IANA special-purpose address
 * registries (RFC 6890), the globally reachable ones too, and for multicast:
 * data/special-purpose.csv. */
bool address_is_special(uint8_t family, const uint8_t *octets);

/* RFC 5952 text and a NUL; returns the length without it. */
size_t address_to_text(uint8_t family, const uint8_t *octets, char ret[ADDRESS_TEXT_MAX]);

#endif
