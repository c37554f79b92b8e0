/* name.h - domain names in wire form (RFC 1035 s3.1), lower case.
 *
 * One form inside the program: uncompressed labels, ASCII lower case, the root
 * label last.  Text is presentation form (RFC 1035 s5.1 escapes), without the
 * final dot, the root as ".".  Nothing here allocates.
 */
#ifndef MXSURVEY_CORE_NAME_H
#define MXSURVEY_CORE_NAME_H

#include "crawler/core/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NAME_WIRE_MAX = 255,      /* RFC 1035 s2.3.4 */
    LABEL_MAX = 63,           /* RFC 1035 s2.3.4 */
    NAME_TEXT_MAX = 1016 + 1, /* 254 octets as \DDD, with the NUL */
};

struct name {
    uint8_t length; /* octets of wire, the root label included: at least 1 */
    uint8_t wire[NAME_WIRE_MAX];
};

/* ASCII alone; without a branch, for it is in the reading of every name. */
static inline uint8_t name_lower(uint8_t octet)
{
    return octet | (uint8_t)((uint8_t)(octet - 'A') < 26) << 5;
}

/* Octets that a struct name of this length occupies: for storing names tightly. */
#define NAME_SIZE(length) (1 + (size_t)(length))

/* Reads presentation form, with or without a final dot; "." is the root.
 * false: empty, an empty label, a label over 63 or a name over 255 octets, a bad
 * escape (a backslash goes before three digits up to 255, or before one other
 * byte of 0x20..0x7e), a byte outside 0x21..0x7e unescaped; *ret is then
 * undefined. */
bool name_from_text(const char *text, size_t length, struct name *ret);

/* Writes presentation form and a NUL; returns the length without it.
 * Escaped: `\X` for each of  " ( ) . ; \ @ $  inside a label, `\DDD` for octets
 * outside 0x21..0x7e. */
size_t name_to_text(const struct name *name, char ret[NAME_TEXT_MAX]);

bool name_equal(const struct name *a, const struct name *b);

/* Are these octets, as many as the name has, the name in whatever case of letters? */
bool name_is_written(const struct name *name, const uint8_t *octets);

/* Wire order (memcmp).  No name is the beginning of another: only its end has a zero label. */
bool name_comes_before(const struct name *a, const struct name *b);

/* a == b, or a below b */
bool name_at_or_below(const struct name *a, const struct name *b);

/* Bytewise order of the text forms, as ORDER BY in SQLite would give it. */
int name_compare_text(const struct name *a, const struct name *b);

unsigned name_label_count(const struct name *name); /* without the root label */

/* Has the last label before the root nothing but digits?  The end of an address, of no name:
 * a top label is alphabetic (RFC 1123 s2.1). */
bool name_top_is_number(const struct name *name);

/* prefix (text, such as "_25._tcp") + name; false where there is no room.  ret may
 * be name. */
bool name_prepend(const char *prefix, const struct name *name, struct name *ret);

/* What an MX exchange is, by its name alone (schema/README.md: exchange_class).
 *   null          the root
 *   address       an IPv4 address as four labels 0..255, or one label that holds
 *                 an address literal: [192.0.2.1], 192\.0\.2\.1, IPv6 text with
 *                 colons, with or without brackets (also the bracketed address
 *                 spread over four labels: `[192.0.2.1]` is [192 / 0 / 2 / 1), or
 *                 `IPv6:` before it (RFC 5321 s4.1.3).  Leading zeros do not matter
 *   localhost     localhost or below it (RFC 6761 s6.3)
 *   single_label  one label that is a host name
 *   invalid       not a host name (RFC 1123 s2.1): an octet that is no letter,
 *                 digit or hyphen, a hyphen first or last in a label, or a last
 *                 label of digits only (`0`, `192.0.2.300`)
 *   host          the rest
 * tried in this order, `invalid` before `single_label`. */
enum exchange_class exchange_class_of(const struct name *exchange);

/* true for the classes that are resolved: host, single_label, invalid */
bool exchange_class_is_resolved(enum exchange_class class);

/* Do mail servers deliver to an exchange of this name and class?  To a host name, one label
 * included; to an `invalid` one where underscores are all that is wrong with it (Postfix and
 * Exim use no other); to an address, unless it is in brackets. */
bool exchange_is_used(const struct name *exchange, enum exchange_class class);

#endif
