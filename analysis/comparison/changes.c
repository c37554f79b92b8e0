#include "analysis/comparison/changes.h"

#include <stdlib.h>

#include "analysis/collect/tables/cluster_list.h"
#include "analysis/collect/shares/shares.h"
#include "analysis/statistics/mcnemar.h"

/* What became of a unit, as far as one share goes */
enum fate {
    FATE_OUTSIDE, /* not counted both times */
    FATE_SAME,
    FATE_GAINED,
    FATE_LOST
};

struct changer {
    const char *path;
    const struct pairs *pairs;
    bool hosts;
    /* of one share: */
    uint8_t *fates;         /* by kinds of pairs */
    struct key_map certain; /* operators that are */
    struct cluster_list certain_list, rest[GROUPINGS];
};

/* Paired units */
struct fate_sums {
    uint64_t units, gained, lost;
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

/* --- counts, whatever the clusters --- */

/* Adds domains or hosts to what bounds are made of; one that is neither counted nor unanswered in
 * either survey is outside. */
static void count_unit(struct change_counts *counts, const struct part parts[2], uint64_t units)
{
    bool counted[2] = {parts[OLD].of > 0, parts[NEW].of > 0};
    bool failed[2] = {!counted[OLD] && parts[OLD].unanswered > 0,
                      !counted[NEW] && parts[NEW].unanswered > 0};
    if (counted[OLD] && counted[NEW]) {
        counts->paired += units;
        counts->gained += parts[OLD].count < parts[NEW].count ? units : 0;
        counts->lost += parts[OLD].count > parts[NEW].count ? units : 0;
    } else if (counted[OLD] && failed[NEW]) {
        counts->old_only[parts[OLD].count > 0] += units;
    } else if (failed[OLD] && counted[NEW]) {
        counts->new_only[parts[NEW].count > 0] += units;
    } else if (failed[OLD] && failed[NEW]) {
        counts->neither += units;
    }
}

static enum fate fate_of(const struct part parts[2])
{
    if (parts[OLD].of == 0 || parts[NEW].of == 0)
        return FATE_OUTSIDE;
    if (parts[OLD].count == parts[NEW].count)
        return FATE_SAME;
    return parts[OLD].count < parts[NEW].count ? FATE_GAINED : FATE_LOST;
}

static void count_kind(struct change *change, const struct part parts[2], uint64_t units)
{
    bool paired = parts[OLD].of > 0 && parts[NEW].of > 0;
    for (int when = OLD; when <= NEW; when++) {
        bool failed = parts[when].of == 0 && parts[when].unanswered > 0;
        change->common.of[when] += parts[when].of * units;
        change->common.count[when] += parts[when].count * units;
        change->paired.of[when] += paired ? parts[when].of * units : 0;
        change->paired.count[when] += paired ? parts[when].count * units : 0;
        change->unanswered[when] += failed ? units : 0;
    }
    if (change->by_units)
        count_unit(&change->counts, parts, units);
}

static void count_kinds(struct changer *changer, enum estimate_id id, struct change *change)
{
    for (size_t i = 0; i < changer->pairs->kind_count; i++) {
        const struct pair_kind *kind = &changer->pairs->kinds[i];
        struct part parts[2] = {part_of(changer, kind->kinds[OLD], id),
                                part_of(changer, kind->kinds[NEW], id)};
        changer->fates[i] = (uint8_t)fate_of(parts);
        count_kind(change, parts, kind->units);
    }
}

/* --- clusters --- */

static void fates_add(struct fate_sums *sums, uint8_t fate, uint64_t units)
{
    sums->units += fate != FATE_OUTSIDE ? units : 0;
    sums->gained += fate == FATE_GAINED ? units : 0;
    sums->lost += fate == FATE_LOST ? units : 0;
}

static bool is_certain(const struct changer *changer, uint64_t cluster)
{
    return cluster != 0 && key_map_find(&changer->certain, cluster) != NULL;
}

/* Parts a group's units: both operators certain, or not. */
static void part_group(const struct changer *changer, const struct pair_group *group,
                       struct fate_sums *ret_certain, struct fate_sums *ret_rest)
{
    struct fate_sums *stayed = is_certain(changer, group->cluster) ? ret_certain : ret_rest;
    for (size_t i = 0; i < group->stayed_count; i++)
        fates_add(stayed, changer->fates[group->stayed[i].kind], group->stayed[i].units);
    for (size_t i = 0; i < group->moved_count; i++) {
        const struct moved_cell *cell = &group->moved[i];
        bool certain =
            is_certain(changer, cell->clusters[OLD]) && is_certain(changer, cell->clusters[NEW]);
        fates_add(certain ? ret_certain : ret_rest, changer->fates[cell->kind], cell->units);
    }
}

static int add_fates(struct cluster_list *list, const struct fate_sums *sums)
{
    return cluster_list_add(list, paired_cluster(sums->units, sums->gained, sums->lost, 1));
}

/* Units that are each a cluster of its own */
static int add_singles(const struct changer *changer, struct cluster_list *list, uint32_t kind,
                       uint64_t units)
{
    uint8_t fate = changer->fates[kind];
    return cluster_list_add(
        list, paired_cluster(fate != FATE_OUTSIDE, fate == FATE_GAINED, fate == FATE_LOST, units));
}

static int add_single_group(struct changer *changer, const struct pair_group *group,
                            struct cluster_list *list)
{
    int result = 0;
    for (size_t i = 0; i < group->stayed_count; i++)
        result |= add_singles(changer, list, group->stayed[i].kind, group->stayed[i].units);
    for (size_t i = 0; i < group->moved_count; i++)
        result |= add_singles(changer, list, group->moved[i].kind, group->moved[i].units);
    return result;
}

/* The pairs of operators of a group by old ones, but for those that are both certain */
static int add_pairs(struct changer *changer, const struct pair_group *group)
{
    struct cluster_list *list = &changer->rest[BY_BOTH];
    bool certain = is_certain(changer, group->cluster);
    struct fate_sums stayed = {0};
    int result = 0;
    for (size_t i = 0; i < group->stayed_count && !certain; i++)
        fates_add(&stayed, changer->fates[group->stayed[i].kind], group->stayed[i].units);
    result |= add_fates(list, &stayed);
    for (size_t i = 0; i < group->moved_count;) {
        uint64_t new = group->moved[i].clusters[NEW];
        struct fate_sums moved = {0};
        for (; i < group->moved_count && group->moved[i].clusters[NEW] == new; i++) {
            const struct moved_cell *cell = &group->moved[i];
            if (new == 0)
                result |= add_singles(changer, list, cell->kind, cell->units);
            else if (!certain || !is_certain(changer, new))
                fates_add(&moved, changer->fates[cell->kind], cell->units);
        }
        result |= add_fates(list, &moved);
    }
    return result;
}

/* An operator that is certain by its paired units in either survey is so in both. */
static int find_certain(struct changer *changer, uint64_t paired)
{
    struct pair_group group;
    for (int by = OLD; by <= NEW; by++) {
        struct pair_walk walk = {.pairs = changer->pairs, .by = by};
        while (pairs_next_group(&walk, &group)) {
            struct fate_sums all = {0};
            part_group(changer, &group, &all, &all);
            if (group.cluster != 0 && cluster_is_certain(all.units, paired) &&
                key_map_put(&changer->certain, group.cluster) == NULL)
                return -1;
        }
    }
    return 0;
}

static int list_clusters(struct changer *changer, int by, struct paired_units *units)
{
    struct cluster_list *list = &changer->rest[by == OLD ? BY_OLD : BY_NEW];
    struct pair_walk walk = {.pairs = changer->pairs, .by = by};
    struct pair_group group;
    int result = 0;
    while (result == 0 && pairs_next_group(&walk, &group)) {
        struct fate_sums certain = {0}, rest = {0};
        if (group.cluster == 0) {
            result |= add_single_group(changer, &group, list);
            if (by == OLD)
                result |= add_single_group(changer, &group, &changer->rest[BY_BOTH]);
            continue;
        }
        part_group(changer, &group, &certain, &rest);
        result |= add_fates(list, &rest);
        if (by == NEW)
            continue;
        result |= add_fates(&changer->certain_list, &certain) | add_pairs(changer, &group);
        units->certainty_of += certain.units;
        units->certainty_gained += certain.gained;
        units->certainty_lost += certain.lost;
    }
    return result;
}

static int settle(struct cluster_list *list, struct cluster_items *ret)
{
    int result = cluster_list_settle(list);
    *ret = (struct cluster_items){list->items, list->length};
    return result;
}

static int compare_clusters(struct changer *changer, struct change *change)
{
    struct paired_units units = {
        .of = change->counts.paired,
        .gained = change->counts.gained,
        .lost = change->counts.lost,
    };
    if (find_certain(changer, units.of) != 0 || list_clusters(changer, OLD, &units) != 0 ||
        list_clusters(changer, NEW, &units) != 0 ||
        settle(&changer->certain_list, &units.certain) != 0)
        return -1;
    for (int i = 0; i < GROUPINGS; i++) {
        if (settle(&changer->rest[i], &units.rest[i]) != 0)
            return -1;
    }
    units.certainty_clusters = changer->certain.length;
    change->same = paired_change95(&units);
    change->units = units;
    change->units.certain = (struct cluster_items){0};
    for (int i = 0; i < GROUPINGS; i++)
        change->units.rest[i] = (struct cluster_items){0};
    return 0;
}

static void forget_clusters(struct changer *changer)
{
    key_map_free(&changer->certain);
    cluster_list_free(&changer->certain_list);
    for (int i = 0; i < GROUPINGS; i++)
        cluster_list_free(&changer->rest[i]);
}

/* --- the whole --- */

static void find_whole(struct change *change)
{
    const struct cluster_share *old = &change->estimates[OLD]->cluster,
                               *new = &change->estimates[NEW]->cluster;
    const double shares[2] = {old->share, new->share};
    change->has_whole = cluster_has_share(old) && cluster_has_share(new);
    change->whole = new->share - old->share;
    change->has_parts = change_parts(shares, &change->common, &change->paired, &change->parts);
}

static int change_of(struct changer *changer, enum estimate_id id, struct change *change)
{
    change->by_units = id != CNAME_MX_RECORDS;
    count_kinds(changer, id, change);
    find_whole(change);
    if (!change->by_units)
        return 0;
    change->has_bounds = change_bounds(&change->counts, &change->bounds);
    change->exact_p = mcnemar_exact(change->counts.gained, change->counts.lost);
    int result = compare_clusters(changer, change);
    forget_clusters(changer);
    return result;
}

int changes_of_pairs(const char *path, const struct pairs *pairs, bool hosts,
                     struct change changes[ESTIMATE_COUNT], struct error *error)
{
    struct changer changer = {.path = path, .pairs = pairs, .hosts = hosts};
    int result = 0;
    changer.fates = calloc(pairs->kind_count + 1, sizeof *changer.fates);
    if (changer.fates == NULL)
        return fail_memory(&changer, error);
    for (int id = 0; id < ESTIMATE_COUNT && result == 0; id++) {
        if (share_is_of_hosts((enum estimate_id)id) == hosts)
            result = change_of(&changer, (enum estimate_id)id, &changes[id]);
    }
    free(changer.fates);
    return result == 0 ? 0 : fail_memory(&changer, error);
}
