#include "analysis/document/text_form.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/document/utf8.h"

const char *text_count(uint64_t count, char ret[NUMBER_MAX])
{
    char digits[NUMBER_MAX];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    char *to = ret;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return ret;
}

int text_decimals(struct interval interval)
{
    double width = 100 * (interval.high - interval.low);
    if (!(width > 0))
        return 1;
    double decimals = 1 - floor(log10(width));
    return decimals < 1 ? 1 : decimals > 6 ? 6 : (int)decimals;
}

const char *text_percent(double share, int decimals, char ret[NUMBER_MAX])
{
    snprintf(ret, NUMBER_MAX, "%.*f %%", decimals, 100 * share);
    return ret;
}

const char *text_range(struct interval interval, int decimals, char ret[NUMBER_MAX])
{
    snprintf(ret, NUMBER_MAX, "%.*f - %.*f %%", decimals, 100 * interval.low, decimals,
             100 * interval.high);
    return ret;
}

/* Rounding must not leave a sign without a number. */
static double without_noise(double points, int decimals)
{
    return fabs(points) < 0.5 * pow(10, -decimals) ? 0 : points;
}

const char *text_points(double difference, int decimals, char ret[NUMBER_MAX])
{
    double points = without_noise(100 * difference, decimals);
    snprintf(ret, NUMBER_MAX, points == 0 ? "%.*f" : "%+.*f", decimals, points);
    return ret;
}

const char *text_points_range(struct interval interval, int decimals, char ret[NUMBER_MAX])
{
    snprintf(ret, NUMBER_MAX, "%+.*f to %+.*f", decimals,
             without_noise(100 * interval.low, decimals), decimals,
             without_noise(100 * interval.high, decimals));
    return ret;
}

const char *text_time(const char *seconds, char ret[NUMBER_MAX])
{
    size_t length = strlen(seconds);
    if (length == 0 || length > 11 || strspn(seconds, "0123456789") != length)
        return seconds;
    time_t time = (time_t)strtoll(seconds, NULL, 10);
    struct tm tm;
    if (gmtime_r(&time, &tm) == NULL || strftime(ret, NUMBER_MAX, "%F %T UTC", &tm) == 0)
        return seconds;
    return ret;
}

size_t text_longest_word(const char *text)
{
    size_t longest = 0;
    for (const char *at = text; *at != '\0'; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        longest = length > longest ? length : longest;
        at += length;
    }
    return longest;
}

static size_t skip_columns(const char *text, int columns)
{
    size_t at = 0;
    while (text[at] != '\0' && columns-- > 0) {
        at++;
        while (((unsigned char)text[at] & 0xc0) == 0x80)
            at++;
    }
    return at;
}

/* A number stays with its unit, a range in one piece. */
static bool may_break(const char *text, size_t at)
{
    return text[at] == ' ' && text[at + 1] != '%' && text[at + 1] != '-' &&
           !(at > 0 && text[at - 1] == '-');
}

/* Octets of text that make the next line of at most `room` columns: up to the
 * last blank that fits, in the middle of a word where there is none. */
static size_t line_length(const char *text, int room)
{
    size_t fits = skip_columns(text, room);
    if (text[fits] == '\0')
        return fits;
    size_t at = fits;
    while (at > 0 && !may_break(text, at))
        at--;
    return at > 0 ? at : fits;
}

int text_wrap(FILE *out, int column, int indent, const char *text)
{
    assert(column < TEXT_COLUMNS && indent < TEXT_COLUMNS);
    char *safe = utf8_for_terminal(text);
    if (safe == NULL)
        return -1;
    const char *at = safe;
    do {
        size_t length = line_length(at, TEXT_COLUMNS - column);
        fprintf(out, "%.*s\n", (int)length, at);
        at += length;
        at += strspn(at, " ");
        if (*at != '\0')
            fprintf(out, "%*s", indent, "");
        column = indent;
    } while (*at != '\0');
    free(safe);
    return 0;
}

int text_print(FILE *out, int indent, const char *format, ...)
{
    char text[1000];
    va_list args;
    assert(strchr(format, '\n') == NULL); /* it would be escaped like any other octet */
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fprintf(out, "%*s", indent, "");
    return text_wrap(out, indent, indent, text);
}
