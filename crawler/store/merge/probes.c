#include "crawler/store/merge/probes.h"

#include "crawler/core/certificate.h"
#include "crawler/store/merge/hosts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* What is read of a part, and what is written; columns are those of the part's row in their order,
 * but for numbers. */
enum {
    CERTIFICATES,
    MEETINGS,
    MATCH, /* of a host */
    TLSA,  /* of a host */
    READS
};
static const char *const read_sql[READS] = {
    [CERTIFICATES] =
        "SELECT id, sha256, spki_sha256, subject, issuer, names, not_before, not_after,"
        " der FROM _certificate ORDER BY id",
    [MEETINGS] =
        "SELECT id, probed_at, meetings, family, address, outcome, phase, reply, plaintext,"
        " tls_version, tls_alert, chain FROM _probe ORDER BY id",
    [MATCH] =
        "SELECT id, leaf, pkix, names_host, names_target, dane FROM _probe_match WHERE id = ?",
    [TLSA] = "SELECT host, usage, selector, matching_type, data, match FROM _probe_tlsa"
             " WHERE host = ?",
};
enum {
    PUT_CERTIFICATE,
    ADD_MEETINGS, /* to a row that is as late, or later */
    DROP_MATCH,
    DROP_TLSA,
    PUT_MEETING,
    PUT_MATCH,
    PUT_TLSA,
    WRITES
};
static const char *const write_sql[WRITES] = {
    [PUT_CERTIFICATE] =
        "INSERT INTO _certificate (sha256, spki_sha256, subject, issuer, names, not_before,"
        " not_after, der) VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        " ON CONFLICT (sha256) DO UPDATE SET der = coalesce(der, excluded.der) RETURNING id",
    [ADD_MEETINGS] = "UPDATE _probe SET meetings = meetings + ?3 WHERE id = ?1 AND probed_at >= ?2"
                     " RETURNING id",
    [DROP_MATCH] = "DELETE FROM _probe_match WHERE id = ?1",
    [DROP_TLSA] = "DELETE FROM _probe_tlsa WHERE host = ?1",
    [PUT_MEETING] =
        "INSERT OR REPLACE INTO _probe (id, probed_at, meetings, family, address, outcome, phase,"
        " reply, plaintext, tls_version, tls_alert, chain) VALUES (?1, ?2,"
        " ?3 + coalesce((SELECT meetings FROM _probe WHERE id = ?1), 0),"
        " ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [PUT_MATCH] = "INSERT INTO _probe_match (id, leaf, pkix, names_host, names_target, dane)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [PUT_TLSA] = "INSERT INTO _probe_tlsa (host, usage, selector, matching_type, data, match)"
                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
};

struct copying {
    struct merge *merge;
    unsigned part;
    sqlite3_stmt *reads[READS], *writes[WRITES];
};

static struct merge_part *part_of(const struct copying *copying)
{
    return &copying->merge->parts.parts[copying->part];
}

static int damaged(const struct copying *copying, const char *what, struct error *error)
{
    return merge_part_damaged(part_of(copying), what, error);
}

static int cannot_write(const struct copying *copying, struct error *error)
{
    struct file *out = &copying->merge->out;
    return file_error(out, "write rows to it", sqlite3_errcode(out->db), sqlite3_errmsg(out->db),
                      error);
}

/* --- numbers of certificates --- */

/* With the part, so that a number that another part left is none. */
static void note_certificate(const struct copying *copying, uint64_t id, uint64_t number)
{
    *(uint64_t *)merge_map_change(copying->merge->certificates, id - 1) =
        number << 16 | copying->part;
}

/* The united file's number of the part's certificate; 0 where there is none. */
static uint64_t certificate_of(const struct copying *copying, int64_t id)
{
    if (id < 1 || id > UINT32_MAX)
        return 0;
    uint64_t noted =
        *(const uint64_t *)merge_map_get(copying->merge->certificates, (uint64_t)id - 1);
    return (noted & UINT16_MAX) == copying->part ? noted >> 16 : 0;
}

/* The same for a whole chain; false: it is none. */
static bool renumber_chain(const struct copying *copying, const char *chain, char *ret, size_t room)
{
    size_t used = 0;
    unsigned count = 0;
    char before = '[';
    for (const char *at = chain; *at == before; before = ',') {
        char *end;
        uint64_t number = certificate_of(copying, strtoll(at + 1, &end, 10));
        if (number == 0 || ++count > CERTIFICATE_CHAIN_MAX)
            return false;
        used += (size_t)snprintf(ret + used, room - used, "%c%" PRIu64, before, number);
        at = end;
    }
    snprintf(ret + used, room - used, "]");
    return count > 0;
}

/* --- rows --- */

/* Gives a row's columns from `from` to before `end` to a statement, which copies them. */
static int take_columns(const struct copying *copying, int write, sqlite3_stmt *row, int from,
                        int end, struct error *error)
{
    int code = SQLITE_OK;
    for (int i = from; i < end && code == SQLITE_OK; i++)
        code = sqlite3_bind_value(copying->writes[write], i + 1, sqlite3_column_value(row, i));
    return code == SQLITE_OK ? 0 : cannot_write(copying, error);
}

static int take_row(const struct copying *copying, int write, sqlite3_stmt *row, int from,
                    struct error *error)
{
    return take_columns(copying, write, row, from, sqlite3_column_count(row), error);
}

static void take_number(const struct copying *copying, int write, int place, uint64_t number)
{
    sqlite3_bind_int64(copying->writes[write], place, (int64_t)number);
}

/* *ret, if not NULL: the number in its row, 0 without one. */
static int run(const struct copying *copying, int write, uint64_t *ret, struct error *error)
{
    sqlite3_stmt *statement = copying->writes[write];
    uint64_t number = 0;
    while (sqlite3_step(statement) == SQLITE_ROW)
        number = (uint64_t)sqlite3_column_int64(statement, 0);
    if (ret != NULL)
        *ret = number;
    return sqlite3_reset(statement) == SQLITE_OK ? 0 : cannot_write(copying, error);
}

static int copy_certificate(const struct copying *copying, sqlite3_stmt *row, uint64_t unused,
                            struct error *error)
{
    uint64_t number;
    int64_t id = sqlite3_column_int64(row, 0);
    (void)unused;
    if (id < 1 || id > UINT32_MAX)
        return damaged(copying, "its certificates", error);
    if (take_row(copying, PUT_CERTIFICATE, row, 1, error) != 0 ||
        run(copying, PUT_CERTIFICATE, &number, error) != 0)
        return -1;
    note_certificate(copying, (uint64_t)id, number);
    return 0;
}

static int copy_match(const struct copying *copying, sqlite3_stmt *row, uint64_t host,
                      struct error *error)
{
    uint64_t leaf = certificate_of(copying, sqlite3_column_int64(row, 1));
    if (leaf == 0)
        return damaged(copying, "its certificates", error);
    if (take_row(copying, PUT_MATCH, row, 2, error) != 0)
        return -1;
    take_number(copying, PUT_MATCH, 1, host);
    take_number(copying, PUT_MATCH, 2, leaf);
    return run(copying, PUT_MATCH, NULL, error);
}

static int copy_tlsa(const struct copying *copying, sqlite3_stmt *row, uint64_t host,
                     struct error *error)
{
    if (take_row(copying, PUT_TLSA, row, 1, error) != 0)
        return -1;
    take_number(copying, PUT_TLSA, 1, host);
    return run(copying, PUT_TLSA, NULL, error);
}

typedef int copy_fn(const struct copying *copying, sqlite3_stmt *row, uint64_t host,
                    struct error *error);

/* Each row of what a statement reads. */
static int copy_rows(const struct copying *copying, int read, copy_fn *each, uint64_t host,
                     struct error *error)
{
    sqlite3_stmt *row = copying->reads[read];
    int code = SQLITE_DONE, status = 0;
    while (status == 0 && (code = sqlite3_step(row)) == SQLITE_ROW)
        status = each(copying, row, host, error);
    if (status == 0 && code != SQLITE_DONE)
        status = merge_part_error(part_of(copying), error);
    sqlite3_reset(row);
    return status;
}

static int copy_of_host(const struct copying *copying, int read, copy_fn *each, uint64_t old,
                        uint64_t host, struct error *error)
{
    sqlite3_bind_int64(copying->reads[read], 1, (int64_t)old);
    return copy_rows(copying, read, each, host, error);
}

/* A host that an earlier part met last has its row already. */
static int add_meetings(const struct copying *copying, sqlite3_stmt *row, uint64_t host,
                        bool *ret_added, struct error *error)
{
    uint64_t number;
    take_number(copying, ADD_MEETINGS, 1, host);
    if (take_columns(copying, ADD_MEETINGS, row, 1, 3, error) != 0)
        return -1;
    int status = run(copying, ADD_MEETINGS, &number, error);
    *ret_added = number != 0;
    return status;
}

static int put_meeting(const struct copying *copying, sqlite3_stmt *row, uint64_t host,
                       struct error *error)
{
    enum {
        CHAIN = 11
    };
    char chain[CERTIFICATE_CHAIN_MAX * 21 + 3];
    const char *text = (const char *)sqlite3_column_text(row, CHAIN);
    if (take_row(copying, PUT_MEETING, row, 1, error) != 0)
        return -1;
    take_number(copying, PUT_MEETING, 1, host);
    if (text != NULL) {
        if (!renumber_chain(copying, text, chain, sizeof chain))
            return damaged(copying, "its chains", error);
        sqlite3_bind_text(copying->writes[PUT_MEETING], CHAIN + 1, chain, -1, SQLITE_STATIC);
    }
    return run(copying, PUT_MEETING, NULL, error);
}

static int copy_meeting(const struct copying *copying, sqlite3_stmt *row, uint64_t unused,
                        struct error *error)
{
    bool added;
    uint64_t old = (uint64_t)sqlite3_column_int64(row, 0);
    uint64_t host = merge_hosts_number_of(copying->merge, copying->part, old);
    (void)unused;
    if (host == 0)
        return damaged(copying, "its table _probe", error);
    if (add_meetings(copying, row, host, &added, error) != 0)
        return -1;
    if (added)
        return 0;
    for (int drop = DROP_MATCH; drop <= DROP_TLSA; drop++) {
        take_number(copying, drop, 1, host);
        if (run(copying, drop, NULL, error) != 0)
            return -1;
    }
    if (put_meeting(copying, row, host, error) != 0 ||
        copy_of_host(copying, MATCH, copy_match, old, host, error) != 0)
        return -1;
    return copy_of_host(copying, TLSA, copy_tlsa, old, host, error);
}

/* --- parts --- */

static int copy_part(struct copying *copying, struct error *error)
{
    int status = 0;
    for (unsigned i = 0; i < READS && status == 0; i++)
        status = merge_part_prepare(part_of(copying), read_sql[i], &copying->reads[i], error);
    if (status == 0)
        status = copy_rows(copying, CERTIFICATES, copy_certificate, 0, error);
    if (status == 0)
        status = copy_rows(copying, MEETINGS, copy_meeting, 0, error);
    for (unsigned i = 0; i < READS; i++) {
        sqlite3_finalize(copying->reads[i]);
        copying->reads[i] = NULL;
    }
    return status == 0 ? merge_check_maps(copying->merge, error) : status;
}

int merge_probes_copy(struct merge *merge, struct error *error)
{
    struct copying copying = {.merge = merge};
    int code = SQLITE_OK;
    for (unsigned i = 0; i < WRITES && code == SQLITE_OK; i++)
        code = sqlite3_prepare_v3(merge->out.db, write_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                                  &copying.writes[i], NULL);
    int status = code == SQLITE_OK ? 0 : cannot_write(&copying, error);
    for (; copying.part < merge->parts.count && status == 0; copying.part++)
        status = copy_part(&copying, error);
    for (unsigned i = 0; i < WRITES; i++)
        sqlite3_finalize(copying.writes[i]);
    return status;
}
