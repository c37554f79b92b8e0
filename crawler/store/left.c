#include "crawler/store/left.h"

#include "crawler/store/permute.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* reading over this many names that are done is cheaper than a new search */
    SKIP_MAX = 64
};

static bool is_done(const struct left *left, uint64_t id)
{
    return (left->done[(id - 1) / 64] >> ((id - 1) % 64) & 1) != 0;
}

void left_mark_done(struct left *left, uint64_t id)
{
    assert(id >= 1 && id <= left->count && !is_done(left, id));
    left->done[(id - 1) / 64] |= UINT64_C(1) << ((id - 1) % 64);
    left->done_count++;
}

int left_load(struct left *left, sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    /* numbers have no gaps: the greatest is the count, without reading them all */
    int code =
        sqlite3_prepare_v2(db, "SELECT coalesce(max(id), 0) FROM listed", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        left->count = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW)
        return code;

    free(left->done);
    left->done_count = 0;
    left->done = calloc(left->count / 64 + 1, sizeof *left->done);
    if (left->done == NULL)
        return SQLITE_NOMEM;
    code = sqlite3_prepare_v2(db, "SELECT id FROM surveyed", -1, &statement, NULL);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code != SQLITE_ROW)
            break;
        uint64_t id = (uint64_t)sqlite3_column_int64(statement, 0);
        if (id < 1 || id > left->count)
            code = SQLITE_CORRUPT;
        else
            left_mark_done(left, id);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

int left_open(struct left *left, sqlite3 *db)
{
    int code = sqlite3_prepare_v3(db, "SELECT id, domain FROM listed WHERE id >= ? ORDER BY id", -1,
                                  SQLITE_PREPARE_PERSISTENT, &left->from_id, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v3(db, "SELECT id, domain FROM listed WHERE id = ?", -1,
                                  SQLITE_PREPARE_PERSISTENT, &left->by_id, NULL);
    return code;
}

void left_close(struct left *left)
{
    sqlite3_finalize(left->from_id);
    sqlite3_finalize(left->by_id);
    free(left->done);
    *left = (struct left){0};
}

void left_rewind(struct left *left)
{
    left->position = 0;
    left->block_count = left->block_next = 0;
}

/* Appends the statement's row to the block. */
static int keep_row(struct left *left, sqlite3_stmt *statement)
{
    struct store_domain *domain = &left->block[left->block_count];
    const void *text = sqlite3_column_text(statement, 1);
    int length = sqlite3_column_bytes(statement, 1);
    if (text == NULL)
        return SQLITE_NOMEM;
    if (length >= (int)sizeof domain->domain)
        return SQLITE_CORRUPT;
    domain->id = (uint64_t)sqlite3_column_int64(statement, 0);
    domain->length = (size_t)length;
    memcpy(domain->domain, text, (size_t)length);
    domain->domain[length] = '\0';
    left->block_count++;
    return SQLITE_OK;
}

/* Position of the next domain that is not done; count where there is none. */
static uint64_t skip_done(const struct left *left, uint64_t position)
{
    while (position < left->count) {
        if (position % 64 == 0 && left->done[position / 64] == UINT64_MAX)
            position += 64;
        else if (is_done(left, position + 1))
            position++;
        else
            return position;
    }
    return left->count;
}

static int read_in_order(struct left *left)
{
    left->position = skip_done(left, left->position);
    if (left->position >= left->count)
        return SQLITE_OK;
    int code = sqlite3_bind_int64(left->from_id, 1, (sqlite3_int64)left->position + 1);
    while (code == SQLITE_OK && left->block_count < LEFT_BLOCK) {
        code = sqlite3_step(left->from_id);
        if (code != SQLITE_ROW)
            break;
        uint64_t id = (uint64_t)sqlite3_column_int64(left->from_id, 0);
        code = is_done(left, id) ? SQLITE_OK : keep_row(left, left->from_id);
        left->position = id;
        uint64_t next = skip_done(left, id);
        if (next >= left->count || next - id > SKIP_MAX) {
            left->position = next;
            break;
        }
    }
    int reset = sqlite3_reset(left->from_id);
    return code == SQLITE_DONE ? SQLITE_CORRUPT : code == SQLITE_OK ? reset : code;
}

static int read_shuffled(struct left *left)
{
    int code = SQLITE_OK;
    while (code == SQLITE_OK && left->block_count < LEFT_BLOCK_SHUFFLED &&
           left->position < left->count) {
        uint64_t id = permute(left->position++, left->count, left->seed) + 1;
        if (is_done(left, id))
            continue;
        code = sqlite3_bind_int64(left->by_id, 1, (sqlite3_int64)id);
        if (code == SQLITE_OK)
            code = sqlite3_step(left->by_id);
        if (code == SQLITE_ROW)
            code = keep_row(left, left->by_id);
        else if (code == SQLITE_DONE)
            code = SQLITE_CORRUPT;
        sqlite3_reset(left->by_id);
    }
    return code;
}

int left_next(struct left *left, struct store_domain *ret)
{
    for (;;) {
        while (left->block_next < left->block_count) {
            const struct store_domain *domain = &left->block[left->block_next++];
            /* its row may have come since it was read ahead, in a second pass */
            if (!is_done(left, domain->id)) {
                ret->id = domain->id;
                ret->length = domain->length;
                memcpy(ret->domain, domain->domain, domain->length + 1);
                return SQLITE_ROW;
            }
        }
        left->block_count = left->block_next = 0;
        int code = left->shuffled ? read_shuffled(left) : read_in_order(left);
        if (code != SQLITE_OK)
            return code;
        if (left->block_count == 0)
            return SQLITE_DONE;
    }
}
