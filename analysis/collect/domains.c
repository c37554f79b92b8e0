/* The pass over domains, and what the records of the passes before make of it. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "analysis/collect/survey_units.h"

enum {
    RARE_MAX = 65536,    /* names of providers kept, 2 MB */
    SUFFIXES_MAX = 65535 /* of a list of ten thousand; a hostile file may have any number */
};

/* --- odd records, by domain --- */

static int compare_odd(const void *one, const void *other)
{
    const struct odd_record *a = one, *b = other;
    if (a->domain != b->domain)
        return a->domain < b->domain ? -1 : 1;
    return (a->exchange > b->exchange) - (a->exchange < b->exchange);
}

static struct alias_host *alias_of(const struct collector *collector, uint64_t exchange)
{
    if ((exchange & ODD_MASK) != ODD_ALIAS)
        return NULL;
    const uint32_t *place = key_map_find(&collector->alias_index, exchange);
    return place != NULL ? &collector->aliases[*place - 1] : NULL;
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

/* A domain counts once for a target's provider, however many exchanges lead there. */
static void count_target(struct collector *collector, uint32_t target, size_t domain)
{
    if (target == 0)
        return;
    struct target_count *count = &collector->target_counts[target - 1];
    if (count->last_domain == domain)
        return;
    count->last_domain = domain;
    count->count.domains++;
}

static void add_mentions(struct exchange_mentions *mentions, uint32_t records)
{
    mentions->records += records;
    mentions->domains += records > 0;
}

static void judge_odd(struct collector *collector, struct odd_domain *domain)
{
    const struct odd_record *records = &collector->records[domain->first];
    struct alias_traits traits = {0};
    uint32_t opted_out = 0;
    for (uint32_t i = 0; i < domain->length; i++) {
        uint64_t exchange = records[i].exchange;
        enum odd_kind kind = (enum odd_kind)(exchange & ODD_MASK);
        domain->unjudged += kind != ODD_ALIAS;
        domain->unknown += kind == ODD_UNRESOLVED;
        /* what opted out has no row in hosts */
        opted_out += kind == ODD_UNRESOLVED && key_map_find(&collector->hosts_unknown,
                                                            exchange & ~(uint64_t)ODD_MASK) == NULL;
        const struct alias_host *alias = alias_of(collector, exchange);
        if (alias == NULL)
            continue;
        if (alias->effect != EFFECT_COUNT)
            domain->effects |= (uint8_t)(1u << alias->effect);
        traits.any = true;
        traits.relations[alias->relation] = true;
        traits.problems[alias->problem] = true;
        count_target(collector, alias->target, collector->odd_count);
    }
    count_traits(&collector->report->aliases, &traits);
    add_mentions(&collector->report->unknown_exchanges, domain->unknown);
    add_mentions(&collector->report->opted_out_exchanges, opted_out);
}

static void count_alias_hosts(struct collector *collector)
{
    struct alias_report *report = &collector->report->aliases;
    struct alias_count *const relations[RELATION_COUNT] = {
        &report->unknown_provider, &report->same_provider, &report->other_provider};
    report->all.hosts = collector->alias_count;
    for (size_t i = 0; i < collector->alias_count; i++) {
        const struct alias_host *alias = &collector->aliases[i];
        relations[alias->relation]->hosts++;
        report->problems[alias->problem].hosts++;
        if (alias->target != 0)
            collector->target_counts[alias->target - 1].count.hosts++;
    }
}

/* The providers that most domains are led to */
static int rank_targets(struct collector *collector, struct error *error)
{
    struct alias_report *report = &collector->report->aliases;
    const struct name_table *names = &collector->targets;
    for (size_t i = 0; i < names->length; i++) {
        struct alias_count count = collector->target_counts[i].count;
        size_t at = report->target_count;
        while (at > 0 && (report->targets[at - 1].count.domains < count.domains ||
                          (report->targets[at - 1].count.domains == count.domains &&
                           strcmp(report->targets[at - 1].provider, names->names[i]) > 0)))
            at--;
        if (at == PROVIDERS_MAX)
            continue;
        if (report->target_count == PROVIDERS_MAX)
            report->target_count--;
        memmove(&report->targets[at + 1], &report->targets[at],
                (report->target_count - at) * sizeof *report->targets);
        report->targets[at] = (struct target_provider){names->names[i], count};
        report->target_count++;
    }
    for (size_t i = 0; i < report->target_count; i++) {
        report->targets[i].provider = strdup(report->targets[i].provider);
        if (report->targets[i].provider == NULL) {
            report->target_count = i;
            return collector_no_memory(collector, error);
        }
    }
    return 0;
}

int collect_odd_domains(struct collector *collector, struct error *error)
{
    collector->target_counts =
        calloc(collector->targets.length + 1, sizeof *collector->target_counts);
    if (collector->target_counts == NULL)
        return collector_no_memory(collector, error);
    if (collector->record_count > 0)
        qsort(collector->records, collector->record_count, sizeof *collector->records, compare_odd);
    for (size_t i = 0; i < collector->record_count;) {
        struct odd_domain *odd =
            collector_grow(collector->odd, collector->odd_count, &collector->odd_room, sizeof *odd);
        uint32_t *place = key_map_put(&collector->odd_index, collector->records[i].domain);
        if (odd != NULL)
            collector->odd = odd;
        if (odd == NULL || place == NULL)
            return collector_no_memory(collector, error);
        struct odd_domain *domain = &odd[collector->odd_count++];
        *place = (uint32_t)collector->odd_count;
        *domain = (struct odd_domain){.first = (uint32_t)i};
        for (; i < collector->record_count &&
               collector->records[i].domain == collector->records[domain->first].domain;
             i++)
            domain->length++;
        judge_odd(collector, domain);
    }
    count_alias_hosts(collector);
    return rank_targets(collector, error);
}

void count_secure_aliases(struct collector *collector)
{
    struct dane_report *dane = &collector->report->dane;
    for (size_t i = 0; i < collector->odd_count; i++) {
        const struct odd_domain *domain = &collector->odd[i];
        for (uint32_t j = 0; domain->secure && j < domain->length; j++) {
            struct alias_host *alias =
                alias_of(collector, collector->records[domain->first + j].exchange);
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
    DOMAIN,
    RANK,
    SUFFIX,
    MX_OUTCOME_COLUMN,
    FAILURE,
    EDE,
    DNSSEC,
    MX_COUNT,
    CNAME_MX_COUNT,
    PROVIDER,
    DANE,
    TLSA_FAILURES,
    STS,
    STS_CNAME_EFFECT,
    TLSRPT
};

#define WORD_TEXT(constant, word) word,

/* Lists of words as collector_word() takes them, by the enum's numbers */
static const char *const mx_outcomes[] = {NULL, MX_OUTCOME_WORDS(WORD_TEXT)};
static const char *const failures[] = {NULL, FAILURE_WORDS(WORD_TEXT)};
static const char *const sts_words[] = {NULL, STS_WORDS(WORD_TEXT)};
static const char *const effects[] = {NULL, STS_CNAME_EFFECT_WORDS(WORD_TEXT)};
static const char *const tlsrpt_words[] = {NULL, TLSRPT_WORDS(WORD_TEXT)};
static const char *const dnssec_words[] = {NULL, DNSSEC_WORDS(WORD_TEXT)};

/* The place in a list that begins with NULL: 0 for none of them */
static uint8_t word_column(sqlite3_stmt *row, int column, const char *const words[], int last)
{
    int at = collector_word(row, column, words, last + 1);
    return at <= last ? (uint8_t)at : 0;
}

/* The same of a list from 0: place + 1 */
static uint8_t place_column(sqlite3_stmt *row, int column, const char *const words[], int length)
{
    int at = collector_word(row, column, words, length);
    return at < length ? (uint8_t)(at + 1) : 0;
}

static uint8_t band_of(sqlite3_stmt *row)
{
    bool has_rank = sqlite3_column_type(row, RANK) != SQLITE_NULL;
    return (uint8_t)rank_band(has_rank ? sqlite3_column_int64(row, RANK) : -1);
}

static uint32_t small_count(sqlite3_stmt *row, int column)
{
    uint64_t count = survey_row_count(row, column);
    return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

static int take_suffix(struct collector *collector, sqlite3_stmt *row, struct domain_kind *kind,
                       struct error *error)
{
    const char *text = (const char *)sqlite3_column_text(row, SUFFIX);
    if (text == NULL)
        return 0;
    size_t length = (size_t)sqlite3_column_bytes(row, SUFFIX);
    const uint32_t *known = key_map_find(&collector->suffixes.index, key_of(text, length));
    if (known != NULL || collector->suffixes.length < SUFFIXES_MAX)
        kind->suffix = known != NULL ? *known : name_table_put(&collector->suffixes, text, length);
    else
        return 0;
    return kind->suffix != 0 ? 0 : collector_no_memory(collector, error);
}

/* MX records: those judged, of these aliases; the domain's own records of the other pass */
static void take_records(struct collector *collector, sqlite3_stmt *row, struct domain_kind *kind)
{
    uint32_t records = small_count(row, MX_COUNT);
    kind->aliases = small_count(row, CNAME_MX_COUNT);
    kind->records = records;
    if (records == 0 || collector->odd_count == 0)
        return;
    const void *domain = sqlite3_column_text(row, DOMAIN);
    if (domain == NULL)
        return;
    const uint32_t *place = key_map_find(&collector->odd_index,
                                         key_of(domain, (size_t)sqlite3_column_bytes(row, DOMAIN)));
    if (place == NULL)
        return;
    struct odd_domain *odd = &collector->odd[*place - 1];
    odd->secure = kind->dnssec == DNSSEC_SECURE;
    kind->records = records > odd->unjudged ? records - odd->unjudged : 0;
    kind->unknown = odd->unknown;
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
static int keep_unit(struct collector *collector, sqlite3_stmt *row, uint64_t cluster,
                     const struct domain_kind *kind, struct error *error)
{
    const void *domain = sqlite3_column_text(row, DOMAIN);
    if (collector->units == NULL || domain == NULL)
        return 0;
    uint64_t key = key_of(domain, (size_t)sqlite3_column_bytes(row, DOMAIN));
    return survey_units_domain(collector->units, key, cluster, cluster, kind, error);
}

static int take_domain(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    uint32_t number = 0;
    struct domain_kind kind = {
        .band = band_of(row),
        .outcome = word_column(row, MX_OUTCOME_COLUMN, mx_outcomes, MX_OUTCOME_FAILED),
        .dnssec = word_column(row, DNSSEC, dnssec_words, DNSSEC_INDETERMINATE),
        .dane = place_column(row, DANE, DANE_DOMAINS_WORDS, DANE_DOMAINS_COUNT),
        .sts = word_column(row, STS, sts_words, STS_FAILED),
        .failing = survey_row_count(row, TLSA_FAILURES) > 0,
    };
    uint8_t effect = word_column(row, STS_CNAME_EFFECT, effects, STS_CNAME_NEITHER);
    if (sqlite3_column_type(row, STS_CNAME_EFFECT) != SQLITE_NULL)
        kind.effect = effect == STS_CNAME_NAME_ONLY || effect == STS_CNAME_MIXED ? 1 : 2;
    if (collector->report->surveyed == CLUSTER_UNITS_MAX)
        return collector_contradiction(collector, "domains", error);
    if (take_suffix(collector, row, &kind, error) != 0)
        return -1;
    take_records(collector, row, &kind);
    uint8_t failure =
        kind.outcome == MX_OUTCOME_FAILED ? word_column(row, FAILURE, failures, FAILURE_LAST) : 0;
    count_words(collector->report, &kind, failure);
    count_sts(&collector->report->sts, &kind, effect,
              word_column(row, TLSRPT, tlsrpt_words, TLSRPT_FAILED));
    if (ede_take(collector, (const char *)sqlite3_column_text(row, EDE),
                 (struct ede_count){.domains = 1}, error) != 0)
        return -1;
    const char *provider = (const char *)sqlite3_column_text(row, PROVIDER);
    size_t length = provider != NULL ? (size_t)sqlite3_column_bytes(row, PROVIDER) : 0;
    uint64_t cluster = provider != NULL ? key_of(provider, length) : 0;
    if (keep_name(collector, &kind, provider, length, error) != 0)
        return -1;
    if (number_kind(collector, &kind, &number, error) != 0)
        return -1;
    if (cells_add(&collector->domain_cells, cluster, number) != 0)
        return collector_no_memory(collector, error);
    return keep_unit(collector, row, cluster, &kind, error);
}

int collect_domains(struct survey_file *file, struct collector *collector, struct error *error)
{
    return survey_file_query(file, sql_domains, take_domain, collector, error);
}
