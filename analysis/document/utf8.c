#include "analysis/document/utf8.h"

#include "crawler/core/utf8.h"

#include <stdlib.h>
#include <string.h>

char *utf8_clean(const char *text, size_t length, size_t max)
{
    if (length > max)
        length = max; /* nothing of it gets shorter */
    char *clean = malloc(UTF8_CHARACTER_MAX * length + 1);
    if (clean == NULL)
        return NULL;
    size_t used = utf8_from_octets(text, length, length, clean);
    if (used > max)
        used = max;
    while ((clean[used] & 0xc0) == 0x80) /* in the middle of a character */
        used--;
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
