#include "crawler/store/probes_private.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

static const char doing[] = "read its hosts";

/* --- which hosts --- */

#define CANDIDATES(CONDITION)                                                                      \
    "SELECT h.id, h.name, h.provider_length, p.probed_at, p.outcome, p.meetings"                   \
    " FROM _host AS h LEFT JOIN _probe AS p ON p.id = h.id"                                        \
    " WHERE h.address_outcome = 1" CONDITION " ORDER BY h.id"

static const char *const candidates_sql[] = {
    [PROBES_ALL] = CANDIDATES(""),
    [PROBES_ALIAS] = CANDIDATES(" AND h.alias > 1"),
    [PROBES_TLSA] = CANDIDATES(" AND h.dane IN (5, 6)"),
    [PROBES_STS] = CANDIDATES(" AND h.id IN (SELECT m.host FROM _surveyed AS s"
                              " JOIN _mx_record AS m ON m.mx_set = s.mx_set"
                              " WHERE s.sts IN (2, 3))"),
};

/* The provider of a name, whose tail of so many octets it is; the name where it has none. */
static const char *provider_of(sqlite3_stmt *row, int name, int length, bool *ret_has)
{
    const char *text = (const char *)sqlite3_column_text(row, name);
    int size = sqlite3_column_bytes(row, name), tail = sqlite3_column_int(row, length);
    *ret_has = text != NULL && tail > 0 && tail <= size;
    return *ret_has ? text + (size - tail) : text;
}

int probes_candidates(struct probes *probes, enum probes_only only, probes_candidate_fn *each,
                      void *context, struct error *error)
{
    sqlite3_stmt *row = NULL;
    int code = sqlite3_prepare_v2(probes->file.db, candidates_sql[only], -1, &row, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(row)) == SQLITE_ROW) {
        bool has;
        const char *provider = provider_of(row, 1, 2, &has);
        code = provider == NULL ? SQLITE_CORRUPT : SQLITE_OK;
        if (code != SQLITE_OK)
            break;
        each(context, &(struct probes_candidate){
                          .host = (uint64_t)sqlite3_column_int64(row, 0),
                          .operator= XXH3_64bits(provider, strlen(provider)),
                          .probed_at = sqlite3_column_int64(row, 3),
                          .outcome = (enum probe_outcome)sqlite3_column_int(row, 4),
                          .meetings = (unsigned)sqlite3_column_int(row, 5),
                      });
    }
    int status = code == SQLITE_DONE ? 0 : probes_fail(probes, doing, code, error);
    sqlite3_finalize(row);
    return status;
}

/* --- one host --- */

const char *const probes_read_sql[READ_STATEMENTS] = {
    [READ_HOST] =
        "SELECT h.name, h.provider_length,"
        " (SELECT a.target FROM _alias AS a WHERE a.host = h.id ORDER BY a.hop DESC LIMIT 1),"
        " CASE t.base_hop WHEN 0 THEN h.name"
        "  ELSE (SELECT b.target FROM _alias AS b WHERE b.host = t.id AND b.hop = t.base_hop) END"
        " FROM _host AS h LEFT JOIN _host_tlsa AS t"
        " ON t.id = h.id AND t.outcome = 1 AND t.dnssec = 1 WHERE h.id = ?",
    [READ_ADDRESSES] = ("SELECT family, address, special FROM _address WHERE host = ?"
                        " ORDER BY family DESC, address"),
    [READ_TLSA] = "SELECT usage, selector, matching_type, data, usable FROM _tlsa WHERE host = ?",
};

/* The name in a column; false where it has none. */
static bool read_name(sqlite3_stmt *row, int column, struct name *ret)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text != NULL && name_from_text(text, (size_t)sqlite3_column_bytes(row, column), ret);
}

/* An SQLite result code: CORRUPT where the file says what no survey says. */
static int read_names(struct probes *probes, sqlite3_stmt *row, struct probes_host *ret)
{
    bool has_provider;
    int code = sqlite3_step(row);
    if (code != SQLITE_ROW)
        return code == SQLITE_DONE ? SQLITE_CORRUPT : code;
    const char *provider = provider_of(row, 0, 1, &has_provider);
    if (has_provider) {
        snprintf(probes->provider, sizeof probes->provider, "%s", provider);
        ret->provider = probes->provider;
    }
    ret->has_target = sqlite3_column_type(row, 2) != SQLITE_NULL;
    ret->has_base = sqlite3_column_type(row, 3) != SQLITE_NULL;
    bool well = read_name(row, 0, &ret->name) &&
                (!ret->has_target || read_name(row, 2, &ret->target)) &&
                (!ret->has_base || read_name(row, 3, &ret->base));
    return well ? SQLITE_OK : SQLITE_CORRUPT;
}

static int read_addresses(struct probes *probes, sqlite3_stmt *row, struct probes_host *ret)
{
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW && ret->address_count < ADDRESSES_MAX) {
        struct probes_address *address = &probes->addresses[ret->address_count++];
        const char *text = (const char *)sqlite3_column_text(row, 1);
        *address = (struct probes_address){.family = (uint8_t)sqlite3_column_int(row, 0),
                                           .special = sqlite3_column_int(row, 2) != 0};
        int family = address->family == 6 ? AF_INET6 : AF_INET;
        if (text == NULL || inet_pton(family, text, address->octets) != 1)
            return SQLITE_CORRUPT;
    }
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int read_records(struct probes *probes, sqlite3_stmt *row, struct probes_host *ret)
{
    int code;
    size_t used = 0;
    while ((code = sqlite3_step(row)) == SQLITE_ROW && ret->record_count < RECORDS_MAX) {
        const void *data = sqlite3_column_blob(row, 3);
        size_t size = (size_t)sqlite3_column_bytes(row, 3);
        if (size > sizeof probes->data - used)
            return SQLITE_CORRUPT;
        if (size > 0)
            memcpy(probes->data + used, data, size);
        probes->records[ret->record_count] =
            (struct tlsa_record){.usage = (uint8_t)sqlite3_column_int(row, 0),
                                 .selector = (uint8_t)sqlite3_column_int(row, 1),
                                 .matching_type = (uint8_t)sqlite3_column_int(row, 2),
                                 .size = (uint16_t)size,
                                 .data = probes->data + used};
        probes->usable[ret->record_count++] = sqlite3_column_int(row, 4) != 0;
        used += size;
    }
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

typedef int read_fn(struct probes *probes, sqlite3_stmt *row, struct probes_host *ret);

/* Lets a statement about the host be read. */
static int read_by(struct probes *probes, int statement, uint64_t host, read_fn *reads,
                   struct probes_host *ret)
{
    sqlite3_stmt *row = probes->read[statement];
    int code = sqlite3_bind_int64(row, 1, (int64_t)host);
    if (code == SQLITE_OK)
        code = reads(probes, row, ret);
    sqlite3_reset(row); /* the file is not held between calls */
    return code;
}

int probes_host(struct probes *probes, uint64_t host, struct probes_host *ret, struct error *error)
{
    *ret = (struct probes_host){
        .addresses = probes->addresses, .records = probes->records, .usable = probes->usable};
    int code = read_by(probes, READ_HOST, host, read_names, ret);
    if (code == SQLITE_OK)
        code = read_by(probes, READ_ADDRESSES, host, read_addresses, ret);
    if (code == SQLITE_OK && ret->has_base)
        code = read_by(probes, READ_TLSA, host, read_records, ret);
    return code == SQLITE_OK ? 0 : probes_fail(probes, doing, code, error);
}
