/* list.h - reads lists of domain names as they come.
 *
 * Plain lists, rank,domain CSV, zone files (delegations), any of them compressed
 * (libarchive: gzip, xz, zstd, bzip2, zip), from a file or standard input.
 * Streams: memory is bounded by a line (LINE_MAX octets kept; the rest of a
 * longer line is skipped and the line rejected).  Order of names is the list's.
 */
#ifndef MXSURVEY_SURVEY_LIST_H
#define MXSURVEY_SURVEY_LIST_H

#include "crawler/core/error.h"
#include "crawler/core/name.h"

enum list_format {
    LIST_AUTO,
    LIST_PLAIN,
    LIST_CSV,
    LIST_ZONE
};

struct list_source {
    const char *path; /* "-": standard input */
    enum list_format format;
    const char *column; /* of a CSV with a header; NULL: found by looking */
};

/* A name of the list: an A-label text, lower case, no final dot; NUL-terminated.
 * Borrowed: valid inside the callback. */
struct list_name {
    const char *domain;
    size_t length;
    int64_t rank;  /* the list's own; -1 without */
    uint64_t line; /* from 1 */
};

/* A line that is no name. */
struct list_reject {
    uint64_t line;
    const char *text;   /* the line as UTF-8, cut to 200 characters, bad bytes as U+FFFD */
    const char *reason; /* a static word or two, lower case: e.g. "address", "label too long" */
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

/* 0; -1 with error (cannot be opened or read, a directory, truncated or damaged
 * compression, no such column); or what the sink returned. */
int list_read(const struct list_source *source, const struct list_sink *sink,
              struct list_summary *ret, struct error *error);

/* One name as a list would give it: trims blanks, removes a final dot, lower
 * case, U-labels to A-labels.  NULL, or the reason why it is no domain name. */
const char *list_name_normalize(const char *text, size_t length, char ret[254]);

#endif
