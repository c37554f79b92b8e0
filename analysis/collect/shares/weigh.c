/* Shares weighed by the sizes of zones. */
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/shares/shares.h"

struct weigher {
    const struct collector *collector;
    double *weights; /* of a unit, by row of by_suffix; 0: in no zone that is used */
};

static uint32_t row_of(const struct collector *collector, const char *suffix)
{
    const uint32_t *place =
        key_map_find(&collector->suffixes.index, key_of(suffix, strlen(suffix)));
    return place != NULL ? *place : 0;
}

static int read_zones(struct weigher *weigher, struct zone_cover *ret)
{
    const struct weights *weights = &weigher->collector->weights;
    const struct breakdown *rows = &weigher->collector->report->by_suffix;
    struct zone *zones = calloc(weights->length, sizeof *zones);
    weigher->weights = calloc(rows->length, sizeof *weigher->weights);
    if (zones == NULL || weigher->weights == NULL) {
        free(zones);
        return -1;
    }
    for (size_t i = 0; i < weights->length; i++) {
        uint32_t row = row_of(weigher->collector, weights->items[i].suffix);
        zones[i].size = weights->items[i].size;
        zones[i].surveyed = row != 0 ? rows->rows[row].domains : 0;
        weigher->weights[row] = zone_weight(&zones[i]);
    }
    weigher->weights[0] = 0; /* domains without a suffix */
    *ret = zones_cover(zones, weights->length);
    free(zones);
    return 0;
}

static struct cluster shape_of(const struct weigher *weigher, const struct cell *cell,
                               enum estimate_id id)
{
    const struct domain_kind *kind = &weigher->collector->kinds[cell->kind];
    struct part part = domain_part(kind, id);
    double weight = weigher->weights[kind->suffix];
    if (weight == 0 || part.of == 0)
        return (struct cluster){0};
    return (struct cluster){
        .units = 1,
        .count = part.count,
        .weight = weight,
        .value = part.count > 0 ? weight : 0,
        .weight_squares = weight * weight,
        .times = cell->units,
    };
}

static void add_shape(struct cluster *sum, const struct cluster *shape)
{
    double times = (double)shape->times;
    sum->units += shape->units * shape->times;
    sum->count += shape->count * shape->times;
    sum->weight += shape->weight * times;
    sum->value += shape->value * times;
    sum->weight_squares += shape->weight_squares * times;
}

static int add_clusters(const struct weigher *weigher, enum estimate_id id,
                        struct cluster_list *list)
{
    struct cell_range range;
    for (size_t at = 0; next_cluster(&weigher->collector->domain_cells, &at, &range);) {
        struct cluster sum = {.times = 1};
        bool singles = range.cells->cluster == 0;
        for (size_t i = 0; i < range.length; i++) {
            struct cluster shape = shape_of(weigher, &range.cells[i], id);
            add_shape(&sum, &shape);
            if (singles && cluster_list_add(list, shape) != 0)
                return -1;
        }
        if (!singles && cluster_list_add(list, sum) != 0)
            return -1;
    }
    return 0;
}

static int weigh(const struct weigher *weigher, enum estimate_id id, struct estimate *estimate)
{
    struct cluster_list list = {0};
    int result = add_clusters(weigher, id, &list);
    if (result == 0)
        result = cluster_list_settle(&list);
    if (result == 0) {
        estimate->weighed = cluster_share95(list.items, list.length);
        estimate->is_weighed = true;
    }
    cluster_list_free(&list);
    return result;
}

int collector_weigh(struct collector *collector, struct error *error)
{
    struct weigher weigher = {.collector = collector};
    int result = 0;
    if (collector->weights.length == 0)
        return 0;
    if (collector->kind_weights != NULL)
        return error_set(error, "%s: is a sample from strata, weighed by these: no --weights",
                         collector->path);
    result = read_zones(&weigher, &collector->report->zones);
    for (int i = 0; i < BREAKDOWN_WEIGHED && result == 0; i++)
        result = weigh(&weigher, BREAKDOWN_IDS[i], &collector->report->estimates[BREAKDOWN_IDS[i]]);
    free(weigher.weights);
    return result == 0 ? 0 : collector_no_memory(collector, error);
}
