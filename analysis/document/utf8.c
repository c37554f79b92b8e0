#include "analysis/document/utf8.h"

#include "crawler/core/utf8.h"

#include <stdlib.h>
#include <string.h>

static const char REPLACEMENT[] = "\xef\xbf\xbd"; /* U+FFFD */

size_t utf8_valid_length(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t octets = text[at] != '\0' ? utf8_character(text + at, length - at) : 0;
        if (octets == 0)
            break;
        at += octets;
    }
    return at;
}

char *utf8_clean(const char *text, size_t length, size_t max)
{
    /* the worst text grows threefold; nothing beyond max octets of it is needed */
    if (length > max)
        length = max;
    char *clean = malloc(3 * length + 1);
    if (clean == NULL)
        return NULL;
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        size_t octets = text[at] != '\0' ? utf8_character(text + at, length - at) : 0;
        const char *piece = octets > 0 ? text + at : REPLACEMENT;
        size_t size = octets > 0 ? octets : sizeof REPLACEMENT - 1;
        if (used + size > max)
            break;
        memcpy(clean + used, piece, size);
        used += size;
        at += octets > 0 ? octets : 1;
    }
    clean[used] = '\0';
    return clean;
}

char *utf8_for_terminal(const char *text)
{
    size_t size = strlen(text) * UTF8_ESCAPE_MAX + 1;
    char *safe = malloc(size);
    if (safe != NULL)
        utf8_escape(text, safe, size);
    return safe;
}

size_t utf8_length(const char *text)
{
    size_t length = 0;
    for (; *text != '\0'; text++)
        length += ((unsigned char)*text & 0xc0) != 0x80;
    return length;
}

bool utf8_is_formula(const char *text)
{
    return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}
