#include "crawler/store/file.h"

#include "crawler/store/disk.h"
#include "crawler/store/header.h"
#include "crawler/store/run_info.h"
#include "crawler/store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LEAVE_PATIENCE_MS = 1000, /* quietly */
    WAIT_MS = 10,
    STOP_LOOK_OPCODES = 1000, /* of SQLite's machine, between looks at file->voice->stopped */
};

/* On a disk that other machines share, before the first look at the file: its index of the log is
 * then in memory of this program alone. */
static const char alone_sql[] = "PRAGMA locking_mode = EXCLUSIVE";

/* Measured on 500,000 domains: pages of 4096 octets are 5 % slower in a whole survey, 4 %
 * faster in a random sample, which writes a page for nearly every row; larger ones win
 * nothing more.  The cache bounds memory: one three times as large is no faster, for rows come in
 * the order of their keys.  WAL is folded in every 16 MB. */
static const char connection_sql[] = "PRAGMA page_size = 8192;"
                                     "PRAGMA cache_size = -4000;"
                                     "PRAGMA synchronous = NORMAL;"
                                     "PRAGMA wal_autocheckpoint = 2000;"
                                     "PRAGMA trusted_schema = OFF;";

static const char *advice(int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        return "; free some space, then run the same command again";
    case SQLITE_IOERR:
        return "; look at the disk and its limits, then run the same command again";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "; close the program that uses it, then run the same command again";
    case SQLITE_CORRUPT:
        return "; the file is damaged: choose another --db";
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return "; its rows contradict each other: it is damaged";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return "; the file and its directory must be writable";
    case SQLITE_NOMEM:
        return "; give it more memory, then run the same command again";
    default:
        return "";
    }
}

/* Would the same command meet it again, whatever is done about the machine? */
static bool is_lasting(int code)
{
    if (code == SQLITE_READONLY_DBMOVED)
        return true;
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT: /* of rows that are there only in a damaged file */
    case SQLITE_MISMATCH:
        return true;
    default:
        return false;
    }
}

int file_error(struct file *file, const char *doing, int code, const char *detail,
               struct error *error)
{
    if (is_lasting(code))
        atomic_store(&file->damaged, true);
    if ((code & 0xff) == SQLITE_NOTADB)
        return error_set(error,
                         "%s: is not a survey file, nor any SQLite file; choose another --db",
                         file->path);
    if (code == SQLITE_READONLY_DBMOVED)
        return error_set(error,
                         "%s: was moved or removed while it was written to; where it is moved "
                         "back, the same command continues",
                         file->path);
    if (detail == NULL)
        detail = sqlite3_errstr(code);
    return error_set(error, "%s: cannot %s: %s%s", file->path, doing, detail, advice(code));
}

bool file_is_moved(const struct file *file)
{
    struct stat ours, there;
    if (fstat(file->lock, &ours) != 0)
        return false;
    if (stat(file->path, &there) != 0)
        return errno == ENOENT;
    return there.st_ino != ours.st_ino;
}

bool file_is_stopped(const struct file *file)
{
    const struct store_voice *voice = file->voice;
    return voice != NULL && voice->stopped != NULL && voice->stopped(voice->context);
}

static int on_progress(void *context)
{
    return file_is_stopped(context);
}

void file_set_voice(struct file *file, const struct store_voice *voice)
{
    file->voice = voice;
    sqlite3_progress_handler(file->db, voice != NULL ? STOP_LOOK_OPCODES : 0, on_progress, file);
}

void file_say(const struct file *file, const char *what)
{
    struct error line;
    if (file->voice == NULL || file->voice->say == NULL)
        return;
    error_set(&line, "%s: %s", file->path, what);
    file->voice->say(file->voice->context, line.text);
}

static int wait_for_lock(void *context, int count)
{
    struct file *file = context;
    int patience = atomic_load(&file->patience_ms);
    if ((patience >= 0 && count >= patience / WAIT_MS) || file_is_stopped(file))
        return 0;
    if (count == LEAVE_PATIENCE_MS / WAIT_MS)
        file_say(file, "waiting for another program that reads it (Datasette, a notebook)");
    usleep(WAIT_MS * 1000);
    return 1;
}

static int connect_to(struct file *file, const char *sql_path, int mode, sqlite3 **ret,
                      struct error *error)
{
    sqlite3 *db = NULL;
    /* each connection stays with one thread at a time */
    int flags = mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(sql_path, &db, flags, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_busy_handler(db, wait_for_lock, file);
    if (code == SQLITE_OK && file->network)
        code = sqlite3_exec(db, alone_sql, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, connection_sql, NULL, NULL, NULL);
    if (code != SQLITE_OK) {
        file_error(file, "open it", code, db == NULL ? NULL : sqlite3_errmsg(db), error);
        sqlite3_close(db);
        return -1;
    }
    *ret = db;
    return 0;
}

int file_connect_listed(struct file *file, sqlite3 **ret, struct error *error)
{
    /* in a URI every octet may be written as %XX */
    size_t length = strlen(file->sql_path);
    char *uri = malloc(length * 3 + sizeof "file:?immutable=1");
    if (uri == NULL)
        return file_error(file, "open it", SQLITE_NOMEM, NULL, error);
    char *end = stpcpy(uri, "file:");
    for (const char *p = file->sql_path; *p != '\0'; p++)
        end += *p == '/' ? sprintf(end, "/") : sprintf(end, "%%%02X", (unsigned)(unsigned char)*p);
    strcpy(end, "?immutable=1");
    int status = connect_to(file, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, ret, error);
    free(uri);
    if (status == 0) /* a page of names is read once, or some times in a row */
        sqlite3_exec(*ret, "PRAGMA cache_size = -1000", NULL, NULL, NULL);
    return status;
}

int file_exec(struct file *file, const char *sql, const char *doing, struct error *error)
{
    int code = sqlite3_exec(file->db, sql, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        return 0;
    file_error(file, doing, code, sqlite3_errmsg(file->db), error);
    if (!sqlite3_get_autocommit(file->db))
        sqlite3_exec(file->db, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}

/* Takes the lock; makes an empty file where there is none: *ret_made. */
static int take_file(struct file *file, bool *ret_made, struct error *error)
{
    struct stat status;
    /* O_NONBLOCK: opening a named pipe must not wait */
    int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    file->lock = open(file->path, flags | O_EXCL, 0666);
    *ret_made = file->lock >= 0;
    if (file->lock < 0 && errno == EEXIST)
        file->lock = open(file->path, flags, 0666);
    if (file->lock < 0)
        return error_set(error, "%s: cannot open it: %s; choose another --db", file->path,
                         strerror(errno));
    if (fstat(file->lock, &status) != 0 || !S_ISREG(status.st_mode))
        return error_set(error, "%s: is not a regular file; choose another --db", file->path);
    int reason = disk_lock(file->lock);
    if (reason == EAGAIN)
        return error_set(error, "%s: is in use by another run of mxsurvey; wait for it or stop it",
                         file->path);
    if (reason != 0)
        return error_set(error,
                         "%s: cannot lock it: %s; mount its disk with locks, or choose a --db on a "
                         "local one",
                         file->path, strerror(reason));
    file->network = disk_is_network(file->lock);
    return 0;
}

/* Whose file is it?  *ret_fresh: nobody's yet. */
static int identify(struct file *file, bool *ret_fresh, struct error *error)
{
    struct header header;
    if (!header_read(file->lock, &header))
        return error_set(error, "%s: cannot read it: %s", file->path, strerror(errno));
    *ret_fresh = header.kind == HEADER_EMPTY;
    file->was_wal = header.wal;
    if (*ret_fresh)
        return 0;
    if (header.kind == HEADER_FOREIGN)
        return file_error(file, "open it", SQLITE_NOTADB, NULL, error);
    if (header.kind == HEADER_OTHER)
        return error_set(error, "%s: is the database of another program; choose another --db",
                         file->path);
    if (header.schema == SCHEMA_VERSION)
        return 0;
    return error_set(
        error,
        "%s: was written by %s mxsurvey (schema %" PRIu32 ", this one %s %d); use that "
        "one, or choose another --db",
        file->path, header.schema > SCHEMA_VERSION ? "a newer" : "an older", header.schema,
        header.schema > SCHEMA_VERSION ? "knows" : "writes", SCHEMA_VERSION);
}

static int create_schema(struct file *file, struct error *error)
{
    static const char doing[] = "create the tables";
    char head[128];
    snprintf(head, sizeof head,
             "BEGIN IMMEDIATE; PRAGMA application_id = %d; PRAGMA user_version = %d;",
             SCHEMA_APPLICATION_ID, SCHEMA_VERSION);
    char version[16];
    snprintf(version, sizeof version, "%d", SCHEMA_VERSION);
    if (file_exec(file, head, doing, error) != 0 ||
        file_exec(file, schema_tables_sql, doing, error) != 0 ||
        file_exec(file, schema_views_sql, doing, error) != 0 ||
        file_set_info(file, "schema", version, error) != 0)
        return -1;
    return file_exec(file, "COMMIT", doing, error);
}

/* SQLite counts its memory under a lock, for figures that nobody here looks at.  Refused, and
 * harmless, where it is in use already. */
static void spare_statistics(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int file_open(const char *path, struct file *ret, struct error *error)
{
    bool made = false, fresh = false;
    *ret = (struct file){.lock = -1, .patience_ms = FILE_PATIENCE_MS};
    spare_statistics();
    ret->path = strdup(path);
    ret->sql_path = header_sql_path(path);
    if (ret->path == NULL || ret->sql_path == NULL) {
        error_set(error, "%s: cannot open it: no memory", path);
        goto failed;
    }
    if (take_file(ret, &made, error) != 0 || identify(ret, &fresh, error) != 0 ||
        connect_to(ret, ret->sql_path, SQLITE_OPEN_READWRITE, &ret->db, error) != 0)
        goto failed;
    if (fresh && create_schema(ret, error) != 0)
        goto failed;
    return 0;

failed:
    sqlite3_close(ret->db);
    ret->db = NULL;
    if (fresh && made)
        unlink(ret->path);
    else if (fresh && ftruncate(ret->lock, 0) != 0)
        error_set(error, "%s: cannot write to it: %s", path, strerror(errno));
    file_close(ret);
    return -1;
}

void file_close(struct file *file)
{
    sqlite3_close(file->db);
    if (file->lock >= 0)
        close(file->lock);
    free(file->path);
    free(file->sql_path);
    *file = (struct file){.lock = -1};
}

/* Asks for a journal mode; false where the file keeps another. */
static int set_journal(struct file *file, const char *sql, const char *mode)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(file->db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        const char *now = (const char *)sqlite3_column_text(statement, 0);
        code = now != NULL && strcmp(now, mode) == 0 ? SQLITE_OK : SQLITE_BUSY;
    }
    sqlite3_finalize(statement);
    return code;
}

int file_enter_wal(struct file *file, struct error *error)
{
    int code = set_journal(file, "PRAGMA journal_mode = WAL", "wal");
    /* what a stopped run left in its log: file_connect_listed looks at the file alone, whose
     * last page a full disk may have cut */
    if (code == SQLITE_OK)
        code = sqlite3_wal_checkpoint_v2(file->db, NULL, SQLITE_CHECKPOINT_FULL, NULL, NULL);
    return code == SQLITE_OK ? 0 : file_error(file, "write to it", code, NULL, error);
}

/* Does what may wait for other programs; for a while only, in quiet. */
static int wait_a_little(struct file *file, int (*step)(struct file *file))
{
    int patience = atomic_exchange(&file->patience_ms, LEAVE_PATIENCE_MS);
    int code = step(file);
    atomic_store(&file->patience_ms, patience);
    return code;
}

static int leave_wal(struct file *file)
{
    return set_journal(file, "PRAGMA journal_mode = DELETE", "delete");
}

static int fold_wal(struct file *file)
{
    return sqlite3_wal_checkpoint_v2(file->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

bool file_try_leave_wal(struct file *file)
{
    if (wait_a_little(file, leave_wal) == SQLITE_OK)
        return true;
    wait_a_little(file, fold_wal);
    return false;
}

int file_leave_wal(struct file *file, bool *ret_single, struct error *error)
{
    int code = wait_a_little(file, leave_wal);
    *ret_single = code == SQLITE_OK;
    if (!*ret_single && (code & 0xff) == SQLITE_BUSY)
        code = fold_wal(file);
    if (code == SQLITE_OK)
        return 0;
    if ((code & 0xff) == SQLITE_BUSY)
        return error_set(error,
                         "%s: all is surveyed, but another program has it open in a transaction: "
                         "close that, and the same command finishes the file",
                         file->path);
    return file_error(file, "make one file of it and its log", code, NULL, error);
}

int file_set_info(struct file *file, const char *key, const char *value, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(
        file->db, "INSERT OR REPLACE INTO _run (key, value) VALUES (?, ?)", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code != SQLITE_DONE)
        file_error(file, "write to it", code, sqlite3_errmsg(file->db), error);
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? 0 : -1;
}

/* What a resolver said that did not always validate (survey/validation.h). */
static int disbelieve(struct file *file, const char *doing, struct error *error)
{
    char *validates = run_info_read(file->db, "resolver_validates");
    bool believed = validates == NULL || strcmp(validates, "yes") == 0;
    free(validates);
    return believed ? 0 : file_exec(file, schema_disbelieve_sql, doing, error);
}

/* Within a transaction. */
static int commit_state(struct file *file, const char *state, const char *doing,
                        struct error *error)
{
    if (file_set_info(file, "state", state, error) != 0) {
        sqlite3_exec(file->db, "ROLLBACK", NULL, NULL, NULL);
        return -1;
    }
    return file_exec(file, "COMMIT", doing, error);
}

int file_interrupt(struct file *file, struct error *error)
{
    static const char doing[] = "write how it ended";
    if (file_exec(file, "BEGIN IMMEDIATE", doing, error) != 0 ||
        disbelieve(file, doing, error) != 0)
        return -1;
    return commit_state(file, "interrupted", doing, error);
}

int file_finish(struct file *file, struct error *error)
{
    static const char doing[] = "build its indexes (SQLite's temporary files go to SQLITE_TMPDIR)";
    /* sorting is quickest in runs that fit the processor's cache; the end is worth a sync */
    if (file_exec(file, "PRAGMA cache_size = -1000; PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
                  doing, error) != 0 ||
        file_exec(file, schema_opt_outs_sql, doing, error) != 0 ||
        file_exec(file, schema_indexes_sql, doing, error) != 0 ||
        file_exec(file, schema_strays_sql, doing, error) != 0 ||
        disbelieve(file, doing, error) != 0 ||
        file_exec(file, "DELETE FROM _deferred; DELETE FROM _deferred_host", doing, error) != 0)
        return -1;
    return commit_state(file, "finished", doing, error);
}

int file_retry(struct file *file, struct error *error)
{
    static const char doing[] = "take out of it what failed";
    if (file_exec(file, "BEGIN IMMEDIATE", doing, error) != 0 ||
        file_exec(file, schema_retry_sql, doing, error) != 0)
        return -1;
    return file_exec(file, "COMMIT", doing, error);
}
