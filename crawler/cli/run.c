/* run.c - `mxsurvey run`: survey a list, show how far it is, say how it ended. */
#include "analysis/document/text_form.h"
#include "analysis/report/unanswered.h"
#include "crawler/base/interrupt.h"
#include "crawler/cli/cli.h"
#include "crawler/cli/metrics.h"
#include "crawler/cli/progress/progress.h"
#include "crawler/survey/survey.h"

#include <string.h>

enum {
    SUMMARY_MAX = 320
};

struct speaker {
    const struct options *options;
    struct progress_view view;
    struct metrics metrics; /* if measured */
    bool measured;
};

static void say(void *context, const char *line)
{
    struct speaker *speaker = context;
    if (speaker->options->log_level < LOG_INFO)
        return;
    progress_break(&speaker->view);
    fprintf(stderr, "mxsurvey: %s\n", line);
}

static void warn(struct speaker *speaker, const struct error *error)
{
    if (speaker->options->log_level < LOG_WARNING)
        return;
    progress_break(&speaker->view);
    fprintf(stderr, "mxsurvey: %s\n", error->text);
}

/* A run that another one keeps out leaves that one's counters alone. */
static int begin(void *context, struct error *error)
{
    struct speaker *speaker = context;
    const struct options *options = speaker->options;
    if (options->metrics == NULL)
        return 0;
    int status = metrics_begin(&speaker->metrics, options->metrics, options->settings.db, error);
    speaker->measured = status == 0;
    return status;
}

static void show(void *context, const struct pipeline_progress *progress)
{
    struct speaker *speaker = context;
    if (speaker->options->progress != PROGRESS_NEVER)
        progress_show(&speaker->view, progress);
    struct error error;
    if (speaker->measured && metrics_update(&speaker->metrics, progress, &error) != 0)
        warn(speaker, &error);
}

static void end_metrics(struct speaker *speaker, int status)
{
    enum metrics_state state = status == STATUS_DONE      ? METRICS_FINISHED
                               : status == STATUS_STOPPED ? METRICS_STOPPED
                                                          : METRICS_FAILED;
    struct error error;
    if (speaker->measured && metrics_end(&speaker->metrics, state, &error) != 0)
        warn(speaker, &error);
}

/* `20 of 1,000 domains, 3 failed, 2 of 1,003 list lines rejected (mostly: url)` */
static void summary(const struct survey_result *result, char ret[SUMMARY_MAX])
{
    const struct load_rejects *rejects = &result->rejects;
    char done[NUMBER_MAX], domains[NUMBER_MAX], failed[NUMBER_MAX];
    char rejected[NUMBER_MAX], lines[NUMBER_MAX];
    int length =
        snprintf(ret, SUMMARY_MAX, "%s of %s domains, %s failed, %s of %s list lines rejected",
                 text_count(result->done, done), text_count(result->domains, domains),
                 text_count(result->unanswered, failed), text_count(rejects->rejected, rejected),
                 text_count(rejects->lines, lines));
    if (rejects->rejected > 0)
        snprintf(ret + length, SUMMARY_MAX - (size_t)length, " (mostly: %.100s)",
                 rejects->reason.text);
}

static int finish(struct speaker *speaker, const struct survey_result *result)
{
    const struct settings *settings = &speaker->options->settings;
    const char *db = settings->db;
    struct error line;
    char text[SUMMARY_MAX], share[NUMBER_MAX], word[CLI_WORD_MAX];
    summary(result, text);
    if (settings->shards > 1)
        error_set(&line, "finished: %s; next: mxsurvey merge OUT.db %s and the other shards", text,
                  cli_word(db, word));
    else
        error_set(&line, "finished: %s; next: mxsurvey report %s", text, cli_word(db, word));
    say(speaker, line.text);
    if (!unanswered_is_much(result->unanswered, result->done))
        return STATUS_DONE;
    text_percent((double)result->unanswered / (double)result->done, 1, share);
    error_set(&line,
              "%s: warning: %s of the domains are unanswered, which every share of the "
              "report is uncertain by; mxsurvey doctor examines the resolver",
              db, share);
    warn(speaker, &line);
    return STATUS_DONE;
}

static int say_finished_before(struct speaker *speaker)
{
    struct error line;
    error_set(&line, "%s: finished before; nothing to do", speaker->options->settings.db);
    say(speaker, line.text);
    return STATUS_DONE;
}

static int status_of(struct speaker *speaker, const struct survey_result *result,
                     const struct error *error)
{
    const struct options *options = speaker->options;
    const char *db = options->settings.db;
    char sum[SUMMARY_MAX], text[ERROR_TEXT_MAX + 256];
    summary(result, sum);
    switch (result->end) {
    case SURVEY_FINISHED:
        return finish(speaker, result);
    case SURVEY_WAS_FINISHED:
        return say_finished_before(speaker);
    case SURVEY_INTERRUPTED:
        snprintf(text, sizeof text, "stopped: %s; all so far is in %s: the same command continues",
                 sum, db);
        return cli_fail(STATUS_STOPPED, text);
    case SURVEY_NOT_BEGUN:
        return cli_fail(STATUS_STOPPED, "stopped while the lists were read: nothing is written; "
                                        "repeat the command");
    case SURVEY_RESOLVER_GONE:
    case SURVEY_NETWORK_GONE:
        snprintf(text, sizeof text,
                 "%s%s stays away: %s; all so far is in %s: mend it, the same command continues",
                 result->end == SURVEY_NETWORK_GONE ? "the network behind " : "",
                 options->settings.resolver_count > 0 ? options->settings.resolver_texts[0]
                                                      : "the private Unbound",
                 sum, db);
        return cli_fail(STATUS_STOPPED, text);
    case SURVEY_STORE_FAILED:
        snprintf(text, sizeof text, "%s; all before is kept: the same command continues",
                 error->text);
        return cli_fail(STATUS_STOPPED, text);
    }
    return STATUS_ERROR;
}

int cli_run(const struct options *options)
{
    const struct settings *settings = &options->settings;
    if (settings->list_count == 0)
        return cli_fail(STATUS_USAGE, "run: no --list FILE; see mxsurvey run --help");
    if (settings->db == NULL)
        return cli_fail(STATUS_USAGE, "run: no --db FILE; see mxsurvey run --help");
    if (options->argument_count > 0) {
        struct error error;
        error_set(&error, "run: what is \"%s\"? A list is given by --list; see mxsurvey run --help",
                  options->arguments[0]);
        return cli_fail(STATUS_USAGE, error.text);
    }
    struct speaker speaker = {
        .options = options,
        .view = {.out = stderr,
                 .terminal = options->progress == PROGRESS_ALWAYS || progress_rewrites(stderr)},
    };
    const struct survey_voice voice = {
        .opened = begin, .say = say, .progress = show, .context = &speaker};
    struct survey_result result;
    struct error error = {""};
    interrupt_watch();
    int code = survey_run(settings, &voice, &result, &error);
    progress_break(&speaker.view);
    int status =
        code != 0 ? cli_fail(STATUS_ERROR, error.text) : status_of(&speaker, &result, &error);
    end_metrics(&speaker, status);
    return status;
}
