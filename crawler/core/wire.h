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
    WIRE_HEADER_SIZE = 12,                 /* no name begins in the header */
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

void wire_fail(struct wire *wire, enum wire_error error); /* the first error stays */

uint16_t wire_u16(struct wire *wire);
uint32_t wire_u32(struct wire *wire);
void wire_skip(struct wire *wire, size_t size);

/* The next octets as a cursor of their own; behind the error, an empty one. */
struct wire wire_part(struct wire *wire, size_t size);

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
