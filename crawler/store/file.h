/* file.h - the survey file as a whole: whose it is, its lock, its schema, its end.
 *
 * While a run holds the file, a lock on a descriptor of its own keeps a second run out (disk.h).
 * That lock is none of SQLite's, so readers come and go as they like, where no other machine
 * shares the disk; there they wait for the end.  The descriptor must stay open as long as any
 * connection: closing it drops SQLite's locks with it.
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
    int lock;       /* descriptor that holds the lock */
    bool network;   /* on a disk that other machines may share */
    bool was_wal;   /* in WAL mode when it was opened: a run did not come to its end */
    sqlite3 *db;    /* the writing connection */
    const struct store_voice *voice; /* at the end of a survey, else NULL; borrowed */
    atomic_bool damaged;             /* some thread met what the same command would meet again */
    /* How long a connection waits for another program's lock; atomic because
     * closing shortens the writer's. */
    atomic_int patience_ms; /* negative: for ever */
};

/* Checks, locks, connects; a new file gets its schema.  On error nothing of an existing file is
 * changed, nor beside it. */
int file_open(const char *path, struct file *ret, struct error *error);
void file_close(struct file *file); /* also half-opened ones */

/* Is another file, or none, at its path now?  SQLite notices it when the log is folded in at the
 * end: what would be written until then would be in vain. */
bool file_is_moved(const struct file *file);

/* A connection for reading only what no longer changes, that is the listed names,
 * beside the writer.  It takes no locks, looks at no log and keeps its cache over
 * the writer's commits: SQLite is told that the file is immutable.  That holds for
 * the pages of a table that was written, in rollback mode, before the run. */
int file_connect_listed(struct file *file, sqlite3 **ret, struct error *error);

/* Journal modes: rollback while loading and finishing (each page is written once),
 * WAL in between (readers and the writer do not wait for each other). */
int file_enter_wal(struct file *file, struct error *error);
/* Makes it one file again.  0 with *ret_single: false where another program has it open, and reads
 * nothing: all is in the file, which stays in WAL mode, and the side files go when that program
 * closes it.  Where one is in a transaction: waits, says so, and in the end -1. */
int file_leave_wal(struct file *file, bool *ret_single, struct error *error);
/* The same of a survey that is not at its end, with little patience: what cannot be done now, a
 * later part of the run does. */
bool file_try_leave_wal(struct file *file);

/* From now on it asks whether to stop, and says what it waits for; NULL: no longer. */
void file_set_voice(struct file *file, const struct store_voice *voice);
bool file_is_stopped(const struct file *file);
void file_say(const struct file *file, const char *what);

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

/* The line for an SQLite result code; returns -1.  Any thread. */
int file_error(struct file *file, const char *doing, int code, const char *detail,
               struct error *error);

#endif
