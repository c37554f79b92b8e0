/* store_private.h - what the parts of store.h share: store.c (open, run, close), store_load.c (the
 * lists).
 */
#ifndef MXSURVEY_STORE_STORE_PRIVATE_H
#define MXSURVEY_STORE_STORE_PRIVATE_H

#include "crawler/store/ahead.h"
#include "crawler/store/deferred.h"
#include "crawler/store/file.h"
#include "crawler/store/insert.h"
#include "crawler/store/left.h"
#include "crawler/store/mx_sets.h"
#include "crawler/store/run_info.h"
#include "crawler/store/store.h"
#include "crawler/store/writer.h"

struct store {
    struct file file;
    enum store_state state;
    struct left left;
    struct deferred deferred;
    struct run_info info;
    const struct store_voice *voice; /* or NULL */
    struct ahead_order order;
    uint64_t last_host_id;
    struct mx_sets *mx_sets;
    bool changed; /* the file is no longer as it was found */

    struct batch load; /* while loading */
    struct insert *load_insert;

    struct writer *writer; /* while running */
    struct ahead *ahead;
    sqlite3 *reader; /* ahead's */

    bool failed; /* the main thread met an error; the writer keeps its own */
    struct error error;
    uint64_t longest_us;
};

/* Transactions of the main thread.  What is said before the run goes into one transaction with the
 * load, or with the start: a sync for each line of run_info would take longer than the load.  The
 * one is begun, and ended, only where it is not yet.  0, or -1 with error. */
int store_begin(struct store *store, struct error *error);
int store_commit(struct store *store, struct error *error);
void store_roll_back(struct store *store);

/* Frees what the load needs; where nothing is loaded, too. */
void store_load_done(struct store *store);

#endif
