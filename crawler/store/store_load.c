/* The lists on their way into the file: one transaction of the main thread. */
#include "crawler/store/store_private.h"

#include <assert.h>
#include <string.h>

enum {
    LOAD_ROWS = 4096,
    DOMAIN_MAX = 255, /* octets of a listed name */
};

void store_load_done(struct store *store)
{
    insert_free(store->load_insert);
    store->load_insert = NULL;
    batch_free(&store->load);
}

static int load_failed(struct store *store, int code, struct error *error)
{
    file_error(&store->file, "load the lists into it", code,
               store->load.out_of_memory ? NULL : sqlite3_errmsg(store->file.db), error);
    store_load_done(store);
    store_roll_back(store);
    return -1;
}

int store_load_begin(struct store *store, struct error *error)
{
    assert(store->state == STORE_NEW && store->load_insert == NULL);
    if (store_begin(store, error) != 0)
        return -1;
    int code = insert_new(store->file.db, &store->load_insert);
    return code == SQLITE_OK ? 0 : load_failed(store, code, error);
}

static int load_write(struct store *store, size_t row_count, struct error *error)
{
    if (store->load.row_count < row_count && !store->load.out_of_memory)
        return 0;
    int code = insert_batch(store->load_insert, &store->load);
    if (code != SQLITE_OK)
        return load_failed(store, code, error);
    batch_clear(&store->load);
    return 0;
}

int store_load_name(struct store *store, const char *domain, size_t length, int64_t rank,
                    const char *suffix, uint32_t stratum, struct error *error)
{
    size_t suffix_length = suffix == NULL ? 0 : strlen(suffix);
    assert(store->load_insert != NULL && length <= DOMAIN_MAX);
    assert(suffix_length <= length && memcmp(domain + length - suffix_length,
                                             suffix == NULL ? "" : suffix, suffix_length) == 0);
    struct text text = batch_text(&store->load, domain, length);
    struct listed_item *item = batch_add(&store->load, TABLE_LISTED);
    item->id = ++store->left.count;
    item->rank_offset = rank < 0 ? NO_OFFSET : rank - (int64_t)item->id;
    item->domain = text;
    item->suffix_stratum = (uint64_t)stratum << 8 | suffix_length;
    return load_write(store, LOAD_ROWS, error);
}

void store_load_position(struct store *store, uint64_t position)
{
    assert(store->load_insert != NULL && position >= store->left.count);
    struct listed_position_item *item = batch_add(&store->load, TABLE_LISTED_POSITION);
    item->id = store->left.count;
    item->position = position;
}

void store_load_stratum(struct store *store, uint32_t number, const char *text)
{
    assert(store->load_insert != NULL && number > 0);
    struct text stratum = batch_text(&store->load, text, strlen(text));
    struct stratum_item *item = batch_add(&store->load, TABLE_STRATUM);
    item->id = number;
    item->stratum = stratum;
}

int store_load_reject(struct store *store, const char *list, uint64_t line, const char *text,
                      const char *reason, struct error *error)
{
    assert(store->load_insert != NULL);
    struct rejected_item *item = batch_add(&store->load, TABLE_REJECTED);
    item->line = line;
    item->list = batch_text(&store->load, list, strlen(list));
    item->text = batch_text(&store->load, text, strlen(text));
    item->reason = batch_text(&store->load, reason, strlen(reason));
    return load_write(store, LOAD_ROWS, error);
}

int store_load_end(struct store *store, struct error *error)
{
    assert(store->load_insert != NULL);
    if (load_write(store, 0, error) != 0)
        return -1;
    store_load_done(store);
    if (file_set_info(&store->file, "state", "running", error) != 0) {
        store_roll_back(store);
        return -1;
    }
    if (store_commit(store, error) != 0)
        return -1;
    store->state = STORE_CONTINUED;
    store->changed = true;
    int code = left_load(&store->left, store->file.db);
    return code == SQLITE_OK ? 0 : file_error(&store->file, "read it", code, NULL, error);
}
