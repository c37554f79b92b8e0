/* The pass over hosts. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/passes/places.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "analysis/collect/units/survey_units.h"
#include "crawler/survey/suffix.h"

enum {
    CHAINS_MAX = 1000,
    PAIR_NAME_MAX = 1024 /* octets: a name in presentation form has no more */
};

/* Columns of sql/hosts.sql */
enum {
    ID,
    HOST,
    PROVIDER_LENGTH,
    ADDRESS_OUTCOME,
    EDE,
    DNSSEC,
    ALIAS,
    DANE,
    TLSA_OUTCOME,
    TLSA_DNSSEC,
    TLSA_COUNT,
    TLSA_BASE_HOP,
    ALIAS_HOPS,
    ALIAS_TARGET,
    ALIAS_DNSSEC,
    ALIAS_PROBLEM
};

/* Its registrable domain; NULL: none */
static const char *provider_of(sqlite3_stmt *row, size_t *ret_length)
{
    return name_tail(row, HOST, survey_row_count(row, PROVIDER_LENGTH), ret_length);
}

/* Of a host that is an alias */
static enum alias_effect effect_of(sqlite3_stmt *row, int dane)
{
    uint64_t base = survey_row_count(row, TLSA_BASE_HOP);
    switch (dane) {
    case HOSTS_USABLE:
    case HOSTS_UNUSABLE:
        if (base == 0)
            return EFFECT_INITIAL;
        return base == survey_row_count(row, ALIAS_HOPS) ? EFFECT_EXPANDED : EFFECT_COUNT;
    case HOSTS_INSECURE:
        return number_column(row, ALIAS_DNSSEC, DNSSEC_SECURE) > 0 ? EFFECT_COUNT : EFFECT_LOST;
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

static int compare_text(const char *one, const char *other)
{
    if (one == NULL || other == NULL)
        return (one != NULL) - (other != NULL);
    return strcmp(one, other);
}

static int count_chain(struct collector *collector, const char *kind, const char *problem,
                       uint64_t hops, struct error *error)
{
    struct tally_list *chains = &collector->report->chains;
    for (size_t i = 0; i < chains->length; i++) {
        struct tally *chain = &chains->items[i];
        if (chain->hops == hops && compare_text(chain->reason, problem) == 0 &&
            strcmp(chain->kind, kind) == 0) {
            chain->count++;
            return 0;
        }
    }
    if (chains->length == CHAINS_MAX)
        return 0;
    struct tally chain = {strdup(kind), problem != NULL ? strdup(problem) : NULL, hops, 1};
    if (chain.kind == NULL || (problem != NULL && chain.reason == NULL)) {
        free(chain.kind);
        free(chain.reason);
        return collector_no_memory(collector, error);
    }
    return collector_add_tally(collector, chains, chain, error);
}

static int compare_chains(const void *one, const void *other)
{
    const struct tally *a = one, *b = other;
    int order = compare_text(a->kind, b->kind);
    if (order == 0)
        order = (a->hops > b->hops) - (a->hops < b->hops);
    return order != 0 ? order : compare_text(a->reason, b->reason);
}

/* The provider of the chain's last name: its place in targets; 0: none. */
static int take_target(struct collector *collector, sqlite3_stmt *row, uint32_t *ret,
                       struct error *error)
{
    const char *target = (const char *)sqlite3_column_text(row, ALIAS_TARGET);
    const char *provider = NULL;
    if (target != NULL && collector->suffix_list != NULL)
        provider = suffix_registrable(collector->suffix_list, target);
    *ret = 0;
    if (provider == NULL)
        return 0;
    *ret = name_tally_put(&collector->targets, provider, strlen(provider));
    return *ret != 0 ? 0 : collector_no_memory(collector, error);
}

static const char *target_name(const struct collector *collector, uint32_t target)
{
    return target != 0 ? collector->targets.names.names[target - 1] : NULL;
}

static enum provider_relation relation_of(const char *own, const char *target)
{
    if (own == NULL || target == NULL)
        return RELATION_UNKNOWN;
    return strcmp(own, target) == 0 ? RELATION_SAME : RELATION_OTHER;
}

/* Whose name leads to whom: its place in pairs */
static int take_pair(struct collector *collector, const char *own, const char *target,
                     uint32_t *ret, struct error *error)
{
    char text[2 * PAIR_NAME_MAX + 2];
    *ret = 0;
    if (target == NULL)
        return 0;
    int length = snprintf(text, sizeof text, "%.*s\n%.*s", PAIR_NAME_MAX, own != NULL ? own : "",
                          PAIR_NAME_MAX, target);
    *ret = name_tally_put(&collector->pairs, text, (size_t)length);
    return *ret != 0 ? 0 : collector_no_memory(collector, error);
}

static int add_alias(struct collector *collector, int64_t number, const struct alias_host *alias,
                     struct error *error)
{
    struct alias_host *aliases = grow_items(collector->aliases, collector->alias_count,
                                            &collector->alias_room, sizeof *aliases);
    if (aliases != NULL)
        collector->aliases = aliases;
    uint32_t *place = key_map_put(&collector->alias_index, key_of_number((uint64_t)number));
    if (aliases == NULL || place == NULL) {
        free(alias->name);
        return collector_no_memory(collector, error);
    }
    aliases[collector->alias_count++] = *alias;
    *place = (uint32_t)collector->alias_count;
    return 0;
}

/* A host that is an alias and that an MX record names */
static int take_alias_host(struct collector *collector, sqlite3_stmt *row, uint32_t target,
                           int dane, struct error *error)
{
    size_t length;
    const char *own = provider_of(row, &length);
    struct alias_host alias = {
        .target = target,
        .relation = (uint8_t)relation_of(own, target_name(collector, target)),
        .problem = number_column(row, ALIAS_PROBLEM, ALIAS_MULTIPLE),
        .effect = (uint8_t)effect_of(row, dane),
        .name = survey_row_text(row, HOST),
    };
    bool cname = sqlite3_column_int(row, ALIAS) == ALIAS_CNAME;
    if (alias.name == NULL)
        return collector_no_memory(collector, error);
    name_tally_host(&collector->targets, target);
    if (take_pair(collector, own, target_name(collector, target), &alias.pair, error) != 0) {
        free(alias.name);
        return -1;
    }
    name_tally_host(&collector->pairs, alias.pair);
    if (count_chain(collector, cname ? "cname" : "dname",
                    alias.problem > 0 ? alias_problem_word((enum alias_problem)alias.problem)
                                      : NULL,
                    survey_row_count(row, ALIAS_HOPS), error) != 0) {
        free(alias.name);
        return -1;
    }
    return add_alias(collector, sqlite3_column_int64(row, ID), &alias, error);
}

/* It fails by its TLSA lookup.  Where neither its addresses nor its first alias record are secure
 * it fails by the question for that record, and TLSA was asked for --tlsa all only. */
static bool fails_by_tlsa(sqlite3_stmt *row, int dane)
{
    return dane == HOSTS_FAILED && sqlite3_column_int(row, TLSA_OUTCOME) == OUTCOME_FAILED &&
           (sqlite3_column_int(row, DNSSEC) == DNSSEC_SECURE ||
            sqlite3_column_int(row, ALIAS_DNSSEC) == DNSSEC_SECURE);
}

static void count_tlsa(struct dane_report *report, sqlite3_stmt *row, int dane)
{
    if (dane == DANE_HOSTS_COUNT)
        return;
    report->asked = true;
    report->hosts[dane]++;
    if (fails_by_tlsa(row, dane))
        report->tlsa_failed_hosts++;
    uint64_t records = survey_row_count(row, TLSA_COUNT);
    if ((dane != HOSTS_INSECURE && dane != HOSTS_NONE) || records == 0 ||
        sqlite3_column_int(row, TLSA_DNSSEC) != DNSSEC_INSECURE)
        return;
    struct tlsa_count *count =
        dane == HOSTS_INSECURE ? &report->insecure_zone : &report->insecure_alias;
    count->hosts++;
    count->records += records;
}

static uint8_t dane_column(sqlite3_stmt *row, bool disbelieved)
{
    static const uint8_t hosts[] = {
        [DANE_UNKNOWN] = DANE_HOSTS_COUNT, [DANE_UNREACHABLE] = HOSTS_UNREACHABLE,
        [DANE_FAILED] = HOSTS_FAILED,      [DANE_INSECURE] = HOSTS_INSECURE,
        [DANE_NONE] = HOSTS_NONE,          [DANE_UNUSABLE] = HOSTS_UNUSABLE,
        [DANE_USABLE] = HOSTS_USABLE,
    };
    uint8_t number = number_column(row, DANE, DANE_USABLE);
    return disbelieved && number != DANE_UNREACHABLE ? DANE_HOSTS_COUNT : hosts[number];
}

static struct host_kind kind_of(const struct collector *collector, sqlite3_stmt *row)
{
    const uint16_t *traits = exchange_traits_at(collector, sqlite3_column_int64(row, ID));
    int outcome = sqlite3_column_int(row, ADDRESS_OUTCOME), alias = sqlite3_column_int(row, ALIAS);
    struct host_kind kind = {
        .named = traits != NULL && (*traits & TRAIT_NAMED) != 0,
        .alias_known = alias != ALIAS_UNKNOWN,
        .alias = alias == ALIAS_CNAME || alias == ALIAS_DNAME,
        .outcome = outcome == OUTCOME_ANSWER   ? 0
                   : outcome == OUTCOME_FAILED ? 1
                                               : 2,
        .dnssec = number_column(row, DNSSEC, DNSSEC_INDETERMINATE),
        .dane = dane_column(row, collector->disbelieved),
        .seen = probe_seen(collector, sqlite3_column_int64(row, ID)),
    };
    if (collector->disbelieved && kind.dnssec > 0)
        kind.dnssec = DNSSEC_INDETERMINATE;
    return kind;
}

static int take_host(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct host_kind kind = kind_of(collector, row);
    uint32_t target = 0;
    size_t length;
    if (collector->report->hosts == UNITS_MAX)
        return collector_contradiction(collector, "hosts", error);
    collector->report->hosts++;
    probe_count_host(collector->report, kind);
    count_tlsa(&collector->report->dane, row, kind.dane);
    places_meet_host(collector->places, sqlite3_column_int64(row, ID), kind.dane == HOSTS_USABLE);
    if (ede_take(collector, (const char *)sqlite3_column_text(row, EDE),
                 (struct ede_count){.hosts = 1}, error) != 0)
        return -1;
    if (kind.alias && take_target(collector, row, &target, error) != 0)
        return -1;
    if (kind.named && kind.alias && take_alias_host(collector, row, target, kind.dane, error) != 0)
        return -1;
    const char *provider = provider_of(row, &length);
    uint64_t cluster =
        collector_cluster(collector, target, provider != NULL ? key_of(provider, length) : 0);
    if (cells_add(&collector->host_cells, cluster, host_kind_number(kind)) != 0)
        return collector_no_memory(collector, error);
    if (collector->units == NULL)
        return 0;
    const void *host = sqlite3_column_text(row, HOST);
    uint64_t key = host != NULL ? key_of(host, (size_t)sqlite3_column_bytes(row, HOST)) : 0;
    return survey_units_host(collector->units, key, cluster, kind, error);
}

int collect_hosts(struct survey_file *file, struct collector *collector, struct error *error)
{
    struct tally_list *chains = &collector->report->chains;
    if (survey_file_query(file, sql_hosts, take_host, collector, error) != 0)
        return -1;
    if (chains->length > 0)
        qsort(chains->items, chains->length, sizeof *chains->items, compare_chains);
    return 0;
}
