/* utf8.h - which octets are UTF-8 (RFC 3629), and hostile octets as a text that is. */
#ifndef MXSURVEY_CORE_UTF8_H
#define MXSURVEY_CORE_UTF8_H

#include <stddef.h>

/* Octets of the character at the start of text (left octets, at least 1); 0: none is there. */
size_t utf8_character(const char *text, size_t left);

enum {
    UTF8_CHARACTER_MAX = 4 /* octets */
};

/* At most so many characters as UTF-8, and a NUL: octets that are no UTF-8, and NUL, become
 * U+FFFD.  ret has UTF8_CHARACTER_MAX * characters + 1 octets.  Returns the length. */
size_t utf8_from_octets(const char *text, size_t length, size_t characters, char *ret);

#endif
