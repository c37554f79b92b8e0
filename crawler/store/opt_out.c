#include "crawler/store/opt_out.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

int opt_out_find_lost(sqlite3 *db, const int64_t *hashes, size_t count, bool *ret_lost)
{
    sqlite3_stmt *row = NULL;
    *ret_lost = false;
    int code = sqlite3_prepare_v2(db, "SELECT hash FROM _opt_out", -1, &row, NULL);
    while (code == SQLITE_OK && !*ret_lost && (code = sqlite3_step(row)) == SQLITE_ROW) {
        int64_t hash = sqlite3_column_int64(row, 0);
        *ret_lost = count == 0 || bsearch(&hash, hashes, count, sizeof *hashes, compare) == NULL;
        code = SQLITE_OK;
    }
    sqlite3_finalize(row);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* Runs a statement with one number to bind. */
static int run(sqlite3_stmt *statement, int64_t number)
{
    int code = sqlite3_bind_int64(statement, 1, number);
    if (code == SQLITE_OK && sqlite3_step(statement) != SQLITE_DONE)
        code = sqlite3_errcode(sqlite3_db_handle(statement));
    int reset = sqlite3_reset(statement);
    return code == SQLITE_OK ? reset : code;
}

int opt_out_add(sqlite3 *db, const int64_t *hashes, size_t count)
{
    sqlite3_stmt *insert = NULL;
    int code =
        sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO _opt_out VALUES (?)", -1, &insert, NULL);
    for (size_t i = 0; i < count && code == SQLITE_OK; i++)
        code = run(insert, hashes[i]);
    sqlite3_finalize(insert);
    return code;
}

static const char *const removals[] = {
    "INSERT INTO _opted_out VALUES (?)",
    "DELETE FROM _listed WHERE id = ?",
    "DELETE FROM _listed_position WHERE id = ?",
};
enum {
    REMOVALS = sizeof removals / sizeof *removals
};

int opt_out_listed(sqlite3 *db, struct left *left, opt_out_fn *is_out, void *context,
                   uint64_t *ret_count)
{
    sqlite3_stmt *row = NULL, *remove[REMOVALS] = {NULL};
    *ret_count = 0;
    int code = sqlite3_prepare_v2(db, "SELECT id, domain FROM _listed WHERE id > ? ORDER BY id", -1,
                                  &row, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(row, 1, 0);
    for (unsigned i = 0; i < REMOVALS && code == SQLITE_OK; i++)
        code = sqlite3_prepare_v2(db, removals[i], -1, &remove[i], NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(row)) == SQLITE_ROW) {
        uint64_t id = (uint64_t)sqlite3_column_int64(row, 0);
        const char *domain = (const char *)sqlite3_column_text(row, 1);
        code = domain == NULL || id < 1 || id > left->count ? SQLITE_CORRUPT : SQLITE_OK;
        if (code != SQLITE_OK || left_is_done(left, id) ||
            !is_out(context, domain, (size_t)sqlite3_column_bytes(row, 1)))
            continue;
        /* the row goes: the search begins anew behind it */
        sqlite3_reset(row);
        for (unsigned i = 0; i < REMOVALS && code == SQLITE_OK; i++)
            code = run(remove[i], (int64_t)id);
        if (code == SQLITE_OK)
            code = sqlite3_bind_int64(row, 1, (int64_t)id);
        left_mark_done(left, id);
        left->gone_count++;
        (*ret_count)++;
    }
    sqlite3_finalize(row);
    for (unsigned i = 0; i < REMOVALS; i++)
        sqlite3_finalize(remove[i]);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}
