#include "crawler/core/address.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

_Static_assert((int)ADDRESS_TEXT_MAX == (int)INET6_ADDRSTRLEN, "as inet_ntop() asks for");

static const struct address_block special_blocks[] = {
#include "data/special_purpose.inc"
};

bool address_block_has(const struct address_block *block, uint8_t family, const uint8_t *octets)
{
    unsigned whole = block->bits / 8, rest = block->bits % 8;
    if (block->family != family || memcmp(block->octets, octets, whole) != 0)
        return false;
    return rest == 0 || octets[whole] >> (8 - rest) == block->octets[whole] >> (8 - rest);
}

bool address_is_special(uint8_t family, const uint8_t *octets)
{
    assert(family == 4 || family == 6);
    for (unsigned i = 0; i < sizeof special_blocks / sizeof *special_blocks; i++) {
        if (address_block_has(&special_blocks[i], family, octets))
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

uint8_t address_from_text(const char *text, uint8_t ret[16])
{
    return inet_pton(AF_INET, text, ret) == 1 ? 4 : inet_pton(AF_INET6, text, ret) == 1 ? 6 : 0;
}

/* Up to three digits, and no number over `most`. */
static bool read_bits(const char *text, unsigned most, uint8_t *ret)
{
    unsigned bits = 0;
    size_t length = strlen(text);
    if (length < 1 || length > 3 || strspn(text, "0123456789") != length)
        return false;
    for (; *text != '\0'; text++)
        bits = 10 * bits + (unsigned)(*text - '0');
    *ret = (uint8_t)bits;
    return bits <= most;
}

bool address_block_from_text(const char *text, struct address_block *ret)
{
    char address[ADDRESS_TEXT_MAX];
    size_t length = strcspn(text, "/");
    if (length >= sizeof address)
        return false;
    memcpy(address, text, length);
    address[length] = '\0';
    memset(ret, 0, sizeof *ret);
    ret->family = address_from_text(address, ret->octets);
    ret->bits = (uint8_t)(8 * address_size(ret->family));
    if (ret->family == 0 || text[length] == '\0')
        return ret->family != 0;
    return read_bits(text + length + 1, ret->bits, &ret->bits);
}
