#include "analysis/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char REPLACEMENT[] = "\xef\xbf\xbd"; /* U+FFFD */

/* Octets of the character that text begins with, and its code point; 0 where
 * that is no valid UTF-8. */
static size_t decode(const unsigned char *text, size_t length, uint32_t *ret)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = text[0];
    size_t octets = first < 0x80             ? 1
                    : (first & 0xe0) == 0xc0 ? 2
                    : (first & 0xf0) == 0xe0 ? 3
                    : (first & 0xf8) == 0xf0 ? 4
                                             : 0;
    if (octets == 0 || octets > length)
        return 0;
    uint32_t point = octets == 1 ? first : first & (0x7fU >> octets);
    for (size_t i = 1; i < octets; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (text[i] & 0x3f);
    }
    if (point < smallest[octets] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return 0;
    *ret = point;
    return octets;
}

size_t utf8_valid_length(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        uint32_t point = 0;
        size_t octets = decode((const unsigned char *)text + at, length - at, &point);
        if (octets == 0 || point == 0)
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
        uint32_t point = 0;
        size_t octets = decode((const unsigned char *)text + at, length - at, &point);
        bool valid = octets > 0 && point != 0;
        const char *piece = valid ? text + at : REPLACEMENT;
        size_t size = valid ? octets : sizeof REPLACEMENT - 1;
        if (used + size > max)
            break;
        memcpy(clean + used, piece, size);
        used += size;
        at += octets > 0 ? octets : 1;
    }
    clean[used] = '\0';
    return clean;
}

/* Characters that move the cursor, reorder a line, or do not show. */
static bool is_unsafe(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00, 0x1f},       /* C0 */
        {0x7f, 0x9f},       /* DEL, C1 */
        {0xad, 0xad},       /* soft hyphen */
        {0x61c, 0x61c},     /* Arabic letter mark */
        {0x115f, 0x1160},   /* Hangul fillers */
        {0x180b, 0x180f},   /* Mongolian separators */
        {0x200b, 0x200f},   /* zero width, direction marks */
        {0x2028, 0x202e},   /* line ends, embeddings, overrides */
        {0x2060, 0x206f},   /* joiners, isolates */
        {0x3164, 0x3164},   /* Hangul filler */
        {0xfe00, 0xfe0f},   /* variation selectors */
        {0xfeff, 0xfeff},   /* byte order mark */
        {0xfff0, 0xfffb},   /* annotations */
        {0xe0000, 0xe0fff}, /* tags */
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    }
    return false;
}

char *utf8_for_terminal(const char *text)
{
    enum {
        ESCAPE_MAX = sizeof "\\u{10ffff}"
    };
    size_t length = strlen(text);
    char *safe = malloc(length * ESCAPE_MAX + 1);
    if (safe == NULL)
        return NULL;
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        uint32_t point = 0;
        size_t octets = decode((const unsigned char *)text + at, length - at, &point);
        if (octets == 0) { /* not what the caller promised: shown as an octet, never passed on */
            point = (unsigned char)text[at];
            octets = 1;
            used += (size_t)sprintf(safe + used, "\\x%02x", (unsigned)point);
        } else if (is_unsafe(point)) {
            used += (size_t)sprintf(safe + used, "\\u{%x}", (unsigned)point);
        } else {
            memcpy(safe + used, text + at, octets);
            used += octets;
        }
        at += octets;
    }
    safe[used] = '\0';
    return safe;
}

size_t utf8_length(const char *text)
{
    size_t length = 0;
    for (; *text != '\0'; text++)
        length += ((unsigned char)*text & 0xc0) != 0x80;
    return length;
}
