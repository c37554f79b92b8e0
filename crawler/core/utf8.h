/* utf8.h - which octets are UTF-8 (RFC 3629), and hostile octets as a text that is, or that is
 * harmless. */
#ifndef MXSURVEY_CORE_UTF8_H
#define MXSURVEY_CORE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Octets of the character at the start of text (left octets, at least 1); 0: none is there. */
size_t utf8_character(const char *text, size_t left);

enum {
    UTF8_CHARACTER_MAX = 4, /* octets */
    UTF8_ESCAPE_MAX = 9,    /* `\u{e0001}`: octets that one octet or more become */
    UTF8_SHOWN_MAX = UTF8_ESCAPE_MAX + 1,
};

/* At most so many characters as UTF-8, and a NUL: octets that are no UTF-8, and NUL, become
 * U+FFFD.  ret has UTF8_CHARACTER_MAX * characters + 1 octets.  Returns the length. */
size_t utf8_from_octets(const char *text, size_t length, size_t characters, char *ret);

/* The code point of a character of so many octets */
uint32_t utf8_point(const char *text, size_t octets);

/* What a terminal only shows of the start of a text that is not empty: a character, or its escape
 * (utf8_escape()), and a NUL.  Returns how many octets of the text that was. */
size_t utf8_show(const char *text, char ret[UTF8_SHOWN_MAX]);

/* As much of a text, whole characters and a NUL, as ret has room for, and a terminal only shows it:
 * control characters, line and direction marks, and invisible ones become `\u{1b}`, octets that are
 * no UTF-8 `\xff`.  Returns the length. */
size_t utf8_escape(const char *text, char *ret, size_t size);

#endif
