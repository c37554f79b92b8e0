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

bool span_blank(char c);                 /* blank, tab, CR */
struct span span_trim(struct span span); /* without blanks at its ends */
bool span_is_utf8(struct span text);
bool span_is_text(struct span text);                /* UTF-8 without control characters */
bool span_is_skipped(struct span line);             /* blank, or a comment with `#` */
struct span span_without_comment(struct span line); /* one with `#` behind a blank */
struct span span_take_line(struct span *rest);      /* the text before a line's end, taken too */

/* The next line that is not skipped; false: there is none. */
bool span_take_meaningful_line(struct span *rest, struct span *ret);

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
    const char *reason;  /* for LINE_REJECT */
    struct span stratum; /* of a CSV; a doubled quote stays doubled */
};

enum {
    DETECT_LINES = 64 /* that detection looks at */
};

/* As list_name_normalize(); *ret_length is the length of *ret. */
const char *list_name_read(struct span text, char ret[LIST_DOMAIN_SIZE], size_t *ret_length);

/* The same as a verdict, into ret->domain or ret->reason. */
enum line_verdict name_read(struct span text, struct line_name *ret);

/* The whole number that a text means, written as `1`, `1.0`, `1,000` or `1e+05`; -1: none. */
int64_t rank_read(struct span text);

enum line_verdict plain_read(struct span line, struct line_name *ret);

/* How a CSV is laid out. */
struct csv {
    char separator;
    bool has_header;
    struct span header; /* in the sample; where it comes again, as in files put together, it is
                           skipped again */
    int name_column;
    int rank_column;    /* -1: none */
    int stratum_column; /* likewise */
};

/* Looks at the first lines.  0; -1 with error (without a path): a column asked
 * for, or any column of names, is not there. */
int csv_detect(struct span sample, const struct list_source *source, struct csv *ret,
               struct error *error);
enum line_verdict csv_read(const struct csv *csv, struct span line, struct line_name *ret);
char csv_separator(struct span sample);
bool csv_is_heading(struct span line); /* a word for names that stands alone */

/* What the first lines look like: LIST_PLAIN, LIST_CSV or LIST_ZONE. */
enum list_format format_detect(struct span sample);

/* A zone file read line by line (RFC 1035 s5.1). */
struct zone;
struct zone *zone_new(struct span sample); /* looks for the SOA in it */
void zone_free(struct zone *zone);
/* The verdict on a record comes with its last line. */
enum line_verdict zone_read(struct zone *zone, struct span line, uint64_t number,
                            struct line_name *ret);
/* Does the line end, before it is read, a record whose parentheses are still open? */
bool zone_is_broken_by(const struct zone *zone, struct span line);
/* Ends a record whose parentheses are still open: LINE_REJECT, or LINE_SKIP without one. */
enum line_verdict zone_end(struct zone *zone, struct line_name *ret);
/* The lines of the record that the last verdict is on, by an index from 0; false: no further one.
 * One that was read where it lay has none. */
bool zone_line(const struct zone *zone, size_t index, uint64_t *ret_number, struct span *ret);
/* A line that is not read: only its owner is taken. */
void zone_pass(struct zone *zone, struct span line);
/* Does a line look like a record or directive of a zone file? */
bool zone_looks_like(struct span line);

#endif
