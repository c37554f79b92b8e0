#include "crawler/store/store_hosts.h"

#include <stdlib.h>

static int read_host(sqlite3_stmt *statement, struct known_host *ret)
{
    const char *name = (const char *)sqlite3_column_text(statement, 1);
    if (name == NULL)
        return SQLITE_NOMEM;
    if (!name_from_text(name, (size_t)sqlite3_column_bytes(statement, 1), &ret->name))
        return SQLITE_CORRUPT;
    ret->id = (uint64_t)sqlite3_column_int64(statement, 0);
    ret->class = (enum exchange_class)sqlite3_column_int(statement, 2);
    int outcome = sqlite3_column_int(statement, 3);
    ret->resolved = outcome != 0;
    ret->hidden = outcome < 0;
    ret->address_outcome = (enum outcome)abs(outcome);
    ret->alias = (enum alias)sqlite3_column_int(statement, 4);
    ret->dane = (enum dane)sqlite3_column_int(statement, 5);
    ret->failure = (enum failure)sqlite3_column_int(statement, 6);
    ede_from_text((const char *)sqlite3_column_text(statement, 7), &ret->ede);
    const char *target = (const char *)sqlite3_column_text(statement, 8);
    ret->aliased = target != NULL;
    if (ret->aliased &&
        !name_from_text(target, (size_t)sqlite3_column_bytes(statement, 8), &ret->alias_target))
        return SQLITE_CORRUPT;
    return SQLITE_OK;
}

int store_hosts_each(struct file *file, int (*each)(void *context, const struct known_host *host),
                     void *context, struct error *error)
{
    int stopped = 0;
    struct known_host host;
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(file->db,
                                  "SELECT h.id, name, class, address_outcome, alias, dane,"
                                  " failure, ede, CASE WHEN alias > 1 THEN"
                                  " (SELECT target FROM _alias AS a WHERE a.host = h.id"
                                  " ORDER BY hop DESC LIMIT 1) END"
                                  " FROM _host AS h LEFT JOIN _host_detail AS d ON d.id = h.id"
                                  " ORDER BY h.id",
                                  -1, &statement, NULL);
    while (code == SQLITE_OK && stopped == 0) {
        code = sqlite3_step(statement);
        if (code != SQLITE_ROW)
            break;
        code = read_host(statement, &host);
        if (code == SQLITE_OK)
            stopped = each(context, &host);
    }
    sqlite3_finalize(statement);
    if (code != SQLITE_OK && code != SQLITE_DONE)
        return file_error(file, "read the hosts in it", code, NULL, error);
    return stopped;
}
