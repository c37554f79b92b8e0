#include "analysis/collect/pairs.h"

#include <stdbool.h>
#include <stdlib.h>

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

/* The number of a pair's kind */
static int number_kind(struct joiner *joiner, const struct pair_kind *kind, uint32_t *ret,
                       struct error *error)
{
    struct pairs *pairs = joiner->pairs;
    uint32_t *place = key_map_put(&pairs->index, key_of(kind, sizeof *kind));
    if (place == NULL)
        return fail_memory(joiner, error);
    if (*place == 0) {
        struct pair_kind *kinds =
            collector_grow(pairs->kinds, pairs->kind_count, &pairs->kind_room, sizeof *kinds);
        if (kinds == NULL)
            return fail_memory(joiner, error);
        pairs->kinds = kinds;
        kinds[pairs->kind_count++] = *kind;
        *place = (uint32_t)pairs->kind_count;
    }
    *ret = *place - 1;
    return 0;
}

static int take_pair(struct joiner *joiner, const struct unit *old, const struct unit *new,
                     struct error *error)
{
    uint32_t number = 0;
    struct pair_kind kind = {{old->kind, new->kind}};
    uint64_t cluster = old->cluster != 0 ? old->cluster : new->cluster;
    joiner->pairs->overlap.both++;
    if (number_kind(joiner, &kind, &number, error) != 0)
        return -1;
    if (cells_add(&joiner->pairs->cells, cluster, number) != 0)
        return fail_memory(joiner, error);
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

int pairs_join(const char *path, const struct units *old, const struct units *new, pair_fn *each,
               void *context, struct pairs *ret, struct error *error)
{
    int result = 0;
    *ret = (struct pairs){0};
    for (unsigned i = 0; i < UNIT_PARTS && result == 0; i++) {
        struct joiner joiner = {.path = path, .each = each, .context = context, .pairs = ret};
        if (units_part(old, i, &joiner.old, &joiner.old_count, error) != 0 ||
            units_part(new, i, &joiner.new, &joiner.new_count, error) != 0 ||
            join_units(&joiner, error) != 0)
            result = -1;
        free(joiner.old);
        free(joiner.new);
        free(joiner.slots);
        free(joiner.met);
    }
    cells_settle(&ret->cells);
    return result;
}

void pairs_free(struct pairs *pairs)
{
    cells_free(&pairs->cells);
    free(pairs->kinds);
    key_map_free(&pairs->index);
    *pairs = (struct pairs){0};
}
