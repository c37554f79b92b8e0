/* probe.c - `mxsurvey probe`: meet the mail hosts of a finished survey, say how far it is and how
 * it ended. */
#include "crawler/cli/cli.h"

#include "analysis/document/text_form.h"
#include "crawler/base/interrupt.h"
#include "crawler/cli/progress/progress.h"
#include "crawler/cli/progress/text.h"
#include "crawler/core/words.h"
#include "crawler/probe/probe.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

enum {
    SUMMARY_MAX = 400
};

struct speaker {
    const struct options *options;
    struct progress_view view;
};

static void say(void *context, const char *line)
{
    struct speaker *speaker = context;
    if (speaker->options->log_level < LOG_INFO)
        return;
    progress_break(&speaker->view);
    cli_say(line);
}

/* `700 tls, 100 no_starttls` */
static void outcomes(const struct probe_counts *counts, char ret[SUMMARY_MAX])
{
    int length = 0;
    ret[0] = '\0';
    for (int outcome = PROBE_TLS; outcome <= PROBE_MALFORMED; outcome++) {
        char number[NUMBER_MAX];
        if (counts->by_outcome[outcome] > 0 && length < SUMMARY_MAX)
            length +=
                snprintf(ret + length, SUMMARY_MAX - (size_t)length, "%s%s %s",
                         length > 0 ? ", " : "", text_count(counts->by_outcome[outcome], number),
                         probe_outcome_word((enum probe_outcome)outcome));
    }
}

static void show(void *context, const struct probe_counts *counts)
{
    struct speaker *speaker = context;
    char line[PROGRESS_LINE_MAX], met[NUMBER_MAX], all[NUMBER_MAX], tls[NUMBER_MAX];
    char left[NUMBER_MAX];
    if (speaker->options->progress == PROGRESS_NEVER ||
        !progress_is_due(&speaker->view, counts->elapsed_ms))
        return;
    unsigned width = progress_width(&speaker->view);
    snprintf(line, sizeof line, "%s of %s hosts met, %s tls, %u under way, at least %s left",
             text_count(counts->met, met), text_count(counts->to_meet, all),
             text_count(counts->by_outcome[PROBE_TLS], tls), counts->under_way,
             cli_duration((double)counts->seconds_left, left));
    if (width < sizeof line)
        line[width] = '\0';
    progress_put(&speaker->view, line);
}

static void say_later(struct speaker *speaker, const struct probe_counts *counts)
{
    struct error line;
    struct tm tm;
    time_t at = (time_t)counts->later_at;
    char text[32] = "", number[NUMBER_MAX];
    if (counts->later == 0)
        return;
    if (localtime_r(&at, &tm) != NULL)
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
    error_set(&line,
              "%s said 4xx, which says nothing: the same command meets them once more, the first "
              "after %s",
              text_count(counts->later, number), text);
    say(speaker, line.text);
}

/* What was met, and what was not. */
static void summarize(struct speaker *speaker, const struct probe_result *result)
{
    const struct probe_counts *counts = &result->counts;
    struct error line;
    char by_outcome[SUMMARY_MAX], number[NUMBER_MAX];
    outcomes(counts, by_outcome);
    if (counts->met > 0) {
        error_set(&line, "%s", by_outcome);
        say(speaker, line.text);
    }
    if (counts->left_out > 0) {
        error_set(&line, "%s not met: opted out, or at no address that may be met",
                  text_count(counts->left_out, number));
        say(speaker, line.text);
    }
    if (counts->no_route > 0) {
        error_set(&line, "%s not met: no way from here to their addresses",
                  text_count(counts->no_route, number));
        say(speaker, line.text);
    }
    say_later(speaker, counts);
}

static void warn_unconnected(struct speaker *speaker, const struct probe_counts *counts)
{
    uint64_t silent = counts->by_outcome[PROBE_REFUSED] + counts->by_outcome[PROBE_TIMEOUT] +
                      counts->by_outcome[PROBE_UNREACHABLE];
    if (counts->met == 0 || silent < counts->met || speaker->options->log_level < LOG_WARNING)
        return;
    progress_break(&speaker->view);
    cli_say("warning: none of them answered; is port 25 open to this machine? mxsurvey doctor "
            "--probe asks");
}

static void say_ended(struct speaker *speaker, const struct probe_result *result, const char *met,
                      const char *all)
{
    const char *db = speaker->options->arguments[0];
    struct error line;
    char known[NUMBER_MAX], word[CLI_WORD_MAX];
    if (result->counts.to_meet > 0)
        error_set(&line, "finished: %s of %s hosts met; next: mxsurvey report %s", met, all,
                  cli_word(db, word));
    else if (result->known > 0)
        error_set(&line, "%s: all %s hosts were met before; nothing to do", db,
                  text_count(result->known, known));
    else
        error_set(&line, "%s: no mail host to meet", db);
    say(speaker, line.text);
    if (result->counts.to_meet == 0)
        return;
    summarize(speaker, result);
    warn_unconnected(speaker, &result->counts);
}

static int status_of(struct speaker *speaker, const struct probe_result *result,
                     const struct error *error)
{
    const char *db = speaker->options->arguments[0];
    struct error line;
    char met[NUMBER_MAX], all[NUMBER_MAX];
    text_count(result->counts.met, met);
    text_count(result->counts.to_meet, all);
    switch (result->end) {
    case PROBE_ENDED:
        say_ended(speaker, result, met, all);
        return STATUS_DONE;
    case PROBE_INTERRUPTED:
        error_set(&line,
                  "stopped: %s of %s hosts met; all so far is in %s: the same command "
                  "continues",
                  met, all, db);
        return cli_fail(STATUS_STOPPED, line.text);
    case PROBE_CUT_OFF:
        error_set(&line,
                  "stopped: %u hosts of different operators in a row gave no connection, so the "
                  "network is gone or port 25 is closed to this machine: these are not stored; %s "
                  "of %s hosts met; mxsurvey doctor --probe asks, then the same command continues",
                  result->row, met, all);
        return cli_fail(STATUS_STOPPED, line.text);
    case PROBE_STORE_FAILED:
        error_set(&line, "%s; all before is kept: the same command continues", error->text);
        return cli_fail(STATUS_STOPPED, line.text);
    }
    return STATUS_ERROR;
}

static int print_plan(const struct probe_result *result, const struct options *options)
{
    char number[NUMBER_MAX], other[NUMBER_MAX], more[NUMBER_MAX];
    uint64_t hosts = result->counts.to_meet - result->counts.left_out;
    printf("%s host%s to meet, of %s operator%s and %s address prefix%s\n",
           text_count(hosts, number), hosts == 1 ? "" : "s", text_count(result->operators, other),
           result->operators == 1 ? "" : "s", text_count(result->prefixes, more),
           result->prefixes == 1 ? "" : "es");
    if (result->counts.left_out > 0)
        printf("%s %s not met: opted out, or at no address that may be met\n",
               text_count(result->counts.left_out, number),
               result->counts.left_out == 1 ? "is" : "are");
    if (result->known > 0)
        printf("%s %s met before\n", text_count(result->known, number),
               result->known == 1 ? "was" : "were");
    printf("the largest operator or prefix has %s, a second between two; %u a second in all\n",
           text_count(result->largest, number), options->meeting.rate);
    printf("at least %s\n", cli_duration((double)result->planned_seconds, number));
    return STATUS_DONE;
}

static int check_arguments(const struct options *options)
{
    if (options->argument_count != 1 || *options->arguments[0] == '\0')
        return cli_fail(STATUS_USAGE, "probe: one survey file; see mxsurvey probe --help");
    if (options->meeting.helo == NULL && !options->meeting.dry_run)
        return cli_fail(STATUS_USAGE,
                        "probe: no --helo NAME, the reverse name of this machine's address; see "
                        "mxsurvey probe --help");
    return STATUS_DONE;
}

int cli_probe(const struct options *options)
{
    const struct meeting_options *meeting = &options->meeting;
    int status = check_arguments(options);
    if (status != STATUS_DONE)
        return status;
    const struct probe_settings settings = {
        .db = options->arguments[0],
        .helo = meeting->helo,
        .helo_unchecked = meeting->helo_unchecked,
        .resolver = settings_resolver(&options->settings),
        .dry_run = meeting->dry_run,
        .keep_der = meeting->keep_der,
        .allow_special = options->settings.allow_special_addresses,
        .family = meeting->family,
        .only = meeting->only,
        .limit = options->settings.limit,
        .shuffled = options->settings.shuffle == SHUFFLE_SEED,
        .seed = options->settings.shuffle_seed,
        .again_s = meeting->again_s,
        .rate = meeting->rate,
        .exclude = options->settings.exclude,
        .ca_file = options->settings.ca_file,
    };
    struct speaker speaker = {
        .options = options,
        .view = {.out = stderr,
                 .terminal = options->progress == PROGRESS_ALWAYS || progress_rewrites(stderr)},
    };
    const struct probe_voice voice = {.progress = show, .say = say, .context = &speaker};
    struct probe_result result;
    struct error error = {""};
    if (!probe_keeps_manners)
        cli_say("this build keeps no manners: it is for the bench alone");
    interrupt_watch();
    int code = probe_run(&settings, &voice, &result, &error);
    progress_break(&speaker.view);
    if (code != 0)
        return cli_fail(STATUS_ERROR, error.text);
    if (meeting->dry_run && result.end == PROBE_ENDED)
        return print_plan(&result, options);
    return status_of(&speaker, &result, &error);
}
