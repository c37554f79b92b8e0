#include "crawler/cli/check/opt_out.h"

#include "crawler/survey/exclude.h"

static bool is_hash(void *context, int64_t hash)
{
    sqlite3_stmt *row = context;
    sqlite3_reset(row);
    sqlite3_bind_int64(row, 1, hash);
    return sqlite3_step(row) != SQLITE_DONE;
}

bool check_opted_out(sqlite3 *db, const struct name *name)
{
    sqlite3_stmt *row;
    if (sqlite3_prepare_v2(db, "SELECT 1 FROM _opt_out WHERE hash = ?1", -1, &row, NULL) !=
        SQLITE_OK)
        return true;
    bool found = exclude_any_hash(name, is_hash, row);
    sqlite3_finalize(row);
    return found;
}
