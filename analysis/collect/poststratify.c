/* Shares weighed by the sizes of zones. */
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"

enum {
    STRATUM_UNITS_MIN = 20 /* a smaller sample says too little: such suffixes become one stratum */
};

/* Strata of one estimate; the first is that of the merged suffixes. */
struct strata {
    struct stratum *items;
    size_t length;
    uint32_t *of_suffix; /* by row of by_suffix: the stratum's place, from 1; 0: none */
};

static uint32_t row_of(const struct collector *collector, const char *suffix)
{
    const uint32_t *place =
        key_map_find(&collector->suffixes.index, key_of(suffix, strlen(suffix)));
    return place != NULL ? *place : 0;
}

static void merge(struct strata *strata, size_t from, size_t rows)
{
    struct stratum *merged = &strata->items[0], *gone = &strata->items[from];
    merged->size += gone->size;
    merged->of += gone->of;
    merged->count += gone->count;
    size_t last = --strata->length;
    *gone = strata->items[last];
    for (size_t i = 0; i < rows; i++) {
        if (strata->of_suffix[i] == from + 1)
            strata->of_suffix[i] = 1;
        else if (strata->of_suffix[i] == last + 1)
            strata->of_suffix[i] = (uint32_t)(from + 1);
    }
}

static size_t smallest(const struct strata *strata)
{
    size_t found = 1;
    for (size_t i = 2; i < strata->length; i++) {
        if (strata->items[i].of < strata->items[found].of)
            found = i;
    }
    return found;
}

static int build(const struct collector *collector, enum breakdown_estimate id, struct strata *ret)
{
    const struct weights *weights = &collector->weights;
    const struct breakdown *rows = &collector->report->by_suffix;
    ret->items = calloc(weights->length + 1, sizeof *ret->items);
    ret->of_suffix = calloc(rows->length, sizeof *ret->of_suffix);
    if (ret->items == NULL || ret->of_suffix == NULL)
        return -1;
    ret->length = 1;
    for (size_t i = 0; i < weights->length; i++) {
        uint32_t row = row_of(collector, weights->items[i].suffix);
        const struct cluster_sums *sums = &rows->rows[row].estimates[id].sums;
        uint64_t of = row != 0 ? sums->of : 0;
        struct stratum *stratum = &ret->items[0];
        if (of >= STRATUM_UNITS_MIN) {
            stratum = &ret->items[ret->length++];
            ret->of_suffix[row] = (uint32_t)ret->length;
        } else if (row != 0) {
            ret->of_suffix[row] = 1;
        }
        stratum->size += weights->items[i].size;
        stratum->of += of;
        stratum->count += row != 0 ? sums->count : 0;
    }
    while (ret->items[0].size > 0 && ret->items[0].of < STRATUM_UNITS_MIN && ret->length > 1)
        merge(ret, smallest(ret), rows->length);
    return 0;
}

/* The sum over clusters of (sum_h W_h / n_h (y_ih - p_h x_ih))^2, and the clusters */
static double residuals(const struct collector *collector, const struct strata *strata,
                        enum breakdown_estimate id, uint64_t *ret_clusters)
{
    double size = 0, squares = 0;
    struct cell_range range;
    *ret_clusters = 0;
    for (size_t i = 0; i < strata->length; i++)
        size += strata->items[i].size;
    for (size_t at = 0; next_cluster(&collector->domain_cells, &at, &range);) {
        double sum = 0;
        bool any = false, singles = range.cells->cluster == 0;
        for (size_t i = 0; i < range.length; i++) {
            const struct domain_kind *kind = &collector->kinds[range.cells[i].kind];
            struct part part = domain_part(kind, BREAKDOWN_IDS[id]);
            uint32_t place = strata->of_suffix[kind->suffix];
            if (place == 0 || part.of == 0)
                continue;
            const struct stratum *stratum = &strata->items[place - 1];
            double n = (double)stratum->of, units = (double)range.cells[i].units;
            double term = stratum->size / size / n *
                          ((double)part.count - (double)stratum->count / n * (double)part.of);
            if (singles) {
                squares += units * term * term;
                *ret_clusters += range.cells[i].units;
            }
            sum += units * term;
            any = true;
        }
        if (any && !singles) {
            squares += sum * sum;
            ++*ret_clusters;
        }
    }
    return squares;
}

static int weigh(struct collector *collector, enum breakdown_estimate id)
{
    struct estimate *estimate = &collector->report->estimates[BREAKDOWN_IDS[id]];
    struct poststratified *result = &estimate->poststratified;
    struct strata strata = {0};
    uint64_t clusters;
    int built = build(collector, id, &strata);
    if (built == 0) {
        size_t first = strata.items[0].size > 0 ? 0 : 1;
        estimate->has_poststratified =
            poststratify(strata.items + first, strata.length - first, result);
    }
    if (built == 0 && estimate->has_poststratified) {
        double squares = residuals(collector, &strata, id, &clusters);
        poststratify_clusters(squares, clusters, result);
    }
    free(strata.items);
    free(strata.of_suffix);
    return built;
}

int collector_poststratify(struct collector *collector, struct error *error)
{
    for (int i = 0; collector->weights.length > 0 && i < BREAKDOWN_ESTIMATES; i++) {
        if (weigh(collector, (enum breakdown_estimate)i) != 0)
            return collector_no_memory(collector, error);
    }
    return 0;
}
