/* The survey file under kill -9, a full disk, and other programs that use it. */
#include "store_helper.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

enum {
    DOMAINS = 20000,
    DOMAINS_A_HOST = 10,
};

static struct store *load_domains(const char *path)
{
    struct error error;
    struct store *store = open_store(path, STORE_NEW);
    assert_int_equal(store_load_begin(store, &error), 0);
    for (unsigned i = 1; i <= DOMAINS; i++) {
        char name[32];
        int length = snprintf(name, sizeof name, "domain-%u.example", i);
        assert_int_equal(store_load_name(store, name, (size_t)length, i, "example", 0, &error), 0);
    }
    assert_int_equal(store_load_end(store, &error), 0);
    return store;
}

static void pause_ms(unsigned ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000},
              NULL);
}

struct known {
    bool host[DOMAINS / DOMAINS_A_HOST + 1];
    uint64_t id[DOMAINS / DOMAINS_A_HOST + 1];
};

static int recall(void *context, const struct known_host *host)
{
    struct known *known = context;
    char text[NAME_TEXT_MAX];
    unsigned number;
    name_to_text(&host->name, text);
    assert_int_equal(sscanf(text, "mx%u.example", &number), 1);
    assert_true(number <= DOMAINS / DOMAINS_A_HOST && !known->host[number]);
    known->host[number] = true;
    known->id[number] = host->id;
    return 0;
}

/* Surveys what is left: every tenth domain brings a new host, every seventh fails.
 * Stops at a failure of the store. */
static void survey(struct store *store, struct known *known)
{
    struct store_domain domain;
    while (next_domain(store, &domain) && !store_failed(store, NULL)) {
        unsigned host = (unsigned)(domain.id / DOMAINS_A_HOST);
        while (store_busy(store) && !store_failed(store, NULL))
            pause_ms(1);
        if (domain.id % 7 == 0) {
            store_put_failure(store, &(struct failure_row){.kind = LOOKUP_MX,
                                                           .name = &domain.name,
                                                           .lookup.failure = FAILURE_TIMEOUT,
                                                           .lookup.tries = 3});
            store_put_domain(store, &(struct domain_row){.id = domain.id,
                                                         .surveyed_at = 1,
                                                         .mx_outcome = MX_OUTCOME_FAILED,
                                                         .failure = FAILURE_TIMEOUT,
                                                         .mx_count = UNKNOWN_COUNT,
                                                         .cname_mx_count = UNKNOWN_COUNT});
        } else {
            if (!known->host[host]) {
                char name[32];
                snprintf(name, sizeof name, "mx%u.example", host);
                known->id[host] = put_plain_host(store, name);
                known->host[host] = true;
            }
            struct mx_row mx[] = {{10, known->id[host], true}, {20, known->id[host], false}};
            store_put_domain(store, &(struct domain_row){.id = domain.id,
                                                         .surveyed_at = 1,
                                                         .mx_outcome = MX_OUTCOME_MX,
                                                         .mx_count = 2,
                                                         .mx = mx,
                                                         .provider_host = known->id[host]});
        }
        if (domain.id % 200 == 0)
            store_flush(store);
    }
}

/* Rows of a part of a survey fit together, whatever happened. */
static void assert_sound(const char *path, uint64_t done)
{
    char expected[64];
    snprintf(expected, sizeof expected, "%llu\n", (unsigned long long)done);
    assert_query(path, "PRAGMA integrity_check", "ok\n");
    assert_query(path, "SELECT count(*) FROM domains", expected);
    assert_query(path, "SELECT count(DISTINCT domain) FROM domains", expected);
    assert_query(path,
                 "SELECT (SELECT count(*) FROM domains WHERE mx_outcome = 'failed')"
                 " - (SELECT count(*) FROM failures)",
                 "0\n");
    assert_query(path,
                 "SELECT (SELECT sum(mx_count) FROM domains) - (SELECT count(*) FROM mx_records)",
                 done == 0 ? "-\n" : "0\n");
    assert_query(path, "SELECT count(*) - count(DISTINCT host) FROM hosts", "0\n");
}

static void finish(const char *path)
{
    static struct known known;
    struct error error;
    memset(&known, 0, sizeof known);
    struct store *store = open_store(path, STORE_CONTINUED);
    assert_int_equal(store_each_host(store, recall, &known, &error), 0);
    survey(store, &known);
    assert_int_equal(store_done_count(store), DOMAINS);
    close_store(store, true);
    assert_sound(path, DOMAINS);
    assert_query(path, "SELECT count(*) FROM failures", "2857\n"); /* 20000 / 7 */
}

/* Continues the survey in a child that is killed after some milliseconds. */
static void kill_after(const char *path, unsigned ms)
{
    pid_t child = fork();
    if (child == 0) {
        static struct known known;
        struct error error;
        struct store *store = open_store(path, STORE_CONTINUED);
        store_each_host(store, recall, &known, &error);
        survey(store, &known);
        store_close(store, true, &error);
        _exit(0);
    }
    pause_ms(ms);
    kill(child, SIGKILL);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
}

static void kills_lose_and_double_nothing(void **state)
{
    (void)state;
    static const char path[] = "killed.db";
    close_store(load_domains(path), false);
    uint64_t done = 0;
    unsigned in_the_middle = 0;
    srand(1);
    unsigned longest_ms = 40; /* a life of a child; by what the machine does in it */
    for (unsigned i = 0; i < 12 || (in_the_middle == 0 && i < 60); i++) {
        kill_after(path, 5 + (unsigned)rand() % longest_ms);
        struct error error;
        struct store *store = NULL;
        enum store_state now;
        assert_int_equal(store_open(path, &store, &now, &error), 0);
        assert_true(store_done_count(store) >= done);
        if (store_done_count(store) == done && longest_ms < 10000)
            longest_ms *= 2;
        done = store_done_count(store);
        close_store(store, false);
        assert_sound(path, done);
        in_the_middle += done > 0 && done < DOMAINS;
        if (now == STORE_FINISHED) { /* a fast machine: once more from the start */
            assert_int_equal(unlink(path), 0);
            close_store(load_domains(path), false);
            done = 0;
            longest_ms = longest_ms / 2 + 1;
        }
    }
    assert_true(in_the_middle > 0);
    finish(path);
}

/* RLIMIT_FSIZE makes every write past it fail, as a full disk does. */
static void a_full_disk_keeps_what_was_written(void **state)
{
    (void)state;
    static const char path[] = "full.db";
    close_store(load_domains(path), false);
    pid_t child = fork();
    if (child == 0) {
        static struct known known;
        struct error error = {""}, closing = {""};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){700000, 700000});
        struct store *store = open_store(path, STORE_CONTINUED);
        survey(store, &known);
        for (unsigned i = 0; i < 1000 && !store_failed(store, &error); i++) {
            store_flush(store);
            pause_ms(10);
        }
        bool told = strncmp(error.text, "full.db: cannot write rows to it", 32) == 0 &&
                    strchr(error.text, '\n') == NULL;
        struct store_domain domain;
        bool stopped = !next_domain(store, &domain);
        bool told_again =
            store_close(store, false, &closing) == -1 && strcmp(error.text, closing.text) == 0;
        _exit(told && stopped && told_again ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);

    struct store *store = open_store(path, STORE_CONTINUED);
    uint64_t done = store_done_count(store);
    assert_true(done > 0 && done < DOMAINS);
    close_store(store, false);
    assert_sound(path, done);
    finish(path);
}

static sqlite3 *hold(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    return db;
}

/* A transaction that is open all the time; what it means for the end: test_store_end.c. */
static void a_reader_disturbs_nothing(void **state)
{
    (void)state;
    static const char path[] = "read.db";
    static struct known known;
    struct store *store = load_domains(path);
    struct store_domain domain;
    assert_true(next_domain(store, &domain)); /* now the run goes on */
    store_rewind(store);
    sqlite3 *reader = hold(path, "BEGIN; SELECT count(*) FROM domains");
    survey(store, &known);
    assert_int_equal(store_done_count(store), DOMAINS);
    assert_int_equal(sqlite3_exec(reader, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(reader);
    close_store(store, true);
    assert_query(path, "SELECT value FROM run_info WHERE key = 'state'", "finished\n");
    assert_int_not_equal(access("read.db-wal", F_OK), 0);
    assert_int_not_equal(access("read.db-shm", F_OK), 0);
    assert_sound(path, DOMAINS);
}

/* A lock on writing makes the queue fill, no call wait, no row get lost. */
static void a_writer_delays_only(void **state)
{
    (void)state;
    static const char path[] = "write.db";
    struct store *store = load_domains(path);
    uint64_t host = put_plain_host(store, "mx.example");
    sqlite3 *writer = hold(path, "BEGIN IMMEDIATE");
    uint64_t id = 1;
    for (; id <= 1000 && !store_busy(store); id++) {
        put_plain_domain(store, id, host);
        store_flush(store);
    }
    assert_true(store_busy(store));
    for (unsigned i = 0; i < 1000; i++, id++) { /* what is under way is taken */
        put_plain_domain(store, id, host);
        store_flush(store);
    }
    assert_true(store_busy(store));
    assert_int_equal(sqlite3_exec(writer, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(writer);
    for (unsigned i = 0; i < 1000 && store_busy(store); i++)
        pause_ms(5);
    assert_false(store_busy(store));
    assert_false(store_failed(store, NULL));
    close_store(store, false);
    char expected[32];
    snprintf(expected, sizeof expected, "%llu\n", (unsigned long long)id - 1);
    assert_query(path, "SELECT count(*) FROM mx_records", expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kills_lose_and_double_nothing),
        cmocka_unit_test(a_full_disk_keeps_what_was_written),
        cmocka_unit_test(a_reader_disturbs_nothing),
        cmocka_unit_test(a_writer_delays_only),
    };
    return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
