#include "crawler/core/error.h"

#include "crawler/core/utf8.h"

#include <stdarg.h>
#include <stdio.h>

int error_set(struct error *error, const char *format, ...)
{
    char text[ERROR_TEXT_MAX + UTF8_CHARACTER_MAX]; /* cut behind what is kept of it */
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    utf8_escape(text, error->text, sizeof error->text);
    return -1;
}
