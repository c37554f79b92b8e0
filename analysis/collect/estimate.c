/* Estimates: from the cells of clusters to shares with their intervals. */
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/collector.h"

static const struct {
    const char *name, *unit, *stratum;
} ESTIMATES[ESTIMATE_COUNT] = {
    [DOMAINS_WITH_CNAME_MX] = {"domains_with_cname_mx", "domain", "all"},
    [DOMAINS_WITH_CNAME_MX_SECURE] = {"domains_with_cname_mx", "domain", "dnssec_secure"},
    [CNAME_MX_RECORDS] = {"cname_mx_records", "mx_record", "all"},
    [CNAME_MX_HOSTS] = {"cname_mx_hosts", "host", "all"},
    [SECURE_DOMAINS] = {"secure_domains", "domain", "all"},
    [SECURE_HOSTS] = {"secure_hosts", "host", "all"},
    [HOSTS_WITH_TLSA] = {"hosts_with_tlsa", "host", "all"},
    [DOMAINS_DANE_COMPLETE] = {"domains_dane_complete", "domain", "all"},
    [DOMAINS_WITH_STS] = {"domains_with_sts", "domain", "all"},
    [STS_REFUSED_BY_TARGET_MATCHING] = {"sts_refused_by_target_matching", "domain", "all"},
};

const enum estimate_id BREAKDOWN_IDS[BREAKDOWN_ESTIMATES] = {
    [BREAKDOWN_CNAME_MX] = DOMAINS_WITH_CNAME_MX,
    [BREAKDOWN_SECURE] = SECURE_DOMAINS,
    [BREAKDOWN_DANE_COMPLETE] = DOMAINS_DANE_COMPLETE,
    [BREAKDOWN_STS] = DOMAINS_WITH_STS,
};

const char *breakdown_name(enum breakdown_estimate estimate)
{
    return ESTIMATES[BREAKDOWN_IDS[estimate]].name;
}

/* --- the definitions --- */

static bool is_sts(const struct domain_kind *kind, enum sts word)
{
    return kind->sts == word;
}

static struct part cname_part(const struct domain_kind *kind)
{
    bool mx = kind->outcome == MX_OUTCOME_MX;
    bool judged = mx && (kind->aliases > 0 || kind->unknown == 0);
    return (struct part){
        .of = judged,
        .count = judged && kind->aliases > 0,
        .unanswered = mx && !judged,
    };
}

/* Whether a failed domain is secure is not known. */
static struct part secure_cname_part(const struct domain_kind *kind)
{
    return kind->dnssec == DNSSEC_SECURE ? cname_part(kind) : (struct part){0};
}

static bool is_known(uint8_t dnssec)
{
    return dnssec == DNSSEC_SECURE || dnssec == DNSSEC_INSECURE;
}

/* AD of NXDOMAIN speaks of the parent. */
static struct part secure_part(const struct domain_kind *kind)
{
    bool answered = kind->outcome != MX_OUTCOME_FAILED && kind->outcome != MX_OUTCOME_NXDOMAIN;
    return (struct part){
        .of = answered && is_known(kind->dnssec),
        .count = answered && kind->dnssec == DNSSEC_SECURE,
        .unanswered = kind->outcome == MX_OUTCOME_FAILED || (answered && !is_known(kind->dnssec)),
    };
}

static struct part sts_part(const struct domain_kind *kind)
{
    bool failed = is_sts(kind, STS_FAILED);
    return (struct part){
        .of = kind->sts > 0 && !failed,
        .count = is_sts(kind, STS_ENFORCE) || is_sts(kind, STS_TESTING) || is_sts(kind, STS_OFF),
        .unanswered = failed && kind->outcome != MX_OUTCOME_FAILED,
    };
}

static struct part refused_part(const struct domain_kind *kind)
{
    return (struct part){
        .of = kind->effect > 0,
        .count = kind->effect == 1,
        .unanswered =
            kind->aliases > 0 && (is_sts(kind, STS_FAILED) || is_sts(kind, STS_UNAVAILABLE)),
    };
}

struct part domain_part(const struct domain_kind *kind, enum estimate_id id)
{
    struct part part = {0};
    bool failed = kind->outcome == MX_OUTCOME_FAILED;
    switch (id) {
    case DOMAINS_WITH_CNAME_MX:
        part = cname_part(kind);
        part.unanswered += failed;
        break;
    case DOMAINS_WITH_CNAME_MX_SECURE:
        part = secure_cname_part(kind);
        part.unanswered += failed;
        break;
    case CNAME_MX_RECORDS:
        part = (struct part){kind->records, kind->aliases, kind->unknown};
        break;
    case SECURE_DOMAINS:
        part = secure_part(kind);
        break;
    case DOMAINS_DANE_COMPLETE:
        part.of = kind->dane > DOMAINS_COMPLETE && kind->dane <= DOMAINS_NONE + 1;
        part.count = kind->dane == DOMAINS_COMPLETE + 1;
        part.unanswered = failed;
        break;
    case DOMAINS_WITH_STS:
        part = sts_part(kind);
        part.unanswered += failed;
        break;
    case STS_REFUSED_BY_TARGET_MATCHING:
        part = refused_part(kind);
        break;
    case CNAME_MX_HOSTS:
    case SECURE_HOSTS:
    case HOSTS_WITH_TLSA:
    case ESTIMATE_COUNT:
        break;
    }
    return part;
}

struct part host_part(struct host_kind kind, enum estimate_id id)
{
    bool answered = kind.outcome == 0;
    bool judged =
        kind.dane == HOSTS_NONE || kind.dane == HOSTS_UNUSABLE || kind.dane == HOSTS_USABLE;
    if (id == CNAME_MX_HOSTS)
        return (struct part){
            .of = kind.named && kind.alias_known,
            .count = kind.named && kind.alias,
            .unanswered = kind.named && !kind.alias_known,
        };
    if (id == SECURE_HOSTS)
        return (struct part){
            .of = answered && is_known(kind.dnssec),
            .count = answered && kind.dnssec == DNSSEC_SECURE,
            .unanswered = kind.outcome == 1 || (answered && !is_known(kind.dnssec)),
        };
    return (struct part){
        .of = judged,
        .count = judged && kind.dane != HOSTS_NONE,
        .unanswered = kind.dane == HOSTS_FAILED || kind.dane == DANE_HOSTS_COUNT,
    };
}

bool estimate_is_of_hosts(enum estimate_id id)
{
    return id == CNAME_MX_HOSTS || id == SECURE_HOSTS || id == HOSTS_WITH_TLSA;
}

/* --- clusters --- */

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

static int add_type(struct collector *collector, enum estimate_id id, struct cluster_type type,
                    struct error *error)
{
    struct type_list *list = &collector->types[id];
    uint64_t name[2] = {type.of, type.count};
    if (collector->options->bootstrap_replicates == 0 || type.of == 0 || type.clusters == 0)
        return 0;
    uint32_t *place = key_map_put(&list->index, key_of(name, sizeof name));
    struct cluster_type *types =
        collector_grow(list->types, list->length, &list->room, sizeof *types);
    if (types != NULL)
        list->types = types;
    if (place == NULL || types == NULL)
        return collector_no_memory(collector, error);
    if (*place == 0) {
        types[list->length++] = (struct cluster_type){type.of, type.count, 0};
        *place = (uint32_t)list->length;
    }
    types[*place - 1].clusters += type.clusters;
    return 0;
}

/* Adds a cluster's part to an estimate, and remembers the largest one's name. */
static int add_cluster(struct collector *collector, enum estimate_id id, uint64_t cluster,
                       struct part part, struct error *error)
{
    struct estimate *estimate = &collector->report->estimates[id];
    struct cluster_sums *sums = &estimate->sums;
    uint64_t largest_of = sums->largest_of, largest_count = sums->largest_count;
    bool added = cluster == 0 ? cluster_sums_add_singles(sums, part.of, part.count)
                              : cluster_sums_add(sums, part.of, part.count);
    if (!added || part.unanswered > CLUSTER_UNITS_MAX - estimate->unanswered)
        return collector_contradiction(collector, ESTIMATES[id].name, error);
    estimate->unanswered += part.unanswered;
    if (sums->largest_of != largest_of || sums->largest_count != largest_count)
        collector->largest[id] = cluster;
    if (cluster != 0)
        return add_type(collector, id, (struct cluster_type){part.of, part.count, 1}, error);
    if (add_type(collector, id, (struct cluster_type){1, 1, part.count}, error) != 0)
        return -1;
    return add_type(collector, id, (struct cluster_type){1, 0, part.of - part.count}, error);
}

static void sum_part(struct part *sum, struct part part, uint64_t units)
{
    sum->of += part.of * units;
    sum->count += part.count * units;
    sum->unanswered += part.unanswered * units;
}

static int estimate_range(struct collector *collector, const struct cell_range *range, bool hosts,
                          enum estimate_id id, struct error *error)
{
    struct part sum = {0};
    for (size_t i = 0; i < range->length; i++) {
        const struct cell *cell = &range->cells[i];
        struct part part = hosts ? host_part(host_kind_of(cell->kind), id)
                                 : domain_part(&collector->kinds[cell->kind], id);
        if (part.count > part.of)
            return collector_contradiction(collector, ESTIMATES[id].name, error);
        sum_part(&sum, part, cell->units);
    }
    return add_cluster(collector, id, range->cells->cluster, sum, error);
}

static int estimate_cells(struct collector *collector, const struct cells *cells, bool hosts,
                          const enum estimate_id ids[], size_t id_count, struct error *error)
{
    struct cell_range range;
    for (size_t at = 0; next_cluster(cells, &at, &range);) {
        for (size_t i = 0; i < id_count; i++) {
            if (estimate_range(collector, &range, hosts, ids[i], error) != 0)
                return -1;
        }
    }
    return 0;
}

int estimate_hosts(struct collector *collector, struct error *error)
{
    static const enum estimate_id ids[] = {CNAME_MX_HOSTS, SECURE_HOSTS, HOSTS_WITH_TLSA};
    cells_settle(&collector->host_cells);
    return estimate_cells(collector, &collector->host_cells, true, ids, sizeof ids / sizeof *ids,
                          error);
}

int estimate_domains(struct collector *collector, struct error *error)
{
    static const enum estimate_id ids[] = {
        DOMAINS_WITH_CNAME_MX, DOMAINS_WITH_CNAME_MX_SECURE,   CNAME_MX_RECORDS, SECURE_DOMAINS,
        DOMAINS_DANE_COMPLETE, STS_REFUSED_BY_TARGET_MATCHING, DOMAINS_WITH_STS,
    };
    cells_settle(&collector->domain_cells);
    return estimate_cells(collector, &collector->domain_cells, false, ids, sizeof ids / sizeof *ids,
                          error);
}

/* --- what follows from the sums --- */

void estimate_finish(struct estimate *estimate)
{
    uint64_t count = estimate->sums.count, of = estimate->sums.of;
    estimate->has_share = of > 0;
    if (of > 0)
        estimate->share = (double)count / (double)of;
    wilson95(count, of, &estimate->wilson95);
    worst_case_bounds(count, of, estimate->unanswered, &estimate->bounds);
    estimate->effective_clusters = effective_clusters(&estimate->sums);
    estimate->has_cluster = cluster_ratio95(&estimate->sums, &estimate->cluster);
    estimate->has_rest = share_without_largest(&estimate->sums, &estimate->rest);
}

static int compare_types(const void *one, const void *other)
{
    const struct cluster_type *a = one, *b = other;
    if (a->of != b->of)
        return a->of < b->of ? -1 : 1;
    return (a->count > b->count) - (a->count < b->count);
}

int estimates_finish(struct collector *collector, struct error *error)
{
    uint64_t replicates = collector->options->bootstrap_replicates;
    double *shares = NULL;
    if (replicates > 0 && (shares = malloc(replicates * sizeof *shares)) == NULL)
        return collector_no_memory(collector, error);
    for (int i = 0; i < ESTIMATE_COUNT; i++) {
        struct estimate *estimate = &collector->report->estimates[i];
        struct type_list *list = &collector->types[i];
        estimate->name = ESTIMATES[i].name;
        estimate->unit = ESTIMATES[i].unit;
        estimate->stratum = ESTIMATES[i].stratum;
        estimate_finish(estimate);
        if (replicates == 0 || list->length == 0)
            continue;
        /* in an order of their own: the same numbers whatever the order of the file */
        qsort(list->types, list->length, sizeof *list->types, compare_types);
        estimate->has_bootstrap =
            cluster_bootstrap(list->types, list->length, collector->options->bootstrap_seed,
                              replicates, shares, &estimate->bootstrap);
    }
    free(shares);
    return 0;
}
