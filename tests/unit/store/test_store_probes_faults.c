/* Rows of `probe` beside other programs, on full disks, in damaged files and under kill -9. */
#include "probes_helper.h"
#include "store_helper.h"

#include <linux/magic.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

static sqlite3 *hold(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void let_go(sqlite3 *db)
{
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* Rows wait for a reader, who sees what was there, and whom nothing disturbs. */
static void rows_wait_for_readers(void **state)
{
    (void)state;
    struct error error = {""};
    make_survey("read.db");
    struct probes *probes = open_probes("read.db", false);
    sqlite3 *reader = hold("read.db", "BEGIN; SELECT count(*) FROM probes");
    for (unsigned i = 0; i < 3; i++) {
        assert_put(
            put_chain(probes, TIDY, MET + i, (unsigned[]){1 + i, 0}, &plain_verdict, NULL, &error),
            &error);
        flush_probes(probes);
        assert_string_equal(error.text, "");
        assert_query("read.db", "SELECT count(*) FROM probes", "0\n"); /* others may begin, too */
        host_of(probes, TIDY);
    }
    let_go(reader);
    flush_probes(probes);
    assert_query("read.db", "SELECT meetings, chain FROM probes", "3|[3]\n");
    reader = hold("read.db", "BEGIN IMMEDIATE");
    assert_put(put_refusal(probes, TIDY, MET + 4, NULL, &error), &error);
    flush_probes(probes);
    let_go(reader);
    close_probes(probes);
    assert_query("read.db", "SELECT meetings FROM probes", "4\n");
}

/* A program that has it open when the run ends leaves it in WAL mode (file_leave_wal()): rows go in
 * all the same, and when that program ends it is one file. */
static void wal_mode_is_left_when_it_can_be(void **state)
{
    (void)state;
    struct error error = {""};
    make_survey("wal.db");
    sqlite3 *other = hold("wal.db", "PRAGMA journal_mode = WAL; SELECT count(*) FROM _run;"
                                    "UPDATE _run SET value = value");
    struct probes *probes = open_probes("wal.db", false);
    assert_put(put_refusal(probes, TIDY, MET, NULL, &error), &error);
    flush_probes(probes);
    assert_query("wal.db", "SELECT meetings FROM probes", "1\n");
    assert_put(put_refusal(probes, TIDY, MET, NULL, &error), &error);
    sqlite3_close(other);
    close_probes(probes);
    assert_int_not_equal(access("wal.db-wal", F_OK), 0);
    assert_int_not_equal(access("wal.db-shm", F_OK), 0);
    assert_query("wal.db", "PRAGMA journal_mode", "delete\n");
    assert_query("wal.db", "SELECT meetings FROM probes", "2\n");
}

static void waiting_has_an_end(void **state)
{
    (void)state;
    struct error error = {""};
    make_survey("wait.db");
    struct probes *probes = open_probes("wait.db", false);
    sqlite3 *reader = hold("wait.db", "BEGIN; SELECT count(*) FROM probes");
    for (unsigned i = 0; i < PROBES_WAITING_MAX; i++)
        assert_put(put_refusal(probes, TIDY, MET + i, NULL, &error), &error);
    assert_int_equal(put_refusal(probes, TIDY, MET, NULL, &error), PROBES_FAILED);
    assert_non_null(strstr(error.text, "wait.db: cannot write what was met: database is locked; "
                                       "close the program that uses it, then run the same command "
                                       "again"));
    let_go(reader);
    close_probes(probes);
    assert_query("wait.db", "SELECT meetings FROM probes", "1000\n");
}

static int number_of(const char *path, const char *sql)
{
    char *text = query(path, sql);
    int ret = atoi(text);
    free(text);
    return ret;
}

/* A certificate with 250 names of 250 octets. */
static X509 *large_certificate(void)
{
    X509 *ret = make_certificate(1, "large.example");
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    for (unsigned i = 0; i < 250; i++) {
        char text[251];
        memset(text, 'a', 250);
        ASN1_IA5STRING *name = ASN1_IA5STRING_new();
        ASN1_STRING_set(name, text, 250);
        GENERAL_NAME *general = GENERAL_NAME_new();
        GENERAL_NAME_set0_value(general, GEN_DNS, name);
        sk_GENERAL_NAME_push(names, general);
    }
    assert_int_equal(X509_add1_ext_i2d(ret, NID_subject_alt_name, names, 0, X509V3_ADD_REPLACE), 1);
    sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
    X509 *again = X509_dup(ret); /* with its encoding made anew */
    X509_free(ret);
    return again;
}

static void waiting_has_a_bound_in_octets(void **state)
{
    (void)state;
    struct error error = {""};
    make_survey("octets.db");
    struct probes *probes = open_probes("octets.db", false);
    sqlite3 *reader = hold("octets.db", "BEGIN; SELECT count(*) FROM probes");
    STACK_OF(X509) *chain = sk_X509_new_null();
    X509 *large = large_certificate();
    for (unsigned i = 0; i < CERTIFICATE_CHAIN_MAX; i++)
        sk_X509_push(chain, large);
    struct probe_row row = {.host = TIDY,
                            .probed_at = MET,
                            .address = &met_address,
                            .outcome = PROBE_TLS,
                            .phase = PROBE_QUIT,
                            .alert = -1,
                            .chain = chain};
    unsigned rows = 0;
    int status = 0;
    while (rows < PROBES_WAITING_MAX && status == 0) {
        status = probes_put(probes, &row, &error);
        rows += status == 0;
    }
    assert_int_equal(status, PROBES_FAILED);
    /* 250 * 250 * 30 octets each: 64 MB are 36 */
    assert_true(rows > 20 && rows < 40);
    let_go(reader);
    flush_probes(probes);
    assert_int_equal(number_of("octets.db", "SELECT meetings FROM probes"), rows);
    /* a certificate that is known to be in the file is not kept again */
    reader = hold("octets.db", "BEGIN; SELECT count(*) FROM probes");
    for (unsigned i = 0; i < 100; i++)
        assert_put(probes_put(probes, &row, &error), &error);
    let_go(reader);
    close_probes(probes);
    assert_int_equal(number_of("octets.db", "SELECT meetings FROM probes"), rows + 100);
    assert_query("octets.db",
                 "SELECT json_array_length(chain), (SELECT count(*) FROM certificates)"
                 " FROM probes",
                 "30|1\n");
    sk_X509_free(chain);
    X509_free(large);
}

static void pause_ms(unsigned ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000},
              NULL);
}

enum {
    MANY = 5000
};

/* A survey with many hosts more, by SQL: HOSTS + 1 to MANY. */
static void make_large_survey(const char *path)
{
    make_survey(path);
    execute(path, "WITH RECURSIVE number (n) AS"
                  " (SELECT 7 UNION ALL SELECT n + 1 FROM number LIMIT 4994)"
                  " INSERT INTO _host (id, name, class, address_outcome, alias, resolved_at)"
                  " SELECT n, 'mx' || n || '.example', 6, 1, 1, 1790000000 FROM number");
}

/* Rows fit together, whatever happened. */
static void assert_sound(const char *path)
{
    assert_query(path, "PRAGMA integrity_check", "ok\n");
    assert_query(path, "SELECT count(*) - count(DISTINCT host) FROM probes", "0\n");
    assert_query(path,
                 "SELECT (SELECT count(*) FROM probes WHERE chain NOTNULL)"
                 " - (SELECT count(*) FROM probe_matches)",
                 "0\n");
    assert_query(path, "SELECT count(*) - count(DISTINCT sha256) FROM certificates", "0\n");
    assert_query(path,
                 "SELECT count(*) FROM probes AS p, json_each(p.chain) AS e"
                 " WHERE e.value NOT IN (SELECT id FROM certificates)",
                 "0\n");
    assert_query(path, "SELECT value FROM run_info WHERE key = 'state'", "finished\n");
}

/* A disk that fills: what was written stays, and there is an error that the same command goes on
 * from when there is room. */
static void a_full_disk_keeps_what_was_written(void **state)
{
    (void)state;
    make_large_survey("full.db");
    pid_t child = fork();
    if (child == 0) {
        struct error error = {""}, closing = {""};
        signal(SIGXFSZ, SIG_IGN);
        rlim_t room = (rlim_t)number_of("full.db", "SELECT page_count * page_size"
                                                   " FROM pragma_page_count, pragma_page_size");
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){room + 100000, room + 100000});
        struct probes *probes = open_probes("full.db", true);
        int status = 0;
        for (unsigned host = 1; host <= MANY && status == 0; host++) {
            status =
                put_chain(probes, host, MET, (unsigned[]){host, 0}, &plain_verdict, NULL, &error);
            if (status == 0 && host % 10 == 0)
                status = probes_flush(probes, &error);
        }
        bool told = status == PROBES_FAILED && strchr(error.text, '\n') == NULL &&
                    strncmp(error.text, "full.db: cannot write what was met: ", 36) == 0 &&
                    strstr(error.text, "run the same command again") != NULL;
        _exit(told && probes_close(probes, NULL, &closing) == PROBES_FAILED ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    int kept = number_of("full.db", "SELECT count(*) FROM probes");
    assert_true(kept > 0 && kept < MANY);
    assert_sound("full.db");
    struct probes *probes = open_probes("full.db", true);
    struct error error;
    assert_put(put_chain(probes, MANY, MET, (unsigned[]){MANY, 0}, &plain_verdict, NULL, &error),
               &error);
    close_probes(probes);
    assert_int_equal(number_of("full.db", "SELECT count(*) FROM probes"), kept + 1);
}

/* Damage is told from what passes. */
static void damage_is_no_reason_to_try_again(void **state)
{
    (void)state;
    struct error error = {""};
    make_large_survey("damaged.db");
    long page = number_of("damaged.db", "SELECT rootpage FROM sqlite_schema WHERE name = '_probe'");
    long size = number_of("damaged.db", "SELECT page_size FROM pragma_page_size");
    FILE *file = fopen("damaged.db", "r+");
    assert_int_equal(fseek(file, (page - 1) * size, SEEK_SET), 0);
    for (long i = 0; i < size; i++)
        fputc(0xff, file);
    fclose(file);
    struct probes *probes = NULL;
    int status = probes_open("damaged.db", false, &probes, &error);
    if (status == 0) {
        assert_put(put_refusal(probes, TIDY, MET, NULL, &error), &error);
        status = probes_flush(probes, &error);
        assert_int_equal(status, PROBES_DAMAGED);
        assert_non_null(strstr(error.text, "the file is damaged"));
        assert_int_equal(probes_close(probes, NULL, &error), PROBES_DAMAGED);
    }
    assert_int_equal(status, PROBES_DAMAGED);
    assert_null(strchr(error.text, '\n'));
}

static void count(void *context, const struct probes_candidate *candidate)
{
    *(unsigned *)context += candidate->probed_at == 0;
}

/* Meets hosts that were not met, in a child that is killed. */
static void kill_after(const char *path, unsigned ms)
{
    pid_t child = fork();
    if (child == 0) {
        struct error error;
        unsigned next = (unsigned)number_of(path, "SELECT coalesce(max(id), 0) FROM _probe") + 1;
        struct probes *probes = open_probes(path, true);
        for (unsigned host = next; host <= MANY; host++) {
            put_chain(probes, host, MET, (unsigned[]){host, host % 50 + 1, 0}, &plain_verdict, NULL,
                      &error);
            if (host % 3 == 0)
                put_refusal(probes, host / 2 + 1, MET, NULL, &error);
            if (host % 20 == 0)
                probes_flush(probes, &error);
        }
        probes_close(probes, NULL, &error);
        _exit(0);
    }
    pause_ms(ms);
    kill(child, SIGKILL);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
}

static void assert_kills_are_harmless(const char *path)
{
    struct error error;
    make_large_survey(path);
    unsigned in_the_middle = 0, longest_ms = 60;
    int done = 0;
    srand(2);
    for (unsigned i = 0; i < 15 || (in_the_middle < 5 && i < 60); i++) {
        kill_after(path, 5 + (unsigned)rand() % longest_ms);
        /* what a kill left is put right by whoever opens it first */
        struct probes *probes = open_probes(path, false);
        unsigned left = 0;
        assert_put(probes_candidates(probes, PROBES_ALL, count, &left, &error), &error);
        close_probes(probes);
        int now = number_of(path, "SELECT count(*) FROM probes");
        assert_true(now >= done);
        in_the_middle += now > done && now < MANY - HOSTS;
        if (now == done && longest_ms < 10000)
            longest_ms *= 2;
        done = now;
        assert_sound(path);
    }
    assert_true(in_the_middle > 0);
    struct probes *probes = open_probes(path, false);
    assert_put(put_refusal(probes, TIDY, MET, NULL, &error), &error);
    close_probes(probes);
    char journal[32]; /* gone with the first row at the latest */
    snprintf(journal, sizeof journal, "%s-journal", path);
    assert_int_not_equal(access(journal, F_OK), 0);
    assert_sound(path);
}

static void kills_lose_and_double_nothing(void **state)
{
    (void)state;
    assert_kills_are_harmless("killed.db");
}

/* --- a disk that other machines share --- */

static bool is_shared;

/* In the place of the C library's: only disk.c asks. */
int fstatfs(int descriptor, struct statfs *ret)
{
    (void)descriptor;
    *ret = (struct statfs){.f_type = is_shared ? NFS_SUPER_MAGIC : 0};
    return 0;
}

/* There the file is this program's alone, until the end. */
static void shared_disks_have_no_readers(void **state)
{
    (void)state;
    struct error error = {""};
    make_survey("shared.db");
    is_shared = true;
    struct probes *probes = open_probes("shared.db", false);
    assert_put(put_refusal(probes, TIDY, MET, NULL, &error), &error);
    flush_probes(probes);
    sqlite3 *reader = NULL;
    assert_int_equal(sqlite3_open_v2("shared.db", &reader, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(reader, "SELECT * FROM probes", NULL, NULL, NULL), SQLITE_BUSY);
    sqlite3_close(reader);
    assert_put(put_refusal(probes, TIDY, MET, NULL, &error), &error);
    close_probes(probes);
    assert_query("shared.db", "SELECT meetings FROM probes", "2\n");
    assert_int_not_equal(access("shared.db-journal", F_OK), 0);
    assert_kills_are_harmless("shared-killed.db");
    is_shared = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_wait_for_readers),
        cmocka_unit_test(wal_mode_is_left_when_it_can_be),
        cmocka_unit_test(waiting_has_an_end),
        cmocka_unit_test(waiting_has_a_bound_in_octets),
        cmocka_unit_test(a_full_disk_keeps_what_was_written),
        cmocka_unit_test(damage_is_no_reason_to_try_again),
        cmocka_unit_test(kills_lose_and_double_nothing),
        cmocka_unit_test(shared_disks_have_no_readers),
    };
    return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
