#include "crawler/survey/load.h"

#include "crawler/base/memory.h"
#include "crawler/core/rank_band.h"
#include "crawler/survey/identity.h"
#include "crawler/survey/names.h"
#include "crawler/survey/sample/sample.h"
#include "crawler/survey/sample/sizes.h"
#include "crawler/survey/sample/strata.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    LIST_STRATA_MAX = 10000, /* values of --list-stratum */
    REASONS_MAX = 64,        /* more than list.h has */
};

/* Names of each stratum of a sample, and of all others together. */
#define STRATUM_KEY "stratum.names."
#define OTHERS_KEY  "strata.others"
/* Strata of --allocate FILE that no name is of */
#define ABSENT_KEY     "strata.absent"
#define POPULATION_KEY "total.population"
/* Values of --list-stratum */
#define STRATA_KEY "list.strata"

/* Not in totals: the same in all shards. */
#define MAIN_REASON "list.rejected_mainly"

struct reason_count {
    const char *reason; /* static: of list.h */
    uint64_t lines;
};

struct loading {
    struct store *store;
    const struct settings *settings;
    const struct exclude *exclude;
    const struct suffixes *suffixes;
    struct names *names;
    struct strata *strata; /* values of --list-stratum; NULL without */
    struct sample *sample; /* NULL: all names are taken */
    const char *list;
    uint64_t position;   /* names met so far, of whatever shard */
    uint64_t population; /* names of which the sample is drawn */
    uint64_t loaded, duplicates, excluded, elsewhere, rejected;
    uint64_t present, absent; /* strata of --allocate FILE: of names of the lists, of none */
    struct reason_count reasons[REASONS_MAX]; /* in the order that they are met */
    struct error first_reject;                /* of the list */
    struct error *error;
};

/* The shard of a name, from 1: stable over versions and machines. */
static unsigned shard_of(const char *domain, size_t length, unsigned shards)
{
    return (unsigned)(XXH3_64bits(domain, length) % shards) + 1;
}

/* --- names --- */

static int load_name(void *context, const struct list_name *entry)
{
    struct loading *loading = context;
    uint32_t stratum =
        entry->stratum != NULL ? strata_find(loading->strata, entry->stratum) + 1 : 0;
    loading->loaded++;
    int result =
        store_load_name(loading->store, entry->domain, entry->length, entry->rank,
                        suffix_public(loading->suffixes, entry->domain), stratum, loading->error);
    if (result == 0 && loading->settings->shards > 1)
        store_load_position(loading->store, loading->position);
    return result;
}

static int offer_name(struct loading *loading, const struct list_name *entry)
{
    enum sample_by by = loading->settings->sample_by;
    const char *stratum = by == SAMPLE_BY_RANK     ? RANK_BANDS[rank_band(entry->rank)]
                          : by == SAMPLE_BY_SUFFIX ? suffix_public(loading->suffixes, entry->domain)
                                                   : entry->stratum;
    loading->population++;
    if (sample_add(loading->sample, stratum != NULL ? stratum : "", entry))
        return 0;
    return error_set(loading->error, "%s: line %" PRIu64 ": more than %d strata", loading->list,
                     entry->line, SAMPLE_STRATA_MAX);
}

/* Of each name, whatever becomes of it: the numbers are then the same in all shards. */
static int take_stratum(struct loading *loading, const struct list_name *entry)
{
    if (entry->stratum == NULL)
        return 0;
    uint32_t known = strata_count(loading->strata);
    uint32_t number = strata_put(loading->strata, entry->stratum, LIST_STRATA_MAX);
    if (number == UINT32_MAX) /* another column than the one that was meant */
        return error_set(
            loading->error, "%s: line %" PRIu64 ": more than %d strata; is \"%s\" the column?",
            loading->list, entry->line, LIST_STRATA_MAX, loading->settings->list_stratum);
    if (number == known)
        store_load_stratum(loading->store, number + 1, entry->stratum);
    return 0;
}

static int take_name(void *context, const struct list_name *entry)
{
    struct loading *loading = context;
    const struct settings *settings = loading->settings;
    struct name name;
    loading->position++;
    if (take_stratum(loading, entry) != 0)
        return -1;
    if (settings->shards > 1 &&
        shard_of(entry->domain, entry->length, settings->shards) != settings->shard) {
        loading->elsewhere++;
        return 0;
    }
    if (!names_add(loading->names, entry->domain, entry->length)) {
        loading->duplicates++;
        return 0;
    }
    if (loading->exclude != NULL && name_from_text(entry->domain, entry->length, &name) &&
        exclude_has(loading->exclude, &name)) {
        loading->excluded++;
        return 0;
    }
    return loading->sample != NULL ? offer_name(loading, entry) : load_name(loading, entry);
}

/* --- a sample --- */

static void take_size(void *context, const char *stratum, double size)
{
    struct loading *loading = context;
    *(sample_set_size(loading->sample, stratum, size) ? &loading->present : &loading->absent) += 1;
}

/* A file of all zones there are may have more than a list has.  Where it has none of them, it is of
 * something else. */
static int load_sizes(struct loading *loading)
{
    const char *path = loading->settings->sample_sizes;
    if (path == NULL)
        return 0;
    if (sizes_read(path, take_size, loading, loading->error) != 0)
        return -1;
    if (loading->present == 0 && loading->population > 0)
        return error_set(loading->error, "%s: no name of the lists is of one of its strata", path);
    return store_set_number(loading->store, ABSENT_KEY, loading->absent, loading->error);
}

static int note_stratum(void *context, const char *stratum, uint64_t names)
{
    struct loading *loading = context;
    char key[sizeof STRATUM_KEY + LIST_DOMAIN_SIZE]; /* as long as a suffix; a value is shorter */
    snprintf(key, sizeof key, STRATUM_KEY "%s", stratum != NULL ? stratum : "");
    return store_set_number(loading->store, stratum != NULL ? key : OTHERS_KEY, names,
                            loading->error);
}

static int load_sample(struct loading *loading)
{
    const struct settings *settings = loading->settings;
    if (loading->sample == NULL)
        return 0;
    if (load_sizes(loading) != 0 ||
        sample_draw(loading->sample, settings->sample_allocation, loading->error) != 0 ||
        sample_each(loading->sample, load_name, loading) != 0 ||
        sample_each_stratum(loading->sample, note_stratum, loading) != 0)
        return -1;
    return store_set_number(loading->store, POPULATION_KEY, loading->population, loading->error);
}

/* --- lines that are no names --- */

static void note_first_reject(struct loading *loading, const struct list_reject *reject)
{
    bool is_text = strstr(reject->text, "\xef\xbf\xbd") == NULL; /* what replaces other octets */
    error_set(&loading->first_reject, "; the first: line %" PRIu64 ": %s%s", reject->line,
              reject->reason, is_text ? "" : " (compressed twice, or no UTF-8?)");
}

static void count_reason(struct loading *loading, const char *reason)
{
    unsigned i = 0;
    while (loading->reasons[i].reason != NULL && strcmp(loading->reasons[i].reason, reason) != 0)
        i++;
    assert(i < REASONS_MAX - 1);
    loading->reasons[i].reason = reason;
    loading->reasons[i].lines++;
}

static const char *main_reason(const struct loading *loading)
{
    const struct reason_count *most = loading->reasons;
    for (const struct reason_count *count = most; count->reason != NULL; count++)
        most = count->lines > most->lines ? count : most;
    return most->reason;
}

static int take_reject(void *context, const struct list_reject *reject)
{
    struct loading *loading = context;
    loading->rejected++;
    count_reason(loading, reject->reason);
    if (loading->first_reject.text[0] == '\0')
        note_first_reject(loading, reject);
    return store_load_reject(loading->store, loading->list, reject->line, reject->text,
                             reject->reason, loading->error);
}

static int note_list(struct loading *loading, unsigned list, const struct list_summary *summary)
{
    char key[IDENTITY_KEY_MAX];
    identity_list_key(key, list, "path");
    if (store_set_info(loading->store, key, loading->list, loading->error) != 0)
        return -1;
    identity_list_key(key, list, "sha256");
    if (store_set_info(loading->store, key, summary->sha256, loading->error) != 0)
        return -1;
    identity_list_key(key, list, "lines");
    if (store_set_number(loading->store, key, summary->lines, loading->error) != 0)
        return -1;
    identity_list_key(key, list, "names");
    if (store_set_number(loading->store, key, summary->names, loading->error) != 0)
        return -1;
    identity_list_key(key, list, "rejected");
    return store_set_number(loading->store, key, summary->rejected, loading->error);
}

static int read_list(struct loading *loading, unsigned list, struct list_summary *ret)
{
    const struct list_source source = settings_list(loading->settings, list);
    const struct list_sink sink = {.name = take_name, .reject = take_reject, .context = loading};
    loading->list = source.path;
    return list_read(&source, &sink, ret, loading->error);
}

/* Such a list is a survey of nothing, and most often a slip: a page that says that there is no list
 * today. */
static int check_names(const struct loading *loading, const struct list_summary *summary)
{
    if (summary->names > 0 || loading->settings->allow_empty)
        return 0;
    return error_set(loading->error,
                     "%s: no name in %" PRIu64 " %s%s; is it the list? (--allow-empty where it may "
                     "be empty)",
                     loading->list, summary->lines, summary->lines == 1 ? "line" : "lines",
                     loading->first_reject.text);
}

/* A list that was cut, or that is another one, looks well by itself. */
static int check_size(const struct loading *loading, uint64_t names)
{
    uint64_t expected = loading->settings->list_names;
    if (expected == 0 || (names >= expected - expected / 5 && names <= expected + expected / 5))
        return 0;
    return error_set(loading->error,
                     "the lists have %" PRIu64 " names, over a fifth %s than the %" PRIu64
                     " of --list-names; are they whole?",
                     names, names < expected ? "fewer" : "more", expected);
}

/* --- what identifies a run --- */

static int note_identity(struct store *store, const struct settings *settings,
                         const struct identity identity[IDENTITY_COUNT], struct error *error)
{
    for (unsigned i = 0; i < IDENTITY_COUNT; i++) {
        if (store_set_info(store, identity[i].key, identity[i].value, error) != 0)
            return -1;
    }
    return store_set_number(store, "list.count", settings->list_count, error);
}

static int note_totals(struct loading *loading)
{
    const struct {
        const char *key;
        uint64_t value;
    } totals[] = {
        {"total.listed", loading->loaded},           {"total.duplicates", loading->duplicates},
        {"total.excluded", loading->excluded},       {"total.other_shards", loading->elsewhere},
        {"total.rejected_lines", loading->rejected},
    };
    for (unsigned i = 0; i < sizeof totals / sizeof *totals; i++) {
        if (store_set_number(loading->store, totals[i].key, totals[i].value, loading->error) != 0)
            return -1;
    }
    if (loading->rejected == 0)
        return 0;
    return store_set_info(loading->store, MAIN_REASON, main_reason(loading), loading->error);
}

int load_opt_outs(struct store *store, const struct exclude *exclude, struct error *error)
{
    size_t count = 0;
    int64_t *hashes = exclude != NULL ? exclude_hashes(exclude, &count) : NULL;
    int result = store_add_opt_outs(store, hashes, count, error);
    free(hashes);
    return result;
}

int load_lists(struct store *store, const struct settings *settings, const struct exclude *exclude,
               const struct suffixes *suffixes, struct error *error)
{
    struct loading loading = {
        .store = store,
        .settings = settings,
        .exclude = exclude,
        .suffixes = suffixes,
        .names = names_new(),
        .strata = settings->list_stratum != NULL ? strata_new() : NULL,
        .sample =
            settings->sample > 0 ? sample_new(settings->sample, settings->shuffle_seed) : NULL,
        .error = error,
    };
    struct identity identity[IDENTITY_COUNT];
    uint64_t names = 0;
    int result = identify(settings, exclude, identity, error);
    if (result == 0)
        result = store_load_begin(store, error);
    for (unsigned i = 0; i < settings->list_count && result == 0; i++) {
        struct list_summary summary;
        loading.first_reject.text[0] = '\0';
        result = read_list(&loading, i, &summary);
        if (result == 0)
            result = check_names(&loading, &summary);
        if (result == 0)
            result = note_list(&loading, i, &summary);
        names += result == 0 ? summary.names : 0;
    }
    if (result == 0)
        result = check_size(&loading, names);
    names_free(loading.names);
    if (result == 0)
        result = load_sample(&loading);
    sample_free(loading.sample);
    if (result == 0 && loading.strata != NULL)
        result = store_set_number(store, STRATA_KEY, strata_count(loading.strata), error);
    strata_free(loading.strata);
    if (result == 0)
        result = note_identity(store, settings, identity, error);
    if (result == 0)
        result = load_opt_outs(store, exclude, error);
    if (result == 0)
        result = note_totals(&loading);
    if (result == 0)
        result = store_load_end(store, error);
    return result;
}

/* --- what was rejected --- */

void load_rejects(struct store *store, struct load_rejects *ret)
{
    char key[IDENTITY_KEY_MAX];
    char *reason = store_get_info(store, MAIN_REASON);
    uint64_t lists = store_get_number(store, "list.count");
    *ret = (struct load_rejects){.rejected = store_get_number(store, "total.rejected_lines")};
    for (unsigned i = 0; i < lists && i < SETTINGS_LISTS_MAX; i++) {
        identity_list_key(key, i, "lines");
        ret->lines += store_get_number(store, key);
    }
    error_set(&ret->reason, "%s", reason != NULL ? reason : "");
    free(reason);
}

bool load_sampled(struct store *store, struct load_sample *ret)
{
    *ret = (struct load_sample){
        store_get_number(store, "total.listed"),
        store_get_number(store, POPULATION_KEY),
        store_get_number(store, OTHERS_KEY),
        store_get_number(store, ABSENT_KEY),
    };
    return ret->names > 0;
}
