/* utf8.h - which octets are UTF-8 (RFC 3629), and hostile octets as a text that is, or that is
 * harmless. */
#ifndef MXSURVEY_CORE_UTF8_H
#define MXSURVEY_CORE_UTF8_H

#include <stddef.h>

/* Octets of the character at the start of text (left octets, at least 1); 0: none is there. */
size_t utf8_character(const char *text, size_t left);

enum {
    UTF8_CHARACTER_MAX = 4, /* octets */
    UTF8_ESCAPE_MAX = 9,    /* `\u{e0001}`: octets that one octet or more become */
};

/* At most so many characters as UTF-8, and a NUL: octets that are no UTF-8, and NUL, become
 * U+FFFD.  ret has UTF8_CHARACTER_MAX * characters + 1 octets.  Returns the length. */
size_t utf8_from_octets(const char *text, size_t length, size_t characters, char *ret);

/* As much of a text, whole characters and a NUL, as ret has room for, and a terminal only shows it:
 * control characters, line and direction marks, and invisible ones become `\u{1b}`, octets that are
 * no UTF-8 `\xff`.  Returns the length. */
size_t utf8_escape(const char *text, char *ret, size_t size);

#endif
