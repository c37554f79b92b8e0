#include "crawler/survey/survey.h"

#include "crawler/base/descriptors.h"
#include "crawler/base/interrupt.h"
#include "crawler/base/memory.h"
#include "crawler/survey/load.h"
#include "crawler/survey/resolver.h"
#include "crawler/survey/resume.h"
#include "crawler/survey/run_note.h"
#include "crawler/survey/validation.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    WATCH_MS = 100, /* looks for signals and for news */
    PROGRESS_MS = 1000,
    WAIT_TOLD_MS = 10000,
    /* A resolver may be restarted, or a machine suspended: only then is it gone. */
    RESOLVER_PATIENCE_MS = 180000,
    /* c-ares from 1.34.6 on leaves a UDP socket after each try that was in vain, and keeps it until
     * its other questions have ended: hundreds, where many names are slow. */
    DESCRIPTORS_WANTED = 16384,
};

struct survey {
    const struct settings *settings;
    const struct survey_voice *voice;
    struct error *error;
    uv_loop_t loop;
    uv_timer_t watch;
    struct store *store;
    struct exclude *exclude;
    struct suffixes *suffixes;
    struct unbound *unbound;
    struct pipeline *pipeline;
    struct validation validation;
    uint64_t told_ms;
    unsigned interrupts;
    enum lookup_pause told_pause;
    unsigned told_wait;          /* for the pass after this one */
    bool told_tcp;               /* that long answers fail */
    bool told_limit;             /* that the resolver refuses what is too much */
    bool made_file, filled_file; /* a new one, one that was empty: and nothing is loaded into it */
    unsigned closing;
};

static void say(const struct survey *survey, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(const struct survey *survey, const char *format, ...)
{
    char line[ERROR_TEXT_MAX];
    va_list args;
    if (survey->voice->say == NULL)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    survey->voice->say(survey->voice->context, line);
}

/* --- while it runs --- */

static void tell_pause(struct survey *survey, const struct pipeline_progress *progress)
{
    enum lookup_pause pause = progress->lookups.pause;
    if (pause == survey->told_pause)
        return;
    switch (pause) {
    case PAUSE_RESOLVER:
        say(survey, "the resolver does not answer: paused, nothing is concluded about any domain");
        break;
    case PAUSE_NETWORK:
        say(survey, "the resolver refuses all names, or the network behind it is gone: paused, "
                    "nothing is concluded about any domain");
        break;
    case PAUSE_NONE:
        say(survey, survey->told_pause == PAUSE_RESOLVER ? "the resolver answers again: going on"
                                                         : "the network is there again: going on");
        break;
    }
    survey->told_pause = pause;
    /* another one may be there now; an error of the file shows elsewhere, too */
    struct error error;
    if (pause == PAUSE_NONE)
        validation_again(&survey->validation, &error);
}

static void tell_wait(struct survey *survey, const struct pipeline_progress *progress)
{
    if (progress->next_pass_in_ms == 0 || survey->told_wait == progress->pass)
        return;
    survey->told_wait = progress->pass;
    if (progress->next_pass_in_ms >= WAIT_TOLD_MS)
        say(survey, "%" PRIu64 " domains failed: asked again in %" PRIu64 " s", progress->deferred,
            progress->next_pass_in_ms / 1000);
}

static void tell_tcp(struct survey *survey, const struct pipeline_progress *progress)
{
    if (survey->told_tcp || progress->lookups.not_over_tcp == 0)
        return;
    survey->told_tcp = true;
    say(survey, "an answer that is too long for UDP did not come over TCP, and its lookup fails: "
                "mxsurvey doctor says whether that is the resolver");
}

static void tell_limit(struct survey *survey, const struct pipeline_progress *progress)
{
    if (survey->told_limit || progress->lookups.granted == 0)
        return;
    survey->told_limit = true;
    say(survey,
        "the resolver refuses questions that it answers when asked again: it is asked less, "
        "as much as it grants (--max-qps sets a limit from the start)");
}

static void tell_progress(struct survey *survey)
{
    struct pipeline_progress progress;
    if (survey->voice->progress == NULL)
        return;
    pipeline_progress(survey->pipeline, &progress);
    survey->voice->progress(survey->voice->context, &progress);
}

static void on_watch(uv_timer_t *timer)
{
    struct survey *survey = timer->data;
    struct pipeline_progress progress;
    pipeline_progress(survey->pipeline, &progress);
    for (; survey->interrupts < interrupt_count(); survey->interrupts++) {
        if (survey->interrupts == 0)
            say(survey, "stopping: what is under way is finished first (again: at once)");
        pipeline_stop(survey->pipeline);
    }
    tell_pause(survey, &progress);
    tell_wait(survey, &progress);
    tell_tcp(survey, &progress);
    tell_limit(survey, &progress);
    uint64_t now = uv_now(&survey->loop);
    if (now - survey->told_ms >= PROGRESS_MS) {
        survey->told_ms = now;
        tell_progress(survey);
    }
}

static void on_ended(void *context)
{
    struct survey *survey = context;
    uv_stop(&survey->loop);
}

static void on_given_up(void *context, const struct question *question)
{
    char text[NAME_TEXT_MAX];
    name_to_text(&question->name, text);
    say(context, "%s: given up: each time that it was asked for, the resolver died", text);
}

static int resolver_restarts(void *context)
{
    const struct survey *survey = context;
    return unbound_restarts(survey->unbound);
}

/* --- the parts of a run --- */

/* With a limit the visited names are a sample: it is the list's beginning, or a random one. */
static void choose_order(struct survey *survey)
{
    const struct settings *settings = survey->settings;
    bool limited = settings->limit != 0;
    if (settings->shuffle == SHUFFLE_SEED)
        store_set_shuffle(survey->store, settings->shuffle_seed, limited);
    else if (settings->shuffle == SHUFFLE_LONG && !limited &&
             store_domain_count(survey->store) > SHUFFLE_LONG_NAMES)
        store_set_shuffle(survey->store, SHUFFLE_LONG_SEED, false);
}

static void say_rejects(const struct survey *survey)
{
    struct load_rejects rejects;
    load_rejects(survey->store, &rejects);
    if (rejects.rejected > 0)
        say(survey, "%" PRIu64 " of %" PRIu64 " list lines are rejected, mostly: %s",
            rejects.rejected, rejects.lines, rejects.reason.text);
}

static void say_sample(const struct survey *survey)
{
    const char *sizes = survey->settings->sample_sizes;
    struct load_sample sample;
    if (!load_sampled(survey->store, &sample))
        return;
    say(survey, "a sample: %" PRIu64 " of %" PRIu64 " names", sample.drawn, sample.names);
    if (sizes != NULL && sample.others > 0)
        say(survey, "%s: %" PRIu64 " names are of none of its strata: none of them is drawn", sizes,
            sample.others);
    if (sizes != NULL && sample.absent > 0)
        say(survey, "%s: %" PRIu64 " of its strata: no name of the lists is of these", sizes,
            sample.absent);
}

static int open_file(struct survey *survey, enum store_state *ret_state)
{
    const struct settings *settings = survey->settings;
    struct stat before;
    bool was_there = stat(settings->db, &before) == 0;
    bool was_empty = was_there && before.st_size == 0;
    if (store_open(settings->db, &survey->store, ret_state, survey->error) != 0)
        return -1;
    const struct survey_voice *voice = survey->voice;
    int result = voice->opened != NULL ? voice->opened(voice->context, survey->error) : 0;
    if (result == 0 && *ret_state == STORE_NEW)
        result =
            load_lists(survey->store, settings, survey->exclude, survey->suffixes, survey->error);
    else if (result == 0)
        result = resume_compare(survey->store, settings, survey->exclude, survey->error);
    survey->made_file = result != 0 && *ret_state == STORE_NEW && !was_there;
    survey->filled_file = result != 0 && *ret_state == STORE_NEW && was_empty;
    if (result == 0 && *ret_state == STORE_FINISHED && settings->retry_failed)
        result = store_retry(settings->db, &survey->store, ret_state, survey->error);
    if (result == 0 && *ret_state == STORE_CONTINUED)
        result = resume_begin(survey->store, settings, survey->exclude, survey->error);
    if (result == 0)
        choose_order(survey);
    return result;
}

static void on_remark(void *context, const char *line)
{
    say(context, "%s", line);
}

static int start_resolver(struct survey *survey, struct lookup_settings *ret)
{
    const struct settings *settings = survey->settings;
    if (resolver_start(&survey->loop, settings, &survey->unbound, ret, survey->error) != 0)
        return -1;
    survey->validation = (struct validation){
        .store = survey->store,
        .settings = settings,
        .say = on_remark,
        .context = survey,
    };
    return validation_begin(&survey->validation, survey->error);
}

/* On the survey's loop, and of its resolver */
static int make_pipeline(struct survey *survey, const struct lookup_settings *lookup)
{
    const struct settings *settings = survey->settings;
    const struct policy_fetch_settings sts = {
        .ca_file = settings->ca_file,
        .connections = POLICY_CONNECTIONS,
        .timeout_ms = settings->sts_timeout_ms,
        .size_max = POLICY_SIZE_MAX,
        .port = POLICY_PORT,
        .allow_special = settings->allow_special_addresses,
    };
    survey->pipeline = pipeline_new(
        &(struct pipeline_settings){
            .loop = &survey->loop,
            .store = survey->store,
            .lookup = lookup,
            .exclude = survey->exclude,
            .suffixes = survey->suffixes,
            .believe_ad = settings_believe_ad(settings) && validation_holds(&survey->validation),
            .tlsa_policy = settings->tlsa_policy,
            .sts = settings->sts ? &sts : NULL,
            .limit = settings->limit,
            .wait_for_next_pass = !settings->hurry,
            .patience_ms = RESOLVER_PATIENCE_MS,
            .resolver_restarts = survey->unbound != NULL ? resolver_restarts : NULL,
            .ended = on_ended,
            .context = survey,
        },
        survey->error);
    if (survey->pipeline == NULL)
        return -1;
    /* the stored hosts, or the authorities of HTTPS, may not be readable */
    return pipeline_ended(survey->pipeline) == PIPELINE_RUNNING ? 0 : -1;
}

static enum survey_end end_of(const struct pipeline *pipeline)
{
    switch (pipeline_ended(pipeline)) {
    case PIPELINE_FINISHED:
        return SURVEY_FINISHED;
    case PIPELINE_RESOLVER_GONE:
        return SURVEY_RESOLVER_GONE;
    case PIPELINE_NETWORK_GONE:
        return SURVEY_NETWORK_GONE;
    case PIPELINE_STORE_FAILED:
        return SURVEY_STORE_FAILED;
    case PIPELINE_STOPPED:
    case PIPELINE_NOT_BEGUN:
    case PIPELINE_RUNNING:
        break;
    }
    return SURVEY_INTERRUPTED;
}

static int note_end(struct survey *survey)
{
    struct pipeline_progress progress;
    if (validation_again(&survey->validation, survey->error) != 0)
        return -1;
    pipeline_progress(survey->pipeline, &progress);
    return run_note_end(survey->store, &progress, survey->unbound, survey->error);
}

/* 1: stopped before the first question. */
static int work(struct survey *survey, enum survey_end *ret_end)
{
    struct lookup_settings lookup;
    if (interrupt_count() > 0)
        return 1;
    int result = start_resolver(survey, &lookup);
    if (interrupt_count() > 0) /* which may be why it failed */
        return 1;
    if (result != 0)
        return -1;
    lookup.given_up = on_given_up;
    lookup.given_up_context = survey;
    /* noted as begun when nothing is left that could fail before the first question */
    if (make_pipeline(survey, &lookup) != 0 ||
        run_note_begin(survey->store, survey->settings, &lookup, survey->suffixes, survey->unbound,
                       survey->error) != 0)
        return -1;
    pipeline_start(survey->pipeline);
    uv_timer_start(&survey->watch, on_watch, WATCH_MS, WATCH_MS);
    uv_run(&survey->loop, UV_RUN_DEFAULT);
    tell_progress(survey);
    *ret_end = end_of(survey->pipeline);
    return *ret_end == SURVEY_STORE_FAILED ? 0 : note_end(survey);
}

/* --- closing --- */

static void one_closed(void *context)
{
    struct survey *survey = context;
    survey->closing--;
}

static void on_watch_closed(uv_handle_t *handle)
{
    one_closed(handle->data);
}

static void close_all(struct survey *survey)
{
    survey->closing = 1;
    uv_close((uv_handle_t *)&survey->watch, on_watch_closed);
    if (survey->pipeline != NULL) {
        survey->closing++;
        pipeline_close(survey->pipeline, one_closed, survey);
    }
    if (survey->unbound != NULL) {
        survey->closing++;
        unbound_stop(survey->unbound, one_closed, survey);
    }
    while (survey->closing > 0)
        uv_run(&survey->loop, UV_RUN_ONCE);
    pipeline_free(survey->pipeline);
    unbound_free(survey->unbound);
    uv_run(&survey->loop, UV_RUN_NOWAIT);
    uv_loop_close(&survey->loop);
}

static int prepare(struct survey *survey)
{
    const char *path = survey->settings->exclude;
    if (suffixes_open(&survey->suffixes, survey->error) != 0)
        return -1;
    return path != NULL ? exclude_load(path, &survey->exclude, survey->error) : 0;
}

/* A disk that is full may keep SQLite from rolling back. */
static void remove_journal(const char *path)
{
    char *journal = NULL;
    if (asprintf(&journal, "%s-journal", path) >= 0)
        unlink(journal);
    free(journal);
}

/* As it was before, where the lists did not get into it.  Of a link that led nowhere the link
 * stays. */
static void undo_file(const struct survey *survey)
{
    char *path =
        survey->made_file || survey->filled_file ? realpath(survey->settings->db, NULL) : NULL;
    if (path == NULL)
        return;
    if (survey->made_file) {
        unlink(path);
    } else {
        int failed = truncate(path, 0); /* then a survey that has not begun stays: as good */
        (void)failed;
    }
    remove_journal(path);
    free(path);
}

static bool is_stopped(void *context)
{
    (void)context;
    return interrupt_count() > 0;
}

/* Closes the file; an error of closing counts unless there was one before. */
static int close_file(struct survey *survey, int result, enum survey_end *ret_end)
{
    struct error error = {""};
    if (survey->store == NULL)
        return result;
    const struct store_voice voice = {.stopped = is_stopped, .say = on_remark, .context = survey};
    bool store_error = store_failed(survey->store, &error);
    bool finished = *ret_end == SURVEY_FINISHED || *ret_end == SURVEY_WAS_FINISHED;
    store_set_voice(survey->store, &voice);
    enum store_end end = store_close(survey->store, result == 0 && finished, &error);
    undo_file(survey);
    if (result != 0)
        return result;
    if (store_error || end == STORE_FAILED)
        *ret_end = SURVEY_STORE_FAILED;
    else if (end == STORE_STOPPED)
        *ret_end = SURVEY_INTERRUPTED;
    if (store_error || end < 0)
        *survey->error = error;
    return end == STORE_DAMAGED ? -1 : 0;
}

static uint64_t domains_to_survey(const struct survey *survey)
{
    uint64_t limit = survey->settings->limit, listed = store_domain_count(survey->store);
    return limit > 0 && limit < listed ? limit : listed;
}

static void sum_up(const struct survey *survey, struct survey_result *ret)
{
    ret->domains = domains_to_survey(survey);
    ret->done = store_done_count(survey->store);
    ret->unanswered = store_unanswered_count(survey->store);
    load_rejects(survey->store, &ret->rejects);
}

int survey_run(const struct settings *settings, const struct survey_voice *voice,
               struct survey_result *ret, struct error *error)
{
    struct survey survey = {.settings = settings, .voice = voice, .error = error};
    enum store_state state = STORE_NEW;
    *ret = (struct survey_result){.end = SURVEY_INTERRUPTED};
    descriptors_want(DESCRIPTORS_WANTED);
    memory_give_back();
    if (resolver_loop(&survey.loop, error) != 0)
        return -1;
    uv_timer_init(&survey.loop, &survey.watch);
    survey.watch.data = &survey;
    int result = prepare(&survey);
    if (result == 0)
        result = open_file(&survey, &state);
    if (result > 0 && state == STORE_NEW)
        ret->end = SURVEY_NOT_BEGUN;
    if (result == 0 && state == STORE_FINISHED)
        ret->end = SURVEY_WAS_FINISHED;
    else if (result == 0) {
        if (state == STORE_CONTINUED)
            say(&survey, "continuing: %" PRIu64 " of %" PRIu64 " domains are done",
                store_done_count(survey.store), domains_to_survey(&survey));
        say_rejects(&survey);
        say_sample(&survey);
        if (store_done_count(survey.store) < store_domain_count(survey.store))
            result = work(&survey, &ret->end);
        else if ((result = run_note_nothing(survey.store, survey.suffixes, error)) == 0)
            ret->end = SURVEY_FINISHED;
    }
    if (result >= 0 && survey.store != NULL)
        sum_up(&survey, ret);
    close_all(&survey);
    result = close_file(&survey, result > 0 ? 0 : result, &ret->end);
    exclude_free(survey.exclude);
    suffixes_free(survey.suffixes);
    return result;
}
