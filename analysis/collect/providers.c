/* Tables of providers, and the names of the largest clusters.  Both are known by keys: whoever has
 * a place gets a name by one more look at the file, which ends when all are found. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/shares/shares.h"
#include "analysis/collect/sql.h"
#include "analysis/collect/survey_file.h"
#include "analysis/collect/tables/top.h"

enum {
    CANDIDATES_MAX = 65536 /* more are equals of the last place: the lowest keys stay */
};

/* What is said of a provider */
struct provider_sums {
    uint64_t key;
    uint64_t domains, mx_domains, mail, failing;
    struct part parts[BREAKDOWN_ESTIMATES];
    char *name; /* owned */
};

/* The tables, by what they rank */
enum table {
    TABLE_DOMAINS,
    TABLE_ALIAS,
    TABLE_COMPLETE,
    TABLE_FAILING,
    TABLE_READY,
    TABLE_COUNT
};
/* The highest values met, in order: the last is what a place in a table takes */
struct ranking {
    size_t length;
    uint64_t values[PROVIDERS_MAX];
};

struct ranker {
    struct collector *collector;
    struct ranking rankings[TABLE_COUNT];
    struct provider_sums *candidates;
    size_t count, room;
    struct key_map index;          /* wanted names: place in candidates, from 1, or ... */
    char *largest[ESTIMATE_COUNT]; /* ... 0: one of these */
    size_t missing;                /* keys without a name yet */
};

static uint64_t value_of(const struct provider_sums *sums, enum table table)
{
    switch (table) {
    case TABLE_DOMAINS:
        return sums->domains;
    case TABLE_ALIAS:
        return sums->parts[BREAKDOWN_CNAME_MX].count;
    case TABLE_COMPLETE:
        return sums->parts[BREAKDOWN_DANE_COMPLETE].count;
    case TABLE_FAILING:
        return sums->failing;
    case TABLE_READY:
        return sums->parts[BREAKDOWN_DANE_READY].count;
    case TABLE_COUNT:
        break;
    }
    return 0;
}

static struct provider_sums sum_range(const struct collector *collector,
                                      const struct cell_range *range)
{
    struct provider_sums sums = {.key = range->cells->cluster};
    for (size_t i = 0; i < range->length; i++) {
        const struct domain_kind *kind = &collector->kinds[range->cells[i].kind];
        uint64_t units = range->cells[i].units;
        bool mail = kind->dane > 0 && kind->dane != DOMAINS_FAILED + 1;
        sums.domains += units;
        sums.mx_domains += kind->outcome == MX_OUTCOME_MX ? units : 0;
        sums.mail += mail ? units : 0;
        sums.failing += mail && kind->failing ? units : 0;
        for (int j = 0; j < BREAKDOWN_ESTIMATES; j++) {
            struct part part = domain_part(kind, BREAKDOWN_IDS[j]);
            sums.parts[j].of += part.of * units;
            sums.parts[j].count += part.count * units;
        }
    }
    return sums;
}

static bool is_higher(const void *context, const void *one, const void *other)
{
    (void)context;
    return *(const uint64_t *)one > *(const uint64_t *)other;
}

static void rank(struct ranking *ranking, uint64_t value)
{
    if (value > 0)
        top_put(&(struct top){ranking->values, &ranking->length, PROVIDERS_MAX,
                              sizeof *ranking->values, is_higher, NULL},
                &value);
}

static bool has_place(const struct ranker *ranker, const struct provider_sums *sums)
{
    for (int i = 0; i < TABLE_COUNT; i++) {
        const struct ranking *ranking = &ranker->rankings[i];
        uint64_t value = value_of(sums, (enum table)i);
        if (value > 0 && value >= ranking->values[ranking->length - 1])
            return true;
    }
    return false;
}

static int add_candidate(struct ranker *ranker, const struct provider_sums *sums)
{
    struct provider_sums *items =
        grow_items(ranker->candidates, ranker->count, &ranker->room, sizeof *items);
    if (items == NULL)
        return -1;
    ranker->candidates = items;
    uint32_t *place = key_map_put(&ranker->index, sums->key);
    if (place == NULL)
        return -1;
    items[ranker->count++] = *sums;
    *place = (uint32_t)ranker->count;
    return 0;
}

static int choose(struct ranker *ranker)
{
    const struct cells *cells = &ranker->collector->domain_cells;
    struct cell_range range;
    for (size_t at = 0; next_cluster(cells, &at, &range);) {
        struct provider_sums sums = sum_range(ranker->collector, &range);
        for (int i = 0; sums.key != 0 && i < TABLE_COUNT; i++)
            rank(&ranker->rankings[i], value_of(&sums, (enum table)i));
    }
    for (size_t at = 0; next_cluster(cells, &at, &range) && ranker->count < CANDIDATES_MAX;) {
        struct provider_sums sums = sum_range(ranker->collector, &range);
        if (sums.key != 0 && has_place(ranker, &sums) && add_candidate(ranker, &sums) != 0)
            return -1;
    }
    return 0;
}

/* --- names --- */

#define NAMED UINT32_MAX /* the place of a key whose name was found */

static bool want_largest(struct ranker *ranker)
{
    bool wanted = true;
    for (int i = 0; i < ESTIMATE_COUNT; i++) {
        uint64_t key = ranker->collector->sums[i].largest;
        wanted &= key == 0 || key_map_put(&ranker->index, key) != NULL;
    }
    ranker->missing = ranker->index.length;
    return wanted;
}

static bool name_largest(struct ranker *ranker, uint64_t key, const char *name)
{
    for (int i = 0; i < ESTIMATE_COUNT; i++) {
        if (ranker->collector->sums[i].largest != key)
            continue;
        free(ranker->largest[i]);
        ranker->largest[i] = strdup(name);
        if (ranker->largest[i] == NULL)
            return false;
    }
    return true;
}

/* Gives whoever waits for it the name that has the key; false without memory. */
static bool name_key(struct ranker *ranker, uint64_t key, uint32_t *place, const char *name)
{
    if (*place > 0) {
        struct provider_sums *sums = &ranker->candidates[*place - 1];
        sums->name = strdup(name);
        if (sums->name == NULL)
            return false;
    }
    *place = NAMED;
    ranker->missing--;
    return name_largest(ranker, key, name);
}

static bool name_from(struct ranker *ranker, const struct name_table *names)
{
    const struct key_map *kept = &names->index;
    bool named = true;
    for (size_t i = 0; named && i < kept->room; i++) {
        uint32_t *place = kept->keys[i] != 0 ? key_map_find(&ranker->index, kept->keys[i]) : NULL;
        if (place != NULL && *place != NAMED)
            named = name_key(ranker, kept->keys[i], place, names->names[kept->values[i] - 1]);
    }
    return named;
}

enum {
    ALL_NAMED = 1
};

static int take_name(void *context, sqlite3_stmt *row, struct error *error)
{
    struct ranker *ranker = context;
    const void *text = sqlite3_column_text(row, 0);
    if (text == NULL)
        return 0;
    uint64_t key = key_of(text, (size_t)sqlite3_column_bytes(row, 0));
    uint32_t *place = key_map_find(&ranker->index, key);
    if (place == NULL || *place == NAMED)
        return 0;
    char *name = survey_row_text(row, 0);
    bool named = name != NULL && name_key(ranker, key, place, name);
    free(name);
    if (!named)
        return collector_no_memory(ranker->collector, error);
    return ranker->missing == 0 ? ALL_NAMED : 0;
}

static int name_all(struct survey_file *file, struct ranker *ranker, struct error *error)
{
    struct collector *collector = ranker->collector;
    if (!want_largest(ranker) || !name_from(ranker, &collector->rare) ||
        !name_from(ranker, &collector->targets.names) ||
        !name_from(ranker, &collector->operators.names))
        return collector_no_memory(collector, error);
    if (ranker->missing == 0)
        return 0;
    int result = survey_file_query(file, sql_providers, take_name, ranker, error);
    return result < 0 ? -1 : 0;
}

/* --- the tables --- */

/* The highest value first, then by name */
static bool precedes(const void *context, const void *first, const void *second)
{
    const struct provider_sums *one = *(const struct provider_sums *const *)first,
                               *other = *(const struct provider_sums *const *)second;
    const enum table *table = context;
    uint64_t left = value_of(one, *table), right = value_of(other, *table);
    return left != right ? left > right : strcmp(one->name, other->name) < 0;
}

/* Candidates with a value, in order */
static size_t best(const struct ranker *ranker, enum table table,
                   const struct provider_sums *ret[PROVIDERS_MAX])
{
    size_t length = 0;
    const struct top top = {ret, &length, PROVIDERS_MAX, sizeof *ret, precedes, &table};
    for (size_t i = 0; i < ranker->count; i++) {
        const struct provider_sums *sums = &ranker->candidates[i];
        if (sums->name != NULL && value_of(sums, table) > 0)
            top_put(&top, &sums);
    }
    return length;
}

static int fill_top(const struct ranker *ranker, enum table table, struct provider_top *ret)
{
    const struct provider_sums *top[PROVIDERS_MAX];
    size_t length = best(ranker, table, top);
    for (size_t i = 0; i < length; i++) {
        const struct part *parts = top[i]->parts;
        uint64_t of = table == TABLE_ALIAS      ? parts[BREAKDOWN_CNAME_MX].of
                      : table == TABLE_COMPLETE ? parts[BREAKDOWN_DANE_COMPLETE].of
                      : table == TABLE_READY    ? parts[BREAKDOWN_DANE_READY].of
                                                : top[i]->mail;
        ret->items[i] = (struct provider_count){strdup(top[i]->name), of, value_of(top[i], table)};
        if (ret->items[i].provider == NULL)
            return -1;
        ret->length++;
    }
    return 0;
}

static int fill_table(const struct ranker *ranker, struct provider_table *ret)
{
    const struct provider_sums *top[PROVIDERS_MAX];
    size_t length = best(ranker, TABLE_DOMAINS, top);
    for (size_t i = 0; i < length; i++) {
        struct provider_row *row = &ret->rows[i];
        *row = (struct provider_row){
            .provider = strdup(top[i]->name),
            .domains = top[i]->domains,
            .mx_domains = top[i]->mx_domains,
        };
        for (int j = 0; j < BREAKDOWN_ESTIMATES; j++) {
            row->shares[j].of = top[i]->parts[j].of;
            row->shares[j].count = top[i]->parts[j].count;
        }
        if (row->provider == NULL)
            return -1;
        ret->length++;
    }
    return 0;
}

int providers_rank(struct collector *collector, struct ranker **ret, struct error *error)
{
    struct ranker *ranker = calloc(1, sizeof *ranker);
    *ret = ranker;
    if (ranker == NULL)
        return collector_no_memory(collector, error);
    ranker->collector = collector;
    return choose(ranker) == 0 ? 0 : collector_no_memory(collector, error);
}

int providers_name(struct survey_file *file, struct ranker *ranker, struct error *error)
{
    struct report *report = ranker->collector->report;
    if (name_all(file, ranker, error) != 0)
        return -1;
    int result = fill_table(ranker, &report->providers);
    result |= fill_top(ranker, TABLE_ALIAS, &report->alias_providers);
    result |= fill_top(ranker, TABLE_COMPLETE, &report->dane.complete);
    result |= fill_top(ranker, TABLE_FAILING, &report->dane.failing);
    result |= fill_top(ranker, TABLE_READY, &report->dane.ready);
    for (int i = 0; i < ESTIMATE_COUNT; i++) {
        report->estimates[i].largest = ranker->largest[i];
        ranker->largest[i] = NULL;
    }
    return result == 0 ? 0 : collector_no_memory(ranker->collector, error);
}

void ranker_free(struct ranker *ranker)
{
    if (ranker == NULL)
        return;
    for (size_t i = 0; i < ranker->count; i++)
        free(ranker->candidates[i].name);
    for (int i = 0; i < ESTIMATE_COUNT; i++)
        free(ranker->largest[i]);
    free(ranker->candidates);
    key_map_free(&ranker->index);
    free(ranker);
}
