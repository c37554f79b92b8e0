#include "crawler/survey/load.h"

#include "crawler/survey/digest.h"
#include "crawler/base/memory.h"
#include "crawler/survey/names.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    KEY_MAX = 64,
    REASONS_MAX = 64, /* more than list.h has */
};

#define EXCLUDE_KEY "setting.exclude_sha256"

/* Not in totals: the same in all shards. */
#define MAIN_REASON "list.rejected_mainly"

struct reason_count {
    const char *reason; /* static: of list.h */
    uint64_t lines;
};

struct loading {
    struct store *store; /* NULL: the lists are only read */
    const struct settings *settings;
    const struct exclude *exclude;
    const struct suffixes *suffixes;
    struct names *names;
    const char *list;
    uint64_t position; /* names met so far, of whatever shard */
    uint64_t loaded, duplicates, excluded, elsewhere, rejected;
    struct reason_count reasons[REASONS_MAX]; /* in the order that they are met */
    struct error first_reject;                /* of the list */
    struct error *error;
};

/* The shard of a name, from 1: stable over versions and machines. */
static unsigned shard_of(const char *domain, size_t length, unsigned shards)
{
    return (unsigned)(XXH3_64bits(domain, length) % shards) + 1;
}

static int take_name(void *context, const struct list_name *entry)
{
    struct loading *loading = context;
    const struct settings *settings = loading->settings;
    struct name name;
    if (loading->store == NULL)
        return 0;
    loading->position++;
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
    loading->loaded++;
    int result = store_load_name(loading->store, entry->domain, entry->length, entry->rank,
                                 suffix_public(loading->suffixes, entry->domain), loading->error);
    if (result == 0 && settings->shards > 1)
        store_load_position(loading->store, loading->position);
    return result;
}

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
    if (loading->store == NULL)
        return 0;
    loading->rejected++;
    count_reason(loading, reject->reason);
    if (loading->first_reject.text[0] == '\0')
        note_first_reject(loading, reject);
    return store_load_reject(loading->store, loading->list, reject->line, reject->text,
                             reject->reason, loading->error);
}

static void list_key(char key[KEY_MAX], unsigned list, const char *what)
{
    snprintf(key, KEY_MAX, "list.%u.%s", list + 1, what);
}

static int note_list(struct loading *loading, unsigned list, const struct list_summary *summary)
{
    char key[KEY_MAX];
    list_key(key, list, "path");
    if (store_set_info(loading->store, key, loading->list, loading->error) != 0)
        return -1;
    list_key(key, list, "sha256");
    if (store_set_info(loading->store, key, summary->sha256, loading->error) != 0)
        return -1;
    list_key(key, list, "lines");
    if (store_set_number(loading->store, key, summary->lines, loading->error) != 0)
        return -1;
    list_key(key, list, "names");
    if (store_set_number(loading->store, key, summary->names, loading->error) != 0)
        return -1;
    list_key(key, list, "rejected");
    return store_set_number(loading->store, key, summary->rejected, loading->error);
}

static int read_list(struct loading *loading, unsigned list, struct list_summary *ret)
{
    const struct settings *settings = loading->settings;
    const struct list_source source = {
        .path = settings->lists[list],
        .format = settings->list_format,
        .column = settings->list_column,
    };
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

/* --- what identifies a run: the settings that its rows depend on --- */

struct identity {
    const char *key, *option;
    char value[96];
};
enum {
    IDENTITY_COUNT = 13
};

/* By content: a resolver that was told else gives other answers. */
static int identify_file(struct identity *ret, const char *key, const char *option,
                         const char *path, struct error *error)
{
    *ret = (struct identity){key, option, "none"};
    return path != NULL ? digest_file(path, ret->value, error) : 0;
}

static int identify(const struct settings *settings, const struct exclude *exclude,
                    struct identity ret[IDENTITY_COUNT], struct error *error)
{
    static const char *const formats[] = {"auto", "plain", "csv", "zone"};
    ret[0] = (struct identity){"setting.list_format", "--list-format", ""};
    snprintf(ret[0].value, sizeof ret[0].value, "%s", formats[settings->list_format]);
    ret[1] = (struct identity){"setting.list_column", "--list-column", ""};
    snprintf(ret[1].value, sizeof ret[1].value, "%s",
             settings->list_column != NULL ? settings->list_column : "");
    ret[2] = (struct identity){"setting.shard", "--shard", ""};
    snprintf(ret[2].value, sizeof ret[2].value, "%u/%u", settings->shard, settings->shards);
    ret[3] = (struct identity){"setting.limit", "--limit", ""};
    snprintf(ret[3].value, sizeof ret[3].value, "%" PRIu64, settings->limit);
    ret[4] = (struct identity){"setting.shuffle", "--shuffle", "long lists"};
    if (settings->shuffle == SHUFFLE_NEVER)
        snprintf(ret[4].value, sizeof ret[4].value, "off");
    else if (settings->shuffle == SHUFFLE_SEED)
        snprintf(ret[4].value, sizeof ret[4].value, "%" PRIu64, settings->shuffle_seed);
    ret[5] = (struct identity){EXCLUDE_KEY, "--exclude", ""};
    snprintf(ret[5].value, sizeof ret[5].value, "%s",
             exclude != NULL ? exclude_sha256(exclude) : "none");
    ret[6] = (struct identity){"setting.believe_ad", "--trust-ad or the resolver", ""};
    snprintf(ret[6].value, sizeof ret[6].value, "%d", settings_believe_ad(settings));
    ret[7] = (struct identity){"setting.tlsa", "--tlsa", ""};
    snprintf(ret[7].value, sizeof ret[7].value, "%s",
             settings->tlsa_policy == TLSA_ALL ? "all" : "secure");
    ret[8] = (struct identity){"setting.sts", "--sts", ""};
    snprintf(ret[8].value, sizeof ret[8].value, "%s", settings->sts ? "on" : "off");
    ret[9] = (struct identity){"setting.allow_special_addresses", "--allow-special-addresses", ""};
    snprintf(ret[9].value, sizeof ret[9].value, "%d", settings->allow_special_addresses);
    if (identify_file(&ret[10], "setting.root_hints_sha256", "--root-hints", settings->root_hints,
                      error) != 0 ||
        identify_file(&ret[11], "setting.trust_anchor_sha256", "--trust-anchor",
                      settings->trust_anchor, error) != 0)
        return -1;
    return identify_file(&ret[12], "setting.unbound_include_sha256", "--unbound-include",
                         settings->unbound_include, error);
}

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

/* 1: the file has opt-outs that are not among these. */
static int note_opt_outs(struct store *store, const struct exclude *exclude, struct error *error)
{
    size_t count = 0;
    bool lost = false;
    int64_t *hashes = exclude != NULL ? exclude_hashes(exclude, &count) : NULL;
    int result = store_set_opt_outs(store, hashes, count, &lost, error);
    free(hashes);
    return result == 0 && lost ? 1 : result;
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
        result = note_identity(store, settings, identity, error);
    if (result == 0)
        result = note_opt_outs(store, exclude, error);
    if (result == 0)
        result = note_totals(&loading);
    if (result == 0)
        result = store_load_end(store, error);
    return result;
}

/* --- what was rejected --- */

static uint64_t info_number(struct store *store, const char *key)
{
    char *text = store_get_info(store, key);
    uint64_t number = text != NULL ? strtoull(text, NULL, 10) : 0;
    free(text);
    return number;
}

void load_rejects(struct store *store, struct load_rejects *ret)
{
    char key[KEY_MAX];
    char *reason = store_get_info(store, MAIN_REASON);
    uint64_t lists = info_number(store, "list.count");
    *ret = (struct load_rejects){.rejected = info_number(store, "total.rejected_lines")};
    for (unsigned i = 0; i < lists && i < SETTINGS_LISTS_MAX; i++) {
        list_key(key, i, "lines");
        ret->lines += info_number(store, key);
    }
    error_set(&ret->reason, "%s", reason != NULL ? reason : "");
    free(reason);
}

/* --- the same run? --- */

static bool info_is(struct store *store, const char *key, const char *value)
{
    char *stored = store_get_info(store, key);
    bool same = stored != NULL && strcmp(stored, value) == 0;
    free(stored);
    return same;
}

static bool is_excluded(void *context, const char *domain, size_t length)
{
    struct name name;
    return name_from_text(domain, length, &name) && exclude_has(context, &name);
}

/* Names may opt out while a run is under way; one that did may not be forgotten. */
static int take_opt_outs(struct store *store, const struct settings *settings,
                         const struct exclude *exclude, struct error *error)
{
    uint64_t count = 0;
    if (info_is(store, EXCLUDE_KEY, exclude != NULL ? exclude_sha256(exclude) : "none"))
        return 0;
    int result = note_opt_outs(store, exclude, error);
    if (result > 0)
        return error_set(error,
                         "%s: begun with names in --exclude that are no longer there; a run may "
                         "be continued with more of them, not with fewer",
                         settings->db);
    if (result == 0 && exclude != NULL)
        result = store_opt_out(store, is_excluded, (void *)exclude, &count, error);
    if (result == 0)
        result = store_set_info(store, EXCLUDE_KEY,
                                exclude != NULL ? exclude_sha256(exclude) : "none", error);
    if (result == 0)
        result = store_set_number(store, "total.listed", info_number(store, "total.listed") - count,
                                  error);
    return result != 0 ? result
                       : store_set_number(store, "total.excluded",
                                          info_number(store, "total.excluded") + count, error);
}

static int compare_settings(struct store *store, const struct settings *settings,
                            const struct exclude *exclude, struct error *error)
{
    struct identity identity[IDENTITY_COUNT];
    if (identify(settings, exclude, identity, error) != 0)
        return -1;
    for (unsigned i = 0; i < IDENTITY_COUNT; i++) {
        if (info_is(store, identity[i].key, identity[i].value) ||
            strcmp(identity[i].key, EXCLUDE_KEY) == 0) /* take_opt_outs() */
            continue;
        char *stored = store_get_info(store, identity[i].key);
        error_set(error,
                  "%s: begun with other settings: %s differs (then \"%s\", now \"%s\"); repeat "
                  "the command of then, or choose another --db",
                  settings->db, identity[i].option, stored != NULL ? stored : "",
                  identity[i].value);
        free(stored);
        return -1;
    }
    return 0;
}

int load_compare(struct store *store, const struct settings *settings,
                 const struct exclude *exclude, struct error *error)
{
    struct loading loading = {.settings = settings, .error = error};
    char count[16], key[KEY_MAX];
    snprintf(count, sizeof count, "%u", settings->list_count);
    if (!info_is(store, "list.count", count))
        return error_set(error, "%s: a survey of another number of lists; choose another --db",
                         settings->db);
    if (compare_settings(store, settings, exclude, error) != 0)
        return -1;
    for (unsigned i = 0; i < settings->list_count; i++) {
        struct list_summary summary;
        int result = read_list(&loading, i, &summary);
        if (result != 0)
            return result;
        list_key(key, i, "sha256");
        if (!info_is(store, key, summary.sha256))
            return error_set(error,
                             "%s: a survey of another list than %s (or it has changed since); "
                             "put that list back, or move the file away to begin anew",
                             settings->db, settings->lists[i]);
    }
    return take_opt_outs(store, settings, exclude, error);
}
