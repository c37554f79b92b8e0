/* The passes over exchanges and sets of MX records, by numbers: what a domain must know of its own.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "crawler/core/name.h"

/* --- room by the numbers of rows --- */

static const char NUMBERS_SQL[] =
    "SELECT (SELECT max(id) FROM _host), (SELECT max(mx_set) FROM _mx_record)";

static int take_numbers(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    uint64_t hosts = survey_row_count(row, 0), sets = survey_row_count(row, 1);
    if (hosts > UNITS_MAX || sets > UNITS_MAX)
        return collector_contradiction(collector, "numbers of rows", error);
    /* large ones get pages of memory only where they are used */
    collector->exchange_traits = calloc(hosts + 1, sizeof *collector->exchange_traits);
    collector->set_traits = calloc(sets + 1, sizeof *collector->set_traits);
    if (collector->exchange_traits == NULL || collector->set_traits == NULL)
        return collector_no_memory(collector, error);
    collector->exchange_numbers = hosts + 1;
    collector->set_numbers = sets + 1;
    return 0;
}

uint16_t *exchange_traits_at(const struct collector *collector, int64_t host)
{
    bool known = host >= 0 && (uint64_t)host < collector->exchange_numbers;
    return known ? &collector->exchange_traits[host] : NULL;
}

uint16_t *set_traits_at(const struct collector *collector, int64_t set)
{
    bool known = set >= 0 && (uint64_t)set < collector->set_numbers;
    return known ? &collector->set_traits[set] : NULL;
}

/* --- exchanges: columns of sql/exchanges.sql --- */

enum {
    ID,
    CLASS,
    ALIAS,
    ADDRESS_OUTCOME,
    IPV6_COUNT,
    DANE,
    NAME
};

/* Whether mail servers deliver to it: its class says so but for some. */
static bool is_used(sqlite3_stmt *row, int class)
{
    const char *text = (const char *)sqlite3_column_text(row, NAME);
    struct name name;
    if (text == NULL)
        return class == EXCHANGE_HOST || class == EXCHANGE_SINGLE_LABEL;
    return name_from_text(text, (size_t)sqlite3_column_bytes(row, NAME), &name) &&
           exchange_is_used(&name, (enum exchange_class) class);
}

static unsigned alias_traits(int alias, bool resolved)
{
    if (alias == ALIAS_CNAME || alias == ALIAS_DNAME)
        return TRAIT_ALIAS;
    return alias == ALIAS_UNKNOWN && resolved ? TRAIT_UNKNOWN : 0;
}

static unsigned ipv6_traits(sqlite3_stmt *row)
{
    if (survey_row_is_null(row, ADDRESS_OUTCOME) || survey_row_is_null(row, IPV6_COUNT))
        return TRAIT_IPV6_UNKNOWN;
    return sqlite3_column_int64(row, IPV6_COUNT) > 0 ? TRAIT_IPV6 : 0;
}

/* Of an exchange that senders use; one that is not resolved has no DANE, as far as is known. */
static unsigned dane_traits(sqlite3_stmt *row)
{
    switch (survey_row_is_null(row, ADDRESS_OUTCOME) ? DANE_NONE : sqlite3_column_int(row, DANE)) {
    case DANE_UNREACHABLE:
    case DANE_USABLE:
        return 0;
    case DANE_FAILED:
        return TRAIT_DANE_FAILED;
    default:
        return TRAIT_DANE_OTHER;
    }
}

static int take_exchange(void *context, sqlite3_stmt *row, struct error *error)
{
    const struct collector *collector = context;
    uint16_t *traits = exchange_traits_at(collector, sqlite3_column_int64(row, ID));
    int class = sqlite3_column_int(row, CLASS);
    bool resolved =
        class == EXCHANGE_HOST || class == EXCHANGE_SINGLE_LABEL || class == EXCHANGE_INVALID;
    unsigned found = alias_traits(sqlite3_column_int(row, ALIAS), resolved);
    (void)error;
    if (class == EXCHANGE_NULL)
        found |= TRAIT_NULL;
    if (resolved)
        found |= TRAIT_MAIL_HOST | ipv6_traits(row);
    if (resolved && survey_row_is_null(row, ADDRESS_OUTCOME))
        found |= TRAIT_OPTED_OUT;
    if (is_used(row, class))
        found |= dane_traits(row);
    if (traits != NULL)
        *traits = (uint16_t)found;
    return 0;
}

/* --- MX records: columns of sql/mx_records.sql --- */

/* Sets that no domain has go at the end of a run only (schema/strays.sql). */
static const char SETS_SQL[] = "SELECT mx_set FROM _surveyed WHERE mx_set IS NOT NULL";

static int take_set(void *context, sqlite3_stmt *row, struct error *error)
{
    uint16_t *set = set_traits_at(context, sqlite3_column_int64(row, 0));
    (void)error;
    if (set != NULL)
        *set = HAS_DOMAIN;
    return 0;
}

enum {
    RECORD_SET,
    RECORD_PREFERENCE,
    RECORD_HOST
};

/* The set whose records are coming */
struct records_reader {
    struct collector *collector;
    int64_t set;
    bool has_lowest;
    int64_t lowest; /* preference, of exchanges other than `.` */
};

static void note_mail_host(uint16_t *set, unsigned traits)
{
    unsigned found = 0;
    if ((traits & TRAIT_MAIL_HOST) != 0)
        found |= MAIL_HOST;
    if ((traits & TRAIT_IPV6) != 0)
        found |= MAIL_IPV6;
    if ((traits & TRAIT_IPV6_UNKNOWN) != 0)
        found |= MAIL_IPV6_UNKNOWN;
    if ((traits & TRAIT_DANE_FAILED) != 0)
        found |= MAIL_DANE_FAILED;
    if ((traits & TRAIT_DANE_OTHER) != 0)
        found |= MAIL_DANE_OTHER;
    *set |= (uint16_t)found;
}

static void note_primary(struct records_reader *reader, uint16_t *set, unsigned traits,
                         int64_t preference)
{
    if ((traits & TRAIT_NULL) != 0)
        return;
    if (!reader->has_lowest)
        reader->lowest = preference;
    reader->has_lowest = true;
    if (preference != reader->lowest || (traits & TRAIT_ALIAS) != 0)
        return;
    *set |= (traits & TRAIT_UNKNOWN) != 0 ? PRIMARY_UNKNOWN : PRIMARY_NO_ALIAS;
}

/* The set whose records are coming, among the odd ones; NULL without memory */
static struct odd_set *odd_of(struct records_reader *reader, uint16_t *set)
{
    struct collector *collector = reader->collector;
    if ((*set & ODD_RECORDS) == 0) {
        struct odd_set *odd =
            grow_items(collector->odd, collector->odd_count, &collector->odd_room, sizeof *odd);
        if (odd == NULL)
            return NULL;
        collector->odd = odd;
        odd[collector->odd_count++] =
            (struct odd_set){.number = reader->set, .first = collector->record_count};
        *set |= ODD_RECORDS;
    }
    return &collector->odd[collector->odd_count - 1];
}

static int add_alias_record(struct collector *collector, int64_t host, int64_t preference)
{
    struct alias_record *records = grow_items(collector->records, collector->record_count,
                                              &collector->record_room, sizeof *records);
    if (records == NULL)
        return -1;
    collector->records = records;
    records[collector->record_count++] = (struct alias_record){host, preference};
    return 0;
}

static int note_odd(struct records_reader *reader, uint16_t *set, unsigned traits, int64_t host,
                    int64_t preference, struct error *error)
{
    bool resolved = (traits & TRAIT_MAIL_HOST) != 0;
    if (resolved && (traits & (TRAIT_ALIAS | TRAIT_UNKNOWN)) == 0)
        return 0;
    struct odd_set *odd = odd_of(reader, set);
    if (odd == NULL)
        return collector_no_memory(reader->collector, error);
    if ((traits & TRAIT_ALIAS) == 0) {
        odd->unjudged++;
        odd->unknown += (traits & TRAIT_UNKNOWN) != 0;
        odd->opted_out += (traits & TRAIT_OPTED_OUT) != 0;
        return 0;
    }
    if (add_alias_record(reader->collector, host, preference) != 0)
        return collector_no_memory(reader->collector, error);
    odd->length++;
    return 0;
}

static int take_record(void *context, sqlite3_stmt *row, struct error *error)
{
    struct records_reader *reader = context;
    int64_t number = sqlite3_column_int64(row, RECORD_SET);
    int64_t host = sqlite3_column_int64(row, RECORD_HOST);
    uint16_t *set = set_traits_at(reader->collector, number);
    uint16_t *exchange = exchange_traits_at(reader->collector, host);
    if (set == NULL || exchange == NULL)
        return collector_contradiction(reader->collector, "mx_records", error);
    if ((*set & HAS_DOMAIN) == 0)
        return 0;
    if (number != reader->set)
        *reader = (struct records_reader){.collector = reader->collector, .set = number};
    note_mail_host(set, *exchange);
    if (survey_row_is_null(row, RECORD_PREFERENCE)) /* its own mail host */
        return 0;
    int64_t preference = sqlite3_column_int64(row, RECORD_PREFERENCE);
    if ((*exchange & (TRAIT_NAMED | TRAIT_OPTED_OUT)) == TRAIT_OPTED_OUT)
        reader->collector->opted_out_exchanges++;
    *exchange |= TRAIT_NAMED;
    note_primary(reader, set, *exchange, preference);
    return note_odd(reader, set, *exchange, host, preference, error);
}

int collect_mx_records(struct survey_file *file, struct collector *collector, struct error *error)
{
    struct records_reader reader = {.collector = collector, .set = -1};
    if (survey_file_query(file, NUMBERS_SQL, take_numbers, collector, error) != 0 ||
        survey_file_query(file, sql_exchanges, take_exchange, collector, error) != 0 ||
        survey_file_query(file, SETS_SQL, take_set, collector, error) != 0)
        return -1;
    return survey_file_query(file, sql_mx_records, take_record, &reader, error);
}
