#include "analysis/report/data.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/passes/places.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "analysis/document/utf8.h"
#include "crawler/survey/suffix.h"

/* Keys of run_info that the report knows; all others are shown as they are. */
static const char INFO_STATE[] = "state";
static const char INFO_LISTED[] = "total.listed";             /* distinct names to survey */
static const char INFO_DUPLICATES[] = "total.duplicates";     /* names met again */
static const char INFO_EXCLUDED[] = "total.excluded";         /* opted out, not in total.listed */
static const char INFO_OTHER_SHARDS[] = "total.other_shards"; /* names of the lists in others */
static const char INFO_LIMIT[] = "setting.limit";
static const char INFO_SHARD[] = "setting.shard";         /* I/N */
static const char INFO_SHUFFLE[] = "setting.shuffle";     /* a seed, or a word */
static const char INFO_SAMPLE[] = "setting.sample";       /* names drawn from strata; 0: none */
static const char INFO_POPULATION[] = "total.population"; /* of which they were drawn */
static const char INFO_BELIEVE_AD[] = "setting.believe_ad";
static const char INFO_VALIDATES[] = "resolver_validates"; /* "yes": from begin to end */

/* --- lists; their statements end after 1000 rows --- */

static int take_failures(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct tally tally = {
        .kind = survey_row_text(row, 0),
        .reason = survey_row_text(row, 1),
        .count = survey_row_count(row, 2),
    };
    return collector_add_tally(collector, &collector->report->failures, tally, error);
}

static int take_rejected(void *context, sqlite3_stmt *row, struct error *error)
{
    struct collector *collector = context;
    struct tally tally = {.reason = survey_row_text(row, 0), .count = survey_row_count(row, 1)};
    collector->report->rejected += tally.count;
    return collector_add_tally(collector, &collector->report->rejected_lines, tally, error);
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

static struct known_count known_count_of(const char *text)
{
    if (text == NULL || *text == '\0' || strspn(text, "0123456789") != strlen(text) ||
        strlen(text) > 18)
        return (struct known_count){0};
    return (struct known_count){true, strtoull(text, NULL, 10)};
}

static struct known_count info_count(const struct report *report, const char *key)
{
    return known_count_of(report_info(report, key));
}

static void find_design(struct report *report)
{
    const char *shard = report_info(report, INFO_SHARD);
    const char *slash = shard != NULL ? strchr(shard, '/') : NULL;
    struct known_count shards = known_count_of(slash != NULL ? slash + 1 : NULL);
    struct known_count other = info_count(report, INFO_OTHER_SHARDS);
    struct known_count limit = info_count(report, INFO_LIMIT);
    struct design_facts facts = {
        .has_listed = report->listed.known && shards.known,
        .has_other = other.known,
        .complete = report->finished && limit.known,
        .listed = report->listed.count,
        .other = other.count,
        .limit = limit.count,
        .shards = shards.count,
        .seeded = info_count(report, INFO_SHUFFLE).known,
        .surveyed = report->surveyed,
        .stratified = info_count(report, INFO_SAMPLE).count > 0,
        .population = info_count(report, INFO_POPULATION).count,
    };
    report->design = design_of(&facts);
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
    find_design(report);
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
        probe_collect_hosts(file, collector, error) != 0 ||
        collect_hosts(file, collector, error) != 0 || estimate_hosts(collector, error) != 0)
        return -1;
    cells_free(&collector->host_cells);
    free(collector->exchange_traits);
    collector->exchange_traits = NULL;
    if (senders_collect(file, collector, error) != 0)
        return -1;
    judge_odd_sets(collector);
    if (collect_domains(file, collector, error) != 0)
        return -1;
    free(collector->set_traits);
    collector->set_traits = NULL;
    return count_odd_sets(collector, error);
}

static int sum_up(struct survey_file *file, struct collector *collector, struct error *error)
{
    struct report *report = collector->report;
    struct ranker *ranker = NULL;
    int result = -1;
    finish_coverage(report);
    cells_settle(&collector->domain_cells);
    if (collector_stratify(file, collector, error) != 0)
        goto done;
    if (providers_rank(collector, &ranker, error) != 0)
        goto done;
    cells_by_cluster(collector);
    if (estimate_domains(collector, error) != 0 || break_down(collector, error) != 0 ||
        collector_weigh(collector, error) != 0 || estimates_finish(collector, error) != 0)
        goto done;
    result = providers_name(file, ranker, error);
    breakdown_finish(&report->by_suffix, true);
    breakdown_finish(&report->by_rank_band, false);
    breakdown_finish(&report->by_dnssec, false);
    breakdown_finish(&report->by_stratum, true);
    ede_finish(collector);

done:
    ranker_free(ranker);
    return result;
}

static void collector_done(struct collector *collector)
{
    weights_free(&collector->weights);
    operators_free(&collector->operators);
    places_free(collector->places);
    suffixes_free(collector->suffix_list);
    free(collector->exchange_traits);
    free(collector->set_traits);
    free(collector->records);
    free(collector->seen);
    free(collector->probed);
    key_map_free(&collector->alias_index);
    for (size_t i = 0; i < collector->alias_count; i++)
        free(collector->aliases[i].name);
    free(collector->aliases);
    name_tally_free(&collector->targets);
    name_tally_free(&collector->pairs);
    name_table_free(&collector->suffixes);
    name_table_free(&collector->strata);
    name_table_free(&collector->rare);
    free(collector->odd);
    cells_free(&collector->host_cells);
    cells_free(&collector->domain_cells);
    key_map_free(&collector->kind_index);
    free(collector->kinds);
    free(collector->kind_weights);
    free(collector->ede);
    for (int i = 0; i < ESTIMATE_COUNT; i++)
        share_sums_free(&collector->sums[i]);
}

int report_collect(const char *path, const struct report_options *options, struct report *ret,
                   struct error *error)
{
    return report_collect_units(path, options, NULL, ret, error);
}

static int keep_path(const struct collector *collector, const char *path, char **ret,
                     struct error *error)
{
    *ret = utf8_clean(path, strlen(path), SURVEY_TEXT_MAX);
    return *ret != NULL ? 0 : collector_no_memory(collector, error);
}

/* What the user gives besides the survey */
static int read_options(struct collector *collector, const struct report_options *options,
                        struct error *error)
{
    struct report *report = collector->report;
    if (options->weights != NULL &&
        (weights_read(options->weights, &collector->weights, error) != 0 ||
         keep_path(collector, options->weights, &report->weights, error) != 0))
        return -1;
    if (options->operators != NULL &&
        (operators_read(options->operators, &collector->operators, error) != 0 ||
         keep_path(collector, options->operators, &report->operators, error) != 0))
        return -1;
    return places_open(collector, options, &collector->places, error);
}

static int read_survey(struct survey_file *file, struct collector *collector, struct error *error)
{
    if (read_lists(file, collector, error) != 0)
        return -1;
    collector->disbelieved = report_ad_belief(collector->report) == AD_NOT_BELIEVED;
    if (places_read(file, collector, error) != 0 || read_rows(file, collector, error) != 0 ||
        dane_collect(file, collector, error) != 0 || sts_collect(file, collector, error) != 0 ||
        probe_collect(file, collector, error) != 0)
        return -1;
    return places_finish(collector, error) == 0 ? sum_up(file, collector, error) : -1;
}

int report_collect_units(const char *path, const struct report_options *options,
                         struct survey_units *units, struct report *ret, struct error *error)
{
    struct collector collector = {.path = path, .report = ret, .units = units};
    struct survey_file *file = NULL;
    struct error no_suffixes; /* then nobody knows where aliases lead to */
    *ret = (struct report){0};
    ret->top = options->top;
    int result = read_options(&collector, options, error);
    if (result == 0)
        result = survey_file_open(path, &file, error);
    if (result == 0 && suffixes_open(&collector.suffix_list, &no_suffixes) != 0)
        collector.suffix_list = NULL;
    if (result == 0)
        result = read_survey(file, &collector, error);
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
    named_top_free(&report->aliases.targets);
    named_top_free(&report->aliases.pairs);
    for (int i = 0; i < ESTIMATE_COUNT; i++)
        free(report->estimates[i].largest);
    breakdown_free(&report->by_suffix);
    breakdown_free(&report->by_rank_band);
    breakdown_free(&report->by_dnssec);
    breakdown_free(&report->by_stratum);
    dane_free(report);
    probe_free(report);
    networks_report_free(&report->networks);
    free(report->weights);
    free(report->operators);
    *report = (struct report){0};
}
