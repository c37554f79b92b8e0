/* Weights of a sample that was drawn from strata: each name drawn stands for its stratum's. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"

static const char INFO_SAMPLE_BY[] = "setting.sample_by";
static const char INFO_STRATA_OTHERS[] = "strata.others"; /* names of all strata not drawn from by
                                                             themselves */

struct stratum {
    double names; /* that the list has */
    uint64_t surveyed;
};

/* The strata by the keys of their names, from 1; 0: all others together. */
struct stratifier {
    struct collector *collector;
    struct key_map index;
    struct stratum *strata;
    size_t length, room;
    uint32_t *of_kinds; /* by kind */
};

static int take_stratum(void *context, sqlite3_stmt *row, struct error *error)
{
    struct stratifier *stratifier = context;
    const char *name = (const char *)sqlite3_column_text(row, 0);
    struct stratum *strata =
        grow_items(stratifier->strata, stratifier->length, &stratifier->room, sizeof *strata);
    uint32_t *place =
        name == NULL
            ? NULL
            : key_map_put(&stratifier->index, key_of(name, (size_t)sqlite3_column_bytes(row, 0)));
    if (strata != NULL)
        stratifier->strata = strata;
    if (strata == NULL || place == NULL)
        return collector_no_memory(stratifier->collector, error);
    *place = (uint32_t)stratifier->length;
    strata[stratifier->length++] = (struct stratum){.names = sqlite3_column_double(row, 1)};
    return 0;
}

static int read_strata(struct stratifier *stratifier, struct survey_file *file, struct error *error)
{
    const char *others = report_info(stratifier->collector->report, INFO_STRATA_OTHERS);
    stratifier->strata = grow_items(NULL, 0, &stratifier->room, sizeof *stratifier->strata);
    if (stratifier->strata == NULL)
        return collector_no_memory(stratifier->collector, error);
    stratifier->strata[0] = (struct stratum){.names = others != NULL ? strtod(others, NULL) : 0};
    stratifier->length = 1;
    return survey_file_query(file, sql_strata, take_stratum, stratifier, error);
}

static const char *stratum_name(const struct collector *collector, const struct domain_kind *kind,
                                const char *by)
{
    if (strcmp(by, "rank") == 0)
        return RANK_BANDS[kind->band];
    if (strcmp(by, "stratum") == 0)
        return kind->stratum != 0 ? collector->strata.names[kind->stratum - 1] : "";
    return kind->suffix != 0 ? collector->suffixes.names[kind->suffix - 1] : "";
}

static int find_strata(struct stratifier *stratifier, const char *by)
{
    const struct collector *collector = stratifier->collector;
    stratifier->of_kinds = calloc(collector->kind_count + 1, sizeof *stratifier->of_kinds);
    if (stratifier->of_kinds == NULL)
        return -1;
    for (size_t i = 0; i < collector->kind_count; i++) {
        const char *name = stratum_name(collector, &collector->kinds[i], by);
        const uint32_t *place = key_map_find(&stratifier->index, key_of(name, strlen(name)));
        stratifier->of_kinds[i] = place != NULL ? *place : 0;
    }
    for (size_t i = 0; i < collector->domain_cells.length; i++) {
        const struct cell *cell = &collector->domain_cells.items[i];
        stratifier->strata[stratifier->of_kinds[cell->kind]].surveyed += cell->units;
    }
    return 0;
}

/* N / n, but for a damaged file: no more are drawn than there are. */
static int set_weights(struct stratifier *stratifier)
{
    struct collector *collector = stratifier->collector;
    struct kind_weight *weights = calloc(collector->kind_count + 1, sizeof *weights);
    if (weights == NULL)
        return -1;
    for (size_t i = 0; i < collector->kind_count; i++) {
        const struct stratum *stratum = &stratifier->strata[stratifier->of_kinds[i]];
        double surveyed = (double)stratum->surveyed;
        double names = stratum->names > surveyed ? stratum->names : surveyed;
        weights[i] = surveyed > 0 ? (struct kind_weight){names / surveyed, surveyed / names}
                                  : (struct kind_weight){1, 1};
    }
    collector->kind_weights = weights;
    return 0;
}

/* No name of a stratum that was drawn whole is left. */
static double find_unmet(const struct stratifier *stratifier)
{
    struct stratified_sums partly = {0};
    for (size_t i = 0; i < stratifier->length; i++) {
        double names = stratifier->strata[i].names, drawn = (double)stratifier->strata[i].surveyed;
        if (drawn > 0 && drawn < names)
            stratified_add(&partly, names / drawn, drawn / names, 1, 0, drawn);
    }
    return stratified_unmet(&partly);
}

static struct strata_cover cover_of(const struct stratifier *stratifier)
{
    struct strata_cover cover = {0};
    double all = 0;
    for (size_t i = 0; i < stratifier->length; i++) {
        const struct stratum *stratum = &stratifier->strata[i];
        all += stratum->names;
        cover.names += stratum->surveyed > 0 ? stratum->names : 0;
        cover.strata += stratum->surveyed > 0;
    }
    cover.covered = all > 0 ? cover.names / all : 1;
    return cover;
}

/* A row of the breakdown by what the strata are is of one stratum: names of no other can be its
 * units. */
double unmet_names(const struct collector *collector, const char *by)
{
    const char *strata = report_info(collector->report, INFO_SAMPLE_BY);
    return by != NULL && strata != NULL && strcmp(by, strata) == 0 ? 0 : collector->unmet;
}

int collector_stratify(struct survey_file *file, struct collector *collector, struct error *error)
{
    struct stratifier stratifier = {.collector = collector};
    const char *by = report_info(collector->report, INFO_SAMPLE_BY);
    if (collector->report->design.kind != DESIGN_SAMPLE || by == NULL || strcmp(by, "none") == 0)
        return 0;
    int result = read_strata(&stratifier, file, error);
    if (result == 0 && (find_strata(&stratifier, by) != 0 || set_weights(&stratifier) != 0))
        result = collector_no_memory(collector, error);
    if (result == 0) {
        collector->report->strata = cover_of(&stratifier);
        collector->unmet = find_unmet(&stratifier);
    }
    key_map_free(&stratifier.index);
    free(stratifier.strata);
    free(stratifier.of_kinds);
    return result;
}
