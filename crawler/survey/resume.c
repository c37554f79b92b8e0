#include "crawler/survey/resume.h"

#include "crawler/core/name.h"
#include "crawler/survey/identity.h"
#include "crawler/survey/list/list.h"
#include "crawler/survey/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static bool has_opt_outs(struct store *store, const struct exclude *exclude)
{
    return info_is(store, EXCLUDE_KEY, exclude != NULL ? exclude_sha256(exclude) : "none");
}

/* Names may opt out while a run is under way; one that did may not be forgotten. */
static int compare_opt_outs(struct store *store, const struct settings *settings,
                            const struct exclude *exclude, struct error *error)
{
    size_t count = 0;
    bool lost = false;
    if (has_opt_outs(store, exclude))
        return 0;
    int64_t *hashes = exclude != NULL ? exclude_hashes(exclude, &count) : NULL;
    int result = store_lost_opt_out(store, hashes, count, &lost, error);
    free(hashes);
    if (result != 0 || !lost)
        return result;
    return error_set(error,
                     "%s: begun with names in --exclude that are no longer there; a run may "
                     "be continued with more of them, not with fewer",
                     settings->db);
}

static int take_opt_outs(struct store *store, const struct exclude *exclude, struct error *error)
{
    uint64_t count = 0;
    if (has_opt_outs(store, exclude))
        return 0;
    int result = load_opt_outs(store, exclude, error);
    if (result == 0 && exclude != NULL)
        result = store_opt_out(store, is_excluded, (void *)exclude, &count, error);
    if (result == 0)
        result = store_set_info(store, EXCLUDE_KEY,
                                exclude != NULL ? exclude_sha256(exclude) : "none", error);
    if (result == 0)
        result = store_set_number(store, "total.listed",
                                  store_get_number(store, "total.listed") - count, error);
    return result != 0 ? result
                       : store_set_number(store, "total.excluded",
                                          store_get_number(store, "total.excluded") + count, error);
}

/* Has it asked anybody?  Where its resolver could not be started it has not. */
static bool has_begun(struct store *store)
{
    char *since = store_get_info(store, "started_at");
    free(since);
    return since != NULL;
}

/* A merged file has all orders in which its shards were visited, and any of them will do. */
static bool has_order(struct store *store, const char *order)
{
    static const char between[] = "; ";
    char *stored = store_get_info(store, SHUFFLE_KEY);
    bool found = false;
    for (const char *at = stored, *end; at != NULL && !found; at = end) {
        end = strstr(at, between);
        size_t length = end != NULL ? (size_t)(end - at) : strlen(at);
        found = length == strlen(order) && memcmp(at, order, length) == 0;
        end = end != NULL ? end + strlen(between) : NULL;
    }
    free(stored);
    return found;
}

static bool has_setting(struct store *store, const struct identity *identity)
{
    return strcmp(identity->key, SHUFFLE_KEY) == 0 ? has_order(store, identity->value)
                                                   : info_is(store, identity->key, identity->value);
}

/* Of a file for which nothing was asked yet, what answers depend on may be mended. */
static int compare_settings(struct store *store, const struct settings *settings,
                            const struct identity identity[IDENTITY_COUNT], struct error *error)
{
    bool begun = has_begun(store);
    for (unsigned i = 0; i < IDENTITY_COUNT; i++) {
        if (has_setting(store, &identity[i]) || (identity[i].of_answers && !begun) ||
            strcmp(identity[i].key, EXCLUDE_KEY) == 0) /* compare_opt_outs() */
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

static int take_settings(struct store *store, const struct identity identity[IDENTITY_COUNT],
                         struct error *error)
{
    int result = 0;
    for (unsigned i = 0; i < IDENTITY_COUNT && result == 0; i++) {
        if (identity[i].of_answers && !info_is(store, identity[i].key, identity[i].value))
            result = store_set_info(store, identity[i].key, identity[i].value, error);
    }
    return result;
}

static int skip_name(void *context, const struct list_name *entry)
{
    (void)context, (void)entry;
    return 0;
}

static int skip_reject(void *context, const struct list_reject *reject)
{
    (void)context, (void)reject;
    return 0;
}

/* 0, LIST_INTERRUPTED, or -1. */
static int compare_list(struct store *store, const struct settings *settings, unsigned list,
                        struct error *error)
{
    const struct list_source source = settings_list(settings, list);
    const struct list_sink sink = {.name = skip_name, .reject = skip_reject};
    struct list_summary summary;
    char key[IDENTITY_KEY_MAX];
    int result = list_read(&source, &sink, &summary, error);
    if (result != 0)
        return result;
    identity_list_key(key, list, "sha256");
    if (info_is(store, key, summary.sha256))
        return 0;
    return error_set(
        error,
        "%s: a survey of another list than %s (or it has changed since); put that list "
        "back, or move the file away to begin anew",
        settings->db, source.path);
}

int resume_compare(struct store *store, const struct settings *settings,
                   const struct exclude *exclude, struct error *error)
{
    char count[16];
    struct identity identity[IDENTITY_COUNT];
    snprintf(count, sizeof count, "%u", settings->list_count);
    if (!info_is(store, "list.count", count))
        return error_set(error, "%s: a survey of another number of lists; choose another --db",
                         settings->db);
    if (identify(settings, exclude, identity, error) != 0 ||
        compare_settings(store, settings, identity, error) != 0)
        return -1;
    for (unsigned i = 0; i < settings->list_count; i++) {
        int result = compare_list(store, settings, i, error);
        if (result != 0)
            return result;
    }
    return compare_opt_outs(store, settings, exclude, error);
}

int resume_begin(struct store *store, const struct settings *settings,
                 const struct exclude *exclude, struct error *error)
{
    struct identity identity[IDENTITY_COUNT];
    int result = identify(settings, exclude, identity, error);
    if (result == 0)
        result = take_settings(store, identity, error);
    return result == 0 ? take_opt_outs(store, exclude, error) : result;
}
