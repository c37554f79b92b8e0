/* merge.h - unites the files of a survey run in shards (schema/README.md: how).
 *
 * In a world that stands still the views of the united file are those that one run
 * over the whole list would have shown.  Rows stream from the parts into a file
 * beside the result, which gets its name when it is whole: memory does not grow with
 * the parts.  On the disk there is for a while, beside the united file, files of 16
 * octets a host, 2 a domain, 4 a set of MX records and 8 a certificate, in the same directory,
 * without a name.
 */
#ifndef MXSURVEY_STORE_MERGE_MERGE_H
#define MXSURVEY_STORE_MERGE_MERGE_H

#include "crawler/core/error.h"

#include <stdbool.h>
#include <stdint.h>

struct merge_result {
    uint64_t domains, hosts; /* rows of these views */
    uint64_t judged_again;   /* domains, because shards found different things at a host */
    bool kept;               /* after an error: the united file is whole, under the other name */
};

/* paths: all the shards of one survey, in any order.  stopped (or NULL) is asked now and
 * then: true ends the work.  -1, one line that names the file at fault, and nothing
 * written, unless ret->kept; also where it was stopped. */
int store_merge(const char *out, const char *const *paths, unsigned count, bool (*stopped)(void),
                struct merge_result *ret, struct error *error);

#endif
