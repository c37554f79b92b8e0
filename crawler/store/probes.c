#include "crawler/store/probes_private.h"

#include "crawler/store/header.h"
#include "crawler/store/schema.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    /* A commit waits so long for readers to end, and keeps new ones out meanwhile; it holds the
     * loop no longer. */
    FLUSH_PATIENCE_MS = 100
};

int probes_fail(struct probes *probes, const char *doing, int code, struct error *error)
{
    struct file *file = &probes->file;
    file_error(file, doing, code,
               sqlite3_errcode(file->db) == code ? sqlite3_errmsg(file->db) : NULL, error);
    if (!atomic_load(&file->damaged))
        return PROBES_FAILED;
    error_set(error, "%s: cannot %s: %s; the file is damaged: take a copy of it, or survey anew",
              file->path, doing, sqlite3_errstr(code));
    return PROBES_DAMAGED;
}

/* --- opening --- */

/* Before file_open(), which makes a file where there is none. */
static int identify(const char *path, struct error *error)
{
    struct header header;
    if (!header_read_path(path, &header))
        return error_set(error, "%s: cannot read it: %s", path, strerror(errno));
    if (header.kind == HEADER_EMPTY || header.kind == HEADER_FOREIGN)
        return error_set(error, "%s: is no survey file", path);
    if (header.kind == HEADER_OTHER)
        return error_set(error, "%s: is the database of another program", path);
    if (header.schema != SCHEMA_VERSION)
        return error_set(error,
                         "%s: was written by %s mxsurvey (schema %" PRIu32 ", this one writes %d); "
                         "use that one, or survey anew",
                         path, header.schema > SCHEMA_VERSION ? "a newer" : "an older",
                         header.schema, SCHEMA_VERSION);
    if (access(path, W_OK) != 0)
        return error_set(error, "%s: cannot write to it: %s", path, strerror(errno));
    return 0;
}

static int check_finished(struct probes *probes, struct error *error)
{
    char *state = run_info_read(probes->file.db, "state");
    bool finished = state != NULL && strcmp(state, "finished") == 0;
    int code = state != NULL ? SQLITE_OK : sqlite3_errcode(probes->file.db);
    free(state);
    if (finished)
        return 0;
    if (code != SQLITE_OK && code != SQLITE_DONE)
        return probes_fail(probes, "read it", code, error);
    return error_set(error,
                     "%s: is unfinished; run its mxsurvey run command again until it is finished",
                     probes->file.path);
}

static int prepare_all(struct probes *probes, const char *const *sql, unsigned count,
                       sqlite3_stmt **ret)
{
    int code = SQLITE_OK;
    for (unsigned i = 0; i < count && code == SQLITE_OK; i++)
        code = sqlite3_prepare_v3(probes->file.db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &ret[i],
                                  NULL);
    return code;
}

static int prepare(struct probes *probes, struct error *error)
{
    int code = prepare_all(probes, probes_read_sql, READ_STATEMENTS, probes->read);
    if (code == SQLITE_OK)
        code = prepare_all(probes, probes_write_sql, WRITE_STATEMENTS, probes->write);
    return code == SQLITE_OK ? 0 : probes_fail(probes, "read it", code, error);
}

static void free_all(struct probes *probes);

int probes_open(const char *path, bool keep_der, struct probes **ret, struct error *error)
{
    if (identify(path, error) != 0)
        return -1;
    struct probes *probes = calloc(1, sizeof *probes);
    if (probes == NULL)
        return error_set(error, "%s: cannot open it: no memory", path);
    probes->keep_der = keep_der;
    probes->end = &probes->first;
    if (file_open(path, &probes->file, error) != 0) {
        free(probes);
        return -1;
    }
    /* what is there already is worth a sync more */
    int status = file_exec(&probes->file, "PRAGMA synchronous = FULL", "open it", error);
    /* where another program had it open at the end of the run, and still has, it stays in WAL mode
     */
    if (probes->file.was_wal)
        file_try_leave_wal(&probes->file);
    if (status == 0)
        status = check_finished(probes, error);
    if (status == 0)
        status = prepare(probes, error);
    if (status == 0)
        *ret = probes;
    else
        free_all(probes);
    return status;
}

/* --- what waits --- */

static size_t measure(const struct certificate *certificate)
{
    return sizeof *certificate + strlen(certificate->names);
}

static void free_waiting(struct probes_waiting *waiting)
{
    for (unsigned i = 0; i < waiting->chain_count; i++) {
        struct probes_shown *shown = &waiting->chain[i];
        if (shown->certificate != NULL)
            certificate_done(shown->certificate);
        free(shown->certificate);
        OPENSSL_free(shown->der);
    }
    free(waiting->chain);
    free(waiting->records);
    free(waiting);
}

struct probes_known *probes_known_place(struct probes *probes, const uint8_t *sha256)
{
    return &probes->known[(sha256[0] << 8 | sha256[1]) % KNOWN_CERTIFICATES];
}

static bool keep_certificate(struct probes *probes, X509 *x509, struct probes_waiting *waiting)
{
    struct probes_shown *shown = &waiting->chain[waiting->chain_count++];
    uint8_t sha256[EVP_MAX_MD_SIZE];
    if (X509_digest(x509, EVP_sha256(), sha256, NULL) != 1)
        return false;
    const struct probes_known *known = probes_known_place(probes, sha256);
    if (known->id != 0 && memcmp(known->sha256, sha256, sizeof known->sha256) == 0) {
        shown->id = known->id;
        return true;
    }
    shown->certificate = calloc(1, sizeof *shown->certificate);
    if (shown->certificate == NULL || !certificate_read(x509, shown->certificate)) {
        free(shown->certificate);
        shown->certificate = NULL;
        return false;
    }
    waiting->octets += measure(shown->certificate);
    if (!probes->keep_der)
        return true;
    shown->der_size = i2d_X509(x509, &shown->der);
    waiting->octets += shown->der_size > 0 ? (size_t)shown->der_size : 0;
    return shown->der_size > 0;
}

static bool keep_chain(struct probes *probes, const STACK_OF(X509) * chain,
                       struct probes_waiting *waiting)
{
    int count = chain != NULL ? sk_X509_num(chain) : 0;
    if (count <= 0)
        return true;
    if (count > CERTIFICATE_CHAIN_MAX)
        count = CERTIFICATE_CHAIN_MAX;
    waiting->chain = calloc((size_t)count, sizeof *waiting->chain);
    bool well = waiting->chain != NULL;
    for (int i = 0; i < count && well; i++)
        well = keep_certificate(probes, sk_X509_value(chain, i), waiting);
    return well;
}

/* The records and their data in one piece of memory. */
static bool keep_records(const struct probe_row *row, struct probes_waiting *waiting)
{
    const struct probes_host *met = row->met;
    size_t size = 0;
    if (met == NULL || met->record_count == 0)
        return true;
    for (unsigned i = 0; i < met->record_count; i++)
        size += sizeof *waiting->records + met->records[i].size;
    waiting->records = malloc(size);
    if (waiting->records == NULL)
        return false;
    waiting->octets += size;
    waiting->record_count = met->record_count;
    uint8_t *data = (uint8_t *)(waiting->records + met->record_count);
    for (unsigned i = 0; i < met->record_count; i++) {
        struct probes_matched *matched = &waiting->records[i];
        *matched = (struct probes_matched){
            .record = met->records[i], .usable = met->usable[i], .match = TLSA_NOT_REACHED};
        if (row->verdict != NULL && row->verdict->matches[i] != TLSA_MATCH_UNKNOWN)
            matched->match = row->verdict->matches[i];
        if (matched->record.size > 0)
            memcpy(data, matched->record.data, matched->record.size);
        matched->record.data = data;
        data += matched->record.size;
    }
    return true;
}

static bool keep(struct probes *probes, const struct probe_row *row, struct probes_waiting *waiting)
{
    *waiting = (struct probes_waiting){.octets = sizeof *waiting, .row = *row};
    waiting->address = *row->address;
    waiting->is_judged = row->verdict != NULL;
    if (waiting->is_judged)
        waiting->verdict = *row->verdict;
    return keep_chain(probes, row->chain, waiting) && keep_records(row, waiting);
}

static bool is_full(const struct probes *probes)
{
    return probes->waiting_count >= PROBES_WAITING_MAX ||
           probes->waiting_octets >= PROBES_WAITING_OCTETS;
}

int probes_put(struct probes *probes, const struct probe_row *row, struct error *error)
{
    if (is_full(probes)) {
        int status = probes_flush(probes, error);
        if (status != 0)
            return status;
        if (is_full(probes))
            return probes_fail(probes, "write what was met", SQLITE_BUSY, error);
    }
    struct probes_waiting *waiting = malloc(sizeof *waiting);
    if (waiting == NULL || !keep(probes, row, waiting)) {
        if (waiting != NULL)
            free_waiting(waiting);
        return probes_fail(probes, "keep what was met", SQLITE_NOMEM, error);
    }
    *probes->end = waiting;
    probes->end = &waiting->next;
    probes->waiting_count++;
    probes->waiting_octets += waiting->octets;
    return 0;
}

int probes_set_info(struct probes *probes, const char *key, const char *value, struct error *error)
{
    char *whole = NULL;
    int code = SQLITE_NOMEM;
    if (asprintf(&whole, "probe.%s", key) >= 0)
        code = run_info_set(&probes->info, whole, value);
    free(whole);
    return code == SQLITE_OK ? 0 : probes_fail(probes, "keep what was met", code, error);
}

/* --- writing --- */

static int exec(struct probes *probes, const char *sql)
{
    return sqlite3_exec(probes->file.db, sql, NULL, NULL, NULL);
}

static int write_all(struct probes *probes)
{
    int code = exec(probes, "BEGIN IMMEDIATE");
    if (code == SQLITE_OK)
        code = probes_write_info(probes);
    for (struct probes_waiting *at = probes->first; at != NULL && code == SQLITE_OK; at = at->next)
        code = probes_write_row(probes, at);
    return code == SQLITE_OK ? exec(probes, "COMMIT") : code;
}

/* What was written need not wait. */
static void forget_all(struct probes *probes)
{
    for (struct probes_waiting *at = probes->first, *next; at != NULL; at = next) {
        next = at->next;
        free_waiting(at);
    }
    probes->first = NULL;
    probes->end = &probes->first;
    probes->waiting_count = 0;
    probes->waiting_octets = 0;
    run_info_free(&probes->info);
}

/* From now on these certificates are known to be in the file. */
static void learn(struct probes *probes)
{
    for (const struct probes_waiting *at = probes->first; at != NULL; at = at->next) {
        for (unsigned i = 0; i < at->chain_count; i++) {
            const struct certificate *certificate = at->chain[i].certificate;
            if (certificate == NULL)
                continue;
            struct probes_known *known = probes_known_place(probes, certificate->sha256);
            known->id = at->chain[i].id;
            memcpy(known->sha256, certificate->sha256, sizeof known->sha256);
        }
    }
}

/* *ret_busy: it could not be written now, all waits on. */
static int flush(struct probes *probes, bool *ret_busy, struct error *error)
{
    static const char doing[] = "write what was met";
    *ret_busy = false;
    if (probes->first == NULL && probes->info.count == 0)
        return 0;
    int code = write_all(probes);
    if (code == SQLITE_OK) {
        learn(probes);
        forget_all(probes);
        return 0;
    }
    int status = probes_fail(probes, doing, code, error);
    if (!sqlite3_get_autocommit(probes->file.db))
        exec(probes, "ROLLBACK");
    *ret_busy = (code & 0xff) == SQLITE_BUSY;
    return status;
}

int probes_flush(struct probes *probes, struct error *error)
{
    bool busy;
    struct error why;
    int patience = atomic_exchange(&probes->file.patience_ms, FLUSH_PATIENCE_MS);
    int status = flush(probes, &busy, &why);
    atomic_store(&probes->file.patience_ms, patience);
    if (status == 0 || busy)
        return 0;
    *error = why;
    return status;
}

/* --- the end --- */

static void free_all(struct probes *probes)
{
    forget_all(probes);
    for (unsigned i = 0; i < READ_STATEMENTS; i++)
        sqlite3_finalize(probes->read[i]);
    for (unsigned i = 0; i < WRITE_STATEMENTS; i++)
        sqlite3_finalize(probes->write[i]);
    if (probes->file.was_wal)
        file_try_leave_wal(&probes->file);
    file_close(&probes->file);
    free(probes);
}

int probes_close(struct probes *probes, const struct store_voice *voice, struct error *error)
{
    bool busy;
    if (probes == NULL)
        return 0;
    /* not file_set_voice(): who stops the waiting does not stop the writing */
    probes->file.voice = voice;
    int status = flush(probes, &busy, error);
    free_all(probes);
    return status;
}
