/* Estimates: from the cells of clusters to shares with their intervals. */
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/shares.h"
#include "analysis/statistics/bounds.h"
#include "analysis/statistics/difference.h"
#include "analysis/statistics/sample.h"
#include "analysis/statistics/wilson.h"

/* --- sums --- */

enum share_added share_sums_add(struct share_sums *sums, uint64_t cluster, const struct part *part,
                                uint64_t times)
{
    uint64_t of = part->of * times, unanswered = part->unanswered * times;
    if (of == 0 && unanswered == 0)
        return SHARE_ADDED;
    if (part->count > part->of || of > UNITS_MAX - sums->of ||
        unanswered > UNITS_MAX - sums->unanswered)
        return SHARE_CONTRADICTION;
    sums->of += of;
    sums->count += part->count * times;
    sums->unanswered += unanswered;
    if (part->of > sums->largest_of ||
        (part->of == sums->largest_of && part->count > sums->largest_count)) {
        sums->largest_of = part->of;
        sums->largest_count = part->count;
        sums->largest = cluster;
    }
    return cluster_list_add(&sums->clusters, cluster_of(part->of, part->count, times)) == 0
               ? SHARE_ADDED
               : SHARE_NO_MEMORY;
}

void share_sums_free(struct share_sums *sums)
{
    cluster_list_free(&sums->clusters);
}

bool next_cluster(const struct cells *cells, size_t *at, struct cell_range *ret)
{
    size_t first = *at, next = first;
    if (first == cells->length)
        return false;
    while (next < cells->length && cells->items[next].cluster == cells->items[first].cluster)
        next++;
    *ret = (struct cell_range){&cells->items[first], next - first};
    *at = next;
    return true;
}

void cells_by_cluster(struct collector *collector)
{
    struct cells *cells = &collector->domain_cells;
    for (size_t i = 0; i < cells->length; i++) {
        struct cell *cell = &cells->items[i];
        cell->cluster =
            collector_cluster(collector, collector->kinds[cell->kind].operator_of, cell->cluster);
    }
    cells_settle(cells);
}

static struct part part_of_cell(const struct collector *collector, const struct cell *cell,
                                enum estimate_id id)
{
    if (share_is_of_hosts(id))
        return host_part(host_kind_of(cell->kind), id);
    return domain_part(&collector->kinds[cell->kind], id);
}

/* Without a cluster each host, each domain with its MX records, is one of its own. */
static enum share_added add_range(struct collector *collector, const struct cell_range *range,
                                  enum estimate_id id)
{
    struct share_sums *sums = &collector->sums[id];
    struct part sum = {0};
    enum share_added added = SHARE_ADDED;
    bool singles = range->cells->cluster == 0;
    for (size_t i = 0; i < range->length && added == SHARE_ADDED; i++) {
        const struct cell *cell = &range->cells[i];
        struct part part = part_of_cell(collector, cell, id);
        if (singles)
            added = share_sums_add(sums, 0, &part, cell->units);
        sum.of += part.of * cell->units;
        sum.count += part.count * cell->units;
        sum.unanswered += part.unanswered * cell->units;
    }
    return singles || added != SHARE_ADDED ? added
                                           : share_sums_add(sums, range->cells->cluster, &sum, 1);
}

static int sum_cells(struct collector *collector, const struct cells *cells, bool hosts,
                     struct error *error)
{
    struct cell_range range;
    for (size_t at = 0; next_cluster(cells, &at, &range);) {
        for (int id = 0; id < ESTIMATE_COUNT; id++) {
            if (share_is_of_hosts((enum estimate_id)id) != hosts)
                continue;
            enum share_added added = add_range(collector, &range, (enum estimate_id)id);
            if (added == SHARE_NO_MEMORY)
                return collector_no_memory(collector, error);
            if (added == SHARE_CONTRADICTION)
                return collector_contradiction(collector, share_name_of((enum estimate_id)id)->name,
                                               error);
        }
    }
    return 0;
}

int estimate_hosts(struct collector *collector, struct error *error)
{
    cells_settle(&collector->host_cells);
    return sum_cells(collector, &collector->host_cells, true, error);
}

int estimate_domains(struct collector *collector, struct error *error)
{
    return sum_cells(collector, &collector->domain_cells, false, error);
}

/* --- what follows from the sums --- */

int estimate_finish(const struct collector *collector, struct share_sums *sums,
                    struct estimate *ret)
{
    const struct design *design = &collector->report->design;
    uint64_t unknown = sums->unanswered + ret->unseen;
    if (cluster_list_settle(&sums->clusters) != 0)
        return -1;
    ret->cluster = cluster_share95(sums->clusters.items, sums->clusters.length);
    ret->unanswered = sums->unanswered;
    ret->has_rest = sums->of > sums->largest_of;
    if (ret->has_rest)
        ret->rest =
            (double)(sums->count - sums->largest_count) / (double)(sums->of - sums->largest_of);
    wilson95(sums->count, sums->of, &ret->wilson95);
    worst_case_bounds(sums->count, sums->of, unknown, &ret->bounds);
    ret->sample_reason = SAMPLE_DESIGN;
    if (design->kind == DESIGN_SAMPLE)
        ret->sample_reason =
            sums->of > 0 && sample95(sums->count, sums->of, 1, design->fraction, &ret->sample95)
                ? SAMPLE_NO_REASON
                : SAMPLE_NO_UNITS;
    share_sums_free(sums);
    return 0;
}

/* MX records are drawn with their domains; hosts are not drawn evenly at all. */
static int finish_sample(struct collector *collector, enum estimate_id id)
{
    const struct design *design = &collector->report->design;
    struct estimate *estimate = &collector->report->estimates[id];
    const struct cells *cells = &collector->domain_cells;
    struct cluster_list domains = {0};
    int result = 0;
    if (design->kind != DESIGN_SAMPLE)
        return 0;
    if (share_is_of_hosts(id))
        estimate->sample_reason = SAMPLE_HOSTS;
    if (id != CNAME_MX_RECORDS || estimate->sample_reason != SAMPLE_NO_REASON)
        return 0;
    for (size_t i = 0; i < cells->length && result == 0; i++) {
        struct part part = domain_part(&collector->kinds[cells->items[i].kind], id);
        result = cluster_list_add(&domains, cluster_of(part.of, part.count, cells->items[i].units));
    }
    if (result == 0)
        result = cluster_list_settle(&domains);
    if (result == 0)
        sample95(estimate->cluster.count, estimate->cluster.of,
                 record_design_effect(domains.items, domains.length), design->fraction,
                 &estimate->sample95);
    cluster_list_free(&domains);
    return result;
}

/* Of MX records and hosts: those that domains whose lookup failed would have named */
static uint64_t unseen_of(const struct collector *collector, enum estimate_id id)
{
    const struct report *report = collector->report;
    const struct share_sums *records = &collector->sums[CNAME_MX_RECORDS];
    if (strcmp(share_name_of(id)->unit, "domain") == 0)
        return 0;
    return unseen_records(report->mx_outcomes[MX_OUTCOME_FAILED], records->of + records->unanswered,
                          report->mx_outcomes[MX_OUTCOME_MX]);
}

/* Newcombe's method 10 needs both intervals (statistics/difference.h). */
static void find_difference(struct report *report)
{
    const struct estimate *one = &report->estimates[DOMAINS_WITH_CNAME_MX_SECURE];
    const struct estimate *other = &report->estimates[DOMAINS_WITH_CNAME_MX_INSECURE];
    const struct cluster_share *p1 = &one->cluster, *p0 = &other->cluster;
    struct signed_difference *ret = &report->signed_difference;
    ret->has_difference = cluster_has_share(p1) && cluster_has_share(p0);
    ret->difference = ret->has_difference ? p1->share - p0->share : 0;
    ret->has_cluster = cluster_has_interval(p1) && cluster_has_interval(p0);
    ret->reason = !cluster_has_interval(p1) ? p1->reason : p0->reason;
    if (ret->has_cluster) {
        ret->reason = CLUSTER_NO_REASON;
        ret->cluster95 = difference95(p1->share, p1->cluster95, p0->share, p0->cluster95);
    }
    ret->has_sample =
        one->sample_reason == SAMPLE_NO_REASON && other->sample_reason == SAMPLE_NO_REASON;
    if (ret->has_sample)
        ret->sample95 = difference95(p1->share, one->sample95, p0->share, other->sample95);
}

int estimates_finish(struct collector *collector, struct error *error)
{
    struct estimate *estimates = collector->report->estimates;
    for (int i = 0; i < ESTIMATE_COUNT; i++) {
        const struct share_name *name = share_name_of((enum estimate_id)i);
        estimates[i].name = name->name;
        estimates[i].unit = name->unit;
        estimates[i].stratum = name->stratum;
        estimates[i].unseen = unseen_of(collector, (enum estimate_id)i);
    }
    struct cluster_list *operators = &collector->sums[DOMAINS_WITH_CNAME_MX].clusters;
    if (cluster_list_settle(operators) != 0)
        return collector_no_memory(collector, error);
    collector->report->concentration = concentration_of(operators->items, operators->length);
    for (int i = 0; i < ESTIMATE_COUNT; i++) {
        if (estimate_finish(collector, &collector->sums[i], &estimates[i]) != 0 ||
            finish_sample(collector, (enum estimate_id)i) != 0)
            return collector_no_memory(collector, error);
    }
    find_difference(collector->report);
    return 0;
}
