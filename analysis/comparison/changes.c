#include "analysis/comparison/changes.h"

#include <stdlib.h>

#include "analysis/collect/shares.h"

/* Clusters that look alike, each shape once */
struct shapes {
    struct key_map index; /* place in types, from 1 */
    struct paired_cluster *types;
    size_t length, room;
};

struct changer {
    const char *path;
    const struct pairs *pairs;
    bool hosts;
};

static int fail_memory(const struct changer *changer, struct error *error)
{
    return error_set(error, "%s: out of memory for the comparison", changer->path);
}

static struct part part_of(const struct changer *changer, uint64_t unit_kind, enum estimate_id id)
{
    if (changer->hosts)
        return host_part(unit_host_kind(unit_kind), id);
    struct domain_kind kind = unit_domain_kind(unit_kind);
    return domain_part(&kind, id);
}

static void shapes_free(struct shapes *shapes)
{
    key_map_free(&shapes->index);
    free(shapes->types);
}

static int add_shape(const struct changer *changer, struct shapes *shapes,
                     const struct paired_cluster *shape, struct error *error)
{
    uint64_t name[4] = {shape->of[0], shape->of[1], shape->count[0], shape->count[1]};
    if (name[0] == 0 && name[1] == 0)
        return 0;
    uint32_t *place = key_map_put(&shapes->index, key_of(name, sizeof name));
    struct paired_cluster *types =
        collector_grow(shapes->types, shapes->length, &shapes->room, sizeof *types);
    if (types != NULL)
        shapes->types = types;
    if (place == NULL || types == NULL)
        return fail_memory(changer, error);
    if (*place == 0) {
        types[shapes->length++] = *shape;
        *place = (uint32_t)shapes->length;
    } else {
        types[*place - 1].clusters += shape->clusters;
    }
    return 0;
}

/* Adds units of one kind to a change; *shape gets what of one of them is paired. */
static void add_units(struct change *change, const struct part parts[2], uint64_t units,
                      struct paired_cluster *shape)
{
    bool paired = parts[0].of > 0 && parts[1].of > 0;
    *shape = (struct paired_cluster){0};
    for (int when = 0; when < 2; when++) {
        change->common.of[when] += parts[when].of * units;
        change->common.count[when] += parts[when].count * units;
        if (!paired) {
            bool failed = parts[when].of == 0 && parts[when].unanswered > 0;
            change->unanswered[when] += failed ? units : 0;
            continue;
        }
        change->paired.of[when] += parts[when].of * units;
        change->paired.count[when] += parts[when].count * units;
        shape->of[when] = parts[when].of;
        shape->count[when] = parts[when].count;
    }
    if (paired && change->has_test) {
        change->gained += parts[0].count < parts[1].count ? units : 0;
        change->lost += parts[0].count > parts[1].count ? units : 0;
    }
}

static int add_cluster(const struct changer *changer, const struct cell_range *range,
                       enum estimate_id id, struct change *change, struct shapes *shapes,
                       struct error *error)
{
    bool singles = range->cells->cluster == 0; /* each unit a cluster of its own */
    struct paired_cluster sum = {.clusters = 1};
    for (size_t i = 0; i < range->length; i++) {
        const struct pair_kind *kind = &changer->pairs->kinds[range->cells[i].kind];
        struct paired_cluster shape;
        struct part parts[2] = {part_of(changer, kind->kinds[0], id),
                                part_of(changer, kind->kinds[1], id)};
        uint64_t units = range->cells[i].units;
        add_units(change, parts, units, &shape);
        for (int when = 0; when < 2; when++) {
            sum.of[when] += shape.of[when] * units;
            sum.count[when] += shape.count[when] * units;
        }
        shape.clusters = units;
        if (singles && add_shape(changer, shapes, &shape, error) != 0)
            return -1;
    }
    return singles ? 0 : add_shape(changer, shapes, &sum, error);
}

static int compare_shapes(const void *one, const void *other)
{
    const struct paired_cluster *a = one, *b = other;
    const uint64_t left[4] = {a->of[0], a->of[1], a->count[0], a->count[1]};
    const uint64_t right[4] = {b->of[0], b->of[1], b->count[0], b->count[1]};
    for (int i = 0; i < 4; i++) {
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    }
    return 0;
}

static void finish(struct change *change, const struct shapes *shapes)
{
    struct share_counts whole;
    for (int when = 0; when < 2; when++) {
        whole.of[when] = change->estimates[when]->cluster.of;
        whole.count[when] = change->estimates[when]->cluster.count;
    }
    change->has_parts = change_parts(&whole, &change->common, &change->paired, &change->parts);
    change->has_paired = paired_change95(shapes->types, shapes->length, &change->same);
    if (change->has_test)
        paired_mcnemar(shapes->types, shapes->length, change->gained, change->lost, &change->test);
}

static int change_of(const struct changer *changer, enum estimate_id id, struct change *change,
                     struct error *error)
{
    struct shapes shapes = {0};
    struct cell_range range;
    int result = 0;
    change->has_test = id != CNAME_MX_RECORDS;
    for (size_t at = 0; result == 0 && next_cluster(&changer->pairs->cells, &at, &range);)
        result = add_cluster(changer, &range, id, change, &shapes, error);
    /* in an order of their own: the same sums whatever the order of the files */
    if (shapes.length > 0)
        qsort(shapes.types, shapes.length, sizeof *shapes.types, compare_shapes);
    if (result == 0)
        finish(change, &shapes);
    shapes_free(&shapes);
    return result;
}

int changes_of_pairs(const char *path, const struct pairs *pairs, bool hosts,
                     struct change changes[ESTIMATE_COUNT], struct error *error)
{
    struct changer changer = {path, pairs, hosts};
    for (int id = 0; id < ESTIMATE_COUNT; id++) {
        if (share_is_of_hosts((enum estimate_id)id) == hosts &&
            change_of(&changer, (enum estimate_id)id, &changes[id], error) != 0)
            return -1;
    }
    return 0;
}
