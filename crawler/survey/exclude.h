/* exclude.h - the opt-out list: nothing at or below its names is asked. */
#ifndef MXSURVEY_SURVEY_EXCLUDE_H
#define MXSURVEY_SURVEY_EXCLUDE_H

#include "crawler/core/error.h"
#include "crawler/core/name.h"
#include "crawler/survey/list/list.h"

struct exclude;

/* Reads a plain list, one name a line, as list_read() does; the format is not looked for: what
 * is taken for a header, or for a further column, would be an opt-out lost.  A line `*.NAME`
 * means NAME: here, to leave out more is the safe side.
 * 0; LIST_INTERRUPTED; -1 with error: the file cannot be read, or a line of it is no name: an
 * opt-out that is not understood must not be passed over. */
int exclude_load(const char *path, struct exclude **ret, struct error *error);

/* The same for lists that may have other lines than names: also() says whether it takes one. */
typedef bool exclude_also_fn(void *context, const char *line);
int exclude_load_with(const char *path, exclude_also_fn *also, void *context, struct exclude **ret,
                      struct error *error);
void exclude_free(struct exclude *exclude);

/* Is the name at or below a listed one? */
bool exclude_has(const struct exclude *exclude, const struct name *name);

/* Hashes of the listed names, ascending: the same for the same names.  The caller frees. */
int64_t *exclude_hashes(const struct exclude *exclude, size_t *ret_count);

/* Is the name at or below one that has such a hash? */
typedef bool exclude_hash_fn(void *context, int64_t hash);
bool exclude_any_hash(const struct name *name, exclude_hash_fn *has, void *context);

/* Of the octets that were read, in hexadecimal: the file may be a pipe, to be read once. */
const char *exclude_sha256(const struct exclude *exclude);

#endif
