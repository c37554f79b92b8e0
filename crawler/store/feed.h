/* feed.h - rows of ours as a table that SQLite reads, once from the first to the last.
 *
 * INSERT ... SELECT from it is one statement for many rows: none is bound, stepped and reset.
 * A feed is the first member of its owner's struct, by which its functions find the rows.
 */
#ifndef MXSURVEY_STORE_FEED_H
#define MXSURVEY_STORE_FEED_H

#include <sqlite3.h>
#include <stdbool.h>

struct feed {
    int column_count; /* up to 26: a, b, c, ... */
    /* To the first row, then from each to the next; after the last sets `ended`.  Returns a
     * code of SQLite. */
    int (*next)(struct feed *feed);
    /* Gives a column of the current row; NULL where it gives nothing. */
    void (*column)(const struct feed *feed, sqlite3_context *context, int column);
    sqlite3_int64 row; /* counted; 0: nothing is read */
    bool ended;
};

/* Makes it a table of this name in the connection, which must go, or take it away, before the
 * feed goes.  Returns a code of SQLite. */
int feed_register(sqlite3 *db, const char *name, struct feed *feed);

/* For the next rows, to be read anew. */
void feed_rewind(struct feed *feed);

#endif
