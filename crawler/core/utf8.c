#include "crawler/core/utf8.h"

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
