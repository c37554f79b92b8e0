/* merge_hosts_choose(): of the rows that parts have for one host, which is kept. */
#include "crawler/store/merge/hosts.h"

#include <stdlib.h>
#include <string.h>

struct choosing {
    struct merge *merge;
    sqlite3_stmt **targets; /* of each part: the end of a host's alias chain */
    uint64_t *group;        /* indexes of hosts with one name; no more than parts */
    unsigned grouped;
};

static struct merge_host host_at(struct choosing *choosing, uint64_t index)
{
    return *(const struct merge_host *)merge_map_get(choosing->merge->hosts, index);
}

static void set_host(struct choosing *choosing, uint64_t index, const struct merge_host *host)
{
    *(struct merge_host *)merge_map_change(choosing->merge->hosts, index) = *host;
}

static bool is_better(const struct merge_host *a, const struct merge_host *b)
{
    return a->grade != b->grade ? a->grade < b->grade : a->first < b->first;
}

/* The end of the host's alias chain; the caller frees.  NULL: none, as of an alias of a name that
 * cannot be (YXDOMAIN), or not readable. */
static char *alias_target(struct choosing *choosing, uint64_t index)
{
    const struct merge_parts *parts = &choosing->merge->parts;
    unsigned part = parts->count - 1;
    while (parts->parts[part].host_base > index)
        part--;
    char *ret = NULL;
    sqlite3_stmt *row = choosing->targets[part];
    sqlite3_bind_int64(row, 1, (sqlite3_int64)(index - parts->parts[part].host_base + 1));
    if (sqlite3_step(row) == SQLITE_ROW && sqlite3_column_text(row, 0) != NULL)
        ret = strdup((const char *)sqlite3_column_text(row, 0));
    sqlite3_reset(row);
    return ret;
}

/* Does a domain's verdict look different over these two rows of its host? */
static bool differs(struct choosing *choosing, const struct merge_host *a, uint64_t a_index,
                    const struct merge_host *b, uint64_t b_index)
{
    if (a->address_outcome != b->address_outcome || a->alias != b->alias || a->dane != b->dane ||
        a->failure != b->failure)
        return true;
    if (a->alias != ALIAS_CNAME && a->alias != ALIAS_DNAME)
        return false;
    char *a_target = alias_target(choosing, a_index), *b_target = alias_target(choosing, b_index);
    bool ret = a_target == NULL || b_target == NULL ? a_target != b_target
                                                    : strcmp(a_target, b_target) != 0;
    free(a_target);
    free(b_target);
    return ret;
}

static void decide(struct choosing *choosing)
{
    uint64_t best = choosing->group[0];
    struct merge_host kept = host_at(choosing, best);
    for (unsigned i = 1; i < choosing->grouped; i++) {
        struct merge_host other = host_at(choosing, choosing->group[i]);
        if (is_better(&other, &kept)) {
            best = choosing->group[i];
            kept = other;
        }
    }
    for (unsigned i = 0; i < choosing->grouped; i++) {
        uint64_t index = choosing->group[i];
        struct merge_host host = host_at(choosing, index);
        if ((host.flags & MERGE_HOST_HIDDEN) == 0)
            kept.flags |= MERGE_HOST_SHOWN;
        if (index == best)
            continue;
        if (differs(choosing, &kept, best, &host, index))
            kept.flags |= MERGE_HOST_DISPUTED;
        host.flags |= MERGE_HOST_DROPPED;
        set_host(choosing, index, &host);
    }
    set_host(choosing, best, &kept);
}

static void decide_all(struct choosing *choosing)
{
    struct merge *merge = choosing->merge;
    for (uint64_t i = 0; i < merge->grouped_count; i++) {
        uint64_t item = *(const uint64_t *)merge_map_get(merge->groups, i);
        if ((item & 1) != 0 && choosing->grouped > 0) {
            decide(choosing);
            choosing->grouped = 0;
        }
        if (choosing->grouped < merge->parts.count)
            choosing->group[choosing->grouped++] = item >> 1;
    }
    if (choosing->grouped > 0)
        decide(choosing);
}

static int prepare(struct choosing *choosing, struct error *error)
{
    static const char sql[] = "SELECT target FROM _alias WHERE host = ? ORDER BY hop DESC LIMIT 1";
    const struct merge_parts *parts = &choosing->merge->parts;
    choosing->targets = calloc(parts->count, sizeof *choosing->targets);
    choosing->group = calloc(parts->count, sizeof *choosing->group);
    if (choosing->targets == NULL || choosing->group == NULL)
        return error_set(error, "%s: cannot match the hosts: no memory", choosing->merge->out.path);
    for (unsigned i = 0; i < parts->count; i++) {
        if (merge_part_prepare(&parts->parts[i], sql, &choosing->targets[i], error) != 0)
            return -1;
    }
    return 0;
}

int merge_hosts_choose(struct merge *merge, struct error *error)
{
    struct choosing choosing = {.merge = merge};
    int status = 0;
    if (merge->grouped_count == 0)
        return 0;
    for (unsigned i = 0; i < merge->parts.count && status == 0; i++)
        status = merge_hosts_meet_own(merge, i, error);
    if (status == 0)
        status = prepare(&choosing, error);
    if (status == 0)
        decide_all(&choosing);
    for (unsigned i = 0; i < merge->parts.count && choosing.targets != NULL; i++)
        sqlite3_finalize(choosing.targets[i]);
    free(choosing.targets);
    free(choosing.group);
    return status == 0 ? merge_check_maps(merge, error) : status;
}
