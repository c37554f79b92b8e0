/* run.c - `mxsurvey run`: survey a list, show how far it is, say how it ended. */
#include "crawler/cli/cli.h"
#include "crawler/cli/metrics.h"
#include "crawler/cli/progress.h"
#include "crawler/survey/interrupt.h"
#include "crawler/survey/survey.h"

#include <string.h>
#include <unistd.h>

struct speaker {
    const struct options *options;
    struct progress_view view;
    struct metrics metrics; /* unless options->metrics is NULL */
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

static void show(void *context, const struct pipeline_progress *progress)
{
    struct speaker *speaker = context;
    if (speaker->options->progress != PROGRESS_NEVER)
        progress_show(&speaker->view, progress);
    struct error error;
    if (speaker->options->metrics != NULL &&
        metrics_update(&speaker->metrics, progress, &error) != 0)
        warn(speaker, &error);
}

static void end_metrics(struct speaker *speaker, int status)
{
    enum metrics_state state = status == STATUS_DONE      ? METRICS_FINISHED
                               : status == STATUS_STOPPED ? METRICS_STOPPED
                                                          : METRICS_FAILED;
    struct error error;
    if (speaker->options->metrics != NULL && metrics_end(&speaker->metrics, state, &error) != 0)
        warn(speaker, &error);
}

static int say_finished_before(const struct options *options)
{
    struct error line;
    error_set(&line, "%s: finished before; nothing to do", options->settings.db);
    if (options->log_level >= LOG_INFO)
        fprintf(stderr, "mxsurvey: %s\n", line.text);
    return STATUS_DONE;
}

static int status_of(enum survey_end end, const struct options *options, const struct error *error)
{
    char text[ERROR_TEXT_MAX + 256];
    const char *db = options->settings.db;
    switch (end) {
    case SURVEY_FINISHED:
        return STATUS_DONE;
    case SURVEY_WAS_FINISHED:
        return say_finished_before(options);
    case SURVEY_INTERRUPTED:
        snprintf(text, sizeof text, "stopped; all so far is in %s: the same command continues", db);
        return cli_fail(STATUS_STOPPED, text);
    case SURVEY_NOT_BEGUN:
        return cli_fail(STATUS_STOPPED, "stopped while the lists were read: nothing is written; "
                                        "repeat the command");
    case SURVEY_RESOLVER_GONE:
        snprintf(text, sizeof text,
                 "%s stays away; all so far is in %s: mend it, the same command continues",
                 options->settings.resolver_count > 0 ? options->settings.resolver_texts[0]
                                                      : "the private Unbound",
                 db);
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
                 .terminal = options->progress == PROGRESS_ALWAYS || isatty(STDERR_FILENO)},
    };
    const struct survey_voice voice = {.say = say, .progress = show, .context = &speaker};
    enum survey_end end;
    struct error error = {""};
    interrupt_watch();
    if (options->metrics != NULL &&
        metrics_begin(&speaker.metrics, options->metrics, settings->db, &error) != 0)
        return cli_fail(STATUS_ERROR, error.text);
    int result = survey_run(settings, &voice, &end, &error);
    progress_break(&speaker.view);
    int status = result != 0 ? cli_fail(STATUS_ERROR, error.text) : status_of(end, options, &error);
    end_metrics(&speaker, status);
    return status;
}
