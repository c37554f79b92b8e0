/* left.h - which listed domains are left, and their names in visiting order.
 *
 * One bit a listed domain says whether its row is stored or on its way.  Names
 * stay in the file and are read ahead in blocks: small ones, so that reading never
 * holds the loop for long, and with no read transaction in between, which would
 * keep the write-ahead log from being folded in.
 */
#ifndef MXSURVEY_STORE_LEFT_H
#define MXSURVEY_STORE_LEFT_H

#include "crawler/store/store.h"

#include <sqlite3.h>

enum {
    LEFT_BLOCK = 256,         /* names read at once in list order: a few pages */
    LEFT_BLOCK_SHUFFLED = 32, /* in shuffled order: a page each, perhaps from the disk */
};

struct left {
    uint64_t count, done_count;
    uint64_t *done;    /* bit id-1 */
    uint64_t position; /* in visiting order, of the next domain not yet read ahead */
    bool shuffled;
    uint64_t seed;
    sqlite3_stmt *from_id, *by_id;
    unsigned block_count, block_next;
    struct store_domain block[LEFT_BLOCK];
};

/* Counts what db has listed and surveyed.  An SQLite result code. */
int left_load(struct left *left, sqlite3 *db);
/* Prepares reading names from db, which must outlive left_close(). */
int left_open(struct left *left, sqlite3 *db);
void left_close(struct left *left);

void left_mark_done(struct left *left, uint64_t id); /* false marks are a bug: asserts */
void left_rewind(struct left *left);

/* SQLITE_ROW with *ret, SQLITE_DONE at the end of the pass, or an error. */
int left_next(struct left *left, struct store_domain *ret);

#endif
