/* wire.h - a bounds-checked cursor over a DNS message.
 *
 * The error is sticky: the first one moves the cursor to its end, so that every
 * later read fails too and gives zero (or the root); one look at `error` after a
 * group of reads is enough.  Nothing here allocates or reads outside [0, end).
 */
#ifndef MXSURVEY_CORE_WIRE_H
#define MXSURVEY_CORE_WIRE_H

#include "crawler/core/name.h"

enum {
    WIRE_HEADER_SIZE = 12,                 /* RFC 1035 s4.1.1: no name begins in it */
    WIRE_POINTERS_MAX = NAME_WIRE_MAX / 2, /* of one name: as many as it can have labels */
};

enum wire_error {
    WIRE_OK,
    WIRE_CUT, /* the octets end too early */
    WIRE_BAD, /* what is there has not its form */
};

struct wire {
    const uint8_t *bytes; /* the whole message, borrowed: names point back into it */
    size_t offset, end;   /* offset <= end */
    enum wire_error error;
};

/* A resource record (RFC 1035 s4.1.3). */
struct wire_record {
    size_t owner; /* offset of its checked name */
    uint16_t type, class;
    uint32_t ttl;
    struct wire data; /* RDATA: a cursor of its own that ends with it */
};

/* RFC 2181 s8: a TTL with its highest bit set is zero. */
static inline uint32_t wire_ttl(const struct wire_record *record)
{
    return record->ttl > INT32_MAX ? 0 : record->ttl;
}

void wire_fail(struct wire *wire, enum wire_error error); /* the first error stays */

/* Inline: a message is some twenty of these. */
static inline uint16_t wire_u16(struct wire *wire)
{
    if (wire->end - wire->offset < 2) {
        wire_fail(wire, WIRE_CUT);
        return 0;
    }
    const uint8_t *at = wire->bytes + wire->offset;
    wire->offset += 2;
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t wire_u32(struct wire *wire)
{
    uint32_t high = wire_u16(wire);
    return high << 16 | wire_u16(wire);
}

static inline void wire_skip(struct wire *wire, size_t size)
{
    if (wire->end - wire->offset < size)
        wire_fail(wire, WIRE_CUT);
    else
        wire->offset += size;
}

/* The next octets as a cursor of their own; behind the error, an empty one. */
static inline struct wire wire_part(struct wire *wire, size_t size)
{
    struct wire part = {.bytes = wire->bytes, .offset = wire->offset};
    wire_skip(wire, size);
    if (wire->error != WIRE_OK)
        part.offset = wire->offset;
    part.end = wire->offset;
    part.error = wire->error;
    return part;
}

/* A name, lower case.  Compression pointers go strictly backwards (RFC 1035
 * s4.1.4): each to before the place where the octets it continues began. */
void wire_name(struct wire *wire, struct name *ret);
void wire_skip_name(struct wire *wire); /* the same checks, no copy */

/* Compares a name that was read or skipped before without an error. */
bool wire_name_is(const uint8_t *bytes, size_t offset, const struct name *name);

void wire_record(struct wire *wire, struct wire_record *ret);

/* The same, faster, where wire_record() read one without an error before. */
void wire_record_again(struct wire *wire, struct wire_record *ret);

#endif
