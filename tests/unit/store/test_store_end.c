/* The end of a survey beside other programs, asked to stop, and in a damaged file; and whose files
 * are let alone. */
#include "store_helper.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

enum {
    NAMES = 3000,
    PAGE = 8192,
};

/* A survey of so many names without a row. */
static struct store *load(const char *path)
{
    struct error error;
    struct store *store = open_store(path, STORE_NEW);
    assert_int_equal(store_load_begin(store, &error), 0);
    for (unsigned i = 1; i <= NAMES; i++) {
        char name[32];
        int length = snprintf(name, sizeof name, "domain-%u.example", i);
        assert_int_equal(store_load_name(store, name, (size_t)length, -1, "example", 0, &error), 0);
    }
    assert_int_equal(store_load_end(store, &error), 0);
    return store;
}

static void put_rows(struct store *store, unsigned from, unsigned to)
{
    char name[32];
    snprintf(name, sizeof name, "mx-%u.example", from);
    uint64_t host = put_plain_host(store, name);
    for (unsigned i = from; i <= to; i++) {
        put_plain_domain(store, i, host);
        while (store_busy(store))
            usleep(1000);
    }
}

static bool is_there(const char *path, const char *end)
{
    char beside[64];
    snprintf(beside, sizeof beside, "%s%s", path, end);
    return access(beside, F_OK) == 0;
}

static void assert_alone(const char *path)
{
    assert_false(is_there(path, "-wal"));
    assert_false(is_there(path, "-shm"));
    assert_false(is_there(path, "-journal"));
}

static void assert_whole(const char *path)
{
    char all[16];
    snprintf(all, sizeof all, "%d\n", NAMES);
    assert_alone(path);
    assert_query(path, "PRAGMA integrity_check", "ok\n");
    assert_query(path, "PRAGMA journal_mode", "delete\n");
    assert_query(path, "SELECT value FROM run_info WHERE key = 'state'", "finished\n");
    assert_query(path, "SELECT count(*) FROM domains WHERE mx_outcome = 'mx'", all);
    assert_query(
        path, "SELECT count(*) > 1 FROM sqlite_schema WHERE type = 'index' AND sql NOTNULL", "1\n");
}

static void assert_without_indexes(const char *path)
{
    assert_query(path, "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql NOTNULL",
                 "0\n");
    assert_query(path, "SELECT value = 'finished' FROM run_info WHERE key = 'state'", "0\n");
}

/* --- readers --- */

struct listener {
    sqlite3 *reader;
    void (*heard)(struct listener *listener); /* what it does at the first line */
    unsigned lines;
    char first[ERROR_TEXT_MAX];
    bool stop;
};

static bool is_stopped(void *context)
{
    return ((const struct listener *)context)->stop;
}

static void listen(void *context, const char *line)
{
    struct listener *listener = context;
    if (listener->lines++ > 0)
        return;
    snprintf(listener->first, sizeof listener->first, "%s", line);
    listener->heard(listener);
}

static sqlite3 *hold(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void end_it(struct listener *listener)
{
    assert_int_equal(sqlite3_exec(listener->reader, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
}

static void close_it(struct listener *listener)
{
    end_it(listener);
    assert_int_equal(sqlite3_close(listener->reader), SQLITE_OK);
}

static void press_key(struct listener *listener)
{
    listener->stop = true;
}

static void nothing(struct listener *listener)
{
    (void)listener;
}

/* Surveys all with a reader in it from the middle on, and closes. */
static enum store_end end_beside_reader(const char *path, const char *sql,
                                        struct listener *listener, struct error *error)
{
    const struct store_voice voice = {.stopped = is_stopped, .say = listen, .context = listener};
    struct store *store = load(path);
    put_rows(store, 1, NAMES / 2);
    listener->reader = hold(path, sql);
    put_rows(store, NAMES / 2 + 1, NAMES);
    store_set_voice(store, &voice);
    return store_close(store, true, error);
}

#define TRANSACTION "BEGIN; SELECT count(*) FROM domains"

static void waits_for_a_reader(void **state)
{
    (void)state;
    struct listener listener = {.heard = close_it};
    struct error error = {""};
    assert_int_equal(end_beside_reader("waits.db", TRANSACTION, &listener, &error), STORE_ENDED);
    assert_int_equal(listener.lines, 1);
    assert_ptr_equal(strstr(listener.first, "waits.db: waiting for another program"),
                     listener.first);
    assert_whole("waits.db");
}

/* The first question whether to stop comes while the indexes are built. */
static bool begin_reading(void *context)
{
    struct listener *listener = context;
    if (listener->reader == NULL)
        listener->reader = hold("begins.db", TRANSACTION);
    return listener->stop;
}

/* A transaction that begins when the file has no log any more: what is built is written when it
 * has ended. */
static void waits_for_a_reader_of_what_it_writes(void **state)
{
    (void)state;
    static const char path[] = "begins.db";
    struct listener listener = {.heard = close_it};
    const struct store_voice voice = {
        .stopped = begin_reading, .say = listen, .context = &listener};
    struct error error = {""};
    struct store *store = load(path);
    put_rows(store, 1, NAMES);
    store_set_voice(store, &voice);
    assert_int_equal(store_close(store, true, &error), STORE_ENDED);
    assert_int_equal(listener.lines, 1);
    assert_non_null(strstr(listener.first, "waiting for another program"));
    assert_whole(path);
    unlink(path);

    listener = (struct listener){.heard = press_key};
    store = load(path);
    put_rows(store, 1, NAMES);
    store_set_voice(store, &voice);
    assert_int_equal(store_close(store, true, &error), STORE_STOPPED);
    close_it(&listener);
    assert_without_indexes(path);
    close_store(open_store(path, STORE_CONTINUED), true);
    assert_whole(path);
}

/* It has ended its transaction, and looks at the file no more: the file is whole as it is. */
static void lets_a_program_have_it_open(void **state)
{
    (void)state;
    static const char path[] = "open.db";
    struct listener listener = {.heard = nothing};
    struct error error = {""};
    assert_int_equal(end_beside_reader(path, "SELECT count(*) FROM domains", &listener, &error),
                     STORE_ENDED);
    assert_int_equal(listener.lines, 1);
    assert_non_null(strstr(listener.first, "another program has it open: all is in it"));
    struct stat log;
    assert_int_equal(stat("open.db-wal", &log), 0);
    assert_int_equal(log.st_size, 0);
    /* a copy of the one file is the survey */
    assert_int_equal(system("cp open.db copy.db"), 0);
    assert_int_equal(sqlite3_close(listener.reader), SQLITE_OK);
    assert_false(is_there(path, "-wal"));
    close_store(open_store(path, STORE_FINISHED), true); /* the same command again */
    assert_whole(path);
    execute("copy.db", "PRAGMA journal_mode = DELETE");
    assert_whole("copy.db");
}

/* It stays, and the user does not want to wait for it. */
static void stops_beside_a_reader(void **state)
{
    (void)state;
    static const char path[] = "stays.db";
    struct listener listener = {.heard = press_key};
    struct error error = {""};
    assert_int_equal(end_beside_reader(path, TRANSACTION, &listener, &error), STORE_STOPPED);
    assert_int_equal(listener.lines, 1);
    assert_without_indexes(path);
    struct store *store = open_store(path, STORE_CONTINUED); /* with the reader still in it */
    assert_int_equal(store_done_count(store), NAMES);
    end_it(&listener);
    assert_int_equal(sqlite3_close(listener.reader), SQLITE_OK);
    close_store(store, true);
    assert_whole(path);
}

/* A transaction that is open when only the log is to be folded in. */
static void finishes_at_another_time(void **state)
{
    (void)state;
    static const char path[] = "later.db";
    struct error error = {""};
    struct listener listener = {.heard = press_key};
    struct store *store = load(path);
    put_rows(store, 1, NAMES);
    sqlite3 *idle = hold(path, "SELECT count(*) FROM domains");
    close_store(store, true);
    assert_true(is_there(path, "-wal"));
    listener.reader = hold(path, TRANSACTION);
    execute(path, "INSERT INTO _run VALUES ('test', 'x')"); /* it has a log again */
    const struct store_voice voice = {.stopped = is_stopped, .say = listen, .context = &listener};
    store = open_store(path, STORE_FINISHED);
    store_set_voice(store, &voice);
    assert_int_equal(store_close(store, true, &error), STORE_STOPPED);
    assert_query(path, "SELECT value FROM run_info WHERE key = 'state'", "finished\n");
    sqlite3_close(idle);
    close_it(&listener);
    close_store(open_store(path, STORE_FINISHED), true);
    assert_whole(path);
}

/* --- stopped --- */

static void stops_while_the_indexes_are_built(void **state)
{
    (void)state;
    static const char path[] = "stopped.db";
    struct listener listener = {.stop = true};
    const struct store_voice voice = {.stopped = is_stopped, .context = &listener};
    struct error error = {""};
    struct store *store = load(path);
    put_rows(store, 1, NAMES);
    store_set_voice(store, &voice);
    assert_int_equal(store_close(store, true, &error), STORE_STOPPED);
    assert_alone(path);
    assert_without_indexes(path);
    close_store(open_store(path, STORE_CONTINUED), true);
    assert_whole(path);
}

/* --- damage --- */

static off_t page_of_table(const char *path, const char *table)
{
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT rootpage FROM sqlite_schema WHERE name = '%s'", table);
    char *number = query(path, sql);
    off_t ret = (strtol(number, NULL, 10) - 1) * PAGE;
    free(number);
    return ret;
}

/* Of the leaf (https://www.sqlite.org/fileformat2.html, section 1.6: its first octet is 13) that
 * has the text. */
static off_t page_with(const char *path, const char *text)
{
    uint8_t page[PAGE];
    int descriptor = open(path, O_RDONLY);
    for (off_t ret = 0; pread(descriptor, page, PAGE, ret) == PAGE; ret += PAGE) {
        if (page[0] == 13 && memmem(page, PAGE, text, strlen(text)) != NULL) {
            close(descriptor);
            return ret;
        }
    }
    fail_msg("%s: no page with %s", path, text);
    return 0;
}

static void spoil(const char *path, off_t page)
{
    uint8_t octets[PAGE];
    memset(octets, 0xa5, sizeof octets);
    int descriptor = open(path, O_WRONLY);
    assert_int_equal(pwrite(descriptor, octets, PAGE, page), PAGE);
    close(descriptor);
}

static void assert_damaged(enum store_end end, const char *path, const struct error *error)
{
    assert_int_equal(end, STORE_DAMAGED);
    assert_ptr_equal(strstr(error->text, path), error->text);
    assert_non_null(strstr(error->text, "the file is damaged"));
}

static void meets_damage_while_it_writes(void **state)
{
    (void)state;
    static const char path[] = "writing.db";
    struct error error = {""};
    close_store(load(path), false);
    spoil(path, page_of_table(path, "_failure"));
    struct store *store = open_store(path, STORE_CONTINUED);
    struct name name = name_of("domain-1.example");
    store_put_failure(
        store,
        &(struct failure_row){.kind = LOOKUP_MX, .name = &name, .lookup.failure = FAILURE_TIMEOUT});
    put_rows(store, 1, NAMES);
    assert_damaged(store_close(store, true, &error), path, &error);
    assert_without_indexes(path); /* nothing of it is deleted */
}

static void meets_damage_while_it_reads_names(void **state)
{
    (void)state;
    static const char path[] = "reading.db";
    struct error error = {""};
    struct store_domain domain;
    close_store(load(path), false);
    spoil(path, page_with(path, "domain-1500.example"));
    struct store *store = open_store(path, STORE_CONTINUED);
    while (next_domain(store, &domain))
        assert_true(domain.id <= 1500);
    assert_int_equal(store_next(store, &domain), STORE_NEXT_FAILED);
    assert_damaged(store_close(store, false, &error), path, &error);
}

static void meets_damage_while_it_builds_indexes(void **state)
{
    (void)state;
    static const char path[] = "building.db";
    struct error error = {""};
    struct store *store = load(path);
    put_rows(store, 1, NAMES);
    close_store(store, false);
    spoil(path, page_with(path, "domain-1500.example"));
    store = open_store(path, STORE_CONTINUED);
    assert_int_equal(store_done_count(store), NAMES);
    assert_damaged(store_close(store, true, &error), path, &error);
    assert_without_indexes(path);
}

/* --- other programs' files --- */

struct copy {
    char *octets[3];
    size_t sizes[3];
    struct timespec changed[3];
};

static const char *const ends[] = {"", "-wal", "-shm"};

static void copy_files(const char *path, struct copy *ret)
{
    for (unsigned i = 0; i < 3; i++) {
        char name[64];
        struct stat status;
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        FILE *file = fopen(name, "rb");
        if (file == NULL)
            fail_msg("no %s", name);
        assert_int_equal(fstat(fileno(file), &status), 0);
        ret->octets[i] = malloc((size_t)status.st_size + 1);
        ret->sizes[i] = fread(ret->octets[i], 1, (size_t)status.st_size, file);
        ret->changed[i] = status.st_mtim;
        fclose(file);
    }
}

/* Of a program that was killed: its log has what the database has not. */
static void lets_another_programs_log_alone(void **state)
{
    (void)state;
    struct copy before, after;
    pid_t child = fork();
    if (child == 0) {
        fclose(fopen("other.db", "w"));
        hold("other.db", "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)");
        raise(SIGKILL);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    copy_files("other.db", &before);
    assert_true(before.sizes[1] > 0);
    struct store *store = NULL;
    enum store_state now;
    struct error error = {""};
    assert_int_equal(store_open("other.db", &store, &now, &error), -1);
    assert_string_equal(error.text,
                        "other.db: is the database of another program; choose another --db");
    copy_files("other.db", &after);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(before.sizes[i], after.sizes[i]);
        assert_memory_equal(before.octets[i], after.octets[i], before.sizes[i]);
        assert_memory_equal(&before.changed[i], &after.changed[i], sizeof before.changed[i]);
        free(before.octets[i]);
        free(after.octets[i]);
    }
    assert_query("other.db", "SELECT a FROM t", "1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_for_a_reader),
        cmocka_unit_test(waits_for_a_reader_of_what_it_writes),
        cmocka_unit_test(lets_a_program_have_it_open),
        cmocka_unit_test(stops_beside_a_reader),
        cmocka_unit_test(finishes_at_another_time),
        cmocka_unit_test(stops_while_the_indexes_are_built),
        cmocka_unit_test(meets_damage_while_it_writes),
        cmocka_unit_test(meets_damage_while_it_reads_names),
        cmocka_unit_test(meets_damage_while_it_builds_indexes),
        cmocka_unit_test(lets_another_programs_log_alone),
    };
    return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
