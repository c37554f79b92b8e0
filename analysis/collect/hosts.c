/* The passes over mx_records and hosts. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "analysis/collect/survey_units.h"
#include "crawler/survey/suffix.h"

enum {
    CHAINS_MAX = 1000,
    HOSTS_REMEMBERED = 1 << 28 /* numbers of hosts; the kernel gives only the pages that are used */
};

static uint64_t key_column(sqlite3_stmt *row, int column)
{
    const void *text = sqlite3_column_text(row, column);
    return text != NULL ? key_of(text, (size_t)sqlite3_column_bytes(row, column)) : 0;
}

static bool is_word(sqlite3_stmt *row, int column, const char *word)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text != NULL && strcmp(text, word) == 0;
}

static bool is_null(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL;
}

/* --- MX records: columns of sql/mx_records.sql --- */

static int add_odd(struct collector *collector, sqlite3_stmt *row, uint64_t exchange,
                   enum odd_kind kind, struct error *error)
{
    struct odd_record *records = collector_grow(collector->records, collector->record_count,
                                                &collector->record_room, sizeof *records);
    if (records == NULL)
        return collector_no_memory(collector, error);
    collector->records = records;
    records[collector->record_count++] = (struct odd_record){key_column(row, 4), exchange | kind};
    return 0;
}

/* Popular exchanges are met again and again: a bit for each that is no alias.  With
 * numbers beyond reason it is not remembered. */
static uint8_t *plain_octet(struct collector *collector, int64_t host)
{
    bool remembered = host >= 0 && host < HOSTS_REMEMBERED;
    return remembered ? &collector->plain[host >> 3] : NULL;
}

static bool is_plain(void *context, int64_t host)
{
    const uint8_t *octet = plain_octet(context, host);
    return octet != NULL && (*octet >> (host & 7) & 1) != 0;
}

static void remember_plain(struct collector *collector, int64_t host)
{
    uint8_t *octet = plain_octet(collector, host);
    if (octet != NULL)
        *octet |= (uint8_t)(1u << (host & 7));
}

static int take_record(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    int alias = sqlite3_column_int(row, 3);
    if (alias == ALIAS_NONE)
        remember_plain(collector, sqlite3_column_int64(row, 0));
    uint64_t exchange = key_column(row, 1);
    int class = sqlite3_column_int(row, 2);
    bool resolved =
        class == EXCHANGE_HOST || class == EXCHANGE_SINGLE_LABEL || class == EXCHANGE_INVALID;
    if (resolved && key_map_put(&collector->named, exchange) == NULL)
        return collector_no_memory(collector, error);
    if (alias == ALIAS_UNKNOWN)
        return add_odd(collector, row, exchange, resolved ? ODD_UNRESOLVED : ODD_CLASS, error);
    if (alias == ALIAS_CNAME || alias == ALIAS_DNAME)
        return add_odd(collector, row, exchange, ODD_ALIAS, error);
    return 0;
}

int collect_mx_records(struct survey_file *file, struct collector *collector, struct error *error)
{
    collector->plain = calloc(HOSTS_REMEMBERED / 8, 1);
    if (collector->plain == NULL)
        return collector_no_memory(collector, error);
    int result = survey_file_function(file, "plain", is_plain, collector, error);
    if (result == 0)
        result = survey_file_query(file, sql_mx_records, take_record, collector, error);
    free(collector->plain);
    collector->plain = NULL;
    return result;
}

/* --- hosts: columns of sql/hosts.sql --- */

enum {
    HOST,
    PROVIDER,
    ADDRESS_OUTCOME,
    EDE,
    DNSSEC,
    ALIAS,
    DANE,
    TLSA_OUTCOME,
    TLSA_DNSSEC,
    TLSA_COUNT,
    ALIAS_HOPS,
    ALIAS_TARGET,
    ALIAS_DNSSEC,
    ALIAS_PROBLEM,
    TLSA_BASE
};

/* Of a host that is an alias */
static enum alias_effect effect_of(sqlite3_stmt *row, int dane)
{
    const char *base = (const char *)sqlite3_column_text(row, TLSA_BASE);
    const char *target = (const char *)sqlite3_column_text(row, ALIAS_TARGET);
    const char *host = (const char *)sqlite3_column_text(row, HOST);
    switch (dane) {
    case HOSTS_USABLE:
    case HOSTS_UNUSABLE:
        if (base != NULL && target != NULL && strcmp(base, target) == 0)
            return EFFECT_EXPANDED;
        return base != NULL && host != NULL && strcmp(base, host) == 0 ? EFFECT_INITIAL
                                                                       : EFFECT_COUNT;
    case HOSTS_INSECURE:
        return is_word(row, ALIAS_DNSSEC, "secure") ? EFFECT_COUNT : EFFECT_LOST;
    case HOSTS_NONE:
        return EFFECT_NONE;
    case HOSTS_FAILED:
        return EFFECT_FAILED;
    case HOSTS_UNREACHABLE:
        return EFFECT_UNREACHABLE;
    default:
        return EFFECT_COUNT;
    }
}

static int count_chain(struct collector *collector, sqlite3_stmt *row, struct error *error)
{
    struct tally_list *chains = &collector->report->chains;
    const char *kind = (const char *)sqlite3_column_text(row, ALIAS);
    const char *problem = (const char *)sqlite3_column_text(row, ALIAS_PROBLEM);
    uint64_t hops = survey_row_count(row, ALIAS_HOPS);
    for (size_t i = 0; i < chains->length; i++) {
        struct tally *chain = &chains->items[i];
        bool same_problem = problem == NULL || chain->reason == NULL
                                ? problem == NULL && chain->reason == NULL
                                : strcmp(chain->reason, problem) == 0;
        if (chain->hops == hops && same_problem && strcmp(chain->kind, kind) == 0) {
            chain->count++;
            return 0;
        }
    }
    if (chains->length == CHAINS_MAX)
        return 0;
    struct tally *items = realloc(chains->items, (chains->length + 1) * sizeof *items);
    if (items == NULL)
        return collector_no_memory(collector, error);
    chains->items = items;
    struct tally *chain = &items[chains->length];
    *chain =
        (struct tally){survey_row_text(row, ALIAS), survey_row_text(row, ALIAS_PROBLEM), hops, 1};
    if (chain->kind == NULL) {
        free(chain->reason);
        return collector_no_memory(collector, error);
    }
    chains->length++;
    return 0;
}

static int compare_text(const char *one, const char *other)
{
    if (one == NULL || other == NULL)
        return (one != NULL) - (other != NULL);
    return strcmp(one, other);
}

static int compare_chains(const void *one, const void *other)
{
    const struct tally *a = one, *b = other;
    int order = compare_text(a->kind, b->kind);
    if (order == 0)
        order = (a->hops > b->hops) - (a->hops < b->hops);
    return order != 0 ? order : compare_text(a->reason, b->reason);
}

/* The provider of the chain's last name, and whether it is the host's own. */
static int take_target(struct collector *collector, sqlite3_stmt *row, struct alias_host *alias,
                       struct error *error)
{
    const char *target = (const char *)sqlite3_column_text(row, ALIAS_TARGET);
    const char *provider = NULL;
    if (target != NULL && collector->suffix_list != NULL)
        provider = suffix_registrable(collector->suffix_list, target);
    if (provider == NULL)
        return 0;
    alias->target = name_table_put(&collector->targets, provider, strlen(provider));
    if (alias->target == 0)
        return collector_no_memory(collector, error);
    const char *own = (const char *)sqlite3_column_text(row, PROVIDER);
    if (own != NULL)
        alias->relation = strcmp(own, provider) == 0 ? RELATION_SAME : RELATION_OTHER;
    return 0;
}

static int take_alias_host(struct collector *collector, sqlite3_stmt *row, uint64_t key, int dane,
                           struct error *error)
{
    struct alias_host alias = {.effect = (uint8_t)effect_of(row, dane)};
    for (int i = 1; i <= ALIAS_MULTIPLE; i++) {
        if (is_word(row, ALIAS_PROBLEM, alias_problem_word((enum alias_problem)i)))
            alias.problem = (uint8_t)i;
    }
    if (count_chain(collector, row, error) != 0 || take_target(collector, row, &alias, error) != 0)
        return -1;
    struct alias_host *aliases = collector_grow(collector->aliases, collector->alias_count,
                                                &collector->alias_room, sizeof *aliases);
    if (aliases != NULL)
        collector->aliases = aliases;
    uint32_t *place = key_map_put(&collector->alias_index, key);
    if (aliases == NULL || place == NULL)
        return collector_no_memory(collector, error);
    aliases[collector->alias_count++] = alias;
    *place = (uint32_t)collector->alias_count;
    return 0;
}

/* It fails by its TLSA lookup.  Where neither its addresses nor its first alias record are secure
 * it fails by the question for that record, and TLSA was asked for --tlsa all only. */
static bool fails_by_tlsa(sqlite3_stmt *row, int dane)
{
    return dane == HOSTS_FAILED && is_word(row, TLSA_OUTCOME, "failed") &&
           (is_word(row, DNSSEC, "secure") || is_word(row, ALIAS_DNSSEC, "secure"));
}

static void count_tlsa(struct dane_report *report, sqlite3_stmt *row, int dane)
{
    report->asked = report->asked || !is_null(row, DANE);
    if (dane == DANE_HOSTS_COUNT)
        return;
    report->hosts[dane]++;
    if (fails_by_tlsa(row, dane))
        report->tlsa_failed_hosts++;
    uint64_t records = survey_row_count(row, TLSA_COUNT);
    if ((dane != HOSTS_INSECURE && dane != HOSTS_NONE) || records == 0 ||
        !is_word(row, TLSA_DNSSEC, "insecure"))
        return;
    struct tlsa_count *count =
        dane == HOSTS_INSECURE ? &report->insecure_zone : &report->insecure_alias;
    count->hosts++;
    count->records += records;
}

static uint8_t dnssec_column(sqlite3_stmt *row)
{
    static const char *const words[] = {"secure", "insecure", "bogus", "indeterminate"};
    return (uint8_t)((collector_word(row, DNSSEC, words, 4) + 1) % 5);
}

static int take_host(void *context, sqlite3_stmt *row, struct error *error)
{
    static const char *const aliases[] = {"none", "cname", "dname"};
    static const char *const outcomes[] = {"answer", "failed"};
    struct collector *collector = context;
    uint64_t key = key_column(row, HOST);
    struct host_kind kind = {
        .named = key_map_find(&collector->named, key) != NULL,
        .alias_known = !is_null(row, ALIAS),
        .outcome = (uint8_t)collector_word(row, ADDRESS_OUTCOME, outcomes, 2),
        .dnssec = dnssec_column(row),
        .dane = (uint8_t)collector_word(row, DANE, DANE_HOSTS_WORDS, DANE_HOSTS_COUNT),
    };
    kind.alias = collector_word(row, ALIAS, aliases + 1, 2) < 2;
    if (collector->report->hosts == CLUSTER_UNITS_MAX)
        return collector_contradiction(collector, "hosts", error);
    collector->report->hosts++;
    count_tlsa(&collector->report->dane, row, kind.dane);
    if (ede_take(collector, (const char *)sqlite3_column_text(row, EDE),
                 (struct ede_count){.hosts = 1}, error) != 0)
        return -1;
    if (kind.named && !kind.alias_known && key_map_put(&collector->hosts_unknown, key) == NULL)
        return collector_no_memory(collector, error);
    if (kind.named && kind.alias && take_alias_host(collector, row, key, kind.dane, error) != 0)
        return -1;
    uint64_t cluster = key_column(row, PROVIDER);
    if (cells_add(&collector->host_cells, cluster, host_kind_number(kind)) != 0)
        return collector_no_memory(collector, error);
    return collector->units != NULL ? survey_units_host(collector->units, key, cluster, kind, error)
                                    : 0;
}

int collect_hosts(struct survey_file *file, struct collector *collector, struct error *error)
{
    struct tally_list *chains = &collector->report->chains;
    if (survey_file_query(file, sql_hosts, take_host, collector, error) != 0)
        return -1;
    key_map_free(&collector->named);
    if (chains->length > 0)
        qsort(chains->items, chains->length, sizeof *chains->items, compare_chains);
    return 0;
}
