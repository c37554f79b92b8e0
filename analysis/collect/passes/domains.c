/* The pass over domains, and what the records of the passes before make of it. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "analysis/collect/units/survey_units.h"

enum {
    RARE_MAX = 65536, /* names of providers kept, 2 MB */
    /* of a list of ten thousand suffixes, and as many strata; a hostile file may have any number */
    NAMES_MAX = 65535
};

/* --- odd records, by set --- */

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

/* What a set's alias exchanges are */
struct alias_traits {
    bool any;
    bool relations[RELATION_COUNT], problems[ALIAS_MULTIPLE + 1];
};

static void count_traits(struct alias_report *report, const struct alias_traits *traits,
                         uint64_t domains)
{
    report->all.domains += traits->any ? domains : 0;
    report->unknown_provider.domains += traits->relations[RELATION_UNKNOWN] ? domains : 0;
    report->same_provider.domains += traits->relations[RELATION_SAME] ? domains : 0;
    report->other_provider.domains += traits->relations[RELATION_OTHER] ? domains : 0;
    for (int i = 0; i <= ALIAS_MULTIPLE; i++)
        report->problems[i].domains += traits->problems[i] ? domains : 0;
}

static void add_mentions(struct exchange_mentions *mentions, uint64_t records, uint64_t domains)
{
    mentions->records += records * domains;
    mentions->domains += records > 0 ? domains : 0;
}

/* The operator behind the first alias with a target, and what its aliases do to DANE */
void judge_odd_sets(struct collector *collector)
{
    for (size_t i = 0; i < collector->odd_count; i++) {
        struct odd_set *set = &collector->odd[i];
        const struct alias_record *records = &collector->records[set->first], *first = NULL;
        for (uint32_t j = 0; j < set->length; j++) {
            const struct alias_host *alias = alias_of(collector, records[j].host);
            if (alias == NULL)
                continue;
            if (alias->effect != EFFECT_COUNT)
                set->effects |= (uint8_t)(1u << alias->effect);
            if (alias->target != 0 && (first == NULL || precedes(collector, &records[j], first))) {
                first = &records[j];
                set->operator_of = alias->target;
            }
        }
    }
}

/* Its domains by what its aliases are */
static void count_odd(struct collector *collector, const struct odd_set *set)
{
    struct alias_traits traits = {0};
    uint64_t number = (uint64_t)(set - collector->odd) + 1;
    for (uint32_t i = 0; i < set->length; i++) {
        const struct alias_host *alias =
            alias_of(collector, collector->records[set->first + i].host);
        if (alias == NULL)
            continue;
        traits.any = true;
        traits.relations[alias->relation] = true;
        traits.problems[alias->problem] = true;
        name_tally_domains(&collector->targets, alias->target, number, set->domains);
        name_tally_domains(&collector->pairs, alias->pair, number, set->domains);
    }
    count_traits(&collector->report->aliases, &traits, set->domains);
    add_mentions(&collector->report->unknown_exchanges, set->unknown, set->domains);
    add_mentions(&collector->report->opted_out_exchanges, set->opted_out, set->domains);
}

/* The alias exchanges of its secure domains */
static void count_secure(struct collector *collector, const struct odd_set *set)
{
    struct dane_report *dane = &collector->report->dane;
    for (uint32_t i = 0; set->secure_domains > 0 && i < set->length; i++) {
        struct alias_host *alias = alias_of(collector, collector->records[set->first + i].host);
        if (alias != NULL && alias->effect != EFFECT_COUNT && !alias->secure_mentions) {
            alias->secure_mentions = true;
            dane->aliases[alias->effect].hosts++;
        }
    }
    for (int effect = 0; effect < EFFECT_COUNT; effect++)
        dane->aliases[effect].domains += set->effects >> effect & 1 ? set->secure_domains : 0;
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

int count_odd_sets(struct collector *collector, struct error *error)
{
    struct alias_report *report = &collector->report->aliases;
    for (size_t i = 0; i < collector->odd_count; i++) {
        count_odd(collector, &collector->odd[i]);
        count_secure(collector, &collector->odd[i]);
    }
    count_alias_hosts(collector);
    return name_tally_rank(&collector->targets, &report->targets) == 0 &&
                   name_tally_rank(&collector->pairs, &report->pairs) == 0
               ? 0
               : collector_no_memory(collector, error);
}

/* --- domains: columns of sql/domains.sql --- */

enum {
    MX_SET,
    DOMAIN,
    RANK,
    SUFFIX_STRATUM,
    STRATUM,
    MX_OUTCOME_COLUMN,
    FAILURE,
    EDE,
    DNSSEC,
    MX_COUNT,
    CNAME_MX_COUNT,
    PROVIDER, /* a host's number; below 0: of octets of the domain's own name */
    PROVIDER_HOST,
    PROVIDER_LENGTH,
    DANE,
    DANE_READY,
    TLSA_FAILURES,
    STS,
    STS_CNAME_EFFECT,
    TLSRPT,
    NUMBER
};

static uint8_t band_of(sqlite3_stmt *row)
{
    return (uint8_t)rank_band(survey_row_is_null(row, RANK) ? -1 : sqlite3_column_int64(row, RANK));
}

/* *ret: its place among the names, from 1; 0: none */
static int take_name(struct collector *collector, const char *text, size_t length,
                     struct name_table *names, uint32_t *ret, struct error *error)
{
    *ret = 0;
    if (length == 0)
        return 0;
    const uint32_t *known = key_map_find(&names->index, key_of(text, length));
    if (known == NULL && names->length == NAMES_MAX)
        return 0;
    *ret = known != NULL ? *known : name_table_put(names, text, length);
    return *ret != 0 ? 0 : collector_no_memory(collector, error);
}

static int take_names(struct collector *collector, sqlite3_stmt *row, struct domain_kind *kind,
                      struct error *error)
{
    uint64_t suffix_length = survey_row_count(row, SUFFIX_STRATUM) & 255;
    size_t length;
    uint32_t stratum;
    const char *suffix = name_tail(row, DOMAIN, suffix_length, &length);
    if (take_name(collector, suffix, length, &collector->suffixes, &kind->suffix, error) != 0)
        return -1;
    const char *text = (const char *)sqlite3_column_text(row, STRATUM);
    length = text != NULL ? (size_t)sqlite3_column_bytes(row, STRATUM) : 0;
    if (take_name(collector, text, length, &collector->strata, &stratum, error) != 0)
        return -1;
    kind->stratum = (uint16_t)stratum;
    return 0;
}

/* NULL: none */
static const char *provider_of(sqlite3_stmt *row, size_t *ret_length)
{
    int64_t provider = sqlite3_column_int64(row, PROVIDER);
    if (provider < 0)
        return name_tail(row, DOMAIN, -(uint64_t)provider, ret_length);
    return name_tail(row, PROVIDER_HOST, survey_row_count(row, PROVIDER_LENGTH), ret_length);
}

static int compare_numbers(const void *one, const void *other)
{
    int64_t number = *(const int64_t *)one, of = ((const struct odd_set *)other)->number;
    return (number > of) - (number < of);
}

/* What the pass over MX records kept of its set */
static void take_odd(struct collector *collector, int64_t number, struct domain_kind *kind)
{
    struct odd_set *odd =
        bsearch(&number, collector->odd, collector->odd_count, sizeof *odd, compare_numbers);
    if (odd == NULL)
        return;
    odd->domains++;
    odd->secure_domains += kind->dnssec == DNSSEC_SECURE;
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

static int compare_probed(const void *one, const void *other)
{
    int64_t number = *(const int64_t *)one, of = ((const struct probed_domain *)other)->number;
    return (number > of) - (number < of);
}

/* Of a survey whose hosts were met: who refuses mail to its alias exchanges.  What mode a policy
 * has that did not come is not known. */
static void take_probed(const struct collector *collector, int64_t number, struct domain_kind *kind)
{
    const struct probed_domain *probed = NULL;
    bool open = kind->aliases > 0 && (kind->sts == STS_FAILED || kind->sts == STS_UNAVAILABLE);
    if (kind->effect > 0 && kind->sts == STS_ENFORCE && collector->probed_count > 0)
        probed = bsearch(&number, collector->probed, collector->probed_count, sizeof *probed,
                         compare_probed);
    for (int i = 0; i < 2; i++)
        kind->refused_as_probed[i] = probed != NULL ? probed->refused[i]
                                     : open         ? PART_UNANSWERED
                                                    : PART_OUTSIDE;
}

/* What the exchanges make of it */
static int take_records(struct collector *collector, sqlite3_stmt *row, struct domain_kind *kind,
                        struct error *error)
{
    int64_t set = sqlite3_column_int64(row, MX_SET);
    const uint16_t *kept = set_traits_at(collector, set);
    uint64_t records = survey_row_count(row, MX_COUNT);
    uint64_t aliases = survey_row_count(row, CNAME_MX_COUNT);
    unsigned traits = kept != NULL ? *kept : 0;
    if (records > UINT16_MAX || aliases > records) /* a message holds fewer than 5,000 */
        return collector_contradiction(collector, "cname_mx_records", error);
    kind->records = (uint16_t)records;
    kind->aliases = (uint16_t)aliases;
    if ((traits & ODD_RECORDS) != 0)
        take_odd(collector, set, kind);
    kind->mail = kind->outcome == MX_OUTCOME_IMPLICIT_MX ||
                 (kind->outcome == MX_OUTCOME_MX && (traits & MAIL_HOST) != 0);
    kind->primary = (uint8_t)primary_part(kind, traits);
    kind->ipv6 = (uint8_t)ipv6_part(kind, traits);
    if (collector->report->probe.any)
        take_probed(collector, sqlite3_column_int64(row, NUMBER), kind);
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
        struct domain_kind *kinds = grow_items(collector->kinds, collector->kind_count,
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
    uint32_t number = 0;
    size_t length;
    if (collector->report->surveyed == UNITS_MAX)
        return collector_contradiction(collector, "domains", error);
    if (take_names(collector, row, &kind, error) != 0 ||
        take_records(collector, row, &kind, error) != 0)
        return -1;
    uint8_t failure =
        kind.outcome == MX_OUTCOME_FAILED ? number_column(row, FAILURE, FAILURE_LAST) : 0;
    count_words(collector->report, &kind, failure);
    count_sts(&collector->report->sts, &kind,
              number_column(row, STS_CNAME_EFFECT, STS_CNAME_NEITHER),
              number_column(row, TLSRPT, TLSRPT_FAILED));
    if (ede_take(collector, (const char *)sqlite3_column_text(row, EDE),
                 (struct ede_count){.domains = 1}, error) != 0)
        return -1;
    const char *provider = provider_of(row, &length);
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
