#include "analysis/collect/tables/cluster_list.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/collect/tables/grow.h"

static bool is_small(const struct cluster *shape)
{
    double units = (double)shape->units;
    return shape->units < CLUSTER_SMALL && shape->weight == units &&
           shape->value == (double)shape->count && shape->weight_squares == units;
}

/* A place in a triangle: counts from 0 to the units */
static size_t small_place(uint64_t units, uint64_t count)
{
    return units * (units + 1) / 2 + count;
}

static int add_item(struct cluster_list *list, const struct cluster *shape)
{
    struct cluster name = *shape;
    name.times = 0;
    uint32_t *place = key_map_put(&list->index, key_of(&name, sizeof name));
    struct cluster *items = grow_items(list->items, list->length, &list->room, sizeof *items);
    if (items != NULL)
        list->items = items;
    if (place == NULL || items == NULL)
        return -1;
    if (*place == 0) {
        items[list->length++] = name;
        *place = (uint32_t)list->length;
    }
    items[*place - 1].times += shape->times;
    return 0;
}

int cluster_list_add(struct cluster_list *list, struct cluster shape)
{
    if (shape.units == 0 || shape.times == 0)
        return 0;
    if (!is_small(&shape))
        return add_item(list, &shape);
    list->small[small_place(shape.units, shape.count)] += shape.times;
    return 0;
}

static int compare_shapes(const void *one, const void *other)
{
    return memcmp(one, other, sizeof(struct cluster));
}

int cluster_list_settle(struct cluster_list *list)
{
    for (uint64_t units = 1; units < CLUSTER_SMALL; units++) {
        for (uint64_t count = 0; count <= units; count++) {
            struct cluster shape = cluster_of(units, count, list->small[small_place(units, count)]);
            if (shape.times > 0 && add_item(list, &shape) != 0)
                return -1;
            list->small[small_place(units, count)] = 0;
        }
    }
    if (list->length > 0)
        qsort(list->items, list->length, sizeof *list->items, compare_shapes);
    return 0;
}

void cluster_list_free(struct cluster_list *list)
{
    free(list->items);
    key_map_free(&list->index);
    *list = (struct cluster_list){0};
}
