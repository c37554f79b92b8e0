#include "crawler/store/run_info.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROOM_FIRST = 128 /* a run has some 70 */
};

static struct run_info_pair *find(const struct run_info *info, const char *key)
{
    for (size_t i = 0; i < info->count; i++) {
        if (strcmp(info->pairs[i].key, key) == 0)
            return &info->pairs[i];
    }
    return NULL;
}

static int add(struct run_info *info, const char *key, char *value)
{
    if (info->count == info->room) {
        size_t room = info->room == 0 ? ROOM_FIRST : 2 * info->room;
        struct run_info_pair *pairs = realloc(info->pairs, room * sizeof *pairs);
        if (pairs == NULL)
            return SQLITE_NOMEM;
        info->pairs = pairs;
        info->room = room;
    }
    char *copy = strdup(key);
    if (copy == NULL)
        return SQLITE_NOMEM;
    info->pairs[info->count++] = (struct run_info_pair){copy, value};
    return SQLITE_OK;
}

int run_info_set(struct run_info *info, const char *key, const char *value)
{
    struct run_info_pair *pair = find(info, key);
    char *copy = strdup(value);
    if (copy == NULL)
        return SQLITE_NOMEM;
    if (pair != NULL) {
        free(pair->value);
        pair->value = copy;
        return SQLITE_OK;
    }
    int code = add(info, key, copy);
    if (code != SQLITE_OK)
        free(copy);
    return code;
}

const char *run_info_get(const struct run_info *info, const char *key)
{
    const struct run_info_pair *pair = find(info, key);
    return pair != NULL ? pair->value : NULL;
}

int run_info_load(struct run_info *info, sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, "SELECT key, value FROM _run", -1, &statement, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *key = (const char *)sqlite3_column_text(statement, 0);
        const char *value = (const char *)sqlite3_column_text(statement, 1);
        code = key == NULL || value == NULL ? SQLITE_CORRUPT : run_info_set(info, key, value);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

void run_info_free(struct run_info *info)
{
    for (size_t i = 0; i < info->count; i++) {
        free(info->pairs[i].key);
        free(info->pairs[i].value);
    }
    free(info->pairs);
    *info = (struct run_info){0};
}

char *run_info_read(sqlite3 *db, const char *key)
{
    char *ret = NULL;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, "SELECT value FROM _run WHERE key = ?", -1, &statement, NULL) ==
            SQLITE_OK &&
        sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0) != NULL)
        ret = strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return ret;
}
