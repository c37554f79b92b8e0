#include "store_helper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

int enter_directory(void **state)
{
    static char directory[64];
    snprintf(directory, sizeof directory, "/tmp/mxsurvey-test-XXXXXX");
    if (mkdtemp(directory) == NULL || chdir(directory) != 0)
        return -1;
    *state = directory;
    return 0;
}

int leave_directory(void **state)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", (const char *)*state);
    return chdir("/") != 0 || system(command) != 0 ? -1 : 0;
}

static sqlite3 *connect_to(const char *path)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_busy_timeout(db, 10000);
    return db;
}

char *query(const char *path, const char *sql)
{
    char *ret = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&ret, &size);
    sqlite3 *db = connect_to(path);
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const char *text = (const char *)sqlite3_column_text(statement, i);
            fprintf(out, "%s%s", i > 0 ? "|" : "", text == NULL ? "-" : text);
        }
        fputc('\n', out);
    }
    if (code != SQLITE_DONE)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    fclose(out);
    return ret;
}

void assert_query(const char *path, const char *sql, const char *expected)
{
    char *actual = query(path, sql);
    assert_string_equal(actual, expected);
    free(actual);
}

void execute(const char *path, const char *sql)
{
    sqlite3 *db = connect_to(path);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

struct name name_of(const char *text)
{
    struct name ret;
    if (!name_from_text(text, strlen(text), &ret))
        fail_msg("no name: %s", text);
    return ret;
}

struct store *open_store(const char *path, enum store_state expected)
{
    struct store *store = NULL;
    enum store_state state;
    struct error error = {""};
    if (store_open(path, &store, &state, &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(state, expected);
    return store;
}

void close_store(struct store *store, bool finished)
{
    struct error error = {""};
    if (store_close(store, finished, &error) != 0)
        fail_msg("%s", error.text);
}

struct store *load_store(const char *path, const char *const names[])
{
    struct error error = {""};
    struct store *store = open_store(path, STORE_NEW);
    assert_int_equal(store_load_begin(store, &error), 0);
    for (unsigned i = 0; names[i] != NULL; i++)
        assert_int_equal(store_load_name(store, names[i], strlen(names[i]), -1, NULL, 0, &error),
                         0);
    assert_int_equal(store_load_end(store, &error), 0);
    return store;
}

bool next_domain(struct store *store, struct store_domain *ret)
{
    enum store_next next;
    while ((next = store_next(store, ret)) == STORE_NEXT_LATER)
        usleep(100);
    return next == STORE_NEXT;
}

uint64_t put_plain_host(struct store *store, const char *name)
{
    struct name wire = name_of(name);
    struct address_row address = {.family = 4, .octets = {192, 0, 2, 1}};
    uint64_t id = store_next_host_id(store);
    store_put_host(store, &(struct host_row){
                              .id = id,
                              .name = &wire,
                              .class = EXCHANGE_HOST,
                              .resolved = true,
                              .address_outcome = OUTCOME_ANSWER,
                              .ipv4_count = 1,
                              .dnssec = DNSSEC_INSECURE,
                              .alias = ALIAS_NONE,
                              .address_count = 1,
                              .addresses = &address,
                          });
    return id;
}

void put_plain_domain(struct store *store, uint64_t id, uint64_t host)
{
    struct mx_row mx = {.preference = 10, .host = host, .is_primary = true};
    store_put_domain(store, &(struct domain_row){
                                .id = id,
                                .surveyed_at = 1800000000,
                                .mx_outcome = MX_OUTCOME_MX,
                                .dnssec = DNSSEC_INSECURE,
                                .provider_host = host,
                                .mx_count = 1,
                                .mx = &mx,
                            });
}
