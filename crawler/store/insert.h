/* insert.h - writes a batch into the tables.
 *
 * The rows of a table go in by one `INSERT ... SELECT` from a virtual table that
 * reads the batch.  Against a statement a row this halves the cost: cursors stay
 * open at the end of the tree, nothing is bound, nothing reset.
 */
#ifndef MXSURVEY_STORE_INSERT_H
#define MXSURVEY_STORE_INSERT_H

#include "crawler/store/batch.h"

#include <sqlite3.h>

struct insert;

/* Registers the virtual tables with db and prepares the statements; the tables
 * must exist.  An SQLite result code; *ret is NULL unless SQLITE_OK.  Free it
 * before db is closed. */
int insert_new(sqlite3 *db, struct insert **ret);
void insert_free(struct insert *insert);

/* Writes all rows; the caller holds the transaction.  An SQLite result code. */
int insert_batch(struct insert *insert, struct batch *batch);

#endif
