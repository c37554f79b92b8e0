#include "crawler/net/disguise.h"

#include <string.h>

enum {
    HEADER_SIZE = 12
};

static uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
}

static uint8_t plain(uint8_t octet)
{
    bool fine = (lower(octet) >= 'a' && lower(octet) <= 'z') || (octet >= '0' && octet <= '9') ||
                octet == '-' || octet == '_';
    return fine ? octet : 'x';
}

bool disguise_is_needed(const struct name *name)
{
    for (unsigned at = 0; name->wire[at] != 0; at += 1U + name->wire[at]) {
        for (unsigned i = 1; i <= name->wire[at]; i++) {
            if (plain(name->wire[at + i]) != name->wire[at + i])
                return true;
        }
    }
    return false;
}

bool disguise_fits(const uint8_t *message, size_t size, const struct name *name)
{
    if (size < HEADER_SIZE + (size_t)name->length)
        return false;
    /* length octets are below 'A' */
    for (unsigned i = 0; i < name->length; i++) {
        if (lower(message[HEADER_SIZE + i]) != name->wire[i])
            return false;
    }
    return true;
}

void disguise_put_on(uint8_t *message, const struct name *name)
{
    uint8_t *wire = message + HEADER_SIZE;
    for (unsigned at = 0; name->wire[at] != 0; at += 1U + name->wire[at]) {
        for (unsigned i = 1; i <= name->wire[at]; i++)
            wire[at + i] = plain(name->wire[at + i]);
    }
}

void disguise_take_off(uint8_t *message, const struct name *name)
{
    memcpy(message + HEADER_SIZE, name->wire, name->length);
}
