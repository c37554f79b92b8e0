/* The pass over domains, and what the records of the passes before make of it. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "analysis/collect/survey_units.h"

enum {
    RARE_MAX = 65536, /* names of providers kept, 2 MB */
    /* of a list of ten thousand suffixes, and as many strata; a hostile file may have any number */
    NAMES_MAX = 65535
};

/* --- odd records, by domain --- */

static struct alias_host *alias_of(const struct collector *collector, int64_t host)
{
    const uint32_t *place = key_map_find(&collector->alias_index, key_of_number((uint64_t)host));
    return place != NULL ? &collector->aliases[*place - 1] : NULL;
}

/* Lowest preference first, then by the exchange's text */
static bool precedes(const struct collector *collector, const struct alias_record *one,
                     const struct alias_record *other)
{
    if (one->preference != other->preference)
        return one->preference < other->preference;
    return strcmp(alias_of(collector, one->host)->name, alias_of(collector, other->host)->name) < 0;
}

/* What a domain's alias exchanges are: bits */
struct alias_traits {
    bool any;
    bool relations[RELATION_COUNT], problems[ALIAS_MULTIPLE + 1];
};

static void count_traits(struct alias_report *report, const struct alias_traits *traits)
{
    report->all.domains += traits->any;
    report->unknown_provider.domains += traits->relations[RELATION_UNKNOWN];
    report->same_provider.domains += traits->relations[RELATION_SAME];
    report->other_provider.domains += traits->relations[RELATION_OTHER];
    for (int i = 0; i <= ALIAS_MULTIPLE; i++)
        report->problems[i].domains += traits->problems[i];
}

static void add_mentions(struct exchange_mentions *mentions, uint32_t records)
{
    mentions->records += records;
    mentions->domains += records > 0;
}

static void judge_odd(struct collector *collector, struct odd_domain *domain)
{
    const struct alias_record *records = &collector->records[domain->first], *first = NULL;
    struct alias_traits traits = {0};
    uint64_t number = (uint64_t)(domain - collector->odd) + 1;
    for (uint32_t i = 0; i < domain->length; i++) {
        const struct alias_host *alias = alias_of(collector, records[i].host);
        if (alias == NULL)
            continue;
        if (alias->effect != EFFECT_COUNT)
            domain->effects |= (uint8_t)(1u << alias->effect);
        traits.any = true;
        traits.relations[alias->relation] = true;
        traits.problems[alias->problem] = true;
        name_tally_domain(&collector->targets, alias->target, number);
        name_tally_domain(&collector->pairs, alias->pair, number);
        if (alias->target != 0 && (first == NULL || precedes(collector, &records[i], first))) {
            first = &records[i];
            domain->operator_of = alias->target;
        }
    }
    count_traits(&collector->report->aliases, &traits);
    add_mentions(&collector->report->unknown_exchanges, domain->unknown);
    add_mentions(&collector->report->opted_out_exchanges, domain->opted_out);
}

static void count_alias_hosts(struct collector *collector)
{
    struct alias_report *report = &collector->report->aliases;
    struct host_count *const relations[RELATION_COUNT] = {
        &report->unknown_provider, &report->same_provider, &report->other_provider};
    report->all.hosts = collector->alias_count;
    for (size_t i = 0; i < collector->alias_count; i++) {
        const struct alias_host *alias = &collector->aliases[i];
        relations[alias->relation]->hosts++;
        report->problems[alias->problem].hosts++;
    }
}

int collect_odd_domains(struct collector *collector, struct error *error)
{
    struct alias_report *report = &collector->report->aliases;
    for (size_t i = 0; i < collector->odd_count; i++)
        judge_odd(collector, &collector->odd[i]);
    count_alias_hosts(collector);
    return name_tally_rank(&collector->targets, &report->targets) == 0 &&
                   name_tally_rank(&collector->pairs, &report->pairs) == 0
               ? 0
               : collector_no_memory(collector, error);
}

void count_secure_aliases(struct collector *collector)
{
    struct dane_report *dane = &collector->report->dane;
    for (size_t i = 0; i < collector->odd_count; i++) {
        const struct odd_domain *domain = &collector->odd[i];
        for (uint32_t j = 0; domain->secure && j < domain->length; j++) {
            struct alias_host *alias =
                alias_of(collector, collector->records[domain->first + j].host);
            if (alias != NULL && alias->effect != EFFECT_COUNT && !alias->secure_mentions) {
                alias->secure_mentions = true;
                dane->aliases[alias->effect].hosts++;
            }
        }
        for (int effect = 0; domain->secure && effect < EFFECT_COUNT; effect++)
            dane->aliases[effect].domains += domain->effects >> effect & 1;
    }
}

/* --- domains: columns of sql/domains.sql --- */

enum {
    ID,
    DOMAIN,
    RANK,
    SUFFIX,
    STRATUM,
    MX_OUTCOME_COLUMN,
    FAILURE,
    EDE,
    DNSSEC,
    MX_COUNT,
    CNAME_MX_COUNT,
    PROVIDER,
    DANE,
    DANE_READY,
    TLSA_FAILURES,
    STS,
    STS_CNAME_EFFECT,
    TLSRPT
};

static uint8_t band_of(sqlite3_stmt *row)
{
    bool has_rank = sqlite3_column_type(row, RANK) != SQLITE_NULL;
    return (uint8_t)rank_band(has_rank ? sqlite3_column_int64(row, RANK) : -1);
}

/* *ret: its place among the names, from 1; 0: none */
static int take_name(struct collector *collector, sqlite3_stmt *row, int column,
                     struct name_table *names, uint32_t *ret, struct error *error)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    *ret = 0;
    size_t length = text != NULL ? (size_t)sqlite3_column_bytes(row, column) : 0;
    if (length == 0)
        return 0;
    const uint32_t *known = key_map_find(&names->index, key_of(text, length));
    if (known == NULL && names->length == NAMES_MAX)
        return 0;
    *ret = known != NULL ? *known : name_table_put(names, text, length);
    return *ret != 0 ? 0 : collector_no_memory(collector, error);
}

static int compare_numbers(const void *one, const void *other)
{
    int64_t number = *(const int64_t *)one, of = ((const struct odd_domain *)other)->number;
    return (number > of) - (number < of);
}

/* A domain's own records of the pass over MX records */
static void take_odd(struct collector *collector, int64_t number, struct domain_kind *kind)
{
    struct odd_domain *odd =
        bsearch(&number, collector->odd, collector->odd_count, sizeof *odd, compare_numbers);
    if (odd == NULL)
        return;
    odd->secure = kind->dnssec == DNSSEC_SECURE;
    kind->records = kind->records > odd->unjudged ? (uint16_t)(kind->records - odd->unjudged) : 0;
    kind->unknown = (uint16_t)odd->unknown;
    kind->operator_of = odd->operator_of;
}

/* Whether all lowest-preference exchanges are aliases */
static enum known_part primary_part(const struct domain_kind *kind, unsigned traits)
{
    if (kind->outcome != MX_OUTCOME_MX)
        return PART_OUTSIDE;
    if ((traits & PRIMARY_NO_ALIAS) != 0)
        return PART_HAS_NOT;
    if ((traits & PRIMARY_UNKNOWN) != 0)
        return PART_UNANSWERED;
    return kind->aliases > 0 ? PART_HAS : PART_OUTSIDE;
}

static enum known_part ipv6_part(const struct domain_kind *kind, unsigned traits)
{
    if (!kind->mail)
        return PART_OUTSIDE;
    if ((traits & MAIL_IPV6) != 0)
        return PART_HAS;
    bool unknown = (traits & MAIL_HOST) == 0 || (traits & MAIL_IPV6_UNKNOWN) != 0;
    return unknown ? PART_UNANSWERED : PART_HAS_NOT;
}

/* What the exchanges make of it */
static int take_records(struct collector *collector, sqlite3_stmt *row, struct domain_kind *kind,
                        struct error *error)
{
    int64_t number = sqlite3_column_int64(row, ID);
    const uint8_t *kept = domain_traits_at(collector, number);
    uint64_t records = survey_row_count(row, MX_COUNT);
    uint64_t aliases = survey_row_count(row, CNAME_MX_COUNT);
    unsigned traits = kept != NULL ? *kept : 0;
    if (records > UINT16_MAX || aliases > records) /* a message holds fewer than 5,000 */
        return collector_contradiction(collector, "cname_mx_records", error);
    kind->records = (uint16_t)records;
    kind->aliases = (uint16_t)aliases;
    if ((traits & ODD_RECORDS) != 0)
        take_odd(collector, number, kind);
    kind->mail = kind->outcome == MX_OUTCOME_IMPLICIT_MX ||
                 (kind->outcome == MX_OUTCOME_MX && (traits & MAIL_HOST) != 0);
    kind->primary = (uint8_t)primary_part(kind, traits);
    kind->ipv6 = (uint8_t)ipv6_part(kind, traits);
    kind->dane_open = (traits & MAIL_DANE_FAILED) != 0 && (traits & MAIL_DANE_OTHER) == 0;
    return 0;
}

static void count_words(struct report *report, const struct domain_kind *kind, uint8_t failure)
{
    report->surveyed++;
    report->mx_outcomes[kind->outcome] += kind->outcome > 0;
    if (kind->outcome == MX_OUTCOME_FAILED)
        report->domain_failures[failure]++;
    if (kind->dane > 0)
        report->dane.domains[kind->dane - 1]++;
    if (kind->dane > 0 && kind->dane != DOMAINS_FAILED + 1) {
        report->dane.mail_domains++;
        report->dane.failing_domains += kind->failing;
    }
}

static void count_sts(struct sts_report *report, const struct domain_kind *kind, uint8_t effect,
                      uint8_t tlsrpt)
{
    report->tlsrpt[tlsrpt] += tlsrpt > 0;
    if (kind->sts == 0)
        return;
    report->asked = true;
    report->domains[kind->sts]++;
    report->effects[effect].domains += effect > 0;
    report->effects[effect].enforced += effect > 0 && kind->sts == STS_ENFORCE;
}

/* The kind's number: most domains are of a kind that others are of as well. */
static int number_kind(struct collector *collector, const struct domain_kind *kind,
                       uint32_t *ret_number, struct error *error)
{
    uint32_t *place = key_map_put(&collector->kind_index, key_of(kind, sizeof *kind));
    if (place == NULL)
        return collector_no_memory(collector, error);
    if (*place == 0) {
        struct domain_kind *kinds = collector_grow(collector->kinds, collector->kind_count,
                                                   &collector->kind_room, sizeof *kinds);
        if (kinds == NULL)
            return collector_no_memory(collector, error);
        collector->kinds = kinds;
        kinds[collector->kind_count++] = *kind;
        *place = (uint32_t)collector->kind_count;
    }
    *ret_number = *place - 1;
    return 0;
}

/* Most places in the tables of providers are earned by few domains: their names are
 * kept, which spares one more look at the file. */
static int keep_name(struct collector *collector, const struct domain_kind *kind,
                     const char *provider, size_t length, struct error *error)
{
    bool rare = kind->aliases > 0 || kind->failing || kind->dane == DOMAINS_COMPLETE + 1;
    if (!rare || provider == NULL || collector->rare.length == RARE_MAX)
        return 0;
    return name_table_put(&collector->rare, provider, length) != 0
               ? 0
               : collector_no_memory(collector, error);
}

/* For a comparison with another survey */
static int keep_unit(struct collector *collector, sqlite3_stmt *row, uint64_t provider,
                     const struct domain_kind *kind, struct error *error)
{
    const void *domain = sqlite3_column_text(row, DOMAIN);
    if (collector->units == NULL || domain == NULL)
        return 0;
    uint64_t key = key_of(domain, (size_t)sqlite3_column_bytes(row, DOMAIN));
    uint64_t cluster = collector_cluster(collector, kind->operator_of, provider);
    return survey_units_domain(collector->units, key, provider, cluster, kind, error);
}

static struct domain_kind kind_of(const struct collector *collector, sqlite3_stmt *row)
{
    uint8_t effect = number_column(row, STS_CNAME_EFFECT, STS_CNAME_NEITHER);
    struct domain_kind kind = {
        .band = band_of(row),
        .outcome = number_column(row, MX_OUTCOME_COLUMN, MX_OUTCOME_FAILED),
        .dnssec = number_column(row, DNSSEC, DNSSEC_INDETERMINATE),
        .dane = number_column(row, DANE, DANE_DOMAINS_COUNT),
        .dane_ready = survey_row_count(row, DANE_READY) > 0,
        .sts = number_column(row, STS, STS_FAILED),
        .failing = survey_row_count(row, TLSA_FAILURES) > 0,
    };
    if (effect > 0)
        kind.effect = effect == STS_CNAME_NAME_ONLY || effect == STS_CNAME_MIXED ? 1 : 2;
    if (!collector->disbelieved)
        return kind;
    if (kind.dnssec > 0)
        kind.dnssec = DNSSEC_INDETERMINATE;
    if (kind.outcome != MX_OUTCOME_FAILED)
        kind.dane = 0;
    kind.dane_ready = kind.failing = false;
    return kind;
}

static int take_domain(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct domain_kind kind = kind_of(collector, row);
    uint32_t number = 0, stratum;
    if (collector->report->surveyed == UNITS_MAX)
        return collector_contradiction(collector, "domains", error);
    if (take_name(collector, row, SUFFIX, &collector->suffixes, &kind.suffix, error) != 0 ||
        take_name(collector, row, STRATUM, &collector->strata, &stratum, error) != 0 ||
        take_records(collector, row, &kind, error) != 0)
        return -1;
    kind.stratum = (uint16_t)stratum;
    uint8_t failure =
        kind.outcome == MX_OUTCOME_FAILED ? number_column(row, FAILURE, FAILURE_LAST) : 0;
    count_words(collector->report, &kind, failure);
    count_sts(&collector->report->sts, &kind,
              number_column(row, STS_CNAME_EFFECT, STS_CNAME_NEITHER),
              number_column(row, TLSRPT, TLSRPT_FAILED));
    if (ede_take(collector, (const char *)sqlite3_column_text(row, EDE),
                 (struct ede_count){.domains = 1}, error) != 0)
        return -1;
    const char *provider = (const char *)sqlite3_column_text(row, PROVIDER);
    size_t length = provider != NULL ? (size_t)sqlite3_column_bytes(row, PROVIDER) : 0;
    uint64_t key = provider != NULL ? key_of(provider, length) : 0;
    if (keep_name(collector, &kind, provider, length, error) != 0 ||
        number_kind(collector, &kind, &number, error) != 0)
        return -1;
    if (cells_add(&collector->domain_cells, key, number) != 0)
        return collector_no_memory(collector, error);
    return keep_unit(collector, row, key, &kind, error);
}

int collect_domains(struct survey_file *file, struct collector *collector, struct error *error)
{
    return survey_file_query(file, sql_domains, take_domain, collector, error);
}
