#include "crawler/store/columns.h"

#include "crawler/core/address.h"

#include <assert.h>
#include <string.h>

/* --- columns: a value not set is NULL --- */

static void result_text(sqlite3_context *context, const struct batch *batch, struct text text)
{
    if (text.offset != NO_TEXT)
        sqlite3_result_text(context, batch->texts.data + text.offset, (int)text.length,
                            SQLITE_STATIC);
}

static void result_octets(sqlite3_context *context, const struct batch *batch, struct text octets)
{
    if (octets.length > 0)
        sqlite3_result_blob(context, batch->texts.data + octets.offset, (int)octets.length,
                            SQLITE_STATIC);
    else
        sqlite3_result_zeroblob(context, 0);
}

static void result_code(sqlite3_context *context, unsigned code)
{
    if (code != 0)
        sqlite3_result_int(context, (int)code);
}

static void result_count(sqlite3_context *context, int count)
{
    if (count >= 0)
        sqlite3_result_int(context, count);
}

static void result_id(sqlite3_context *context, uint64_t id)
{
    if (id != 0)
        sqlite3_result_int64(context, (sqlite3_int64)id);
}

static void listed_column(const void *row, const struct batch *batch, sqlite3_context *context,
                          int column)
{
    const struct listed_item *item = row;
    switch (column) {
    case 0:
        result_text(context, batch, (struct text){item->domain, item->length});
        break;
    case 1:
        if (item->rank >= 0)
            sqlite3_result_int64(context, item->rank - (int64_t)item->id);
        break;
    default:
        result_code(context, item->suffix_length);
        break;
    }
}

static void listed_position_column(const void *row, const struct batch *batch,
                                   sqlite3_context *context, int column)
{
    const struct listed_position_item *item = row;
    (void)batch;
    result_id(context, column == 0 ? item->id : item->position);
}

static void rejected_column(const void *row, const struct batch *batch, sqlite3_context *context,
                            int column)
{
    const struct rejected_item *item = row;
    switch (column) {
    case 0:
        result_text(context, batch, item->list);
        break;
    case 1:
        sqlite3_result_int64(context, (sqlite3_int64)item->line);
        break;
    case 2:
        result_text(context, batch, item->text);
        break;
    default:
        result_text(context, batch, item->reason);
        break;
    }
}

static void host_column(const void *row, const struct batch *batch, sqlite3_context *context,
                        int column)
{
    const struct host_item *item = row;
    switch (column) {
    case 0:
        result_id(context, item->id);
        break;
    case 1:
        result_text(context, batch, item->name);
        break;
    case 2:
        result_text(context, batch, item->provider);
        break;
    case 3:
        result_code(context, item->class);
        break;
    case 4:
        result_code(context, item->address_outcome);
        break;
    case 5:
        result_code(context, item->dnssec);
        break;
    case 6:
        result_code(context, item->alias);
        break;
    case 7:
        result_count(context, item->ipv4_count);
        break;
    case 8:
        result_count(context, item->ipv6_count);
        break;
    case 9:
        result_count(context, item->special_count);
        break;
    default:
        result_code(context, item->dane);
        break;
    }
}

static void host_detail_column(const void *row, const struct batch *batch, sqlite3_context *context,
                               int column)
{
    const struct host_detail_item *item = row;
    switch (column) {
    case 0:
        result_id(context, item->id);
        break;
    case 1:
        result_code(context, item->failure);
        break;
    case 2:
        result_text(context, batch, item->ede);
        break;
    case 3:
        result_code(context, item->alias_dnssec);
        break;
    case 4:
        result_code(context, item->alias_problem);
        break;
    case 5:
        result_code(context, item->dane_exim);
        break;
    default:
        result_code(context, item->hidden);
        break;
    }
}

static void shown_host_column(const void *row, const struct batch *batch, sqlite3_context *context,
                              int column)
{
    const struct shown_host_item *item = row;
    (void)batch, (void)column;
    result_id(context, item->id);
}

static void alias_column(const void *row, const struct batch *batch, sqlite3_context *context,
                         int column)
{
    const struct alias_item *item = row;
    switch (column) {
    case 0:
        result_id(context, item->host);
        break;
    case 1:
        sqlite3_result_int(context, item->hop);
        break;
    case 2:
        result_code(context, item->kind);
        break;
    default:
        result_text(context, batch, item->target);
        break;
    }
}

static void address_column(const void *row, const struct batch *batch, sqlite3_context *context,
                           int column)
{
    const struct address_item *item = row;
    char text[ADDRESS_TEXT_MAX];
    (void)batch;
    switch (column) {
    case 0:
        result_id(context, item->host);
        break;
    case 1:
        sqlite3_result_int(context, item->family);
        break;
    case 2:
        address_to_text(item->family, item->octets, text);
        sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
        break;
    default:
        sqlite3_result_int(context, item->special);
        break;
    }
}

static void host_tlsa_column(const void *row, const struct batch *batch, sqlite3_context *context,
                             int column)
{
    const struct host_tlsa_item *item = row;
    (void)batch;
    switch (column) {
    case 0:
        result_id(context, item->id);
        break;
    case 1:
        result_code(context, item->outcome);
        break;
    case 2:
        sqlite3_result_int(context, item->hop);
        break;
    case 3:
        result_code(context, item->dnssec);
        break;
    case 4:
        result_count(context, item->count);
        break;
    default:
        result_count(context, item->usable_count);
        break;
    }
}

static void tlsa_column(const void *row, const struct batch *batch, sqlite3_context *context,
                        int column)
{
    const struct tlsa_item *item = row;
    switch (column) {
    case 0:
        result_id(context, item->host);
        break;
    case 1:
        sqlite3_result_int(context, item->usage);
        break;
    case 2:
        sqlite3_result_int(context, item->selector);
        break;
    case 3:
        sqlite3_result_int(context, item->matching_type);
        break;
    case 4:
        result_octets(context, batch, item->data);
        break;
    case 5:
        sqlite3_result_int(context, item->usable);
        break;
    case 6:
        result_code(context, item->reason);
        break;
    case 7:
        result_text(context, batch, item->known_key);
        break;
    default:
        result_code(context, item->key_status);
        break;
    }
}

static void failure_column(const void *row, const struct batch *batch, sqlite3_context *context,
                           int column)
{
    const struct failure_item *item = row;
    switch (column) {
    case 0:
        result_code(context, item->kind);
        break;
    case 1:
        result_text(context, batch, item->name);
        break;
    case 2:
        result_code(context, item->failure);
        break;
    case 3:
        result_text(context, batch, item->ede);
        break;
    default:
        sqlite3_result_int64(context, item->tries);
        break;
    }
}

static void surveyed_column(const void *row, const struct batch *batch, sqlite3_context *context,
                            int column)
{
    const struct surveyed_item *item = row;
    (void)batch;
    switch (column) {
    case 0:
        result_id(context, item->id);
        break;
    case 1:
        sqlite3_result_int64(context, item->surveyed_at);
        break;
    case 2:
        result_code(context, item->mx_outcome);
        break;
    case 3:
        result_code(context, item->dnssec);
        break;
    case 4:
        result_count(context, item->mx_count);
        break;
    case 5:
        result_count(context, item->cname_mx_count);
        break;
    case 6:
        result_count(context, item->preference);
        break;
    case 7:
        result_id(context, item->host);
        break;
    case 8:
        result_code(context, item->dane);
        break;
    case 9:
        result_code(context, item->dane_ready);
        break;
    case 10:
        result_code(context, item->sts);
        break;
    default:
        result_code(context, item->tlsrpt);
        break;
    }
}

static void surveyed_detail_column(const void *row, const struct batch *batch,
                                   sqlite3_context *context, int column)
{
    const struct surveyed_detail_item *item = row;
    switch (column) {
    case 0:
        result_id(context, item->id);
        break;
    case 1:
        result_code(context, item->null_mx_flaw);
        break;
    case 2:
        result_code(context, item->failure);
        break;
    case 3:
        result_text(context, batch, item->ede);
        break;
    case 4:
        result_text(context, batch, item->alias_target);
        break;
    case 5:
        result_code(context, item->unknown_mx_count);
        break;
    default:
        result_code(context, item->tlsa_failures);
        break;
    }
}

static void more_mx_column(const void *row, const struct batch *batch, sqlite3_context *context,
                           int column)
{
    const struct more_mx_item *item = row;
    (void)batch;
    switch (column) {
    case 0:
        result_id(context, item->domain);
        break;
    case 1:
        sqlite3_result_int(context, item->preference);
        break;
    default:
        result_id(context, item->host);
        break;
    }
}

static void sts_policy_column(const void *row, const struct batch *batch, sqlite3_context *context,
                              int column)
{
    const struct sts_policy_item *item = row;
    switch (column) {
    case 0:
        result_id(context, item->id);
        break;
    case 1:
        result_code(context, item->record_outcome);
        break;
    case 2:
        result_text(context, batch, item->record_id);
        break;
    case 3:
        result_code(context, item->policy_outcome);
        break;
    case 4:
        result_code(context, item->detail);
        break;
    case 5:
        result_text(context, batch, item->fault);
        break;
    case 6:
        result_code(context, item->http_status);
        break;
    case 7:
        result_code(context, item->mode);
        break;
    case 8:
        result_count(context, item->max_age);
        break;
    case 9:
        result_text(context, batch, item->mx);
        break;
    case 10:
        result_text(context, batch, item->media_type);
        break;
    case 11:
        if (item->fetched_at != 0)
            sqlite3_result_int64(context, item->fetched_at);
        break;
    default:
        result_code(context, item->cname_effect);
        break;
    }
}

static void sts_match_column(const void *row, const struct batch *batch, sqlite3_context *context,
                             int column)
{
    const struct sts_match_item *item = row;
    (void)batch;
    switch (column) {
    case 0:
        result_id(context, item->domain);
        break;
    case 1:
        result_id(context, item->host);
        break;
    case 2:
        sqlite3_result_int(context, item->name);
        break;
    default:
        if (item->alias)
            sqlite3_result_int(context, item->target);
        break;
    }
}

static void deferred_column(const void *row, const struct batch *batch, sqlite3_context *context,
                            int column)
{
    const struct deferred_item *item = row;
    switch (column) {
    case 0:
        result_id(context, item->domain);
        break;
    case 1:
        sqlite3_result_int(context, item->lookup);
        break;
    default:
        result_text(context, batch, item->ede);
        break;
    }
}

static void deferred_host_column(const void *row, const struct batch *batch,
                                 sqlite3_context *context, int column)
{
    const struct deferred_host_item *item = row;
    const struct text columns[] = {item->name, item->address, item->alias, item->tlsa};
    result_text(context, batch, columns[column]);
}

static void run_column(const void *row, const struct batch *batch, sqlite3_context *context,
                       int column)
{
    const struct run_item *item = row;
    result_text(context, batch, column == 0 ? item->key : item->value);
}

/* OR FAIL: an error ends the whole transaction anyway, and SQLite need not keep a second journal,
 * for one statement, of every page that it changes.
 * OR IGNORE: a server may repeat a record, which is then one (RFC 2181 s5).  Listed names come in
 * the order of their numbers, and SQLite counts as they do: appended without a search. */
const struct table store_tables[TABLE_COUNT] = {
    [TABLE_LISTED] = {"INSERT OR FAIL INTO listed (domain, rank_offset, suffix_length)"
                      " SELECT a, b, c FROM feed_listed",
                      "feed_listed", listed_column},
    [TABLE_LISTED_POSITION] = {"INSERT OR FAIL INTO listed_position (id, position)"
                               " SELECT a, b FROM feed_listed_position",
                               "feed_listed_position", listed_position_column},
    [TABLE_REJECTED] = {"INSERT OR FAIL INTO rejected (list, line, text, reason)"
                        " SELECT a, b, c, d FROM feed_rejected",
                        "feed_rejected", rejected_column},
    [TABLE_HOST] =
        {"INSERT OR FAIL INTO host (id, name, provider, class, address_outcome, dnssec, alias,"
         " ipv4_count, ipv6_count, special_count, dane)"
         " SELECT a, b, c, d, e, f, g, h, i, j, k FROM feed_host",
         "feed_host", host_column},
    [TABLE_HOST_DETAIL] =
        {"INSERT OR FAIL INTO host_detail (id, failure, ede, alias_dnssec, alias_problem,"
         " dane_exim, hidden) SELECT a, b, c, d, e, f, g FROM feed_host_detail",
         "feed_host_detail", host_detail_column},
    [TABLE_SHOWN_HOST] = {"UPDATE host_detail SET hidden = NULL"
                          " WHERE id IN (SELECT a FROM feed_shown_host)",
                          "feed_shown_host", shown_host_column},
    [TABLE_ALIAS] = {"INSERT OR FAIL INTO alias (host, hop, kind, target)"
                     " SELECT a, b, c, d FROM feed_alias",
                     "feed_alias", alias_column},
    [TABLE_ADDRESS] = {"INSERT OR IGNORE INTO address (host, family, address, special)"
                       " SELECT a, b, c, d FROM feed_address",
                       "feed_address", address_column},
    [TABLE_HOST_TLSA] =
        {"INSERT OR FAIL INTO host_tlsa (id, outcome, base_hop, dnssec, count, usable_count)"
         " SELECT a, b, c, d, e, f FROM feed_host_tlsa",
         "feed_host_tlsa", host_tlsa_column},
    [TABLE_TLSA] =
        {"INSERT OR FAIL INTO tlsa (host, usage, selector, matching_type, data, usable, reason,"
         " known_key, key_status) SELECT a, b, c, d, e, f, g, h, i FROM feed_tlsa",
         "feed_tlsa", tlsa_column},
    [TABLE_FAILURE] = {"INSERT OR FAIL INTO failure (kind, name, failure, ede, tries)"
                       " SELECT a, b, c, d, e FROM feed_failure",
                       "feed_failure", failure_column},
    [TABLE_DEFERRED] =
        {"INSERT OR REPLACE INTO deferred (domain, lookup, ede) SELECT a, b, c FROM feed_deferred",
         "feed_deferred", deferred_column},
    [TABLE_DEFERRED_HOST] = {"INSERT OR REPLACE INTO deferred_host (name, address, alias, tlsa)"
                             " SELECT a, b, c, d FROM feed_deferred_host",
                             "feed_deferred_host", deferred_host_column},
    [TABLE_SURVEYED] =
        {"INSERT OR FAIL INTO surveyed (id, surveyed_at, mx_outcome, dnssec, mx_count,"
         " cname_mx_count, preference, host, dane, dane_ready, sts, tlsrpt)"
         " SELECT a, b, c, d, e, f, g, h, i, j, k, l FROM feed_surveyed",
         "feed_surveyed", surveyed_column},
    [TABLE_SURVEYED_DETAIL] =
        {"INSERT OR FAIL INTO surveyed_detail (id, null_mx_flaw, failure, ede,"
         " alias_target, unknown_mx_count, tlsa_failures)"
         " SELECT a, b, c, d, e, f, g FROM feed_surveyed_detail",
         "feed_surveyed_detail", surveyed_detail_column},
    [TABLE_MORE_MX] = {"INSERT OR IGNORE INTO more_mx (domain, preference, host)"
                       " SELECT a, b, c FROM feed_more_mx",
                       "feed_more_mx", more_mx_column},
    [TABLE_STS_POLICY] =
        {"INSERT OR FAIL INTO sts_policy (id, record_outcome, record_id, policy_outcome,"
         " detail, fault, http_status, mode, max_age, mx, media_type,"
         " fetched_at, cname_effect)"
         " SELECT a, b, c, d, e, f, g, h, i, j, k, l, m FROM feed_sts_policy",
         "feed_sts_policy", sts_policy_column},
    [TABLE_STS_MATCH] = {"INSERT OR IGNORE INTO sts_match (domain, host, name, target)"
                         " SELECT a, b, c, d FROM feed_sts_match",
                         "feed_sts_match", sts_match_column},
    [TABLE_RUN] = {"INSERT OR REPLACE INTO run (key, value) SELECT a, b FROM feed_run", "feed_run",
                   run_column},
};
