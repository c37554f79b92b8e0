#include "analysis/collect/units/pairs.h"

#include <stdlib.h>
#include <string.h>

struct joiner {
    const char *path;
    pair_fn *each;
    void *context;
    struct pairs *pairs;
    /* the part under way: units of both surveys, and where old ones are found by their keys */
    struct unit *old, *new;
    size_t old_count, new_count;
    uint32_t *slots; /* place in old, from 1; 0: free */
    size_t slot_count;
    bool *met; /* by place in old: found in new */
};

static int fail_memory(const struct joiner *joiner, struct error *error)
{
    return error_set(error, "%s: out of memory for the comparison", joiner->path);
}

/* The number of a pair's kind, with the pair counted */
static int number_kind(struct joiner *joiner, const uint64_t unit_kinds[2], uint32_t *ret,
                       struct error *error)
{
    struct pairs *pairs = joiner->pairs;
    uint32_t *place = key_map_put(&pairs->kind_index, key_of(unit_kinds, 2 * sizeof *unit_kinds));
    struct pair_kind *kinds =
        grow_items(pairs->kinds, pairs->kind_count, &pairs->kind_room, sizeof *kinds);
    if (kinds != NULL)
        pairs->kinds = kinds;
    if (place == NULL || kinds == NULL)
        return fail_memory(joiner, error);
    if (*place == 0) {
        kinds[pairs->kind_count++] = (struct pair_kind){{unit_kinds[OLD], unit_kinds[NEW]}, 0};
        *place = (uint32_t)pairs->kind_count;
    }
    *ret = *place - 1;
    kinds[*ret].units++;
    return 0;
}

static int add_moved(struct joiner *joiner, const uint64_t clusters[2], uint32_t kind,
                     struct error *error)
{
    struct pairs *pairs = joiner->pairs;
    const uint64_t name[3] = {clusters[OLD], clusters[NEW], kind};
    uint32_t *place = key_map_put(&pairs->moved_index, key_of(name, sizeof name));
    struct moved_cell *moved =
        grow_items(pairs->moved[OLD], pairs->moved_count, &pairs->moved_room, sizeof *moved);
    if (moved != NULL)
        pairs->moved[OLD] = moved;
    if (place == NULL || moved == NULL)
        return fail_memory(joiner, error);
    if (*place == 0) {
        moved[pairs->moved_count++] = (struct moved_cell){{clusters[OLD], clusters[NEW]}, kind, 0};
        *place = (uint32_t)pairs->moved_count;
    }
    moved[*place - 1].units++;
    return 0;
}

static int take_pair(struct joiner *joiner, const struct unit *old, const struct unit *new,
                     struct error *error)
{
    const uint64_t kinds[2] = {old->kind, new->kind}, clusters[2] = {old->cluster, new->cluster};
    uint32_t number = 0;
    joiner->pairs->overlap.both++;
    if (number_kind(joiner, kinds, &number, error) != 0)
        return -1;
    if (old->cluster != new->cluster) {
        if (add_moved(joiner, clusters, number, error) != 0)
            return -1;
    } else if (cells_add(&joiner->pairs->stayed, old->cluster, number) != 0) {
        return fail_memory(joiner, error);
    }
    return joiner->each(joiner->context, old, new, error);
}

/* The slot of the first unit with the key that is not met yet, or a free one.  A file may have a
 * name twice only if it is damaged; then each is met once. */
static size_t slot_of(const struct joiner *joiner, uint64_t key)
{
    size_t at = (key >> 2) & (joiner->slot_count - 1);
    while (joiner->slots[at] != 0) {
        size_t place = joiner->slots[at] - 1;
        if (joiner->old[place].key == key && !joiner->met[place])
            break;
        at = (at + 1) & (joiner->slot_count - 1);
    }
    return at;
}

static int make_slots(struct joiner *joiner, struct error *error)
{
    joiner->slot_count = 16;
    while (joiner->slot_count < 2 * joiner->old_count)
        joiner->slot_count *= 2;
    joiner->slots = calloc(joiner->slot_count, sizeof *joiner->slots);
    joiner->met = calloc(joiner->old_count + 1, sizeof *joiner->met);
    if (joiner->slots == NULL || joiner->met == NULL)
        return fail_memory(joiner, error);
    for (size_t i = 0; i < joiner->old_count; i++) {
        size_t at = (joiner->old[i].key >> 2) & (joiner->slot_count - 1);
        while (joiner->slots[at] != 0)
            at = (at + 1) & (joiner->slot_count - 1);
        joiner->slots[at] = (uint32_t)i + 1;
    }
    return 0;
}

static int join_units(struct joiner *joiner, struct error *error)
{
    struct overlap *overlap = &joiner->pairs->overlap;
    if (make_slots(joiner, error) != 0)
        return -1;
    for (size_t i = 0; i < joiner->new_count; i++) {
        const struct unit *new = &joiner->new[i];
        size_t slot = slot_of(joiner, new->key);
        if (joiner->slots[slot] == 0) {
            overlap->only[1]++;
            if (joiner->each(joiner->context, NULL, new, error) != 0)
                return -1;
            continue;
        }
        size_t place = joiner->slots[slot] - 1;
        joiner->met[place] = true;
        if (take_pair(joiner, &joiner->old[place], new, error) != 0)
            return -1;
    }
    for (size_t i = 0; i < joiner->old_count; i++) {
        if (joiner->met[i])
            continue;
        overlap->only[0]++;
        if (joiner->each(joiner->context, &joiner->old[i], NULL, error) != 0)
            return -1;
    }
    return 0;
}

static int compare_moved(const struct moved_cell *one, const struct moved_cell *other, int by)
{
    const uint64_t left[3] = {one->clusters[by], one->clusters[1 - by], one->kind};
    const uint64_t right[3] = {other->clusters[by], other->clusters[1 - by], other->kind};
    for (int i = 0; i < 3; i++) {
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    }
    return 0;
}

static int compare_by_old(const void *one, const void *other)
{
    return compare_moved(one, other, OLD);
}

static int compare_by_new(const void *one, const void *other)
{
    return compare_moved(one, other, NEW);
}

/* Puts all cells in order. */
static int settle(struct joiner *joiner, struct error *error)
{
    struct pairs *pairs = joiner->pairs;
    size_t size = sizeof **pairs->moved;
    cells_settle(&pairs->stayed);
    if (pairs->moved_count == 0)
        return 0;
    pairs->moved[NEW] = calloc(pairs->moved_count, size);
    if (pairs->moved[NEW] == NULL)
        return fail_memory(joiner, error);
    memcpy(pairs->moved[NEW], pairs->moved[OLD], pairs->moved_count * size);
    qsort(pairs->moved[OLD], pairs->moved_count, size, compare_by_old);
    qsort(pairs->moved[NEW], pairs->moved_count, size, compare_by_new);
    return 0;
}

int pairs_join(const char *path, const struct units *old, const struct units *new, pair_fn *each,
               void *context, struct pairs *ret, struct error *error)
{
    struct joiner joiner = {.path = path, .each = each, .context = context, .pairs = ret};
    int result = 0;
    *ret = (struct pairs){0};
    for (unsigned i = 0; i < UNIT_PARTS && result == 0; i++) {
        struct joiner part = joiner;
        if (units_part(old, i, &part.old, &part.old_count, error) != 0 ||
            units_part(new, i, &part.new, &part.new_count, error) != 0 ||
            join_units(&part, error) != 0)
            result = -1;
        free(part.old);
        free(part.new);
        free(part.slots);
        free(part.met);
    }
    return result == 0 ? settle(&joiner, error) : -1;
}

void pairs_free(struct pairs *pairs)
{
    cells_free(&pairs->stayed);
    free(pairs->moved[OLD]);
    free(pairs->moved[NEW]);
    free(pairs->kinds);
    key_map_free(&pairs->kind_index);
    key_map_free(&pairs->moved_index);
    *pairs = (struct pairs){0};
}

/* --- groups --- */

bool pairs_next_group(struct pair_walk *walk, struct pair_group *ret)
{
    const struct cells *stayed = &walk->pairs->stayed;
    const struct moved_cell *moved = walk->pairs->moved[walk->by];
    size_t count = walk->pairs->moved_count, first = walk->moved_at;
    bool has_stayed = walk->stayed_at < stayed->length, has_moved = first < count;
    struct cell_range range = {0};
    if (!has_stayed && !has_moved)
        return false;
    uint64_t cluster = has_moved ? moved[first].clusters[walk->by] : UINT64_MAX;
    if (has_stayed && stayed->items[walk->stayed_at].cluster <= cluster) {
        cluster = stayed->items[walk->stayed_at].cluster;
        next_cluster(stayed, &walk->stayed_at, &range);
    }
    while (walk->moved_at < count && moved[walk->moved_at].clusters[walk->by] == cluster)
        walk->moved_at++;
    *ret = (struct pair_group){
        .cluster = cluster,
        .stayed = range.cells,
        .stayed_count = range.length,
        .moved = has_moved ? moved + first : NULL,
        .moved_count = walk->moved_at - first,
    };
    return true;
}
