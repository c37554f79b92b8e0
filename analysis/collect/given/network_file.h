/* network_file.h - one file from networks to countries and autonomous systems (AS), line by line.
 *
 * A line has a network, as a prefix (`192.0.2.0/24`) or by its first and its last address, and what
 * is known of it.  Fields are separated by tabs or by commas (RFC 4180, but a line is a row).
 *
 *   without a header, after the network:  country | AS | AS,country | AS,name | AS,country,name
 *   with one: any order; its words for each column are in network_file.c
 *
 * A country is a code of two letters (ISO 3166), an AS a number, `AS` before it or not; `-`,
 * `None`, `ZZ`, 0 and an empty field are none.  The file may be compressed, or an archive: each
 * file of it may have a header.  Blank lines, and those that begin with `#`, are left out.
 */
#ifndef MXSURVEY_ANALYSIS_COLLECT_GIVEN_NETWORK_FILE_H
#define MXSURVEY_ANALYSIS_COLLECT_GIVEN_NETWORK_FILE_H

#include <stdint.h>

#include "crawler/core/error.h"

struct network_line {
    uint8_t family;              /* 4, 6 */
    uint8_t first[16], last[16]; /* of IPv4 the first four octets; in network order */
    uint32_t as;                 /* 0: none */
    uint16_t country;            /* its letters as a number, `US` 0x5553; 0: none */
    const char *name;            /* of the AS; any octets, borrowed; "": none */
};

/* Non-zero stops the reading; the callback has then filled error. */
typedef int network_line_fn(void *context, const struct network_line *line, struct error *error);

struct network_lines {
    uint64_t read;   /* but for blank ones, comments and headers */
    uint64_t broken; /* of these, no network of which something is said */
    uint64_t first_broken;
};

/* 0, what `each` returned, or -1 with one line that names the file: it cannot be read, or has a
 * header without a country or AS. */
int network_file_read(const char *path, network_line_fn *each, void *context,
                      struct network_lines *ret, struct error *error);

#endif
