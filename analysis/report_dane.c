#include "analysis/report_dane.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collector.h"
#include "analysis/sql.h"
#include "analysis/survey_file.h"

enum {
    TOP_DANE_PROVIDERS = 20,
    TOP_FAILING_PROVIDERS = 10,
    EDE_CODES = 65536 /* INFO-CODE has 16 bits */
};

const char *const DANE_DOMAINS_WORDS[DANE_DOMAINS_COUNT] = {"complete", "primary",  "partial",
                                                            "none",     "insecure", "failed"};
const char *const DANE_HOSTS_WORDS[DANE_HOSTS_COUNT] = {"usable",   "unusable", "none",
                                                        "insecure", "failed",   "unreachable"};
const char *const EFFECT_WORDS[EFFECT_COUNT] = {"expanded", "initial", "lost",
                                                "none",     "failed",  "unreachable"};

/* RFC 8914 s5.2, later ones as registered by IANA */
const char *ede_name(unsigned code)
{
    static const char *const names[] = {
        "Other Error",
        "Unsupported DNSKEY Algorithm",
        "Unsupported DS Digest Type",
        "Stale Answer",
        "Forged Answer",
        "DNSSEC Indeterminate",
        "DNSSEC Bogus",
        "Signature Expired",
        "Signature Not Yet Valid",
        "DNSKEY Missing",
        "RRSIGs Missing",
        "No Zone Key Bit Set",
        "NSEC Missing",
        "Cached Error",
        "Not Ready",
        "Blocked",
        "Censored",
        "Filtered",
        "Prohibited",
        "Stale NXDOMAIN Answer",
        "Not Authoritative",
        "Not Supported",
        "No Reachable Authority",
        "Network Error",
        "Invalid Data",
        "Signature Expired before Valid",
        "Too Early",
        "Unsupported NSEC3 Iterations Value",
        "Unable to conform to policy",
        "Synthesized",
        "Invalid Query Type",
    };
    return code < sizeof names / sizeof *names ? names[code] : NULL;
}

const char *dane_setting(const struct report *report)
{
    return report_info(report, "setting.tlsa");
}

uint64_t dane_secure_domains(const struct dane_report *dane)
{
    return dane->domains[DOMAINS_COMPLETE] + dane->domains[DOMAINS_PRIMARY] +
           dane->domains[DOMAINS_PARTIAL] + dane->domains[DOMAINS_NONE];
}

/* --- providers --- */

int collector_no_memory(const struct collector *collector, struct error *error)
{
    return error_set(error, "%s: out of memory for the report", collector->path);
}

int collector_rank(struct collector *collector, struct provider_top *top, sqlite3_stmt *row,
                   uint64_t of, uint64_t count, struct error *error)
{
    const char *name = (const char *)sqlite3_column_text(row, 0);
    if (name == NULL || count == 0)
        return 0;
    size_t at = top->length;
    while (at > 0 &&
           (top->items[at - 1].count < count ||
            (top->items[at - 1].count == count && strcmp(top->items[at - 1].provider, name) > 0)))
        at--;
    if (at == top->limit)
        return 0;
    char *provider = survey_row_text(row, 0);
    if (provider == NULL)
        return collector_no_memory(collector, error);
    if (top->length == top->limit)
        free(top->items[--top->length].provider);
    memmove(&top->items[at + 1], &top->items[at], (top->length - at) * sizeof *top->items);
    top->items[at] = (struct provider_count){provider, of, count};
    top->length++;
    return 0;
}

void provider_top_free(struct provider_top *top)
{
    for (size_t i = 0; i < top->length; i++)
        free(top->items[i].provider);
    top->length = 0;
}

int dane_take_domains(struct collector *collector, sqlite3_stmt *row, int column,
                      struct error *error)
{
    struct dane_report *dane = &collector->report->dane;
    uint64_t counts[DANE_DOMAINS_COUNT];
    for (int i = 0; i < DANE_DOMAINS_COUNT; i++) {
        counts[i] = survey_row_count(row, column++);
        dane->domains[i] += counts[i];
    }
    uint64_t judged = counts[DOMAINS_COMPLETE] + counts[DOMAINS_PRIMARY] + counts[DOMAINS_PARTIAL] +
                      counts[DOMAINS_NONE];
    uint64_t mail = survey_row_count(row, column), failing = survey_row_count(row, column + 1);
    dane->mail_domains += mail;
    dane->failing_domains += failing;
    dane->complete.limit = TOP_DANE_PROVIDERS;
    dane->failing.limit = TOP_FAILING_PROVIDERS;
    if (collector_rank(collector, &dane->complete, row, judged, counts[DOMAINS_COMPLETE], error) !=
        0)
        return -1;
    return collector_rank(collector, &dane->failing, row, mail, failing, error);
}

/* --- hosts and their records --- */

static int take_hosts(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct dane_report *dane = &collector->report->dane;
    int column = 0;
    (void)error;
    dane->asked = survey_row_count(row, column++) > 0;
    for (int i = 0; i < DANE_HOSTS_COUNT; i++)
        dane->hosts[i] = survey_row_count(row, column++);
    dane->tlsa_failed_hosts = survey_row_count(row, column++);
    dane->insecure_zone.hosts = survey_row_count(row, column++);
    dane->insecure_zone.records = survey_row_count(row, column++);
    dane->insecure_alias.hosts = survey_row_count(row, column++);
    dane->insecure_alias.records = survey_row_count(row, column);
    return 0;
}

static int take_alias(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct dane_report *dane = &collector->report->dane;
    const char *effect = (const char *)sqlite3_column_text(row, 0);
    (void)error;
    for (int i = 0; effect != NULL && i < EFFECT_COUNT; i++) {
        if (strcmp(effect, EFFECT_WORDS[i]) == 0) {
            dane->aliases[i].hosts = survey_row_count(row, 1);
            dane->aliases[i].domains = survey_row_count(row, 2);
        }
    }
    return 0;
}

static int take_parameters(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct dane_report *dane = &collector->report->dane;
    struct tlsa_parameters *items =
        realloc(dane->parameters, (dane->parameter_count + 1) * sizeof *items);
    if (items == NULL)
        return collector_no_memory(collector, error);
    dane->parameters = items;
    items[dane->parameter_count++] = (struct tlsa_parameters){
        .usage = survey_row_count(row, 0),
        .selector = survey_row_count(row, 1),
        .matching_type = survey_row_count(row, 2),
        .usable = survey_row_count(row, 3) > 0,
        .reason = survey_row_text(row, 4),
        .hosts = survey_row_count(row, 5),
        .records = survey_row_count(row, 6),
    };
    return 0;
}

static int take_key(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct dane_report *dane = &collector->report->dane;
    struct ca_key key = {
        .name = survey_row_text(row, 0),
        .status = survey_row_text(row, 1),
        .hosts = survey_row_count(row, 2),
        .broken = survey_row_count(row, 3),
        .leftover = survey_row_count(row, 4),
    };
    if (key.name == NULL) { /* the first row, about all stale keys */
        free(key.status);
        key.status = NULL;
        dane->stale = key;
        return 0;
    }
    struct ca_key *items = realloc(dane->keys, (dane->key_count + 1) * sizeof *items);
    if (items == NULL) {
        free(key.name);
        free(key.status);
        return collector_no_memory(collector, error);
    }
    dane->keys = items;
    items[dane->key_count++] = key;
    return 0;
}

/* --- extended DNS errors --- */

struct ede_counter {
    const struct collector *collector;
    struct ede_count *by_code; /* EDE_CODES; NULL until the first code */
};

/* Adds to the codes of a list as "6,22"; what is no code is passed over. */
static int take_ede(void *context, sqlite3_stmt *row, struct error *error)
{
    struct ede_counter *counter = context;
    const char *at = (const char *)sqlite3_column_text(row, 0);
    if (counter->by_code == NULL)
        counter->by_code = calloc(EDE_CODES, sizeof *counter->by_code);
    if (counter->by_code == NULL)
        return collector_no_memory(counter->collector, error);
    while (at != NULL && *at != '\0') {
        size_t digits = strspn(at, "0123456789");
        unsigned long code = digits > 0 && digits < 6 ? strtoul(at, NULL, 10) : EDE_CODES;
        at += strcspn(at, ",");
        at += *at == ',';
        if (code >= EDE_CODES)
            continue;
        struct ede_count *count = &counter->by_code[code];
        count->domains += survey_row_count(row, 1);
        count->hosts += survey_row_count(row, 2);
        count->lookups += survey_row_count(row, 3);
    }
    return 0;
}

static int collect_ede(struct survey_file *file, struct collector *collector, struct error *error)
{
    struct ede_counter counter = {collector, NULL};
    struct ede_list *list = &collector->report->ede;
    int result = survey_file_query(file, sql_ede, take_ede, &counter, error);
    if (result != 0 || counter.by_code == NULL) {
        free(counter.by_code);
        return result;
    }
    for (unsigned code = 0; code < EDE_CODES; code++) {
        struct ede_count count = counter.by_code[code];
        count.code = code;
        if (count.domains + count.hosts + count.lookups > 0)
            counter.by_code[list->length++] = count; /* never behind `code` */
    }
    list->items = counter.by_code;
    return 0;
}

/* --- the whole --- */

int dane_collect(struct survey_file *file, struct collector *collector, struct error *error)
{
    const struct {
        const char *sql;
        survey_row_fn *take;
    } queries[] = {
        {sql_dane_aliases, take_alias},
        {sql_tlsa_parameters, take_parameters},
        {sql_tlsa_keys, take_key},
    };
    if (collect_ede(file, collector, error) != 0 ||
        survey_file_query(file, sql_dane_hosts, take_hosts, collector, error) != 0)
        return -1;
    if (!collector->report->dane.asked)
        return 0;
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        if (survey_file_query(file, queries[i].sql, queries[i].take, collector, error) != 0)
            return -1;
    }
    return 0;
}

void dane_free(struct report *report)
{
    struct dane_report *dane = &report->dane;
    for (size_t i = 0; i < dane->parameter_count; i++)
        free(dane->parameters[i].reason);
    free(dane->parameters);
    for (size_t i = 0; i < dane->key_count; i++) {
        free(dane->keys[i].name);
        free(dane->keys[i].status);
    }
    free(dane->keys);
    provider_top_free(&dane->complete);
    provider_top_free(&dane->failing);
    free(report->ede.items);
}
