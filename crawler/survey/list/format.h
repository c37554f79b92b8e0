/* format.h - the lines of a list: what the formats look like, one line's name.
 *
 * Inside of this room.  Nothing here reads files; the
 * text given is hostile and need not end with a NUL.
 */
#ifndef MXSURVEY_SURVEY_LIST_FORMAT_H
#define MXSURVEY_SURVEY_LIST_FORMAT_H

#include "crawler/survey/list/list.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

struct span {
    const char *text;
    size_t length;
};

struct span span_trim(struct span span);       /* without blanks at its ends */
bool span_is_skipped(struct span line);        /* blank, or a comment with `#` */
struct span span_take_line(struct span *rest); /* the text before a line's end, taken too */

/* Where the first line ends: at the LF or CR (of a CRLF the CR); NULL: not in this text.  *feed
 * is NULL at first and for the caller to keep: the next LF, or the text's end, so that lines that
 * end in CR alone are not a long way to it for each. */
const char *span_line_end(struct span text, const char **feed);

/* Equal without regard to ASCII case?  Inline: most words differ in length. */
static inline bool span_is_word(struct span span, const char *word)
{
    return span.length == strlen(word) && strncasecmp(span.text, word, span.length) == 0;
}

enum line_verdict {
    LINE_SKIP,
    LINE_NAME,
    LINE_REJECT
};

struct line_name {
    char domain[LIST_DOMAIN_SIZE];
    size_t length;
    int64_t rank;
    const char *reason; /* for LINE_REJECT */
};

/* As list_name_normalize(); *ret_length is the length of *ret. */
const char *list_name_read(struct span text, char ret[LIST_DOMAIN_SIZE], size_t *ret_length);

enum line_verdict plain_read(struct span line, struct line_name *ret);

/* How a CSV is laid out. */
struct csv {
    char separator;
    bool has_header;
    int name_column;
    int rank_column; /* -1: none */
};

/* Looks at the first lines.  0; -1 with error (without a path): the column asked
 * for, or any column of names, is not there. */
int csv_detect(struct span sample, const char *column, struct csv *ret, struct error *error);
enum line_verdict csv_read(const struct csv *csv, struct span line, struct line_name *ret);

/* What the first lines look like: LIST_PLAIN, LIST_CSV or LIST_ZONE. */
enum list_format format_detect(struct span sample);

/* A zone file read line by line (RFC 1035 s5.1). */
struct zone;
struct zone *zone_new(struct span sample); /* looks for the SOA in it */
void zone_free(struct zone *zone);
enum line_verdict zone_read(struct zone *zone, struct span line, uint64_t number,
                            struct line_name *ret);
enum line_verdict zone_end(struct zone *zone, struct line_name *ret); /* LINE_SKIP or LINE_REJECT */
/* Gives up the record that goes on over lines, where there is one. */
void zone_reset(struct zone *zone);
/* The first line of the record that the last verdict speaks of, where that began
 * on an earlier line: its number and beginning; else 0. */
uint64_t zone_first_line(const struct zone *zone, struct span *ret);
/* Does a line look like a record or directive of a zone file? */
bool zone_looks_like(struct span line);

#endif
