#include "analysis/comparison/data.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/comparison/changes.h"
#include "analysis/comparison/providers.h"
#include "analysis/collect/units/pairs.h"
#include "analysis/collect/survey_file.h"
#include "analysis/document/utf8.h"
#include "analysis/statistics/holm.h"

static const char *const CNAME_STATE_WORDS[CNAME_STATE_COUNT] = {"none", "cname", "no_mx",
                                                                 "unknown"};

/* --- classes --- */

static const struct {
    const char *name;
    unsigned count;
} TABLES[CLASS_TABLE_COUNT] = {
    [CLASS_CNAME] = {"cname", CNAME_STATE_COUNT},
    [CLASS_MX_OUTCOME] = {"mx_outcome", MX_OUTCOME_FAILED + 1},
    [CLASS_DNSSEC] = {"dnssec", DNSSEC_INDETERMINATE + 1},
    [CLASS_DANE] = {"dane", DANE_DOMAINS_COUNT + 1},
    [CLASS_STS] = {"sts", STS_FAILED + 1},
};

const char *class_table_name(enum class_table table)
{
    return TABLES[table].name;
}

unsigned class_count(enum class_table table)
{
    return TABLES[table].count;
}

/* Columns: 0 is NULL. */
const char *class_word(enum class_table table, unsigned number)
{
    if (table == CLASS_CNAME)
        return CNAME_STATE_WORDS[number];
    if (number == 0)
        return NULL;
    switch (table) {
    case CLASS_MX_OUTCOME:
        return mx_outcome_word((enum mx_outcome)number);
    case CLASS_DNSSEC:
        return dnssec_word((enum dnssec)number);
    case CLASS_DANE:
        return domain_dane_word((enum domain_dane)number);
    case CLASS_STS:
        return sts_word((enum sts)number);
    case CLASS_CNAME:
    case CLASS_TABLE_COUNT:
        break;
    }
    return NULL;
}

static unsigned class_of(enum class_table table, const struct domain_kind *kind)
{
    const unsigned numbers[CLASS_TABLE_COUNT] = {
        [CLASS_CNAME] = cname_state_of(kind),
        [CLASS_MX_OUTCOME] = kind->outcome,
        [CLASS_DNSSEC] = kind->dnssec,
        [CLASS_DANE] = kind->dane,
        [CLASS_STS] = kind->sts,
    };
    return numbers[table];
}

static void count_classes(const struct pairs *pairs, struct comparison *comparison)
{
    for (size_t i = 0; i < pairs->kind_count; i++) {
        const struct pair_kind *kind = &pairs->kinds[i];
        struct domain_kind old = unit_domain_kind(kind->kinds[OLD]);
        struct domain_kind new = unit_domain_kind(kind->kinds[NEW]);
        for (int table = 0; table < CLASS_TABLE_COUNT; table++) {
            unsigned from = class_of((enum class_table)table, &old);
            unsigned to = class_of((enum class_table)table, &new);
            comparison->classes[table].counts[from][to] += kind->units;
        }
    }
}

static uint64_t count_states(const struct comparison *comparison,
                             bool (*fits)(enum cname_state old, enum cname_state new))
{
    uint64_t sum = 0;
    for (int old = 0; old < CNAME_STATE_COUNT; old++) {
        for (int new = 0; new < CNAME_STATE_COUNT; new ++) {
            if (fits((enum cname_state)old, (enum cname_state) new))
                sum += comparison->classes[CLASS_CNAME].counts[old][new];
        }
    }
    return sum;
}

uint64_t comparison_appeared(const struct comparison *comparison)
{
    return count_states(comparison, has_appeared);
}

uint64_t comparison_mended(const struct comparison *comparison)
{
    return count_states(comparison, was_mended);
}

/* --- the two runs --- */

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_of_lists(const char *key)
{
    size_t length = strlen(key);
    return (starts_with(key, "list.") && length > 7 && strcmp(key + length - 7, ".sha256") == 0) ||
           strcmp(key, "list.count") == 0;
}

/* What the names of a survey follow from, beside its lists */
static bool names_follow_from(const char *key)
{
    static const char *const keys[] = {
        "setting.exclude_sha256", "setting.limit",           "setting.list_column",
        "setting.list_format",    "setting.sample",          "setting.sample_by",
        "setting.shard",          "setting.sample_allocate",
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

/* What every run has anew: times and counts; lists are spoken of by themselves. */
static bool differs_always(const char *key)
{
    return starts_with(key, "total.") || starts_with(key, "longest_") ||
           starts_with(key, "list.") || strcmp(key, "state") == 0 ||
           strcmp(key, "started_at") == 0 || strcmp(key, "ended_at") == 0;
}

/* Both are in the order of the keys. */
static void merge_infos(const struct report *old, const struct report *new, difference_fn *each,
                        void *context)
{
    size_t i = 0, j = 0;
    while (i < old->info_count || j < new->info_count) {
        int order = i == old->info_count   ? 1
                    : j == new->info_count ? -1
                                           : strcmp(old->info[i].key, new->info[j].key);
        const char *key = order <= 0 ? old->info[i].key : new->info[j].key;
        const char *before = order <= 0 ? old->info[i++].value : NULL;
        const char *after = order >= 0 ? new->info[j++].value : NULL;
        if (before == NULL || after == NULL || strcmp(before, after) != 0)
            each(context, key, before, after);
    }
}

struct difference_filter {
    difference_fn *each;
    void *context;
};

static void pass_on(void *context, const char *key, const char *old, const char *new)
{
    const struct difference_filter *filter = context;
    if (!differs_always(key))
        filter->each(filter->context, key, old, new);
}

void run_differences(const struct report *old, const struct report *new, difference_fn *each,
                     void *context)
{
    struct difference_filter filter = {each, context};
    merge_infos(old, new, pass_on, &filter);
}

struct likeness {
    bool lists, names; /* the same */
    bool drawn;        /* both are some of their list's names, which the seed chose */
};

/* Else it is a word: the list's order, of which a limit takes the first. */
static bool is_seed(const char *shuffle)
{
    return shuffle != NULL && *shuffle >= '0' && *shuffle <= '9';
}

static void note_list(void *context, const char *key, const char *old, const char *new)
{
    struct likeness *likeness = context;
    likeness->lists &= !is_of_lists(key);
    likeness->names &=
        !is_of_lists(key) && !names_follow_from(key) &&
        !(likeness->drawn && strcmp(key, "setting.shuffle") == 0 && (is_seed(old) || is_seed(new)));
}

static bool is_drawn(const struct report *report)
{
    const char *limit = report_info(report, "setting.limit");
    const char *sample = report_info(report, "setting.sample");
    return (limit != NULL && strcmp(limit, "0") != 0) ||
           (sample != NULL && strcmp(sample, "0") != 0);
}

static struct likeness compare_lists(const struct report *old, const struct report *new)
{
    bool known = report_info(old, "list.count") != NULL && report_info(new, "list.count") != NULL;
    struct likeness likeness = {known, known, is_drawn(old) && is_drawn(new)};
    merge_infos(old, new, note_list, &likeness);
    return likeness;
}

bool same_names(const struct report *old, const struct report *new)
{
    return compare_lists(old, new).names;
}

bool same_lists(const struct report *old, const struct report *new)
{
    return compare_lists(old, new).lists;
}

/* --- the whole --- */

int survey_side_read(const char *path, const struct report_options *options,
                     struct survey_side *ret, struct error *error)
{
    *ret = (struct survey_side){
        .path = path,
        .name = utf8_clean(path, strlen(path), SURVEY_TEXT_MAX),
    };
    if (ret->name == NULL)
        return error_set(error, "%s: out of memory for the comparison", path);
    if (survey_units_new(path, &ret->units, error) != 0)
        return -1;
    return report_collect_units(path, options, &ret->units, &ret->report, error);
}

void survey_side_free(struct survey_side *side)
{
    survey_units_free(&side->units);
    report_free(&side->report);
    free(side->name);
}

struct domain_taker {
    struct comparison *comparison;
    struct provider_tallies *tallies; /* NULL: not asked for */
    const char *path;
};

static int take_domain(void *context, const struct unit *old, const struct unit *new,
                       struct error *error)
{
    struct domain_taker *taker = context;
    if (old != NULL && new != NULL)
        taker->comparison->moved +=
            old->provider != 0 && new->provider != 0 && old->provider != new->provider;
    if (taker->tallies != NULL && !provider_tallies_add(taker->tallies, old, new))
        return error_set(error, "%s: out of memory for the comparison", taker->path);
    return 0;
}

static int ignore_host(void *context, const struct unit *old, const struct unit *new,
                       struct error *error)
{
    (void)context;
    (void)old;
    (void)new;
    (void)error;
    return 0;
}

static int compare_hosts(const struct survey_side *old, const struct survey_side *new,
                         struct comparison *ret, struct error *error)
{
    struct pairs pairs;
    int result =
        pairs_join(new->path, old->units.hosts, new->units.hosts, ignore_host, NULL, &pairs, error);
    if (result == 0)
        result = changes_of_pairs(new->path, &pairs, true, ret->changes, error);
    ret->hosts = pairs.overlap;
    pairs_free(&pairs);
    return result;
}

static int compare_domains(const struct survey_side *old, const struct survey_side *new,
                           struct provider_tallies *tallies, struct comparison *ret,
                           struct error *error)
{
    struct pairs pairs;
    struct domain_taker taker = {ret, tallies, new->path};
    int result = pairs_join(new->path, old->units.domains, new->units.domains, take_domain, &taker,
                            &pairs, error);
    if (result == 0)
        result = changes_of_pairs(new->path, &pairs, false, ret->changes, error);
    if (result == 0)
        count_classes(&pairs, ret);
    ret->domains = pairs.overlap;
    pairs_free(&pairs);
    return result;
}

int comparison_make(const struct survey_side *old, const struct survey_side *new,
                    bool with_providers, struct comparison *ret, struct error *error)
{
    const char *const paths[2] = {old->path, new->path};
    struct provider_tallies tallies = {0};
    *ret = (struct comparison){
        .reports = {&old->report, &new->report},
        .dnssec_compared = report_ad_belief(&old->report) != AD_NOT_BELIEVED &&
                           report_ad_belief(&new->report) != AD_NOT_BELIEVED,
    };
    for (int id = 0; id < ESTIMATE_COUNT; id++) {
        ret->changes[id].estimates[0] = &old->report.estimates[id];
        ret->changes[id].estimates[1] = &new->report.estimates[id];
    }
    int result = compare_hosts(old, new, ret, error);
    if (result == 0)
        result = compare_domains(old, new, with_providers ? &tallies : NULL, ret, error);
    if (result == 0 && with_providers)
        result = provider_changes_rank(&tallies, paths, ret, error);
    provider_tallies_free(&tallies);
    return result;
}

void comparison_test(struct comparison *comparison)
{
    struct change *with[ESTIMATE_COUNT];
    double p[ESTIMATE_COUNT], adjusted[ESTIMATE_COUNT];
    size_t count = 0;
    for (int id = 0; id < ESTIMATE_COUNT; id++) {
        struct change *change = &comparison->changes[id];
        if (!change->by_units || change->same.reason != PAIRED_NO_REASON)
            continue;
        p[count] = change->same.p_value;
        with[count++] = change;
    }
    holm(p, count, adjusted);
    for (size_t i = 0; i < count; i++) {
        with[i]->has_p_holm = true;
        with[i]->p_holm = adjusted[i];
    }
    comparison->tested = count;
}

static void free_providers(struct provider_changes *changes)
{
    for (size_t i = 0; i < changes->length; i++)
        free(changes->rows[i].provider);
}

void comparison_free(struct comparison *comparison)
{
    free_providers(&comparison->appeared);
    free_providers(&comparison->mended);
    free_providers(&comparison->dane);
    *comparison = (struct comparison){0};
}
