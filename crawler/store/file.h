/* file.h - the survey file as a whole: whose it is, its lock, its schema, its end.
 *
 * While a run holds the file, flock(2) on a descriptor of its own keeps a second
 * run out.  That lock is none of SQLite's (those are POSIX locks), so readers
 * come and go as they like.  The descriptor must stay open as long as any
 * connection: closing it drops SQLite's POSIX locks with it.
 */
#ifndef MXSURVEY_STORE_FILE_H
#define MXSURVEY_STORE_FILE_H

#include "crawler/core/error.h"
#include "crawler/store/store.h"

#include <sqlite3.h>
#include <stdatomic.h>

enum {
    FILE_PATIENCE_MS = 30000, /* on the main thread, before and after the run */
};

struct file {
    char *path;     /* as given: for error lines */
    char *sql_path; /* the same file in a form SQLite has no special meaning for */
    int lock;       /* descriptor that holds the flock */
    sqlite3 *db;    /* the writing connection */
    /* How long a connection waits for another program's lock; atomic because
     * closing shortens the writer's. */
    atomic_int patience_ms; /* negative: for ever */
};

/* Checks, locks, connects, and says where the run stands; a new file gets its
 * schema.  On error nothing of an existing file is changed. */
int file_open(const char *path, struct file *ret, enum store_state *ret_state, struct error *error);
void file_close(struct file *file); /* also half-opened ones */

/* A connection for reading only what no longer changes, that is the listed names,
 * beside the writer.  It takes no locks, looks at no log and keeps its cache over
 * the writer's commits: SQLite is told that the file is immutable.  That holds for
 * the pages of a table that was written, in rollback mode, before the run. */
int file_connect_listed(struct file *file, sqlite3 **ret, struct error *error);

/* Journal modes: rollback while loading and finishing (each page is written once),
 * WAL in between (readers and the writer do not wait for each other). */
int file_enter_wal(struct file *file, struct error *error);
/* false: another program keeps the file open; it stays in WAL mode, whose side
 * files go when that program closes it. */
bool file_leave_wal(struct file *file);
/* For a file that stays in WAL mode: moves all it can from the log into the file. */
void file_fold_wal(struct file *file);

/* Runs statements; on error rolls back and says "PATH: cannot DOING: ...". */
int file_exec(struct file *file, const char *sql, const char *doing, struct error *error);

/* What failed in a finished survey is left again (schema/retry.sql). */
int file_retry(struct file *file, struct error *error);

/* The end of a survey: closes gaps in the numbers of domains, builds the indexes, takes out hosts
 * that no domain names, and writes the state `finished`.  Of a resolver that did not always
 * validate every status becomes indeterminate (schema/disbelieve.sql), here and below. */
int file_finish(struct file *file, struct error *error);

/* The end of a part of it that was stopped: the state `interrupted`. */
int file_interrupt(struct file *file, struct error *error);

int file_set_info(struct file *file, const char *key, const char *value, struct error *error);
/* NULL where missing; the caller frees.  beside_writer: reads by a connection of
 * its own, for file->db is another thread's. */
char *file_get_info(struct file *file, bool beside_writer, const char *key);

/* The line for an SQLite result code; returns -1. */
int file_error(const struct file *file, const char *doing, int code, const char *detail,
               struct error *error);

#endif
