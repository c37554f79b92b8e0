/* Breakdowns: the same shares by suffix, by rank and by DNSSEC status. */
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"

/* One breakdown under way: sums of the cluster at hand, by row */
struct builder {
    struct breakdown *breakdown;
    struct part (*parts)[BREAKDOWN_ESTIMATES];
    uint32_t *touched; /* rows with something in parts */
    bool *is_touched;
    size_t touched_count;
};

static int builder_start(struct builder *builder, struct breakdown *breakdown, size_t rows)
{
    *builder = (struct builder){.breakdown = breakdown};
    breakdown->rows = calloc(rows, sizeof *breakdown->rows);
    builder->parts = calloc(rows, sizeof *builder->parts);
    builder->touched = calloc(rows, sizeof *builder->touched);
    builder->is_touched = calloc(rows, sizeof *builder->is_touched);
    if (breakdown->rows == NULL || builder->parts == NULL || builder->touched == NULL ||
        builder->is_touched == NULL)
        return -1;
    breakdown->length = rows;
    return 0;
}

static void builder_done(struct builder *builder)
{
    free(builder->parts);
    free(builder->touched);
    free(builder->is_touched);
}

static void builder_add(struct builder *builder, uint32_t row, const struct domain_kind *kind,
                        const struct part parts[BREAKDOWN_ESTIMATES], uint32_t units)
{
    struct breakdown_row *of_row = &builder->breakdown->rows[row];
    of_row->domains += units;
    of_row->mx_domains += kind->outcome == MX_OUTCOME_MX ? units : 0;
    if (!builder->is_touched[row]) {
        builder->is_touched[row] = true;
        builder->touched[builder->touched_count++] = row;
    }
    for (int i = 0; i < BREAKDOWN_ESTIMATES; i++) {
        struct part *sum = &builder->parts[row][i];
        sum->of += parts[i].of * units;
        sum->count += parts[i].count * units;
        sum->unanswered += parts[i].unanswered * units;
    }
}

/* The cluster's cells are all added. */
static bool builder_flush(struct builder *builder, bool singles)
{
    bool added = true;
    for (size_t i = 0; i < builder->touched_count; i++) {
        uint32_t row = builder->touched[i];
        builder->is_touched[row] = false;
        for (int j = 0; j < BREAKDOWN_ESTIMATES; j++) {
            struct estimate *estimate = &builder->breakdown->rows[row].estimates[j];
            struct part *sum = &builder->parts[row][j];
            added &= singles ? cluster_sums_add_singles(&estimate->sums, sum->of, sum->count)
                             : cluster_sums_add(&estimate->sums, sum->of, sum->count);
            estimate->unanswered += sum->unanswered;
            *sum = (struct part){0};
        }
    }
    builder->touched_count = 0;
    return added;
}

enum {
    BY_SUFFIX,
    BY_RANK,
    BY_DNSSEC,
    BUILDERS
};

static int fill(struct collector *collector, struct builder builders[BUILDERS], struct error *error)
{
    struct cell_range range;
    for (size_t at = 0; next_cluster(&collector->domain_cells, &at, &range);) {
        for (size_t i = 0; i < range.length; i++) {
            const struct cell *cell = &range.cells[i];
            const struct domain_kind *kind = &collector->kinds[cell->kind];
            struct part parts[BREAKDOWN_ESTIMATES];
            for (int j = 0; j < BREAKDOWN_ESTIMATES; j++)
                parts[j] = domain_part(kind, BREAKDOWN_IDS[j]);
            builder_add(&builders[BY_SUFFIX], kind->suffix, kind, parts, cell->units);
            builder_add(&builders[BY_RANK], kind->band, kind, parts, cell->units);
            builder_add(&builders[BY_DNSSEC], kind->dnssec, kind, parts, cell->units);
        }
        bool added = true;
        for (int i = 0; i < BUILDERS; i++)
            added &= builder_flush(&builders[i], range.cells->cluster == 0);
        if (!added)
            return collector_contradiction(collector, "domains", error);
    }
    return 0;
}

static int set_key(struct breakdown_row *row, const char *key)
{
    for (int i = 0; i < BREAKDOWN_ESTIMATES; i++)
        estimate_finish(&row->estimates[i]);
    row->key = strdup(key != NULL ? key : "");
    return row->key != NULL ? 0 : -1;
}

int break_down(struct collector *collector, struct error *error)
{
    struct report *report = collector->report;
    const struct name_table *suffixes = &collector->suffixes;
    struct builder builders[BUILDERS] = {{0}};
    int result = -1;
    if (builder_start(&builders[BY_SUFFIX], &report->by_suffix, suffixes->length + 1) != 0 ||
        builder_start(&builders[BY_RANK], &report->by_rank_band, RANK_BAND_COUNT) != 0 ||
        builder_start(&builders[BY_DNSSEC], &report->by_dnssec, DNSSEC_INDETERMINATE + 1) != 0) {
        collector_no_memory(collector, error);
        goto done;
    }
    result = fill(collector, builders, error);
    if (result != 0)
        goto done;
    for (size_t i = 0; i <= suffixes->length; i++)
        result |= set_key(&report->by_suffix.rows[i], i > 0 ? suffixes->names[i - 1] : NULL);
    for (int i = 0; i < RANK_BAND_COUNT; i++)
        result |= set_key(&report->by_rank_band.rows[i], RANK_BANDS[i]);
    for (int i = 0; i <= DNSSEC_INDETERMINATE; i++)
        result |= set_key(&report->by_dnssec.rows[i], dnssec_word((enum dnssec)i));
    if (result != 0)
        collector_no_memory(collector, error);

done:
    for (int i = 0; i < BUILDERS; i++)
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
