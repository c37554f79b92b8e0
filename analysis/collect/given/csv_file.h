/* csv_file.h - small CSV files (RFC 4180), read whole.
 *
 * Lines that begin with `#`, and empty ones, are left out; a byte order mark is
 * taken off; line ends are \n or \r\n.  The text must be UTF-8 without NUL.
 */
#ifndef MXSURVEY_ANALYSIS_COLLECT_GIVEN_CSV_FILE_H
#define MXSURVEY_ANALYSIS_COLLECT_GIVEN_CSV_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "crawler/core/error.h"
#include "crawler/survey/list/list.h"

enum {
    CSV_OCTETS_MAX = 4 << 20, /* of a file */
    CSV_FIELDS_MAX = 64       /* of a row */
};

/* One row, the header included: `line` is where it begins, from 1.  The fields end
 * with NUL and live until the call returns.  Non-zero stops the reading; the
 * callback has then filled error. */
typedef int csv_row_fn(void *context, uint64_t line, char *const *fields, size_t count,
                       struct error *error);

/* A field without blanks around it, changed where it is. */
char *csv_trim(char *field);

/* A field as surveys have domain names, in *ret: lower case, U-labels as A-labels, no final dot.
 * What is no name is itself, in lower case, and will match none. */
const char *csv_name(char *field, char ret[LIST_DOMAIN_SIZE]);

/* Calls each for every row; 0, what `each` returned, or -1 with one line that names
 * the file, and the line where one is at fault. */
int csv_file_read(const char *path, csv_row_fn *each, void *context, struct error *error);

#endif
