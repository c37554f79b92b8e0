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

/* List order, or runs of neighbours in a seeded order: a run is one search in the file instead of
 * many, and its rows are stored side by side, a few pages for all.  Several runs are handed out by
 * turns, so that neighbours are not visited one right after the other.  Runs of 1 are a full
 * shuffle. */
struct ahead_order {
    bool shuffled;
    uint64_t seed;
    unsigned run; /* names in a run, AHEAD_RUN_MAX at most; 0 is taken for 1 */
};
enum {
    AHEAD_RUN_MAX = 256
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
