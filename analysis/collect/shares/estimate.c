/* Estimates: from the cells of clusters to shares with their intervals. */
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/shares/shares.h"
#include "analysis/statistics/bounds.h"
#include "analysis/statistics/difference.h"
#include "analysis/statistics/sample.h"
#include "analysis/statistics/wilson.h"

/* --- sums --- */

struct weighed_part weigh_part(const struct part *part, double weight)
{
    double of = (double)part->of;
    return (struct weighed_part){
        .units = *part,
        .weight = weight * of,
        .value = weight * (double)part->count,
        .weight_squares = weight * weight * of,
        .unanswered = weight * (double)part->unanswered,
    };
}

void weighed_part_add(struct weighed_part *sum, const struct weighed_part *part, uint64_t times)
{
    double factor = (double)times;
    sum->units.of += part->units.of * times;
    sum->units.count += part->units.count * times;
    sum->units.unanswered += part->units.unanswered * times;
    sum->weight += part->weight * factor;
    sum->value += part->value * factor;
    sum->weight_squares += part->weight_squares * factor;
    sum->unanswered += part->unanswered * factor;
}

enum share_added share_sums_add(struct share_sums *sums, uint64_t cluster,
                                const struct weighed_part *part, uint64_t times)
{
    const struct part *units = &part->units, *all = &sums->all.units, *most = &sums->most.units;
    if (times == 0 || (units->of == 0 && units->unanswered == 0))
        return SHARE_ADDED;
    if (units->count > units->of || units->of * times > UNITS_MAX - all->of ||
        units->unanswered * times > UNITS_MAX - all->unanswered)
        return SHARE_CONTRADICTION;
    weighed_part_add(&sums->all, part, times);
    if (units->of > most->of || (units->of == most->of && units->count > most->count)) {
        sums->most = *part;
        sums->largest = cluster;
    }
    const struct cluster shape = {
        .units = units->of,
        .count = units->count,
        .weight = part->weight,
        .value = part->value,
        .weight_squares = part->weight_squares,
        .times = times,
    };
    return cluster_list_add(&sums->clusters, shape) == 0 ? SHARE_ADDED : SHARE_NO_MEMORY;
}

double domain_weight(const struct collector *collector, const struct cell *cell)
{
    return collector->kind_weights != NULL ? collector->kind_weights[cell->kind].weight : 1;
}

void share_sums_draw(const struct collector *collector, struct share_sums *sums,
                     const struct cell *cell, const struct part *part)
{
    if (collector->kind_weights == NULL)
        return;
    const struct kind_weight *weight = &collector->kind_weights[cell->kind];
    stratified_add(&sums->drawn, weight->weight, weight->fraction, (double)part->of,
                   (double)part->count, (double)cell->units);
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
    struct weighed_part sum = {0};
    enum share_added added = SHARE_ADDED;
    bool singles = range->cells->cluster == 0, hosts = share_is_of_hosts(id);
    for (size_t i = 0; i < range->length && added == SHARE_ADDED; i++) {
        const struct cell *cell = &range->cells[i];
        struct part part = part_of_cell(collector, cell, id);
        struct weighed_part weighed = weigh_part(&part, hosts ? 1 : domain_weight(collector, cell));
        if (singles)
            added = share_sums_add(sums, 0, &weighed, cell->units);
        weighed_part_add(&sum, &weighed, cell->units);
        if (!hosts)
            share_sums_draw(collector, sums, cell, &part);
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

/* An exchange that opted out may be an alias as well as one whose lookup failed, though only this
 * one is a host of the file. */
int estimate_hosts(struct collector *collector, struct error *error)
{
    const struct weighed_part unknown = weigh_part(&(struct part){.unanswered = 1}, 1);
    weighed_part_add(&collector->sums[CNAME_MX_HOSTS].all, &unknown,
                     collector->opted_out_exchanges);
    cells_settle(&collector->host_cells);
    return sum_cells(collector, &collector->host_cells, true, error);
}

int estimate_domains(struct collector *collector, struct error *error)
{
    return sum_cells(collector, &collector->domain_cells, false, error);
}

/* --- what follows from the sums --- */

/* The list's own share */
static enum sample_reason find_sample(const struct collector *collector,
                                      const struct share_sums *sums, double unmet,
                                      struct interval *ret)
{
    const struct design *design = &collector->report->design;
    bool found;
    if (design->kind != DESIGN_SAMPLE)
        return SAMPLE_DESIGN;
    if (collector->kind_weights != NULL)
        found = stratified95(&sums->drawn, unmet, ret);
    else
        found = sample95(sums->all.units.count, sums->all.units.of, 1, design->fraction, ret);
    return found ? SAMPLE_NO_REASON : SAMPLE_NO_UNITS;
}

/* What is unseen would weigh as much as the others. */
static void find_bounds(const struct share_sums *sums, struct estimate *estimate)
{
    const struct weighed_part *all = &sums->all;
    double of = (double)all->units.of;
    double unseen = of > 0 ? (double)estimate->unseen * all->weight / of : 0;
    worst_case_bounds(all->value, all->weight, all->unanswered + unseen, &estimate->bounds);
}

int estimate_finish(const struct collector *collector, struct share_sums *sums, double unmet,
                    struct estimate *ret)
{
    const struct weighed_part *all = &sums->all, *most = &sums->most;
    if (cluster_list_settle(&sums->clusters) != 0)
        return -1;
    ret->cluster = cluster_share95(sums->clusters.items, sums->clusters.length);
    ret->weight = all->weight;
    ret->unanswered = all->units.unanswered;
    ret->has_rest = all->units.of > most->units.of;
    if (ret->has_rest)
        ret->rest = (all->value - most->value) / (all->weight - most->weight);
    wilson95(all->units.count, all->units.of, &ret->wilson95);
    find_bounds(sums, ret);
    ret->sample_reason = find_sample(collector, sums, unmet, &ret->sample95);
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
    if (id != CNAME_MX_RECORDS || estimate->sample_reason != SAMPLE_NO_REASON ||
        collector->kind_weights != NULL)
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
    return unseen_records(report->mx_outcomes[MX_OUTCOME_FAILED],
                          records->all.units.of + records->all.units.unanswered,
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
        if (estimate_finish(collector, &collector->sums[i], unmet_names(collector, NULL),
                            &estimates[i]) != 0 ||
            finish_sample(collector, (enum estimate_id)i) != 0)
            return collector_no_memory(collector, error);
    }
    find_difference(collector->report);
    return 0;
}
