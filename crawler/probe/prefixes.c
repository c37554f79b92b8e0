#include "crawler/probe/prefixes.h"

#include "crawler/base/memory.h"
#include "crawler/core/address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_ROOM = 64
};

/* Digits alone, 0 to most; -1 otherwise. */
static int read_bits(const char *text, int most)
{
    int bits = 0;
    size_t length = strlen(text);
    if (length < 1 || length > 3)
        return -1;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return -1;
        bits = 10 * bits + *text - '0';
    }
    return bits <= most ? bits : -1;
}

static bool read_range(const char *text, struct prefix_range *ret)
{
    char address[ADDRESS_TEXT_MAX];
    const char *slash = strchrnul(text, '/');
    size_t length = (size_t)(slash - text);
    if (length >= sizeof address)
        return false;
    memcpy(address, text, length);
    address[length] = '\0';
    *ret = (struct prefix_range){.family = 4};
    if (inet_pton(AF_INET, address, ret->octets) != 1) {
        ret->family = 6;
        if (inet_pton(AF_INET6, address, ret->octets) != 1)
            return false;
    }
    int most = ret->family == 4 ? 32 : 128;
    int bits = *slash == '\0' ? most : read_bits(slash + 1, most);
    ret->bits = (uint8_t)bits;
    return bits >= 0;
}

bool prefixes_add(struct prefixes *prefixes, const char *text)
{
    struct prefix_range range;
    if (!read_range(text, &range))
        return false;
    if (prefixes->count == prefixes->room) {
        prefixes->room = prefixes->room > 0 ? prefixes->room * 2 : FIRST_ROOM;
        prefixes->ranges =
            memory_resize(prefixes->ranges, prefixes->room, sizeof *prefixes->ranges);
    }
    prefixes->ranges[prefixes->count++] = range;
    return true;
}

static bool is_in(const struct prefix_range *range, const uint8_t *octets)
{
    unsigned whole = range->bits / 8, rest = range->bits % 8;
    if (memcmp(range->octets, octets, whole) != 0)
        return false;
    return rest == 0 || (range->octets[whole] ^ octets[whole]) >> (8 - rest) == 0;
}

bool prefixes_have(const struct prefixes *prefixes, uint8_t family, const uint8_t *octets)
{
    for (size_t i = 0; i < prefixes->count; i++) {
        if (prefixes->ranges[i].family == family && is_in(&prefixes->ranges[i], octets))
            return true;
    }
    return false;
}

void prefixes_done(struct prefixes *prefixes)
{
    free(prefixes->ranges);
    *prefixes = (struct prefixes){0};
}
