/* left.h - which listed domains are left: one bit a domain says whether its row
 * is stored or on its way.  Only the main thread marks; the thread that reads
 * names ahead may look.
 */
#ifndef MXSURVEY_STORE_LEFT_H
#define MXSURVEY_STORE_LEFT_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct left {
    uint64_t count, done_count; /* numbers; of these surveyed or gone */
    uint64_t gone_count;        /* their names opted out: not in listed any more */
    uint64_t unanswered_count;  /* of those done: whose outcome is `failed` */
    _Atomic uint64_t *done;     /* bit id-1 */
};

/* Counts what db has listed and surveyed.  An SQLite result code. */
int left_load(struct left *left, sqlite3 *db);
void left_free(struct left *left);

void left_mark_done(struct left *left, uint64_t id); /* false marks are a bug: asserts */
bool left_is_done(const struct left *left, uint64_t id);

/* The least id from id on that is not done; count + 1 where there is none. */
uint64_t left_skip_done(const struct left *left, uint64_t id);

#endif
