#include "crawler/survey/run_note.h"

#include "crawler/survey/resolver_note.h"
#include "crawler/survey/versions.h"

#include <stdlib.h>
#include <time.h>

static int note_time(struct store *store, const char *key, struct error *error)
{
    return store_set_number(store, key, (uint64_t)time(NULL), error);
}

static bool is_noted(struct store *store, const char *key)
{
    char *value = store_get_info(store, key);
    bool ret = value != NULL;
    free(value);
    return ret;
}

/* When it began, and the program that runs it */
static int note_program(struct store *store, const struct suffixes *suffixes, struct error *error)
{
    if ((!is_noted(store, "started_at") && note_time(store, "started_at", error) != 0) ||
        versions_note(store, error) != 0)
        return -1;
    return store_set_info(store, "public_suffix_list", suffixes_source(suffixes), error);
}

int run_note_begin(struct store *store, const struct settings *settings,
                   const struct lookup_settings *lookup, const struct suffixes *suffixes,
                   const struct unbound *unbound, struct error *error)
{
    if (note_program(store, suffixes, error) != 0 ||
        resolver_note(store, settings, unbound, error) != 0 ||
        (settings->place != NULL && versions_add(store, "place", settings->place, error) != 0) ||
        store_set_number(store, "setting.max_in_flight", lookup->max_in_flight, error) != 0 ||
        store_set_number(store, "setting.max_qps", lookup->max_qps, error) != 0 ||
        store_set_number(store, "setting.timeout_ms", lookup->timeout_ms, error) != 0 ||
        store_set_number(store, "setting.tries", lookup->tries, error) != 0 ||
        store_set_number(store, "setting.sts_timeout", settings->sts_timeout_ms / 1000, error) !=
            0 ||
        store_set_info(store, "setting.ca_file",
                       settings->ca_file != NULL ? settings->ca_file : "the system's", error) != 0)
        return -1;
    return store_set_info(store, "setting.trust_ad", settings->trust_ad ? "1" : "0", error);
}

int run_note_nothing(struct store *store, const struct suffixes *suffixes, struct error *error)
{
    bool ended = is_noted(store, "ended_at");
    if (note_program(store, suffixes, error) != 0)
        return -1;
    return ended ? 0 : note_time(store, "ended_at", error);
}

/* To those of the parts of the run before this one */
static int add_number(struct store *store, const char *key, uint64_t value, struct error *error)
{
    return store_set_number(store, key, store_get_number(store, key) + value, error);
}

static int raise_number(struct store *store, const char *key, uint64_t value, struct error *error)
{
    uint64_t before = store_get_number(store, key);
    return store_set_number(store, key, value > before ? value : before, error);
}

static int add_totals(struct store *store, const struct pipeline_progress *progress,
                      struct error *error)
{
    const struct {
        const char *key;
        uint64_t value;
    } sums[] = {
        {"total.questions", progress->lookups.asked},
        {"total.answers", progress->lookups.answered},
        {"total.joined_lookups", progress->lookups.joined},
        {"total.lost_questions", progress->lookups.lost},
        {"total.stray_answers", progress->lookups.strays},
        {"total.network_probes", progress->lookups.probes},
        {"total.resolver_pauses", progress->lookups.pauses},
        {"total.seconds", progress->elapsed_ms / 1000},
    };
    for (unsigned i = 0; i < sizeof sums / sizeof *sums; i++) {
        if (add_number(store, sums[i].key, sums[i].value, error) != 0)
            return -1;
    }
    return 0;
}

int run_note_end(struct store *store, const struct pipeline_progress *progress,
                 const struct unbound *unbound, struct error *error)
{
    if (add_totals(store, progress, error) != 0)
        return -1;
    if (unbound != NULL && add_number(store, "total.resolver_restarts",
                                      (uint64_t)abs(unbound_restarts(unbound)), error) != 0)
        return -1;
    if (raise_number(store, "longest_loop_turn_us", progress->longest_turn_us, error) != 0 ||
        raise_number(store, "longest_store_call_us", store_longest_call_us(store), error) != 0)
        return -1;
    return note_time(store, "ended_at", error);
}
