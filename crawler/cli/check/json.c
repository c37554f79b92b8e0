/* json.c - check's findings as JSON, beside the rows of the views that they are about. */
#include "crawler/cli/check/print.h"

#include "analysis/document/json_form.h"
#include "analysis/document/utf8.h"

#include <stdlib.h>
#include <string.h>

/* Texts of the views are of hostile origin. */
static json_t *text_json(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    size_t length = (size_t)sqlite3_column_bytes(row, column);
    if (text == NULL)
        return NULL;
    char *clean = utf8_clean(text, length, length * 3);
    json_t *value = clean != NULL ? json_string(clean) : NULL;
    free(clean);
    return value;
}

static json_t *column_json(sqlite3_stmt *row, int column)
{
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL:
        return json_null();
    case SQLITE_INTEGER:
        return json_integer(sqlite3_column_int64(row, column));
    default:
        return text_json(row, column);
    }
}

static json_t *row_json(sqlite3_stmt *row)
{
    json_t *object = json_object();
    for (int i = 0; i < sqlite3_column_count(row); i++)
        object = json_with_member(object, sqlite3_column_name(row, i), column_json(row, i));
    return object;
}

/* The rows of sql, in which ?1 is bound: an array.  0, or -1 where the file cannot be read. */
static int rows_json(sqlite3 *db, const char *sql, const char *bound, json_t **ret)
{
    sqlite3_stmt *row;
    int step;
    if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
        return -1;
    sqlite3_bind_text(row, 1, bound, -1, SQLITE_STATIC);
    *ret = json_array();
    while ((step = sqlite3_step(row)) == SQLITE_ROW)
        *ret = json_with_item(*ret, row_json(row));
    sqlite3_finalize(row);
    return step == SQLITE_DONE ? 0 : -1;
}

/* As a member of object: the rows. */
static int add_rows(sqlite3 *db, json_t **object, const char *key, const char *sql,
                    const char *bound)
{
    json_t *rows = NULL;
    if (rows_json(db, sql, bound, &rows) != 0)
        return -1;
    *object = json_with_member(*object, key, rows);
    return 0;
}

/* The one row, or null. */
static int add_row(sqlite3 *db, json_t **object, const char *key, const char *sql,
                   const char *bound)
{
    json_t *rows = NULL;
    if (rows_json(db, sql, bound, &rows) != 0)
        return -1;
    json_t *first = json_array_get(rows, 0);
    *object = json_with_member(*object, key, first != NULL ? json_incref(first) : json_null());
    json_decref(rows);
    return 0;
}

/* What belongs to each host, in the host. */
static int add_parts(sqlite3 *db, json_t *host)
{
    static const char *const parts[][2] = {
        {"aliases", "SELECT a.hop, a.owner, a.target, a.kind, s.dnssec FROM aliases AS a"
                    " JOIN temp.hop_dnssec AS s ON s.host = a.host AND s.hop = a.hop"
                    " WHERE a.host = ?1 ORDER BY a.hop"},
        {"addresses", "SELECT address, family, special FROM addresses WHERE host = ?1"
                      " ORDER BY family, address"},
        {"tlsa_records",
         "SELECT base, usage, selector, matching_type, data, usable, reason, known_key, key_status"
         " FROM tlsa_records WHERE host = ?1 ORDER BY usage, selector, matching_type, data"},
        {"probe_tlsa", "SELECT usage, selector, matching_type, data, match FROM probe_tlsa"
                       " WHERE host = ?1 ORDER BY usage, selector, matching_type, data"},
    };
    static const char *const single[][2] = {
        {"probe", "SELECT * FROM probes WHERE host = ?1"},
        {"certificate", "SELECT m.*, c.sha256, c.spki_sha256, c.subject, c.issuer, c.names,"
                        " c.not_before, c.not_after FROM probe_matches AS m"
                        " JOIN certificates AS c ON c.id = m.certificate WHERE m.host = ?1"},
    };
    const char *name = json_string_value(json_object_get(host, "host"));
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
        json_t *rows = NULL;
        if (rows_json(db, parts[i][1], name, &rows) != 0)
            return -1;
        json_object_set_new(host, parts[i][0], rows);
    }
    for (unsigned i = 0; i < sizeof single / sizeof *single; i++) {
        json_t *copy = json_incref(host);
        int result = add_row(db, &copy, single[i][0], single[i][1], name);
        json_decref(copy);
        if (result != 0)
            return -1;
    }
    return 0;
}

static const char hosts_sql[] =
    "SELECT * FROM hosts WHERE host IN (SELECT exchange FROM mx_records WHERE domain = ?1"
    " UNION SELECT domain FROM domains WHERE domain = ?1 AND mx_outcome = 'implicit_mx')"
    " ORDER BY host";

static int add_hosts(sqlite3 *db, json_t **object, const char *domain)
{
    json_t *hosts = NULL, *host;
    size_t i;
    int result = rows_json(db, hosts_sql, domain, &hosts);
    json_array_foreach(hosts, i, host)
    {
        if (result == 0)
            result = add_parts(db, host);
    }
    *object = json_with_member(*object, "hosts", hosts);
    return result;
}

/* The policy's patterns are an array in themselves. */
static void unfold_patterns(json_t *object)
{
    json_t *policy = json_object_get(object, "policy");
    const char *text = json_string_value(json_object_get(policy, "mx"));
    json_t *patterns = text != NULL ? json_loads(text, 0, NULL) : NULL;
    if (patterns != NULL)
        json_object_set_new(policy, "mx", patterns);
}

static int domain_json(struct story *story, const char *domain, json_t **ret)
{
    sqlite3 *db = story->db;
    json_t *senders = NULL;
    *ret = json_pack("{s:s}", "domain", domain);
    story->findings = json_array();
    int result = story_domain(story, domain);
    if (result == 0)
        result = story_senders(story, &senders);
    if (result == 0)
        result = add_row(db, ret, "verdict", "SELECT * FROM domains WHERE domain = ?1", domain);
    if (result == 0)
        result = add_rows(
            db, ret, "mx_records",
            "SELECT * FROM mx_records WHERE domain = ?1 ORDER BY preference, exchange", domain);
    if (result == 0)
        result = add_hosts(db, ret, domain);
    if (result == 0)
        result = add_row(db, ret, "policy", "SELECT * FROM sts_policies WHERE domain = ?1", domain);
    unfold_patterns(*ret);
    *ret = json_with_member(*ret, "findings", story->findings);
    *ret = json_with_member(*ret, "senders", senders != NULL ? senders : json_null());
    return result;
}

static json_t *excluded_json(struct story *story, const char *domain)
{
    story->domain = domain;
    story->findings = json_array();
    story_excluded(story);
    return json_pack("{s:s, s:n, s:[], s:[], s:n, s:o, s:n}", "domain", domain, "verdict",
                     "mx_records", "hosts", "policy", "findings", story->findings, "senders");
}

int check_print_json(struct story *story, const char *const *excluded, int excluded_count,
                     FILE *out)
{
    sqlite3_stmt *row;
    json_t *document = json_array();
    int step, result = 0;
    if (sqlite3_prepare_v2(story->db, "SELECT domain FROM domains", -1, &row, NULL) != SQLITE_OK)
        result = -1;
    while (result == 0 && (step = sqlite3_step(row)) != SQLITE_DONE) {
        json_t *domain = NULL;
        result = step == SQLITE_ROW ? domain_json(story, story_text(row, 0), &domain) : -1;
        document = json_with_item(document, domain);
    }
    sqlite3_finalize(row);
    for (int i = 0; i < excluded_count; i++)
        document = json_with_item(document, excluded_json(story, excluded[i]));
    if (result != 0) {
        json_decref(document);
        return result;
    }
    return json_form_print(document, out) == 0 ? 0 : 1;
}
