/* Breakdowns: the same shares by suffix, by rank, by DNSSEC status and by the list's strata. */
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/shares/shares.h"

/* One breakdown under way: sums of the cluster at hand, by row */
struct builder {
    struct breakdown *breakdown;
    double unmet;                                   /* unmet_names() of its rows */
    struct share_sums (*sums)[BREAKDOWN_ESTIMATES]; /* by row */
    struct weighed_part (*parts)[BREAKDOWN_ESTIMATES];
    uint32_t *touched; /* rows with something in parts */
    bool *is_touched;
    size_t touched_count;
};

static int builder_start(struct builder *builder, struct breakdown *breakdown, size_t rows,
                         double unmet)
{
    *builder = (struct builder){.breakdown = breakdown, .unmet = unmet};
    breakdown->rows = calloc(rows, sizeof *breakdown->rows);
    builder->sums = calloc(rows, sizeof *builder->sums);
    builder->parts = calloc(rows, sizeof *builder->parts);
    builder->touched = calloc(rows, sizeof *builder->touched);
    builder->is_touched = calloc(rows, sizeof *builder->is_touched);
    if (breakdown->rows == NULL || builder->sums == NULL || builder->parts == NULL ||
        builder->touched == NULL || builder->is_touched == NULL)
        return -1;
    breakdown->length = rows;
    return 0;
}

static void builder_done(struct builder *builder)
{
    for (size_t i = 0; builder->sums != NULL && i < builder->breakdown->length; i++) {
        for (int j = 0; j < BREAKDOWN_ESTIMATES; j++)
            share_sums_free(&builder->sums[i][j]);
    }
    free(builder->sums);
    free(builder->parts);
    free(builder->touched);
    free(builder->is_touched);
}

static enum share_added builder_add(const struct collector *collector, struct builder *builder,
                                    uint32_t row, const struct part parts[BREAKDOWN_ESTIMATES],
                                    const struct cell *cell)
{
    const struct domain_kind *kind = &collector->kinds[cell->kind];
    struct breakdown_row *of_row = &builder->breakdown->rows[row];
    enum share_added added = SHARE_ADDED;
    of_row->domains += cell->units;
    of_row->mx_domains += kind->outcome == MX_OUTCOME_MX ? cell->units : 0;
    if (cell->cluster != 0 && !builder->is_touched[row]) {
        builder->is_touched[row] = true;
        builder->touched[builder->touched_count++] = row;
    }
    for (int i = 0; i < BREAKDOWN_ESTIMATES && added == SHARE_ADDED; i++) {
        struct weighed_part part = weigh_part(&parts[i], domain_weight(collector, cell));
        share_sums_draw(collector, &builder->sums[row][i], cell, &parts[i]);
        if (cell->cluster == 0) /* each domain is one of its own */
            added = share_sums_add(&builder->sums[row][i], 0, &part, cell->units);
        else
            weighed_part_add(&builder->parts[row][i], &part, cell->units);
    }
    return added;
}

/* The cluster's cells are all added. */
static enum share_added builder_flush(struct builder *builder, uint64_t cluster)
{
    enum share_added added = SHARE_ADDED;
    for (size_t i = 0; i < builder->touched_count; i++) {
        uint32_t row = builder->touched[i];
        builder->is_touched[row] = false;
        for (int j = 0; j < BREAKDOWN_ESTIMATES && added == SHARE_ADDED; j++) {
            added = share_sums_add(&builder->sums[row][j], cluster, &builder->parts[row][j], 1);
            builder->parts[row][j] = (struct weighed_part){0};
        }
    }
    builder->touched_count = 0;
    return added;
}

enum {
    BY_SUFFIX,
    BY_RANK,
    BY_DNSSEC,
    BY_STRATUM,
    BUILDERS
};

/* BY_STRATUM is the last, and only where the list has strata. */
static int builder_count(const struct collector *collector)
{
    return collector->strata.length > 0 ? BUILDERS : BY_STRATUM;
}

static enum share_added add_cell(const struct collector *collector,
                                 struct builder builders[BUILDERS], const struct cell *cell)
{
    const struct domain_kind *kind = &collector->kinds[cell->kind];
    const uint32_t rows[BUILDERS] = {[BY_SUFFIX] = kind->suffix,
                                     [BY_RANK] = kind->band,
                                     [BY_DNSSEC] = kind->dnssec,
                                     [BY_STRATUM] = kind->stratum};
    struct part parts[BREAKDOWN_ESTIMATES];
    enum share_added added = SHARE_ADDED;
    for (int i = 0; i < BREAKDOWN_ESTIMATES; i++)
        parts[i] = domain_part(kind, BREAKDOWN_IDS[i]);
    for (int i = 0; i < builder_count(collector) && added == SHARE_ADDED; i++)
        added = builder_add(collector, &builders[i], rows[i], parts, cell);
    return added;
}

static int fill(struct collector *collector, struct builder builders[BUILDERS], struct error *error)
{
    struct cell_range range;
    enum share_added added = SHARE_ADDED;
    for (size_t at = 0;
         added == SHARE_ADDED && next_cluster(&collector->domain_cells, &at, &range);) {
        for (size_t i = 0; i < range.length && added == SHARE_ADDED; i++)
            added = add_cell(collector, builders, &range.cells[i]);
        for (int i = 0; i < builder_count(collector) && added == SHARE_ADDED; i++)
            added = builder_flush(&builders[i], range.cells->cluster);
    }
    if (added == SHARE_CONTRADICTION)
        return collector_contradiction(collector, "domains", error);
    return added == SHARE_ADDED ? 0 : collector_no_memory(collector, error);
}

static int finish_row(const struct collector *collector, struct builder *builder, size_t row,
                      const char *key)
{
    struct breakdown_row *of_row = &builder->breakdown->rows[row];
    int result = 0;
    for (int i = 0; i < BREAKDOWN_ESTIMATES; i++)
        result |= estimate_finish(collector, &builder->sums[row][i], builder->unmet,
                                  &of_row->estimates[i]);
    of_row->key = strdup(key != NULL ? key : "");
    return of_row->key != NULL ? result : -1;
}

static int builders_start(const struct collector *collector, struct builder builders[BUILDERS])
{
    struct report *report = collector->report;
    int result = builder_start(&builders[BY_SUFFIX], &report->by_suffix,
                               collector->suffixes.length + 1, unmet_names(collector, "suffix")) |
                 builder_start(&builders[BY_RANK], &report->by_rank_band, RANK_BAND_COUNT,
                               unmet_names(collector, "rank")) |
                 builder_start(&builders[BY_DNSSEC], &report->by_dnssec, DNSSEC_INDETERMINATE + 1,
                               unmet_names(collector, "dnssec"));
    if (builder_count(collector) > BY_STRATUM)
        result |= builder_start(&builders[BY_STRATUM], &report->by_stratum,
                                collector->strata.length + 1, unmet_names(collector, "stratum"));
    return result;
}

/* Rows that are called by names, from 1; row 0: domains without one */
static int finish_named_rows(const struct collector *collector, struct builder *builder,
                             const struct name_table *names)
{
    int result = 0;
    for (size_t i = 0; i < builder->breakdown->length; i++)
        result |= finish_row(collector, builder, i, i > 0 ? names->names[i - 1] : NULL);
    return result;
}

int break_down(struct collector *collector, struct error *error)
{
    struct builder builders[BUILDERS] = {{0}};
    int result = -1;
    if (builders_start(collector, builders) != 0) {
        collector_no_memory(collector, error);
        goto done;
    }
    result = fill(collector, builders, error);
    if (result != 0)
        goto done;
    result = finish_named_rows(collector, &builders[BY_SUFFIX], &collector->suffixes);
    for (int i = 0; i < RANK_BAND_COUNT; i++)
        result |= finish_row(collector, &builders[BY_RANK], (size_t)i, RANK_BANDS[i]);
    for (int i = 0; i <= DNSSEC_INDETERMINATE; i++)
        result |=
            finish_row(collector, &builders[BY_DNSSEC], (size_t)i, dnssec_word((enum dnssec)i));
    if (builder_count(collector) > BY_STRATUM)
        result |= finish_named_rows(collector, &builders[BY_STRATUM], &collector->strata);
    if (result != 0)
        collector_no_memory(collector, error);

done:
    for (int i = 0; i < builder_count(collector); i++)
        builder_done(&builders[i]);
    return result;
}

static int compare_rows(const void *one, const void *other)
{
    const struct breakdown_row *a = one, *b = other;
    if (a->domains != b->domains)
        return a->domains > b->domains ? -1 : 1;
    return strcmp(a->key, b->key);
}

void breakdown_finish(struct breakdown *breakdown, bool sorted)
{
    size_t kept = 0;
    for (size_t i = 0; i < breakdown->length; i++) {
        if (breakdown->rows[i].domains > 0)
            breakdown->rows[kept++] = breakdown->rows[i];
        else
            free(breakdown->rows[i].key);
    }
    breakdown->length = kept;
    if (sorted && kept > 0)
        qsort(breakdown->rows, kept, sizeof *breakdown->rows, compare_rows);
}

void breakdown_free(struct breakdown *breakdown)
{
    for (size_t i = 0; i < breakdown->length; i++)
        free(breakdown->rows[i].key);
    free(breakdown->rows);
}
