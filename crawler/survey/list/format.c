/* Spans, plain lines, and what the first lines of a list look like. */
#include "crawler/survey/list/format.h"

#include "crawler/core/utf8.h"

#include <string.h>

/* --- spans --- */

bool span_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

struct span span_trim(struct span span)
{
    while (span.length > 0 && span_blank(span.text[0]))
        span = (struct span){span.text + 1, span.length - 1};
    while (span.length > 0 && span_blank(span.text[span.length - 1]))
        span.length--;
    return span;
}

bool span_is_utf8(struct span text)
{
    for (size_t at = 0; at < text.length;) {
        size_t length = utf8_character(text.text + at, text.length - at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

bool span_is_text(struct span text)
{
    for (size_t i = 0; i < text.length; i++) {
        if ((unsigned char)text.text[i] < 0x20 || text.text[i] == 0x7f)
            return false;
    }
    return span_is_utf8(text);
}

bool span_is_skipped(struct span line)
{
    if (line.length > 0 && (unsigned char)line.text[0] > '#')
        return false; /* as most lines begin */
    line = span_trim(line);
    return line.length == 0 || line.text[0] == '#';
}

const char *span_line_end(struct span text, const char **feed)
{
    const char *end = text.text + text.length;
    if (text.length == 0)
        return NULL;
    if (*feed == NULL || *feed < text.text) {
        *feed = memchr(text.text, '\n', text.length);
        *feed = *feed != NULL ? *feed : end;
    }
    const char *line_end = memchr(text.text, '\r', (size_t)(*feed - text.text));
    line_end = line_end != NULL ? line_end : *feed;
    return line_end < end ? line_end : NULL;
}

struct span span_take_line(struct span *rest)
{
    struct span line = *rest;
    const char *feed = NULL, *end = span_line_end(line, &feed);
    if (end == NULL) {
        *rest = (struct span){line.text + line.length, 0};
        return line;
    }
    line.length = (size_t)(end - line.text);
    size_t used = line.length + (end + 1 == feed ? 2 : 1);
    if (used > rest->length)
        used = rest->length;
    *rest = (struct span){line.text + used, rest->length - used};
    return line;
}

bool span_take_meaningful_line(struct span *rest, struct span *ret)
{
    while (rest->length > 0) {
        *ret = span_take_line(rest);
        if (!span_is_skipped(*ret))
            return true;
    }
    return false;
}

/* --- plain --- */

/* A `#` within a word is none: the name is then no name, and says so. */
struct span span_without_comment(struct span line)
{
    const char *end = line.text + line.length, *mark = line.text;
    while (mark < end && (mark = memchr(mark, '#', (size_t)(end - mark))) != NULL) {
        if (mark > line.text && span_blank(mark[-1]))
            return (struct span){line.text, (size_t)(mark - line.text)};
        mark++;
    }
    return line;
}

enum line_verdict plain_read(struct span line, struct line_name *ret)
{
    line = span_trim(span_without_comment(line));
    if (line.length >= 2 && line.text[0] == '"' && line.text[line.length - 1] == '"')
        line = span_trim((struct span){line.text + 1, line.length - 2});
    ret->rank = -1;
    return name_read(line, ret);
}

/* --- which format? --- */

enum list_format format_detect(struct span sample)
{
    int lines = 0, zone = 0, csv = 0;
    bool begins_as_zone = false, begins_as_heading = false;
    char separator = csv_separator(sample);
    struct span line;
    while (lines < DETECT_LINES && span_take_meaningful_line(&sample, &line)) {
        struct span text = span_trim(line);
        if (text.text[0] == ';') /* a zone file's comment; in no other format anything */
            continue;
        bool is_zone = zone_looks_like(line);
        begins_as_zone |= lines == 0 && is_zone;
        begins_as_heading |= lines == 0 && csv_is_heading(line);
        zone += is_zone;
        text = span_trim(span_without_comment(text));
        csv += memchr(text.text, separator, text.length) != NULL;
        lines++;
    }
    if (begins_as_zone || (lines > 0 && 2 * zone >= lines))
        return LIST_ZONE;
    if (begins_as_heading || (lines > 0 && 2 * csv >= lines))
        return LIST_CSV;
    return LIST_PLAIN;
}
