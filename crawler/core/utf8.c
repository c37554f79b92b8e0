#include "crawler/core/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

size_t utf8_character(const char *text, size_t left)
{
    static const struct {
        unsigned char first_low, first_high, second_low, second_high, length;
    } forms[] = {
        {0x00, 0x7f, 0x00, 0xff, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    const unsigned char *p = (const unsigned char *)text;
    for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
        if (p[0] < forms[f].first_low || p[0] > forms[f].first_high)
            continue;
        size_t length = forms[f].length;
        if (length > left)
            return 0;
        if (length > 1 && (p[1] < forms[f].second_low || p[1] > forms[f].second_high))
            return 0;
        for (size_t i = 2; i < length; i++) {
            if (p[i] < 0x80 || p[i] > 0xbf)
                return 0;
        }
        return length;
    }
    return 0;
}

size_t utf8_from_octets(const char *text, size_t length, size_t characters, char *ret)
{
    static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */
    size_t used = 0, at = 0;
    for (size_t count = 0; count < characters && at < length; count++) {
        size_t size = text[at] == '\0' ? 0 : utf8_character(text + at, length - at);
        memcpy(ret + used, size > 0 ? text + at : replacement, size > 0 ? size : 3);
        used += size > 0 ? size : 3;
        at += size > 0 ? size : 1;
    }
    ret[used] = '\0';
    return used;
}

uint32_t utf8_point(const char *text, size_t octets)
{
    const unsigned char *p = (const unsigned char *)text;
    uint32_t point = octets == 1 ? p[0] : p[0] & (0x7fU >> octets);
    for (size_t i = 1; i < octets; i++)
        point = point << 6 | (p[i] & 0x3f);
    return point;
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
        {0xfffe, 0xffff},   /* no characters: no XML may have them */
        {0xe0000, 0xe0fff}, /* tags */
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    }
    return false;
}

size_t utf8_show(const char *text, char ret[UTF8_SHOWN_MAX])
{
    size_t octets = utf8_character(text, UTF8_CHARACTER_MAX); /* the NUL ends what it looks at */
    if (octets == 0) {
        snprintf(ret, UTF8_SHOWN_MAX, "\\x%02x", (unsigned char)*text);
        return 1;
    }
    uint32_t point = utf8_point(text, octets);
    if (is_unsafe(point)) {
        snprintf(ret, UTF8_SHOWN_MAX, "\\u{%x}", (unsigned)point);
    } else {
        memcpy(ret, text, octets);
        ret[octets] = '\0';
    }
    return octets;
}

size_t utf8_escape(const char *text, char *ret, size_t size)
{
    char shown[UTF8_SHOWN_MAX];
    size_t used = 0, length;
    for (; *text != '\0'; used += length) {
        text += utf8_show(text, shown);
        length = strlen(shown);
        if (used + length >= size)
            break;
        memcpy(ret + used, shown, length);
    }
    ret[used] = '\0';
    return used;
}
