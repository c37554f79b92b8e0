/* The survey file: whose it is, how the run stands, and what is refused. */
#include "store_helper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const four[] = {"a.example", "b.example", "c.example", "d.example", NULL};

/* --- files that are refused --- */

static char *contents(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *ret = malloc(1 << 20);
    *ret_size = fread(ret, 1, 1 << 20, file);
    fclose(file);
    return ret;
}

static void assert_refused(const char *path, const char *reason)
{
    struct store *store = NULL;
    enum store_state state;
    struct error error = {""};
    assert_int_equal(store_open(path, &store, &state, &error), -1);
    assert_null(store);
    if (strstr(error.text, reason) == NULL || strncmp(error.text, path, strlen(path)) != 0 ||
        strchr(error.text, '\n') != NULL)
        fail_msg("%s: expected \"%s\", got \"%s\"", path, reason, error.text);
}

static void assert_refused_untouched(const char *path, const char *reason)
{
    size_t size_before, size_after;
    char *before = contents(path, &size_before);
    assert_refused(path, reason);
    char *after = contents(path, &size_after);
    assert_int_equal(size_before, size_after);
    assert_memory_equal(before, after, size_before);
    free(before);
    free(after);
    char side[64];
    snprintf(side, sizeof side, "%s-wal", path);
    assert_int_not_equal(access(side, F_OK), 0);
    snprintf(side, sizeof side, "%s-journal", path);
    assert_int_not_equal(access(side, F_OK), 0);
}

static void refuses_what_is_no_survey(void **state)
{
    (void)state;
    FILE *file = fopen("text.db", "w");
    for (unsigned i = 0; i < 1000; i++)
        fputs("this is no database\n", file);
    fclose(file);
    assert_refused_untouched("text.db", "nor any SQLite file");

    fclose(fopen("other.db", "w"));
    execute("other.db", "CREATE TABLE t (a)");
    assert_refused_untouched("other.db", "another program");

    assert_int_equal(mkdir("directory", 0777), 0);
    assert_refused("directory", "irectory");
    assert_refused("missing/file.db", "No such file");
    assert_int_equal(mkfifo("pipe", 0666), 0);
    assert_refused("pipe", "not a regular file");
}

static void refuses_other_schemas(void **state)
{
    (void)state;
    close_store(load_store("schema.db", four), false);
    execute("schema.db", "PRAGMA user_version = 5");
    assert_refused_untouched("schema.db", "newer mxsurvey");
    execute("schema.db", "PRAGMA user_version = 3");
    assert_refused_untouched("schema.db", "older mxsurvey");
    execute("schema.db", "PRAGMA application_id = 1");
    assert_refused_untouched("schema.db", "another program");
}

static void refuses_a_file_in_use(void **state)
{
    (void)state;
    struct store *store = load_store("locked.db", four);
    assert_refused("locked.db", "another run");
    put_plain_domain(store, 1, put_plain_host(store, "mx.example"));
    assert_refused("locked.db", "another run");
    close_store(store, false);
    close_store(open_store("locked.db", STORE_CONTINUED), false);
}

static void paths_have_no_special_meaning(void **state)
{
    (void)state;
    static const char *const paths[] = {":memory:", "file:x?mode=memory", "a'b\"c;d.db"};
    for (unsigned i = 0; i < 3; i++) {
        close_store(load_store(paths[i], four), false);
        struct stat status;
        assert_int_equal(stat(paths[i], &status), 0);
        assert_true(status.st_size > 0);
        close_store(open_store(paths[i], STORE_CONTINUED), false);
    }
}

/* --- states --- */

static void states_follow_the_run(void **state)
{
    (void)state;
    static const char path[] = "states.db";
    static const char state_sql[] = "SELECT value FROM run_info WHERE key = 'state'";
    close_store(open_store(path, STORE_NEW), false);
    struct store *store = load_store(path, four);
    assert_int_equal(store_domain_count(store), 4);
    assert_int_equal(store_done_count(store), 0);
    assert_query(path, state_sql, "running\n");
    close_store(store, false);
    assert_query(path, state_sql, "interrupted\n");

    store = open_store(path, STORE_CONTINUED);
    uint64_t host = put_plain_host(store, "mx.example");
    assert_query(path, state_sql, "running\n");
    for (uint64_t id = 1; id <= 4; id++)
        put_plain_domain(store, id, host);
    assert_int_equal(store_done_count(store), 4);
    close_store(store, true);
    assert_query(path, state_sql, "finished\n");
    assert_query(path, "PRAGMA journal_mode", "delete\n");
    assert_int_not_equal(access("states.db-wal", F_OK), 0);

    size_t size_before, size_after;
    char *before = contents(path, &size_before);
    store = open_store(path, STORE_FINISHED);
    assert_int_equal(store_done_count(store), 4);
    close_store(store, true);
    char *after = contents(path, &size_after);
    assert_int_equal(size_before, size_after);
    assert_memory_equal(before, after, size_before);
    free(before);
    free(after);
}

static void a_look_changes_nothing(void **state)
{
    (void)state;
    close_store(load_store("look.db", four), false);
    size_t size_before, size_after;
    char *before = contents("look.db", &size_before);
    struct store *store = open_store("look.db", STORE_CONTINUED);
    char *value = store_get_info(store, "state");
    assert_string_equal(value, "interrupted");
    free(value);
    close_store(store, false);
    char *after = contents("look.db", &size_after);
    assert_int_equal(size_before, size_after);
    assert_memory_equal(before, after, size_before);
    free(before);
    free(after);
}

static void a_list_without_names_is_a_survey(void **state)
{
    (void)state;
    struct store *store = load_store("empty.db", (const char *const[]){NULL});
    struct store_domain domain;
    assert_false(next_domain(store, &domain));
    close_store(store, true);
    close_store(open_store("empty.db", STORE_FINISHED), false);
}

static void info_is_kept(void **state)
{
    (void)state;
    struct error error;
    struct store *store = open_store("info.db", STORE_NEW);
    assert_int_equal(store_set_info(store, "early", "1", &error), 0);
    assert_int_equal(store_load_begin(store, &error), 0);
    assert_int_equal(store_load_name(store, "a.example", 9, -1, "example", 0, &error), 0);
    assert_int_equal(store_load_end(store, &error), 0);
    assert_int_equal(store_set_info(store, "between", "2'\"", &error), 0);
    char *value = store_get_info(store, "between");
    assert_string_equal(value, "2'\"");
    free(value);
    assert_null(store_get_info(store, "missing"));
    put_plain_domain(store, 1, put_plain_host(store, "mx.example"));
    assert_int_equal(store_set_info(store, "late", "3", &error), 0);
    assert_int_equal(store_set_info(store, "early", "4", &error), 0);
    close_store(store, false);
    assert_query("info.db", "SELECT * FROM run_info ORDER BY key",
                 "between|2'\"\nearly|4\nlate|3\nschema|4\nstate|interrupted\n");
}

/* What an interrupted load said about itself must not be taken for the next one's. */
static void a_load_is_whole_or_nothing(void **state)
{
    (void)state;
    static const char path[] = "load.db";
    pid_t child = fork();
    if (child == 0) {
        struct error error;
        struct store *store = open_store(path, STORE_NEW);
        store_set_info(store, "list.1", "old", &error);
        store_load_begin(store, &error);
        for (unsigned i = 0; i < 300000; i++) { /* far more than the cache holds */
            char name[32];
            int length = snprintf(name, sizeof name, "name-of-child-%u.example", i);
            store_load_name(store, name, (size_t)length, i, "example", 0, &error);
        }
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    struct store *store = open_store(path, STORE_NEW);
    assert_null(store_get_info(store, "list.1"));
    close_store(store, false);
    store = load_store(path, four);
    assert_int_equal(store_domain_count(store), 4);
    close_store(store, false);
    assert_query(path, "PRAGMA integrity_check", "ok\n");
    assert_query(path, "SELECT count(*), min(domain) FROM _listed", "4|a.example\n");
}

/* --- files that came to harm --- */

static void refuses_a_domain_done_twice(void **state)
{
    (void)state;
    struct store *store = load_store("twice.db", four);
    put_plain_domain(store, 2, put_plain_host(store, "mx.example"));
    close_store(store, false);
    /* without the schema's promise that a number is there once */
    execute("twice.db", "ALTER TABLE _surveyed RENAME TO before;"
                        "CREATE TABLE _surveyed AS SELECT * FROM before;"
                        "INSERT INTO _surveyed SELECT * FROM before");
    assert_refused("twice.db", "the file is damaged");
}

static void refuses_a_listed_name_that_is_none(void **state)
{
    (void)state;
    static const char *const updates[] = {
        "UPDATE _listed SET domain = 'exam..org' WHERE id = 3",
        "UPDATE _listed SET domain = '' WHERE id = 3",
        "UPDATE _listed SET domain = 'a b.example' WHERE id = 3",
        "UPDATE _listed SET domain = 'a' || char(0) || 'b.example' WHERE id = 3",
        "UPDATE _listed SET domain = printf('%.64c.example', 'a') WHERE id = 3",
        "UPDATE _listed SET domain = printf('%.1000c', 'a') WHERE id = 3",
    };
    for (unsigned i = 0; i < sizeof updates / sizeof *updates; i++) {
        struct store_domain domain;
        struct error error = {""};
        close_store(load_store("noname.db", four), false);
        execute("noname.db", updates[i]);
        struct store *store = open_store("noname.db", STORE_CONTINUED);
        while (next_domain(store, &domain))
            assert_true(domain.id < 3);
        assert_int_equal(store_next(store, &domain), STORE_NEXT_FAILED); /* no end of a pass */
        assert_true(store_failed(store, &error));
        assert_non_null(strstr(error.text, "noname.db: cannot read the names in it"));
        assert_int_equal(store_close(store, false, &error), STORE_DAMAGED);
        unlink("noname.db");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_no_survey),
        cmocka_unit_test(refuses_other_schemas),
        cmocka_unit_test(refuses_a_file_in_use),
        cmocka_unit_test(paths_have_no_special_meaning),
        cmocka_unit_test(states_follow_the_run),
        cmocka_unit_test(a_look_changes_nothing),
        cmocka_unit_test(a_list_without_names_is_a_survey),
        cmocka_unit_test(info_is_kept),
        cmocka_unit_test(a_load_is_whole_or_nothing),
        cmocka_unit_test(refuses_a_domain_done_twice),
        cmocka_unit_test(refuses_a_listed_name_that_is_none),
    };
    return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
