#include "crawler/store/left.h"

#include "crawler/core/words.h"

#include <assert.h>
#include <stdlib.h>

static uint64_t word(const struct left *left, uint64_t index)
{
    return atomic_load_explicit(&left->done[index], memory_order_relaxed);
}

bool left_is_done(const struct left *left, uint64_t id)
{
    return (word(left, (id - 1) / 64) >> ((id - 1) % 64) & 1) != 0;
}

void left_mark_done(struct left *left, uint64_t id)
{
    assert(id >= 1 && id <= left->count && !left_is_done(left, id));
    uint64_t index = (id - 1) / 64;
    /* there is one writer: no other mark can come in between */
    atomic_store_explicit(&left->done[index], word(left, index) | UINT64_C(1) << ((id - 1) % 64),
                          memory_order_relaxed);
    left->done_count++;
}

uint64_t left_skip_done(const struct left *left, uint64_t id)
{
    while (id <= left->count) {
        if ((id - 1) % 64 == 0 && word(left, (id - 1) / 64) == UINT64_MAX)
            id += 64;
        else if (left_is_done(left, id))
            id++;
        else
            return id;
    }
    return left->count + 1;
}

/* Marks as done what the statement selects, numbers and outcomes.  An SQLite result code. */
static int mark_all(struct left *left, sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code == SQLITE_ERROR)
        code = SQLITE_CORRUPT; /* the table is another one */
    while (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        uint64_t id = (uint64_t)sqlite3_column_int64(statement, 0);
        code = SQLITE_CORRUPT;
        if (id < 1 || id > left->count || left_is_done(left, id))
            break;
        left_mark_done(left, id);
        left->unanswered_count += sqlite3_column_int(statement, 1) == MX_OUTCOME_FAILED;
        code = SQLITE_OK;
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

int left_load(struct left *left, sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    /* numbers have no gaps: the greatest is the count, without reading them all */
    int code = sqlite3_prepare_v2(db,
                                  "SELECT max(coalesce((SELECT max(id) FROM _listed), 0),"
                                  " coalesce((SELECT max(id) FROM _opted_out), 0))",
                                  -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        left->count = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW)
        return code;

    free(left->done);
    left->done_count = left->unanswered_count = left->gone_count = 0;
    left->done = calloc(left->count / 64 + 1, sizeof *left->done);
    if (left->done == NULL)
        return SQLITE_NOMEM;
    code = mark_all(left, db, "SELECT id, mx_outcome FROM _surveyed");
    uint64_t surveyed = left->done_count;
    if (code == SQLITE_OK)
        code = mark_all(left, db, "SELECT id, NULL FROM _opted_out");
    left->gone_count = left->done_count - surveyed;
    return code;
}

void left_free(struct left *left)
{
    free(left->done);
    *left = (struct left){0};
}
