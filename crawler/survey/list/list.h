/* list.h - reads lists of domain names as they come.
 *
 * Plain lists, rank,domain CSV, zone files (delegations), any of them compressed
 * (gzip, xz, zstd, bzip2, zip; every regular file of an archive, in order), from
 * a file or standard input.  Streams: memory is bounded by a line (LIST_LINE_MAX
 * octets kept; the rest of a longer line is skipped and the line rejected).
 * Order of names is the list's.
 * A line ends with LF, CRLF or CR.
 *
 * Blank lines and lines that start with `#` are skipped, as is a CSV's header
 * line, a byte order mark, quotes around a name, in a plain list ` # comment` behind one, and in a
 * zone file everything but delegations: NS records below the apex, each owner once in a row.
 *
 * A broken record of a zone file costs itself alone.  One whose parentheses do not close ends
 * before a line that is a record by itself: an owner at its start, then a type that is known here,
 * with a TTL or a class between them or an owner that is no type's name (`A NS SOA` goes on with
 * an NSEC record); or a directive.  A quoted text ends on its line, in a CSV too.
 *
 * Reasons: the whole set, part of the interface (rejected_lines.reason).
 *
 *   any list
 *     line too long     over LIST_LINE_MAX octets
 *     root              the name is `.`
 *     url               has a `/`: a URL or a path
 *     mail address      has an `@`
 *     address           an IP address, also with brackets, port or prefix length
 *     wildcard          `*` or `*.` before a name
 *     not utf-8         octets that are no UTF-8 text; where they are letters in Latin-1 with a
 *                       hint: (Latin-1? iconv -f LATIN1 -t UTF-8)
 *     bad character     an octet that is no letter, digit, hyphen or underscore
 *     idn               a U-label that IDNA 2008 does not allow
 *     empty label       a dot first, or two in a row
 *     label too long    over 63 octets (as an A-label)
 *     name too long     over 253 octets
 *     empty name        nothing between the quotes or separators
 *   CSV
 *     missing column    the line ends before the column of the name
 *     bad quotes        a quoted field that does not end before the name, or is the name and goes
 *                       on after its end
 *   zone files
 *     no owner          a record without owner, before any other
 *     no origin         a relative name without $ORIGIN or SOA before it, or
 *                       behind an $ORIGIN that is rejected
 *     out of zone       an NS record not below the apex
 *     bad record        neither a record nor a directive
 *     include           $INCLUDE: other files are not read
 *     directive         another directive than $ORIGIN and $TTL
 *     record too long   parentheses that hold more than LIST_LINE_MAX octets or 1,024 lines
 *     open parenthesis  parentheses that do not close
 *     further line      of a record that is rejected: each of its lines has a row
 */
#ifndef MXSURVEY_SURVEY_LIST_LIST_H
#define MXSURVEY_SURVEY_LIST_LIST_H

#include "crawler/core/error.h"

#include <stddef.h>
#include <stdint.h>

enum {
    LIST_LINE_MAX = 65536,
    LIST_TEXT_CHARACTERS = 200, /* of a rejected line */
    LIST_DOMAIN_SIZE = 254,     /* 253 octets of text (RFC 1035 s2.3.4) and the NUL */
    LIST_STRATUM_SIZE = 65,     /* 64 octets and the NUL */
};

enum list_format {
    LIST_AUTO,
    LIST_PLAIN,
    LIST_CSV,
    LIST_ZONE
};

/* LIST_AUTO looks at the first 64 KiB of each file.  A CSV is separated by
 * commas, semicolons or tabs.  Its header, where it has one, is known by a column
 * called domain, name, host..., or by having no name where the lines below have
 * one; the rank is the column called rank, GlobalRank or position, without a
 * header the first column of whole numbers.  A quoted field ends on its line. */
struct list_source {
    const char *path; /* "-": standard input */
    enum list_format format;
    const char *column;  /* of a CSV with a header, any case; NULL: found by looking.  With it
                            LIST_AUTO means LIST_CSV */
    const char *stratum; /* likewise, a column that is not the names'; NULL: none */
};

/* A name of the list: an A-label text, lower case, no final dot; NUL-terminated.
 * Borrowed: valid inside the callback. */
struct list_name {
    const char *domain;
    size_t length;
    int64_t rank;  /* the list's own, `1.0`, `"1,000"` and `1e+05` too; -1: none, or no whole number
                      of at most 18 digits */
    uint64_t line; /* from 1; on through all files of an archive */
    const char *stratum; /* UTF-8 without control characters; NULL: none, empty, or the line ends
                            before it */
};

/* A line that is no name. */
struct list_reject {
    uint64_t line;
    const char *text;   /* the line as UTF-8, at most LIST_TEXT_CHARACTERS, bad bytes and NUL as
                           U+FFFD */
    const char *reason; /* static, one of those above */
};

/* Return non-zero to stop reading: list_read() then returns it. */
struct list_sink {
    int (*name)(void *context, const struct list_name *name);
    int (*reject)(void *context, const struct list_reject *reject);
    void *context;
};

struct list_summary {
    uint64_t lines;    /* read, blank ones and comments too */
    uint64_t names;    /* given to the sink (duplicates too) */
    uint64_t rejected; /* lines given to the sink as rejected */
    char sha256[65];   /* of the bytes as stored in the file (compressed ones as they are) */
};

enum {
    LIST_INTERRUPTED = 1
};

/* 0; LIST_INTERRUPTED by a signal (interrupt.h); -1 with error (cannot be opened or read, a
 * directory, UTF-16, truncated or damaged compression, no such column, a stratum that is too
 * long or no text); or what the sink returned.
 * Before a failure the sink may have got names: those of the lines that were good. */
int list_read(const struct list_source *source, const struct list_sink *sink,
              struct list_summary *ret, struct error *error);

/* One name as a list would give it: trims blanks, removes a final dot, lower
 * case, U-labels to A-labels (IDNA 2008, UTS 46 non-transitional); labels in
 * ASCII stay as they are, also `xn--` ones that do not decode.
 * NULL, or the reason why it is no domain name; *ret is then undefined. */
const char *list_name_normalize(const char *text, size_t length, char ret[LIST_DOMAIN_SIZE]);

#endif
