#include "analysis/report/data.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "analysis/document/utf8.h"
#include "crawler/survey/suffix.h"

/* Keys of run_info that the report knows; all others are shown as they are. */
static const char INFO_STATE[] = "state";
static const char INFO_LISTED[] = "total.listed";         /* distinct names to survey */
static const char INFO_DUPLICATES[] = "total.duplicates"; /* names met again */
static const char INFO_EXCLUDED[] = "total.excluded";     /* opted out, not in total.listed */
static const char INFO_BELIEVE_AD[] = "setting.believe_ad";
static const char INFO_VALIDATES[] = "resolver_validates"; /* "yes": from begin to end */

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

enum ad_belief report_ad_belief(const struct report *report)
{
    const char *text = report_info(report, INFO_BELIEVE_AD);
    const char *validates = report_info(report, INFO_VALIDATES);
    if (validates != NULL && strcmp(validates, "yes") != 0)
        return AD_NOT_BELIEVED;
    if (text == NULL)
        return AD_NOT_KNOWN;
    return strcmp(text, "0") == 0 ? AD_NOT_BELIEVED : AD_BELIEVED;
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

static int read_lists(struct survey_file *file, struct collector *collector, struct error *error)
{
    const struct {
        const char *sql;
        survey_row_fn *take;
    } queries[] = {
        {sql_run_info, take_info},
        {sql_rejected_lines, take_rejected},
        {sql_failures, take_failures},
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        if (survey_file_query(file, queries[i].sql, queries[i].take, collector, error) != 0)
            return -1;
    }
    return 0;
}

/* What a pass leaves is freed as soon as the next ones can do without. */
static int read_rows(struct survey_file *file, struct collector *collector, struct error *error)
{
    if (collect_mx_records(file, collector, error) != 0 ||
        collect_hosts(file, collector, error) != 0 || estimate_hosts(collector, error) != 0)
        return -1;
    cells_free(&collector->host_cells);
    if (collect_odd_domains(collector, error) != 0)
        return -1;
    key_map_free(&collector->hosts_unknown);
    if (collect_domains(file, collector, error) != 0 || estimate_domains(collector, error) != 0)
        return -1;
    count_secure_aliases(collector);
    return 0;
}

static int sum_up(struct survey_file *file, struct collector *collector, struct error *error)
{
    struct report *report = collector->report;
    if (break_down(collector, error) != 0 || collector_poststratify(collector, error) != 0 ||
        estimates_finish(collector, error) != 0 || rank_providers(file, collector, error) != 0)
        return -1;
    breakdown_finish(&report->by_suffix, true);
    breakdown_finish(&report->by_rank_band, false);
    breakdown_finish(&report->by_dnssec, false);
    ede_finish(collector);
    finish_coverage(report);
    return 0;
}

static void collector_done(struct collector *collector)
{
    weights_free(&collector->weights);
    suffixes_free(collector->suffix_list);
    key_map_free(&collector->named);
    free(collector->records);
    key_map_free(&collector->hosts_unknown);
    key_map_free(&collector->alias_index);
    free(collector->aliases);
    name_table_free(&collector->targets);
    name_table_free(&collector->suffixes);
    name_table_free(&collector->rare);
    free(collector->target_counts);
    key_map_free(&collector->odd_index);
    free(collector->odd);
    cells_free(&collector->host_cells);
    cells_free(&collector->domain_cells);
    key_map_free(&collector->kind_index);
    free(collector->kinds);
    free(collector->ede);
    for (int i = 0; i < ESTIMATE_COUNT; i++) {
        key_map_free(&collector->types[i].index);
        free(collector->types[i].types);
    }
}

int report_collect(const char *path, const struct report_options *options, struct report *ret,
                   struct error *error)
{
    return report_collect_units(path, options, NULL, ret, error);
}

int report_collect_units(const char *path, const struct report_options *options,
                         struct survey_units *units, struct report *ret, struct error *error)
{
    *ret = (struct report){
        .bootstrap_replicates = options->bootstrap_replicates,
        .bootstrap_seed = options->bootstrap_seed,
    };
    struct collector collector = {.path = path, .options = options, .report = ret, .units = units};
    struct survey_file *file = NULL;
    struct error no_suffixes; /* then the providers of aliases' targets are not known */
    int result = 0;
    if (options->weights != NULL) {
        result = weights_read(options->weights, &collector.weights, error);
        ret->weights = utf8_clean(options->weights, strlen(options->weights), SURVEY_TEXT_MAX);
        if (result == 0 && ret->weights == NULL)
            result = collector_no_memory(&collector, error);
    }
    if (result == 0)
        result = survey_file_open(path, &file, error);
    if (result == 0 && suffixes_open(&collector.suffix_list, &no_suffixes) != 0)
        collector.suffix_list = NULL;
    if (result == 0 &&
        (read_lists(file, &collector, error) != 0 || read_rows(file, &collector, error) != 0 ||
         dane_collect(file, &collector, error) != 0 || sts_collect(file, &collector, error) != 0 ||
         senders_collect(file, &collector, error) != 0 || sum_up(file, &collector, error) != 0))
        result = -1;
    survey_file_close(file);
    collector_done(&collector);
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
    for (size_t i = 0; i < report->providers.length; i++)
        free(report->providers.rows[i].provider);
    for (size_t i = 0; i < report->aliases.target_count; i++)
        free(report->aliases.targets[i].provider);
    for (int i = 0; i < ESTIMATE_COUNT; i++)
        free(report->estimates[i].largest);
    breakdown_free(&report->by_suffix);
    breakdown_free(&report->by_rank_band);
    breakdown_free(&report->by_dnssec);
    dane_free(report);
    free(report->weights);
    *report = (struct report){0};
}
