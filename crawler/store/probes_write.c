#include "crawler/store/probes_private.h"

#include <stdio.h>
#include <string.h>

enum {
    CHAIN_TEXT_MAX = CERTIFICATE_CHAIN_MAX * 21 + 3 /* of numbers, as JSON */
};

const char *const probes_write_sql[WRITE_STATEMENTS] = {
    [WRITE_PROBE] =
        "INSERT INTO _probe (id, probed_at, meetings, family, address, outcome, phase, reply,"
        " plaintext, tls_version, tls_alert, chain)"
        " VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET probed_at = excluded.probed_at,"
        " meetings = _probe.meetings + 1, family = excluded.family, address = excluded.address,"
        " outcome = excluded.outcome, phase = excluded.phase, reply = excluded.reply,"
        " plaintext = excluded.plaintext, tls_version = excluded.tls_version,"
        " tls_alert = excluded.tls_alert, chain = excluded.chain",
    [DROP_MATCH] = "DELETE FROM _probe_match WHERE id = ?",
    [DROP_TLSA] = "DELETE FROM _probe_tlsa WHERE host = ?",
    [WRITE_MATCH] = "INSERT INTO _probe_match (id, leaf, pkix, names_host, names_target, dane)"
                    " VALUES (?1, ?2, ?3, ?4,"
                    " CASE WHEN EXISTS (SELECT 1 FROM _alias WHERE host = ?1) THEN ?5 END, ?6)",
    [WRITE_TLSA] = "INSERT INTO _probe_tlsa (host, usage, selector, matching_type, data, match)"
                   " VALUES (?, ?, ?, ?, ?, ?)",
    /* one that is there gets its DER, if it had none */
    [WRITE_CERTIFICATE] =
        "INSERT INTO _certificate (sha256, spki_sha256, subject, issuer, names, not_before,"
        " not_after, der) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (sha256) DO UPDATE SET der = coalesce(der, excluded.der) RETURNING id",
    [WRITE_INFO] = "INSERT OR REPLACE INTO _run (key, value) VALUES (?, ?)",
};

/* --- values, from the first place on; SQLite remembers no error of a binding, so all are asked ---
 */

struct values {
    sqlite3_stmt *statement;
    int place, code;
};

static struct values values_of(struct probes *probes, int statement)
{
    return (struct values){.statement = probes->write[statement]};
}

static void note(struct values *values, int code)
{
    if (values->code == SQLITE_OK)
        values->code = code;
}

static void add_number(struct values *values, int64_t number)
{
    note(values, sqlite3_bind_int64(values->statement, ++values->place, number));
}

static void add_null(struct values *values)
{
    note(values, sqlite3_bind_null(values->statement, ++values->place));
}

/* A number that is there, or NULL. */
static void add_if(struct values *values, bool there, int64_t number)
{
    if (there)
        add_number(values, number);
    else
        add_null(values);
}

static void add_text(struct values *values, const char *text)
{
    note(values, sqlite3_bind_text(values->statement, ++values->place, text, -1, SQLITE_STATIC));
}

static void add_octets(struct values *values, const void *octets, size_t size)
{
    note(values, size > 0 ? sqlite3_bind_blob(values->statement, ++values->place, octets, (int)size,
                                              SQLITE_STATIC)
                          : sqlite3_bind_zeroblob(values->statement, ++values->place, 0));
}

/* Runs it; the number in its row, where it has one. */
static int run(struct values *values, int64_t *ret)
{
    while (values->code == SQLITE_OK && sqlite3_step(values->statement) == SQLITE_ROW)
        *ret = sqlite3_column_int64(values->statement, 0);
    /* says what the step said, where that failed */
    note(values, sqlite3_reset(values->statement));
    sqlite3_clear_bindings(values->statement);
    return values->code;
}

/* --- a row --- */

static int write_certificate(struct probes *probes, struct probes_shown *shown)
{
    const struct certificate *certificate = shown->certificate;
    struct values values = values_of(probes, WRITE_CERTIFICATE);
    add_octets(&values, certificate->sha256, sizeof certificate->sha256);
    add_octets(&values, certificate->spki_sha256, sizeof certificate->spki_sha256);
    add_text(&values, certificate->subject);
    add_text(&values, certificate->issuer);
    add_text(&values, certificate->names);
    add_number(&values, certificate->not_before);
    add_number(&values, certificate->not_after);
    if (shown->der != NULL)
        add_octets(&values, shown->der, (size_t)shown->der_size);
    else
        add_null(&values);
    return run(&values, &shown->id);
}

static int write_chain(struct probes *probes, struct probes_waiting *waiting,
                       char ret[CHAIN_TEXT_MAX])
{
    char *end = ret;
    for (unsigned i = 0; i < waiting->chain_count; i++) {
        struct probes_shown *shown = &waiting->chain[i];
        int code = shown->certificate != NULL ? write_certificate(probes, shown) : SQLITE_OK;
        if (code != SQLITE_OK)
            return code;
        end += sprintf(end, "%c%lld", i == 0 ? '[' : ',', (long long)shown->id);
    }
    strcpy(end, "]");
    return SQLITE_OK;
}

static int write_probe(struct probes *probes, const struct probes_waiting *waiting,
                       const char *chain)
{
    const struct probe_row *row = &waiting->row;
    char address[ADDRESS_TEXT_MAX];
    address_to_text(waiting->address.family, waiting->address.octets, address);
    struct values values = values_of(probes, WRITE_PROBE);
    add_number(&values, (int64_t)row->host);
    add_number(&values, row->probed_at);
    add_number(&values, waiting->address.family);
    add_text(&values, address);
    add_number(&values, row->outcome);
    add_number(&values, row->phase);
    add_if(&values, row->reply != 0, row->reply);
    add_if(&values, row->plaintext, 1);
    add_if(&values, row->version != TLS_NO_VERSION, row->version);
    add_if(&values, row->alert >= 0, row->alert);
    if (waiting->chain_count > 0)
        add_text(&values, chain);
    else
        add_null(&values);
    return run(&values, NULL);
}

static int drop(struct probes *probes, int statement, uint64_t host)
{
    struct values values = values_of(probes, statement);
    add_number(&values, (int64_t)host);
    return run(&values, NULL);
}

static bool any_usable(const struct probes_waiting *waiting)
{
    bool ret = false;
    for (unsigned i = 0; i < waiting->record_count; i++)
        ret |= waiting->records[i].usable;
    return ret;
}

static int write_match(struct probes *probes, const struct probes_waiting *waiting)
{
    const struct certificate_verdict *verdict = &waiting->verdict;
    struct values values = values_of(probes, WRITE_MATCH);
    add_number(&values, (int64_t)waiting->row.host);
    add_number(&values, waiting->chain[0].id);
    add_if(&values, verdict->pkix != PKIX_VALID, verdict->pkix);
    add_number(&values, verdict->names_host);
    add_number(&values, verdict->names_target);
    add_if(&values, any_usable(waiting), verdict->dane_match);
    return run(&values, NULL);
}

static int write_record(struct probes *probes, uint64_t host, const struct probes_matched *matched)
{
    const struct tlsa_record *record = &matched->record;
    struct values values = values_of(probes, WRITE_TLSA);
    add_number(&values, (int64_t)host);
    add_number(&values, record->usage);
    add_number(&values, record->selector);
    add_number(&values, record->matching_type);
    add_octets(&values, record->data, record->size);
    add_number(&values, matched->match);
    return run(&values, NULL);
}

int probes_write_row(struct probes *probes, struct probes_waiting *waiting)
{
    char chain[CHAIN_TEXT_MAX];
    uint64_t host = waiting->row.host;
    int code = write_chain(probes, waiting, chain);
    if (code == SQLITE_OK)
        code = write_probe(probes, waiting, chain);
    if (code == SQLITE_OK)
        code = drop(probes, DROP_MATCH, host);
    if (code == SQLITE_OK)
        code = drop(probes, DROP_TLSA, host);
    if (code == SQLITE_OK && waiting->is_judged && waiting->chain_count > 0)
        code = write_match(probes, waiting);
    for (unsigned i = 0; i < waiting->record_count && code == SQLITE_OK; i++)
        code = write_record(probes, host, &waiting->records[i]);
    return code;
}

int probes_write_info(struct probes *probes)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < probes->info.count && code == SQLITE_OK; i++) {
        struct values values = values_of(probes, WRITE_INFO);
        add_text(&values, probes->info.pairs[i].key);
        add_text(&values, probes->info.pairs[i].value);
        code = run(&values, NULL);
    }
    return code;
}
