/* opt_out.h - names that opted out: which they were when the run was last begun, and those of the
 * lists that go because they opted out meanwhile.
 *
 * Of the opt-outs the file keeps hashes, enough to see that none of them went.  A listed name that
 * goes leaves a gap in the numbers, which file_finish() closes.
 */
#ifndef MXSURVEY_STORE_OPT_OUT_H
#define MXSURVEY_STORE_OPT_OUT_H

#include "crawler/store/file.h"
#include "crawler/store/left.h"

/* Both: an SQLite result code.  hashes: ascending.  *ret_lost: the file has one that is not among
 * them. */
int opt_out_find_lost(sqlite3 *db, const int64_t *hashes, size_t count, bool *ret_lost);
int opt_out_add(sqlite3 *db, const int64_t *hashes, size_t count);

/* Takes out of `_listed` the names that are left and that is_out() knows; counts them.  An SQLite
 * result code. */
int opt_out_listed(sqlite3 *db, struct left *left, opt_out_fn *is_out, void *context,
                   uint64_t *ret_count);

#endif
