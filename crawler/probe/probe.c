#include "crawler/probe/probe.h"

#include "crawler/base/descriptors.h"
#include "crawler/base/interrupt.h"
#include "crawler/base/memory.h"
#include "crawler/core/address.h"
#include "crawler/net/policy/trust.h"
#include "crawler/probe/helo.h"
#include "crawler/probe/meetings.h"
#include "crawler/probe/session.h"
#include "crawler/store/permute.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum {
    LOOKED_AT_MOST = 1000, /* hosts, for a way to each family */
    OTHER_FILES = 64,      /* beside those of meetings */
    INFO_MAX = 64,
};

#ifdef PROBE_WITHOUT_MANNERS
const bool probe_keeps_manners = false;
#else
const bool probe_keeps_manners = true;
#endif

struct probing {
    const struct probe_settings *settings;
    struct probe_result *result;
    struct error *error;
    struct probes *probes;
    struct choice choice;
    struct schedule_settings manners;
    struct schedule *schedule;
    X509_STORE *authorities;
    struct probes_candidate *candidates;
    size_t count, room;
    int64_t now;
    uint64_t now_ms; /* the same time by the schedule's clock */
};

/* What a call of the store came to: 0, or -1. */
static int stored(struct probing *probing, int code)
{
    if (code == PROBES_FAILED)
        probing->result->end = PROBE_STORE_FAILED;
    return code == 0 ? 0 : -1;
}

/* --- who is to be met --- */

static void take_candidate(void *context, const struct probes_candidate *candidate)
{
    struct probing *probing = context;
    probing->candidates = memory_room(probing->candidates, probing->count, &probing->room,
                                      sizeof *probing->candidates);
    probing->candidates[probing->count++] = *candidate;
}

static const struct probes_candidate *candidate_at(const struct probing *probing, size_t position)
{
    if (probing->settings->shuffled)
        position = permute(position, probing->count, probing->settings->seed);
    return &probing->candidates[position];
}

static size_t visited(const struct probing *probing)
{
    uint64_t limit = probing->settings->limit;
    return limit > 0 && limit < probing->count ? limit : probing->count;
}

static void schedule_all(struct probing *probing)
{
    for (size_t i = 0; i < visited(probing); i++) {
        const struct probes_candidate *candidate = candidate_at(probing, i);
        bool once_more;
        int64_t due = choice_due(candidate, probing->settings->again_s, probing->now, &once_more);
        probing->result->known += candidate->outcome != PROBE_NOT_MET;
        if (due == DUE_NEVER)
            continue;
        uint64_t due_ms = due == 0 ? 0 : probing->now_ms + (uint64_t)(due - probing->now) * 1000;
        schedule_add(probing->schedule, candidate->host, candidate->operator, due_ms, once_more);
        probing->result->counts.to_meet++;
    }
    schedule_begin(probing->schedule);
}

/* --- the name that we go by --- */

/* Our addresses: of each family one that leads to a host. */
static int find_ours(struct probing *probing, bool ret_found[2], struct probes_address ret[2])
{
    unsigned looked_at = 0;
    for (size_t i = 0; i < visited(probing) && looked_at < LOOKED_AT_MOST; i++, looked_at++) {
        struct probes_host host;
        struct probes_address addresses[CHOICE_ADDRESSES_MAX];
        int code =
            probes_host(probing->probes, candidate_at(probing, i)->host, &host, probing->error);
        if (code != 0)
            return code;
        unsigned count = choice_addresses(&probing->choice, &host, addresses);
        for (unsigned j = 0; j < count; j++) {
            unsigned family = addresses[j].family == 4;
            ret_found[family] = ret_found[family] || session_route(&addresses[j], &ret[family]);
        }
        if (ret_found[0] && ret_found[1])
            break;
    }
    return 0;
}

static int check_helo(struct probing *probing)
{
    const struct probe_settings *settings = probing->settings;
    bool found[2] = {false, false};
    struct probes_address ours[2];
    if (settings->helo_unchecked)
        return 0;
    int code = find_ours(probing, found, ours);
    for (unsigned i = 0; i < 2 && code == 0; i++) {
        if (found[i])
            code = helo_check(settings->helo, &ours[i], settings->resolver, probing->error);
    }
    return code;
}

/* --- run_info --- */

static void set(struct probing *probing, int *code, const char *key, const char *value)
{
    if (*code == 0)
        *code = stored(probing, probes_set_info(probing->probes, key, value, probing->error));
}

static void set_number(struct probing *probing, int *code, const char *key, uint64_t value)
{
    char text[INFO_MAX];
    snprintf(text, sizeof text, "%" PRIu64, value);
    set(probing, code, key, text);
}

static int note_beginning(struct probing *probing)
{
    static const char *const which[] = {"all", "alias", "tlsa", "sts"};
    const struct probe_settings *settings = probing->settings;
    int code = 0;
    set(probing, &code, "helo", settings->helo);
    set(probing, &code, "helo_checked", settings->helo_unchecked ? "no" : "yes");
    set_number(probing, &code, "started_at", (uint64_t)probing->now);
    set(probing, &code, "state", "running");
    set(probing, &code, "family",
        settings->family == 0   ? "both"
        : settings->family == 4 ? "4"
                                : "6");
    set(probing, &code, "setting.only", which[settings->only]);
    set_number(probing, &code, "rate", probing->manners.rate);
    set_number(probing, &code, "setting.limit", settings->limit);
    set_number(probing, &code, "setting.again", settings->again_s);
    if (settings->shuffled)
        set_number(probing, &code, "setting.shuffle", settings->seed);
    else
        set(probing, &code, "setting.shuffle", "off");
    set(probing, &code, "setting.exclude_sha256",
        probing->choice.exclude != NULL ? exclude_sha256(probing->choice.exclude) : "");
    set(probing, &code, "setting.ca_file",
        settings->ca_file != NULL ? settings->ca_file : "the system's");
    return code;
}

static int note_end(struct probing *probing)
{
    const struct probe_result *result = probing->result;
    int code = 0;
    set_number(probing, &code, "ended_at", (uint64_t)time(NULL));
    set(probing, &code, "state", result->end == PROBE_ENDED ? "finished" : "interrupted");
    set_number(probing, &code, "total.met", result->counts.met);
    set_number(probing, &code, "total.left_out", result->counts.left_out);
    set_number(probing, &code, "total.no_route", result->counts.no_route);
    return code;
}

/* --- a dry run --- */

static int compare_prefixes(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

static void count_prefixes(struct probing *probing, uint64_t *prefixes, size_t count)
{
    struct probe_result *result = probing->result;
    uint64_t of_one = 0;
    qsort(prefixes, count, sizeof *prefixes, compare_prefixes);
    for (size_t i = 0; i < count; i++) {
        bool is_new = i == 0 || prefixes[i] != prefixes[i - 1];
        of_one = is_new ? 1 : of_one + 1;
        result->prefixes += is_new;
        if (of_one > result->largest)
            result->largest = of_one;
    }
}

/* By their first addresses. */
static int plan(struct probing *probing)
{
    struct probe_result *result = probing->result;
    uint64_t *prefixes = memory_get((result->counts.to_meet + 1) * sizeof *prefixes);
    size_t count = 0;
    int code = 0;
    for (size_t i = 0; i < visited(probing) && code == 0 && interrupt_count() == 0; i++) {
        const struct probes_candidate *candidate = candidate_at(probing, i);
        struct probes_address addresses[CHOICE_ADDRESSES_MAX];
        struct probes_host host;
        bool once_more;
        if (choice_due(candidate, probing->settings->again_s, probing->now, &once_more) ==
            DUE_NEVER)
            continue;
        code =
            stored(probing, probes_host(probing->probes, candidate->host, &host, probing->error));
        if (code == 0 && choice_addresses(&probing->choice, &host, addresses) > 0)
            prefixes[count++] = schedule_prefix(addresses[0].family, addresses[0].octets);
        else
            result->counts.left_out++;
    }
    count_prefixes(probing, prefixes, count);
    free(prefixes);
    result->planned_seconds = schedule_seconds(&probing->manners, count, result->largest);
    return interrupt_count() > 0 ? -1 : code;
}

/* --- the whole --- */

static int meet_all(struct probing *probing, const struct probe_voice *voice)
{
    const struct meetings_settings settings = {
        .helo = probing->settings->helo,
        .schedule = probing->schedule,
        .manners = probing->manners,
        .probes = probing->probes,
        .choice = &probing->choice,
        .authorities = probing->authorities,
        .voice = voice,
        .begun_ms = probing->now_ms,
    };
    int code = check_helo(probing);
    if (code != 0)
        return code;
    free(probing->candidates);
    probing->candidates = NULL;
    code = note_beginning(probing);
    if (code == 0)
        code = stored(probing, meetings_run(&settings, probing->result, probing->error));
    if (code == 0)
        code = note_end(probing);
    return code;
}

static int prepare(struct probing *probing)
{
    const struct probe_settings *settings = probing->settings;
    int code = 0;
    if (settings->exclude != NULL)
        code = choice_exclude(&probing->choice, settings->exclude, probing->error);
    if (code == 0 && !settings->dry_run) {
        probing->authorities = trust_read(settings->ca_file, probing->error);
        code = probing->authorities != NULL ? 0 : -1;
    }
    if (code == 0)
        code = probes_open(settings->db, settings->keep_der, &probing->probes, probing->error);
    return code;
}

static int run(struct probing *probing, const struct probe_voice *voice)
{
    if (stored(probing, probes_candidates(probing->probes, probing->settings->only, take_candidate,
                                          probing, probing->error)) != 0)
        return -1;
    schedule_all(probing);
    struct schedule_counts counts;
    schedule_counts(probing->schedule, &counts);
    probing->result->operators = counts.operators;
    probing->result->largest = counts.largest;
    if (probing->settings->dry_run)
        return plan(probing);
    return counts.hosts > 0 ? meet_all(probing, voice) : 0;
}

/* While another program holds the file at the end. */
struct closing {
    const struct probe_voice *voice;
    unsigned signals; /* before */
};

static bool is_stopped(void *context)
{
    return interrupt_count() > ((const struct closing *)context)->signals;
}

static void say(void *context, const char *line)
{
    const struct probe_voice *voice = ((const struct closing *)context)->voice;
    voice->say(voice->context, line);
}

static int close_all(struct probing *probing, const struct probe_voice *voice, int code)
{
    struct error error = {""};
    struct closing closing = {.voice = voice, .signals = interrupt_count()};
    const struct store_voice waiting = {.stopped = is_stopped, .say = say, .context = &closing};
    if (stored(probing, probes_close(probing->probes, &waiting, &error)) != 0 && code == 0) {
        *probing->error = error;
        code = -1;
    }
    schedule_free(probing->schedule);
    X509_STORE_free(probing->authorities);
    choice_done(&probing->choice);
    free(probing->candidates);
    return code;
}

/* Meetings at once: a socket that cannot be had must not look like a host that cannot. */
static unsigned at_once(void)
{
    struct rlimit limit;
    descriptors_want(SCHEDULE_AT_ONCE_MOST + OTHER_FILES);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
        limit.rlim_cur >= SCHEDULE_AT_ONCE_MOST + OTHER_FILES)
        return SCHEDULE_AT_ONCE_MOST;
    return limit.rlim_cur > OTHER_FILES ? (unsigned)limit.rlim_cur - OTHER_FILES : 1;
}

int probe_run(const struct probe_settings *settings, const struct probe_voice *voice,
              struct probe_result *ret, struct error *error)
{
    struct probing probing = {
        .settings = settings,
        .result = ret,
        .error = error,
        .choice = {.family = settings->family, .allow_special = settings->allow_special},
        .manners = {.rate = probe_keeps_manners ? settings->rate : 0,
                    .pause_ms = probe_keeps_manners ? SCHEDULE_PAUSE_MS : 0,
                    .at_once = at_once()},
        .now = time(NULL),
        .now_ms = meetings_clock(),
    };
    *ret = (struct probe_result){.end = PROBE_ENDED};
    probing.schedule = schedule_new(&probing.manners);
    int code = prepare(&probing);
    if (code == 0)
        code = run(&probing, voice);
    code = close_all(&probing, voice, code);
    /* before the first meeting, or in a dry run */
    if (code != 0 && ret->end == PROBE_ENDED && interrupt_count() > 0) {
        ret->end = PROBE_INTERRUPTED;
        return 0;
    }
    return ret->end == PROBE_STORE_FAILED ? 0 : code;
}
