#include "analysis/document/text_form.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/document/utf8.h"
#include "crawler/core/utf8.h"

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

const char *text_number(uint64_t count, const char *unit, char ret[NUMBER_MAX])
{
    snprintf(ret, NUMBER_MAX, "%s %s%s", count_of(count), unit, count == 1 ? "" : "s");
    return ret;
}

const char *text_words(char ret[WORDS_MAX], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(ret, WORDS_MAX, format, args);
    va_end(args);
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

/* A number stays with its unit, a range in one piece. */
static bool may_break(const char *text, size_t at)
{
    return text[at] == ' ' && text[at + 1] != '%' && text[at + 1] != '-' &&
           !(at > 0 && text[at - 1] == '-');
}

/* Octets of text that make the next line of at most `room` columns: up to the
 * last blank that fits, in the middle of a word where there is none. */
static size_t line_length(const char *text, size_t room)
{
    char shown[UTF8_SHOWN_MAX];
    size_t at = 0, blank = 0, columns = 0;
    while (text[at] != '\0') {
        blank = may_break(text, at) ? at : blank;
        size_t octets = utf8_show(text + at, shown);
        columns += utf8_length(shown);
        if (columns > room && at > 0)
            return blank > 0 ? blank : at;
        at += octets;
    }
    return at;
}

void text_wrap(FILE *out, int column, int indent, const char *text)
{
    char shown[UTF8_SHOWN_MAX];
    assert(column < TEXT_COLUMNS && indent < TEXT_COLUMNS);
    while (true) {
        const char *end = text + line_length(text, (size_t)(TEXT_COLUMNS - column));
        while (text < end) {
            text += utf8_show(text, shown);
            fputs(shown, out);
        }
        fputc('\n', out);
        text += strspn(text, " ");
        if (*text == '\0')
            return;
        fprintf(out, "%*s", indent, "");
        column = indent;
    }
}

void text_titled(FILE *out, const char *text, char with)
{
    size_t length = utf8_length(text);
    text_wrap(out, 0, 0, text);
    for (size_t i = 0; i < length && i < TEXT_COLUMNS; i++)
        fputc(with, out);
    fputc('\n', out);
}
