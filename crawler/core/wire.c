#include "crawler/core/wire.h"

#include <string.h>

void wire_fail(struct wire *wire, enum wire_error error)
{
    if (wire->error == WIRE_OK)
        wire->error = error;
    wire->offset = wire->end;
}

/* name_lower() of eight octets at once: 0x80 in each of from_a and over_z is a carry from its
 * lower bits. */
static inline uint64_t lower_eight(uint64_t octets)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t low = octets & each * 0x7f;
    uint64_t from_a = low + each * (0x80 - 'A'), over_z = low + each * (0x80 - 'Z' - 1);
    return octets | ((from_a & ~over_z & ~octets & each * 0x80) >> 2);
}

/* Copies a label and its length octet, which is below 'A', in lower case.  room: octets that may
 * be read and written, at least size; where there are some more, steps of 8 take less time. */
static inline void copy_label(uint8_t *to, const uint8_t *from, unsigned size, size_t room)
{
    if (size + 7 <= room) {
        for (unsigned i = 0; i < size; i += 8) {
            uint64_t octets;
            memcpy(&octets, from + i, sizeof octets);
            octets = lower_eight(octets);
            memcpy(to + i, &octets, sizeof octets);
        }
    } else {
        for (unsigned i = 0; i < size; i++)
            to[i] = name_lower(from[i]);
    }
}

/* Walks a name's labels, into ret->wire unless ret is NULL.  Ends: every pointer
 * goes to before its segment, and the labels before it took room. */
static inline void walk_name(struct wire *wire, struct name *ret)
{
    const uint8_t *bytes = wire->bytes;
    size_t at = wire->offset, segment = at, behind = 0; /* behind the first pointer */
    unsigned length = 0, pointers = 0;
    enum wire_error error = WIRE_CUT; /* after a pointer the octets were there before */
    while (at < wire->end) {
        unsigned octet = bytes[at];
        if (octet == 0) {
            if (ret != NULL) {
                ret->wire[length] = 0;
                ret->length = (uint8_t)(length + 1);
            }
            wire->offset = pointers > 0 ? behind : at + 1;
            return;
        }
        if (octet <= LABEL_MAX) {
            unsigned size = octet + 1;
            if (wire->end - at < size)
                break;
            if (length + size > NAME_WIRE_MAX - 1) {
                error = WIRE_BAD;
                break;
            }
            if (ret != NULL) {
                size_t given = wire->end - at, taken = NAME_WIRE_MAX - length;
                copy_label(ret->wire + length, bytes + at, size, given < taken ? given : taken);
            }
            length += size;
            at += size;
            continue;
        }
        if (octet >= 0xc0 && wire->end - at < 2)
            break;
        error = WIRE_BAD;
        if (octet < 0xc0) /* RFC 6891 s5: no other label types */
            break;
        if (pointers++ == 0)
            behind = at + 2;
        at = (octet & 0x3f) << 8 | bytes[at + 1];
        if (at >= segment || at < WIRE_HEADER_SIZE || pointers > WIRE_POINTERS_MAX)
            break;
        segment = at;
    }
    wire_fail(wire, error);
    if (ret != NULL) {
        ret->wire[0] = 0;
        ret->length = 1;
    }
}

void wire_name(struct wire *wire, struct name *ret)
{
    walk_name(wire, ret);
}

void wire_skip_name(struct wire *wire)
{
    walk_name(wire, NULL);
}

bool wire_name_is(const uint8_t *bytes, size_t offset, const struct name *name)
{
    const uint8_t *want = name->wire, *have = bytes + offset;
    for (;;) {
        if (*have >= 0xc0) {
            have = bytes + ((have[0] & 0x3f) << 8 | have[1]);
            continue;
        }
        unsigned size = *have;
        if (size != *want)
            return false;
        if (size == 0)
            return true;
        for (unsigned i = 1; i <= size; i++) {
            if (name_lower(have[i]) != want[i])
                return false;
        }
        have += size + 1;
        want += size + 1;
    }
}

void wire_record(struct wire *wire, struct wire_record *ret)
{
    ret->owner = wire->offset;
    wire_skip_name(wire);
    ret->type = wire_u16(wire);
    ret->class = wire_u16(wire);
    ret->ttl = wire_u32(wire);
    ret->data = wire_part(wire, wire_u16(wire));
}

void wire_record_again(struct wire *wire, struct wire_record *ret)
{
    const uint8_t *at = wire->bytes + wire->offset;
    ret->owner = wire->offset;
    while (*at != 0 && *at < 0xc0)
        at += 1 + *at;
    at += *at == 0 ? 1 : 2;
    ret->type = (uint16_t)(at[0] << 8 | at[1]);
    ret->class = (uint16_t)(at[2] << 8 | at[3]);
    ret->ttl = (uint32_t)at[4] << 24 | (uint32_t)at[5] << 16 | (uint32_t)at[6] << 8 | at[7];
    size_t data = (size_t)(at + 10 - wire->bytes), size = (size_t)(at[8] << 8 | at[9]);
    ret->data = (struct wire){.bytes = wire->bytes, .offset = data, .end = data + size};
    wire->offset = data + size;
}
