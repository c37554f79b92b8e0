#include "crawler/store/columns.h"

#include "crawler/core/address.h"

#define COLUMN(item, kind, member)                                                                 \
    {                                                                                              \
#member, COLUMN_##kind, offsetof(struct item, member)                                      \
    }

/* OR FAIL: an error ends the whole transaction anyway, and SQLite need not keep a second journal,
 * for one statement, of every page that it changes.
 * OR IGNORE: a server may repeat a record, which is then one (RFC 2181 s5). */
static const char append[] = "INSERT OR FAIL INTO";
static const char append_new[] = "INSERT OR IGNORE INTO";
static const char replace[] = "INSERT OR REPLACE INTO";

/* Names come in the order of their numbers, and SQLite counts as they do: without their numbers
 * they are appended without a search. */
const struct table store_tables[TABLE_COUNT] = {
    [TABLE_LISTED] = {"_listed",
                      append,
                      sizeof(struct listed_item),
                      {
                          COLUMN(listed_item, TEXT, domain),
                          COLUMN(listed_item, OFFSET, rank_offset),
                          COLUMN(listed_item, NUMBER, suffix_stratum),
                      }},
    [TABLE_LISTED_POSITION] = {"_listed_position",
                               append,
                               sizeof(struct listed_position_item),
                               {
                                   COLUMN(listed_position_item, NUMBER, id),
                                   COLUMN(listed_position_item, NUMBER, position),
                               }},
    [TABLE_STRATUM] = {"_stratum",
                       append,
                       sizeof(struct stratum_item),
                       {
                           COLUMN(stratum_item, NUMBER, id),
                           COLUMN(stratum_item, TEXT, stratum),
                       }},
    [TABLE_REJECTED] = {"_rejected",
                        append,
                        sizeof(struct rejected_item),
                        {
                            COLUMN(rejected_item, TEXT, list),
                            COLUMN(rejected_item, NUMBER, line),
                            COLUMN(rejected_item, TEXT, text),
                            COLUMN(rejected_item, TEXT, reason),
                        }},
    [TABLE_HOST] = {"_host",
                    append,
                    sizeof(struct host_item),
                    {
                        COLUMN(host_item, NUMBER, id),
                        COLUMN(host_item, TEXT, name),
                        COLUMN(host_item, COUNT, provider_length),
                        COLUMN(host_item, CODE, class),
                        COLUMN(host_item, NUMBER, address_outcome),
                        COLUMN(host_item, CODE, dnssec),
                        COLUMN(host_item, CODE, alias),
                        COLUMN(host_item, COUNT, ipv4_count),
                        COLUMN(host_item, COUNT, ipv6_count),
                        COLUMN(host_item, COUNT, special_count),
                        COLUMN(host_item, CODE, dane),
                        COLUMN(host_item, NUMBER, resolved_at),
                        COLUMN(host_item, CODE, details),
                    }},
    [TABLE_HOST_DETAIL] = {"_host_detail",
                           append,
                           sizeof(struct host_detail_item),
                           {
                               COLUMN(host_detail_item, NUMBER, id),
                               COLUMN(host_detail_item, CODE, failure),
                               COLUMN(host_detail_item, TEXT, ede),
                               COLUMN(host_detail_item, CODE, alias_dnssec),
                               COLUMN(host_detail_item, CODE, alias_problem),
                               COLUMN(host_detail_item, CODE, dane_exim),
                               COLUMN(host_detail_item, COUNT, alias_provider_length),
                           }},
    [TABLE_SHOWN_HOST] = {"_host",
                          NULL,
                          sizeof(struct shown_host_item),
                          {
                              COLUMN(shown_host_item, NUMBER, id),
                          }},
    [TABLE_ALIAS] = {"_alias",
                     append,
                     sizeof(struct alias_item),
                     {
                         COLUMN(alias_item, NUMBER, host),
                         COLUMN(alias_item, OCTET, hop),
                         COLUMN(alias_item, CODE, kind),
                         COLUMN(alias_item, TEXT, target),
                         COLUMN(alias_item, COUNT, ttl),
                     }},
    [TABLE_ADDRESS] = {"_address",
                       append_new,
                       sizeof(struct address_item),
                       {
                           COLUMN(address_item, NUMBER, host),
                           COLUMN(address_item, OCTET, family),
                           COLUMN(address_item, ADDRESS, address),
                           COLUMN(address_item, OCTET, special),
                       }},
    [TABLE_HOST_TLSA] = {"_host_tlsa",
                         append,
                         sizeof(struct host_tlsa_item),
                         {
                             COLUMN(host_tlsa_item, NUMBER, id),
                             COLUMN(host_tlsa_item, CODE, outcome),
                             COLUMN(host_tlsa_item, OCTET, base_hop),
                             COLUMN(host_tlsa_item, CODE, dnssec),
                             COLUMN(host_tlsa_item, COUNT, count),
                             COLUMN(host_tlsa_item, COUNT, usable_count),
                         }},
    [TABLE_TLSA] = {"_tlsa",
                    append,
                    sizeof(struct tlsa_item),
                    {
                        COLUMN(tlsa_item, NUMBER, host),
                        COLUMN(tlsa_item, OCTET, usage),
                        COLUMN(tlsa_item, OCTET, selector),
                        COLUMN(tlsa_item, OCTET, matching_type),
                        COLUMN(tlsa_item, OCTETS, data),
                        COLUMN(tlsa_item, OCTET, usable),
                        COLUMN(tlsa_item, CODE, reason),
                        COLUMN(tlsa_item, TEXT, known_key),
                        COLUMN(tlsa_item, CODE, key_status),
                    }},
    [TABLE_FAILURE] = {"_failure",
                       append,
                       sizeof(struct failure_item),
                       {
                           COLUMN(failure_item, CODE, kind),
                           COLUMN(failure_item, TEXT, name),
                           COLUMN(failure_item, CODE, failure),
                           COLUMN(failure_item, TEXT, ede),
                           COLUMN(failure_item, COUNT, tries),
                       }},
    [TABLE_DEFERRED] = {"_deferred",
                        replace,
                        sizeof(struct deferred_item),
                        {
                            COLUMN(deferred_item, NUMBER, domain),
                            COLUMN(deferred_item, OCTET, lookup),
                            COLUMN(deferred_item, TEXT, ede),
                        }},
    [TABLE_DEFERRED_HOST] = {"_deferred_host",
                             replace,
                             sizeof(struct deferred_host_item),
                             {
                                 COLUMN(deferred_host_item, TEXT, name),
                                 COLUMN(deferred_host_item, TEXT, address),
                                 COLUMN(deferred_host_item, TEXT, alias),
                                 COLUMN(deferred_host_item, TEXT, tlsa),
                             }},
    [TABLE_MX_RECORD] = {"_mx_record",
                         append,
                         sizeof(struct mx_record_item),
                         {
                             COLUMN(mx_record_item, NUMBER, mx_set),
                             COLUMN(mx_record_item, COUNT, place),
                             COLUMN(mx_record_item, COUNT, preference),
                             COLUMN(mx_record_item, NUMBER, host),
                             COLUMN(mx_record_item, OCTET, role),
                         }},
    [TABLE_SURVEYED] = {"_surveyed",
                        append,
                        sizeof(struct surveyed_item),
                        {
                            COLUMN(surveyed_item, NUMBER, id),
                            COLUMN(surveyed_item, NUMBER, surveyed_at),
                            COLUMN(surveyed_item, CODE, mx_outcome),
                            COLUMN(surveyed_item, CODE, dnssec),
                            COLUMN(surveyed_item, COUNT, mx_count),
                            COLUMN(surveyed_item, COUNT, cname_mx_count),
                            COLUMN(surveyed_item, OFFSET, mx_ttl),
                            COLUMN(surveyed_item, NUMBER, mx_set),
                            COLUMN(surveyed_item, NUMBER, provider),
                            COLUMN(surveyed_item, CODE, dane),
                            COLUMN(surveyed_item, CODE, dane_ready),
                            COLUMN(surveyed_item, CODE, sts),
                            COLUMN(surveyed_item, CODE, tlsrpt),
                            COLUMN(surveyed_item, CODE, detailed),
                        }},
    [TABLE_SURVEYED_DETAIL] = {"_surveyed_detail",
                               append,
                               sizeof(struct surveyed_detail_item),
                               {
                                   COLUMN(surveyed_detail_item, NUMBER, id),
                                   COLUMN(surveyed_detail_item, CODE, null_mx_flaw),
                                   COLUMN(surveyed_detail_item, CODE, failure),
                                   COLUMN(surveyed_detail_item, TEXT, ede),
                                   COLUMN(surveyed_detail_item, TEXT, alias_target),
                                   COLUMN(surveyed_detail_item, COUNT, unknown_mx_count),
                                   COLUMN(surveyed_detail_item, COUNT, tlsa_failures),
                               }},
    [TABLE_STS_POLICY] = {"_sts_policy",
                          append,
                          sizeof(struct sts_policy_item),
                          {
                              COLUMN(sts_policy_item, NUMBER, id),
                              COLUMN(sts_policy_item, CODE, record_outcome),
                              COLUMN(sts_policy_item, TEXT, record_id),
                              COLUMN(sts_policy_item, CODE, policy_outcome),
                              COLUMN(sts_policy_item, CODE, detail),
                              COLUMN(sts_policy_item, TEXT, fault),
                              COLUMN(sts_policy_item, COUNT, http_status),
                              COLUMN(sts_policy_item, CODE, mode),
                              COLUMN(sts_policy_item, COUNT, max_age),
                              COLUMN(sts_policy_item, TEXT, mx),
                              COLUMN(sts_policy_item, TEXT, media_type),
                              COLUMN(sts_policy_item, NUMBER, fetched_at),
                              COLUMN(sts_policy_item, CODE, cname_effect),
                          }},
    [TABLE_STS_MATCH] = {"_sts_match",
                         append_new,
                         sizeof(struct sts_match_item),
                         {
                             COLUMN(sts_match_item, NUMBER, domain),
                             COLUMN(sts_match_item, NUMBER, host),
                             COLUMN(sts_match_item, OCTET, name),
                             COLUMN(sts_match_item, COUNT, target),
                         }},
    [TABLE_RUN] = {"_run",
                   replace,
                   sizeof(struct run_item),
                   {
                       COLUMN(run_item, TEXT, key),
                       COLUMN(run_item, TEXT, value),
                   }},
};

unsigned table_column_count(const struct table *table)
{
    unsigned ret = 0;
    while (ret < COLUMNS_MAX && table->columns[ret].name != NULL)
        ret++;
    return ret;
}

char *table_statement(const struct table *table, const char *feed)
{
    unsigned count = table_column_count(table);
    sqlite3_str *sql = sqlite3_str_new(NULL);
    if (table->verb == NULL) {
        sqlite3_str_appendf(sql,
                            "UPDATE %s SET address_outcome = abs(address_outcome)"
                            " WHERE id IN (SELECT a FROM %s)",
                            table->name, feed);
        return sqlite3_str_finish(sql);
    }
    sqlite3_str_appendf(sql, "%s %s", table->verb, table->name);
    for (unsigned i = 0; i < count; i++)
        sqlite3_str_appendf(sql, "%s%s", i == 0 ? " (" : ", ", table->columns[i].name);
    for (unsigned i = 0; i < count; i++)
        sqlite3_str_appendf(sql, "%s%c", i == 0 ? ") SELECT " : ", ", 'a' + (int)i);
    sqlite3_str_appendf(sql, " FROM %s", feed);
    return sqlite3_str_finish(sql);
}

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

static void result_address(sqlite3_context *context, const struct item_address *address)
{
    char text[ADDRESS_TEXT_MAX];
    address_to_text(address->family, address->octets, text);
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

void column_result(const struct column *column, const void *row, const struct batch *batch,
                   sqlite3_context *context)
{
    const void *value = (const char *)row + column->offset;
    switch (column->kind) {
    case COLUMN_NUMBER:
        if (*(const int64_t *)value != 0)
            sqlite3_result_int64(context, *(const int64_t *)value);
        break;
    case COLUMN_OFFSET:
        if (*(const int64_t *)value != NO_OFFSET)
            sqlite3_result_int64(context, *(const int64_t *)value);
        break;
    case COLUMN_COUNT:
        if (*(const int *)value >= 0)
            sqlite3_result_int(context, *(const int *)value);
        break;
    case COLUMN_CODE:
        if (*(const uint8_t *)value != 0)
            sqlite3_result_int(context, *(const uint8_t *)value);
        break;
    case COLUMN_OCTET:
        sqlite3_result_int(context, *(const uint8_t *)value);
        break;
    case COLUMN_TEXT:
        result_text(context, batch, *(const struct text *)value);
        break;
    case COLUMN_OCTETS:
        result_octets(context, batch, *(const struct text *)value);
        break;
    case COLUMN_ADDRESS:
        result_address(context, value);
        break;
    }
}
