#include "crawler/core/address.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

_Static_assert((int)ADDRESS_TEXT_MAX == (int)INET6_ADDRSTRLEN, "as inet_ntop() asks for");

/* `family` is set, and the bits behind `prefix` are zero. */
struct block {
    uint8_t family, prefix;
    uint8_t octets[16];
};

static const struct block blocks[] = {
#include "data/special_purpose.inc"
};

static bool is_in_block(const struct block *block, const uint8_t *octets)
{
    unsigned whole = block->prefix / 8, rest = block->prefix % 8;
    if (memcmp(block->octets, octets, whole) != 0)
        return false;
    return rest == 0 || octets[whole] >> (8 - rest) == block->octets[whole] >> (8 - rest);
}

bool address_is_special(uint8_t family, const uint8_t *octets)
{
    assert(family == 4 || family == 6);
    for (unsigned i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        if (blocks[i].family == family && is_in_block(&blocks[i], octets))
            return true;
    }
    return false;
}

/* inet_ntop() formats with printf: slow for what most addresses of a survey are. */
static size_t ipv4_to_text(const uint8_t *octets, char *ret)
{
    char *at = ret;
    for (unsigned i = 0; i < 4; i++) {
        unsigned octet = octets[i];
        if (i > 0)
            *at++ = '.';
        if (octet >= 100)
            *at++ = (char)('0' + octet / 100);
        if (octet >= 10)
            *at++ = (char)('0' + octet / 10 % 10);
        *at++ = (char)('0' + octet % 10);
    }
    *at = '\0';
    return (size_t)(at - ret);
}

size_t address_to_text(uint8_t family, const uint8_t *octets, char ret[ADDRESS_TEXT_MAX])
{
    assert(family == 4 || family == 6);
    if (family == 4)
        return ipv4_to_text(octets, ret);
    const char *text = inet_ntop(AF_INET6, octets, ret, ADDRESS_TEXT_MAX);
    assert(text != NULL);
    return strlen(text);
}
