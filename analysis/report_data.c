#include "analysis/report_data.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collector.h"
#include "analysis/sql.h"
#include "analysis/survey_file.h"

/* Keys of run_info that the report knows; all others are shown as they are. */
static const char INFO_STATE[] = "state";
static const char INFO_LISTED[] = "total.listed";         /* distinct names to survey */
static const char INFO_DUPLICATES[] = "total.duplicates"; /* names met again */
static const char INFO_EXCLUDED[] = "total.excluded";     /* opted out, not in total.listed */

enum {
    ALIAS_PROVIDERS = 10
};

/* --- shares --- */

static const struct {
    const char *name, *unit, *stratum;
} ESTIMATES[ESTIMATE_COUNT] = {
    [DOMAINS_WITH_CNAME_MX] = {"domains_with_cname_mx", "domain", "all"},
    [DOMAINS_WITH_CNAME_MX_SECURE] = {"domains_with_cname_mx", "domain", "dnssec_secure"},
    [CNAME_MX_RECORDS] = {"cname_mx_records", "mx_record", "all"},
    [CNAME_MX_HOSTS] = {"cname_mx_hosts", "host", "all"},
    [SECURE_DOMAINS] = {"secure_domains", "domain", "all"},
    [SECURE_HOSTS] = {"secure_hosts", "host", "all"},
    [HOSTS_WITH_TLSA] = {"hosts_with_tlsa", "host", "all"},
    [DOMAINS_DANE_COMPLETE] = {"domains_dane_complete", "domain", "all"},
    [DOMAINS_WITH_STS] = {"domains_with_sts", "domain", "all"},
    [STS_REFUSED_BY_TARGET_MATCHING] = {"sts_refused_by_target_matching", "domain", "all"},
};

/* Adds one provider's triples (of, count, unanswered) from the row's columns on. */
static int add_triples(struct collector *collector, sqlite3_stmt *row, int column,
                       const enum estimate_id *ids, size_t id_count, struct error *error)
{
    bool single = sqlite3_column_type(row, 0) == SQLITE_NULL;
    for (size_t i = 0; i < id_count; i++) {
        struct estimate *estimate = &collector->report->estimates[ids[i]];
        uint64_t of = survey_row_count(row, column++);
        uint64_t count = survey_row_count(row, column++);
        uint64_t unanswered = survey_row_count(row, column++);
        bool added = single ? cluster_sums_add_singles(&estimate->sums, of, count)
                            : cluster_sums_add(&estimate->sums, of, count);
        if (!added || unanswered > CLUSTER_UNITS_MAX - estimate->unanswered)
            return error_set(error,
                             "%s: the survey's views contradict each other (%s) or hold too much: "
                             "the file is damaged",
                             collector->path, ESTIMATES[ids[i]].name);
        estimate->unanswered += unanswered;
    }
    return 0;
}

/* columns of sql/domains.sql */
enum {
    DOMAINS_ALL = 1,
    DOMAINS_OUTCOMES = 2,
    DOMAINS_TRIPLES = DOMAINS_OUTCOMES + MX_OUTCOME_FAILED,
    DOMAINS_DANE = DOMAINS_TRIPLES + 3 * 7 /* estimates by domain, see take_domains() */
};

static int take_domains(void *context, sqlite3_stmt *row, struct error *error)
{
    static const enum estimate_id ids[] = {
        DOMAINS_WITH_CNAME_MX,
        DOMAINS_WITH_CNAME_MX_SECURE,
        CNAME_MX_RECORDS,
        SECURE_DOMAINS,
        DOMAINS_DANE_COMPLETE,
        DOMAINS_WITH_STS,
        STS_REFUSED_BY_TARGET_MATCHING,
    };
    struct collector *collector = context;
    struct report *report = collector->report;
    report->surveyed += survey_row_count(row, DOMAINS_ALL);
    for (int i = 0; i < MX_OUTCOME_FAILED; i++)
        report->mx_outcomes[i + 1] += survey_row_count(row, DOMAINS_OUTCOMES + i);
    if (add_triples(collector, row, DOMAINS_TRIPLES, ids, sizeof ids / sizeof *ids, error) != 0)
        return -1;
    if (collector_rank(collector, &report->alias_providers, row,
                       survey_row_count(row, DOMAINS_TRIPLES),
                       survey_row_count(row, DOMAINS_TRIPLES + 1), error) != 0)
        return -1;
    return dane_take_domains(collector, row, DOMAINS_DANE, error);
}

static int take_hosts(void *context, sqlite3_stmt *row, struct error *error)
{
    static const enum estimate_id ids[] = {CNAME_MX_HOSTS, SECURE_HOSTS, HOSTS_WITH_TLSA};
    struct collector *collector = context;
    collector->report->hosts += survey_row_count(row, 1);
    return add_triples(collector, row, 2, ids, sizeof ids / sizeof *ids, error);
}

static void finish_estimates(struct report *report)
{
    for (size_t i = 0; i < ESTIMATE_COUNT; i++) {
        struct estimate *estimate = &report->estimates[i];
        uint64_t count = estimate->sums.count, of = estimate->sums.of;
        estimate->name = ESTIMATES[i].name;
        estimate->unit = ESTIMATES[i].unit;
        estimate->stratum = ESTIMATES[i].stratum;
        estimate->has_share = of > 0;
        if (of > 0)
            estimate->share = (double)count / (double)of;
        wilson95(count, of, &estimate->wilson95);
        worst_case_bounds(count, of, estimate->unanswered, &estimate->bounds);
        estimate->has_cluster = cluster_ratio95(&estimate->sums, &estimate->cluster);
    }
}

/* --- lists; their statements end after 1000 rows --- */

static int add_tally(struct collector *collector, struct tally_list *list, struct tally tally,
                     struct error *error)
{
    struct tally *items = realloc(list->items, (list->length + 1) * sizeof *items);
    if (items == NULL) {
        free(tally.kind);
        free(tally.reason);
        return collector_no_memory(collector, error);
    }
    items[list->length++] = tally;
    list->items = items;
    return 0;
}

static int take_failures(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct tally tally = {
        .kind = survey_row_text(row, 0),
        .reason = survey_row_text(row, 1),
        .count = survey_row_count(row, 2),
    };
    return add_tally(collector, &collector->report->failures, tally, error);
}

static int take_rejected(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct tally tally = {.reason = survey_row_text(row, 0), .count = survey_row_count(row, 1)};
    collector->report->rejected += tally.count;
    return add_tally(collector, &collector->report->rejected_lines, tally, error);
}

static int take_chain(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct tally tally = {
        .kind = survey_row_text(row, 0),
        .hops = survey_row_count(row, 1),
        .reason = survey_row_text(row, 2),
        .count = survey_row_count(row, 3),
    };
    return add_tally(collector, &collector->report->chains, tally, error);
}

static int take_info(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct report *report = collector->report;
    struct info *items = realloc(report->info, (report->info_count + 1) * sizeof *items);
    if (items == NULL)
        return collector_no_memory(collector, error);
    report->info = items;
    struct info *info = &items[report->info_count];
    *info = (struct info){survey_row_text(row, 0), survey_row_text(row, 1)};
    if (info->key == NULL || info->value == NULL) { /* says nothing */
        free(info->key);
        free(info->value);
        return 0;
    }
    report->info_count++;
    return 0;
}

/* --- the whole --- */

const char *report_info(const struct report *report, const char *key)
{
    for (size_t i = 0; i < report->info_count; i++) {
        if (strcmp(report->info[i].key, key) == 0)
            return report->info[i].value;
    }
    return NULL;
}

static struct known_count info_count(const struct report *report, const char *key)
{
    const char *text = report_info(report, key);
    if (text == NULL || *text == '\0' || strspn(text, "0123456789") != strlen(text) ||
        strlen(text) > 18)
        return (struct known_count){0};
    return (struct known_count){true, strtoull(text, NULL, 10)};
}

static void finish_coverage(struct report *report)
{
    const char *state = report_info(report, INFO_STATE);
    report->finished = state != NULL && strcmp(state, "finished") == 0;
    report->listed = info_count(report, INFO_LISTED);
    report->duplicates = info_count(report, INFO_DUPLICATES);
    report->excluded = info_count(report, INFO_EXCLUDED);
    report->left.known = report->listed.known;
    report->left.count =
        report->listed.count > report->surveyed ? report->listed.count - report->surveyed : 0;
}

int report_collect(const char *path, struct report *ret, struct error *error)
{
    *ret = (struct report){0};
    ret->alias_providers.limit = ALIAS_PROVIDERS;
    struct collector collector = {path, ret};
    const struct {
        const char *sql;
        survey_row_fn *take;
    } queries[] = {
        {sql_run_info, take_info},     {sql_rejected_lines, take_rejected},
        {sql_failures, take_failures}, {sql_alias_chains, take_chain},
        {sql_hosts, take_hosts},       {sql_domains, take_domains},
    };
    struct survey_file *file = NULL;
    int result = survey_file_open(path, &file, error);
    for (size_t i = 0; result == 0 && i < sizeof queries / sizeof *queries; i++)
        result = survey_file_query(file, queries[i].sql, queries[i].take, &collector, error);
    if (result == 0)
        result = dane_collect(file, &collector, error);
    if (result == 0) {
        finish_coverage(ret);
        finish_estimates(ret);
    }
    survey_file_close(file);
    return result;
}

static void free_tallies(struct tally_list *list)
{
    for (size_t i = 0; i < list->length; i++) {
        free(list->items[i].kind);
        free(list->items[i].reason);
    }
    free(list->items);
}

void report_free(struct report *report)
{
    for (size_t i = 0; i < report->info_count; i++) {
        free(report->info[i].key);
        free(report->info[i].value);
    }
    free(report->info);
    free_tallies(&report->rejected_lines);
    free_tallies(&report->failures);
    free_tallies(&report->chains);
    provider_top_free(&report->alias_providers);
    dane_free(report);
    *report = (struct report){0};
}
