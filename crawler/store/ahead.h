/* ahead.h - the names that are left, in visiting order, read ahead of their use
 * by a thread of its own: a name that must come from the disk, as every one may
 * in a shuffled order, never holds the event loop.
 *
 * Names stay in the file; a few blocks of them are in memory.  Each block is read
 * in a transaction that ends with it: a longer one would keep the write-ahead log
 * from being folded in.
 */
#ifndef MXSURVEY_STORE_AHEAD_H
#define MXSURVEY_STORE_AHEAD_H

#include "crawler/store/left.h"
#include "crawler/store/store.h"

struct ahead;

/* Visiting order is list order or, with a seed, a permutation. */
struct ahead_order {
    bool shuffled;
    uint64_t seed;
};

/* Reads from db, which belongs to the thread until ahead_stop().  left must outlive it too.  An
 * SQLite result code. */
int ahead_start(const struct left *left, sqlite3 *db, const struct ahead_order *order,
                struct ahead **ret);
void ahead_stop(struct ahead *ahead); /* NULL is fine */

/* From the beginning again, perhaps in another order. */
void ahead_rewind(struct ahead *ahead, const struct ahead_order *order);

/* SQLITE_ROW with *ret; SQLITE_BUSY where the thread has not come so far yet; SQLITE_DONE at the
 * end of the pass; or an error. */
int ahead_next(struct ahead *ahead, struct store_domain *ret);

#endif
