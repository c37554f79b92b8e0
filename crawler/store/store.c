/* store.c - the survey file from the main thread's side (store.h); store_load.c has the lists.
 *
 *   open ─▶ load (new files) ─▶ start ─▶ next, put, flush ... ─▶ close
 *           rollback journal     WAL, writer thread, reader      rollback journal, indexes
 *
 * One connection writes; it belongs to the main thread until start() and after
 * writer_stop(), to the writer thread in between.  A second one reads names
 * meanwhile.
 */
#include "crawler/store/store_private.h"

#include "crawler/store/ending.h"
#include "crawler/store/opt_out.h"
#include "crawler/store/rows.h"
#include "crawler/store/store_hosts.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    /* rows of all tables: some 3 MB and 40 ms of writing.  What is written is pages: the more
     * rows of a run come at once, the less often its pages are written. */
    BATCH_ROWS = 32768,
    BATCH_OCTETS = 4 << 20, /* of texts: a few rows may have 64 KB each */
};

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void note_call(struct store *store, uint64_t begin_us)
{
    uint64_t took = now_us() - begin_us;
    if (took > store->longest_us)
        store->longest_us = took;
}

/* --- open --- */

/* From where on hosts and sets of MX records are numbered. */
static int read_last_ids(struct store *store)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->file.db,
                                  "SELECT coalesce((SELECT max(id) FROM _host), 0),"
                                  " coalesce((SELECT max(mx_set) FROM _mx_record), 0)",
                                  -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        store->last_host_id = (uint64_t)sqlite3_column_int64(statement, 0);
        store->mx_sets = mx_sets_new((uint64_t)sqlite3_column_int64(statement, 1));
    }
    sqlite3_finalize(statement);
    if (code == SQLITE_ROW)
        code = store->mx_sets == NULL ? SQLITE_NOMEM : SQLITE_OK;
    return code;
}

/* Where the run stands: without a state the lists were never wholly loaded, for loading is one
 * transaction. */
static enum store_state find_state(const struct store *store)
{
    const char *state = run_info_get(&store->info, "state");
    if (state == NULL)
        return STORE_NEW;
    return strcmp(state, "finished") == 0 ? STORE_FINISHED : STORE_CONTINUED;
}

static void free_memory(struct store *store)
{
    left_free(&store->left);
    mx_sets_free(store->mx_sets);
    deferred_free(&store->deferred);
    run_info_free(&store->info);
}

int store_open(const char *path, struct store **ret, enum store_state *ret_state,
               struct error *error)
{
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return error_set(error, "%s: cannot open it: no memory", path);
    if (file_open(path, &store->file, error) != 0) {
        free(store);
        return -1;
    }
    deferred_init(&store->deferred);
    int code = run_info_load(&store->info, store->file.db);
    if (code == SQLITE_OK)
        code = left_load(&store->left, store->file.db);
    if (code == SQLITE_OK)
        code = read_last_ids(store);
    if (code == SQLITE_OK)
        code = deferred_load(&store->deferred, store->file.db);
    if (code != SQLITE_OK) {
        file_error(&store->file, "read it", code, NULL, error);
        free_memory(store);
        file_close(&store->file);
        free(store);
        return -1;
    }
    store->state = find_state(store);
    *ret = store;
    *ret_state = store->state;
    return 0;
}

int store_retry(const char *path, struct store **store, enum store_state *ret_state,
                struct error *error)
{
    assert((*store)->state == STORE_FINISHED);
    int result = file_retry(&(*store)->file, error);
    if (result == 0)
        result = store_close(*store, false, error);
    else
        store_close(*store, false, &(struct error){""});
    *store = NULL;
    return result == 0 ? store_open(path, store, ret_state, error) : -1;
}

/* --- transactions of the main thread --- */

int store_begin(struct store *store, struct error *error)
{
    if (!sqlite3_get_autocommit(store->file.db))
        return 0;
    return file_exec(&store->file, "BEGIN IMMEDIATE", "write to it", error);
}

int store_commit(struct store *store, struct error *error)
{
    if (sqlite3_get_autocommit(store->file.db))
        return 0;
    return file_exec(&store->file, "COMMIT", "write to it", error);
}

void store_roll_back(struct store *store)
{
    if (!sqlite3_get_autocommit(store->file.db))
        sqlite3_exec(store->file.db, "ROLLBACK", NULL, NULL, NULL);
}

/* --- opt-outs --- */

int store_lost_opt_out(struct store *store, const int64_t *hashes, size_t count, bool *ret_lost,
                       struct error *error)
{
    int code = opt_out_find_lost(store->file.db, hashes, count, ret_lost);
    return code == SQLITE_OK ? 0 : file_error(&store->file, "read it", code, NULL, error);
}

int store_add_opt_outs(struct store *store, const int64_t *hashes, size_t count,
                       struct error *error)
{
    if (store_begin(store, error) != 0)
        return -1;
    int code = opt_out_add(store->file.db, hashes, count);
    return code == SQLITE_OK ? 0 : file_error(&store->file, "write to it", code, NULL, error);
}

int store_opt_out(struct store *store, opt_out_fn *is_out, void *context, uint64_t *ret_count,
                  struct error *error)
{
    if (store_begin(store, error) != 0)
        return -1;
    store->changed = true;
    int code = opt_out_listed(store->file.db, &store->left, is_out, context, ret_count);
    return code == SQLITE_OK ? 0 : file_error(&store->file, "write to it", code, NULL, error);
}

/* --- run --- */

static bool is_failed(struct store *store)
{
    return store_failed(store, NULL);
}

static int start(struct store *store)
{
    struct file *file = &store->file;
    struct error *error = &store->error;
    assert(store->state == STORE_CONTINUED);
    store->changed = true;
    if (store_begin(store, error) != 0 || file_set_info(file, "state", "running", error) != 0 ||
        store_commit(store, error) != 0 || file_enter_wal(file, error) != 0 ||
        file_connect_listed(file, &store->reader, error) != 0)
        return -1;
    int code = ahead_start(&store->left, store->reader, &store->order, &store->ahead);
    if (code != SQLITE_OK)
        return file_error(file, "read it", code, sqlite3_errmsg(store->reader), error);
    /* whatever another program does, rows are kept until it lets go */
    atomic_store(&file->patience_ms, -1);
    return writer_start(file, &store->writer, error);
}

/* true when rows can be taken and names read */
static bool ready(struct store *store)
{
    if (is_failed(store))
        return false;
    if (store->writer == NULL && start(store) != 0)
        store->failed = true;
    return !store->failed;
}

uint64_t store_domain_count(const struct store *store)
{
    return store->left.count - store->left.gone_count;
}

uint64_t store_done_count(const struct store *store)
{
    return store->left.done_count - store->left.gone_count;
}

uint64_t store_unanswered_count(const struct store *store)
{
    return store->left.unanswered_count;
}

void store_rewind(struct store *store)
{
    if (store->ahead != NULL)
        ahead_rewind(store->ahead, &store->order);
}

void store_set_shuffle(struct store *store, uint64_t seed, bool whole)
{
    store->order =
        (struct ahead_order){.shuffled = true, .seed = seed, .run = whole ? 1 : AHEAD_RUN_MAX};
    store_rewind(store);
}

enum store_next store_next(struct store *store, struct store_domain *ret)
{
    if (store->left.done_count == store->left.count)
        return STORE_NEXT_NONE;
    if (!ready(store))
        return STORE_NEXT_FAILED;
    int code = ahead_next(store->ahead, ret);
    if (code == SQLITE_ROW)
        return STORE_NEXT;
    if (code == SQLITE_BUSY)
        return STORE_NEXT_LATER;
    if (code == SQLITE_DONE)
        return STORE_NEXT_NONE;
    store->failed = true;
    file_error(&store->file, "read the names in it", code, NULL, &store->error);
    return STORE_NEXT_FAILED;
}

void store_put_host(struct store *store, const struct host_row *row)
{
    if (ready(store))
        rows_add_host(writer_batch(store->writer), row);
}

void store_show_host(struct store *store, uint64_t id)
{
    if (ready(store))
        rows_show_host(writer_batch(store->writer), id);
}

void store_put_failure(struct store *store, const struct failure_row *row)
{
    if (ready(store))
        rows_add_failure(writer_batch(store->writer), row);
}

void store_put_domain(struct store *store, const struct domain_row *row)
{
    if (!ready(store))
        return;
    struct batch *batch = writer_batch(store->writer);
    left_mark_done(&store->left, row->id);
    store->left.unanswered_count += row->mx_outcome == MX_OUTCOME_FAILED;
    rows_add_domain(batch, store->mx_sets, row);
    /* only here and in store_flush(): what was put before a domain is in its transaction */
    if (batch->row_count >= BATCH_ROWS || batch->texts.count >= BATCH_OCTETS)
        store_flush(store);
}

void store_defer_ede(struct store *store, uint64_t id, enum deferred_lookup lookup,
                     const struct ede *ede)
{
    struct ede all = *ede;
    store_add_deferred_ede(store, id, lookup, &all);
    if (all.count == 0 || !ready(store))
        return;
    deferred_put(&store->deferred, id, lookup, &all);
    rows_add_deferred(writer_batch(store->writer), id, lookup, &all);
}

void store_add_deferred_ede(const struct store *store, uint64_t id, enum deferred_lookup lookup,
                            struct ede *ede)
{
    struct ede known;
    deferred_get(&store->deferred, id, lookup, &known);
    ede_merge(ede, &known);
}

void store_defer_host(struct store *store, const struct name *name, const struct host_codes *codes)
{
    if (ready(store))
        rows_add_deferred_host(writer_batch(store->writer), name, codes);
}

bool store_busy(const struct store *store)
{
    return store->writer != NULL && writer_busy(store->writer);
}

void store_flush(struct store *store)
{
    if (store->writer == NULL)
        return;
    uint64_t begin = now_us();
    writer_hand_over(store->writer);
    note_call(store, begin);
}

bool store_failed(struct store *store, struct error *error)
{
    if (store->failed && error != NULL)
        *error = store->error;
    return store->failed || (store->writer != NULL && writer_failed(store->writer, error));
}

void store_queue(const struct store *store, struct store_queue *ret)
{
    *ret = (struct store_queue){0};
    if (store->writer == NULL)
        return;
    ret->batches = writer_queued(store->writer);
    ret->rows = writer_batch(store->writer)->row_count;
}

uint64_t store_longest_call_us(const struct store *store)
{
    return store->longest_us;
}

/* --- run_info --- */

int store_set_info(struct store *store, const char *key, const char *value, struct error *error)
{
    if (run_info_set(&store->info, key, value) != SQLITE_OK)
        return file_error(&store->file, "write to it", SQLITE_NOMEM, NULL, error);
    if (store->writer == NULL) {
        if (store_begin(store, error) != 0)
            return -1;
        store->changed = true;
        return file_set_info(&store->file, key, value, error);
    }
    if (store_failed(store, error))
        return -1;
    struct batch *batch = writer_batch(store->writer);
    struct run_item *item = batch_add(batch, TABLE_RUN);
    item->key = batch_text(batch, key, strlen(key));
    item->value = batch_text(batch, value, strlen(value));
    return 0;
}

int store_set_number(struct store *store, const char *key, uint64_t value, struct error *error)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return store_set_info(store, key, text, error);
}

char *store_get_info(struct store *store, const char *key)
{
    const char *value = run_info_get(&store->info, key);
    return value != NULL ? strdup(value) : NULL;
}

uint64_t store_get_number(struct store *store, const char *key)
{
    const char *value = run_info_get(&store->info, key);
    return value != NULL ? strtoull(value, NULL, 10) : 0;
}

/* --- hosts of an earlier part --- */

uint64_t store_next_host_id(struct store *store)
{
    return ++store->last_host_id;
}

int store_each_host(struct store *store, int (*each)(void *context, const struct known_host *host),
                    void *context, struct error *error)
{
    assert(store->writer == NULL);
    return store_hosts_each(&store->file, each, context, error);
}

int store_each_deferred_host(struct store *store,
                             int (*each)(void *context, const struct name *name,
                                         const struct host_codes *codes),
                             void *context, struct error *error)
{
    assert(store->writer == NULL);
    return deferred_each_host(&store->file, each, context, error);
}

/* --- close --- */

/* Ends the running part: 0, or -1 with the first error there was. */
static int stop(struct store *store, struct error *error)
{
    int status = 0;
    atomic_store(&store->file.patience_ms, FILE_PATIENCE_MS);
    if (store->writer != NULL)
        status = writer_stop(store->writer, error);
    store->writer = NULL;
    if (store->failed) {
        *error = store->error;
        status = -1;
    }
    ahead_stop(store->ahead);
    store->ahead = NULL;
    sqlite3_close(store->reader);
    store->reader = NULL;
    return status;
}

void store_set_voice(struct store *store, const struct store_voice *voice)
{
    store->voice = voice;
}

enum store_end store_close(struct store *store, bool finished, struct error *error)
{
    struct file *file = &store->file;
    /* a file that was only looked at stays as it is, one without its lists is still new */
    bool ending = store->state == STORE_CONTINUED && (store->changed || finished);
    bool tidying = store->state == STORE_FINISHED && finished && file->was_wal;
    int status = stop(store, error);
    enum store_end ret = STORE_ENDED;
    store_load_done(store);
    if (!ending)
        store_roll_back(store);
    else if (status == 0)
        status = store_commit(store, error);
    if (tidying || (ending && finished && status == 0))
        ret = ending_finish(file, tidying, store->voice, error);
    else if (ending)
        ret = ending_pause(file, status, error);
    else if (status != 0)
        ret = ending_failed(file);
    file_close(file);
    free_memory(store);
    free(store);
    return ret;
}
