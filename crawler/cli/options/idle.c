/* Options that would do nothing where another one is given, or where it is not. */
#include "crawler/cli/options/table.h"

#include <string.h>

static bool without_policies(const struct options *options)
{
    return !options->settings.sts;
}

static bool without_report(const struct options *options)
{
    return options->notify != NULL;
}

static bool without_list(const struct options *options)
{
    return options->settings.list_count == 0;
}

static bool with_list(const struct options *options)
{
    return !without_list(options);
}

static bool without_notify(const struct options *options)
{
    return options->notify == NULL;
}

static bool without_mail(const struct options *options)
{
    return !options->mail;
}

static bool without_document(const struct options *options)
{
    return options->format == FORMAT_JSON;
}

static bool without_view(const struct options *options)
{
    return options->is_public;
}

static bool without_public(const struct options *options)
{
    return !options->is_public;
}

static bool without_questions(const struct options *options)
{
    return options->plan != 0 || options->sample.half_width > 0;
}

static bool without_sample(const struct options *options)
{
    return !(options->sample.half_width > 0);
}

static bool without_draw(const struct options *options)
{
    return options->settings.sample == 0;
}

static bool with_from(const struct options *options)
{
    return options->sample.from != NULL;
}

static bool without_meeting(const struct options *options)
{
    return !options->meeting.asked;
}

static bool with_meeting(const struct options *options)
{
    return options->meeting.asked;
}

static bool without_check(const struct options *options)
{
    return options->meeting.helo_unchecked;
}

static bool with_dry_run(const struct options *options)
{
    return options->meeting.dry_run;
}

static bool with_plan(const struct options *options)
{
    return options->plan != 0;
}

static const struct idle_row {
    const char *name;
    unsigned commands;
    bool (*idle)(const struct options *options);
    const char *where;
    bool refused; /* else a remark: a setting that a script keeps while policies are left out */
} rows[] = {
    {"sts-timeout", COMMAND_RUN | COMMAND_CHECK, without_policies, "beside --sts off", false},
    {"ca-file", COMMAND_RUN | COMMAND_CHECK, without_policies, "beside --sts off", false},
    {"allow-special-addresses", COMMAND_RUN | COMMAND_CHECK, without_policies, "beside --sts off",
     false},
    {"weights", COMMAND_REPORT, without_report, "beside --notify", true},
    {"list", COMMAND_REPORT, without_report, "beside --notify", true},
    {"weights", COMMAND_REPORT, with_list, "beside --list", true},
    {"operators", COMMAND_REPORT, with_list, "beside --list", true},
    {"networks", COMMAND_REPORT, with_list, "beside --list", true},
    {"summary", COMMAND_REPORT, with_list, "beside --list", true},
    {"top", COMMAND_REPORT, with_list, "beside --list", true},
    {"list-format", COMMAND_REPORT | COMMAND_CHECK, without_list, "without --list", true},
    {"list-column", COMMAND_REPORT | COMMAND_CHECK, without_list, "without --list", true},
    {"mail", COMMAND_REPORT, without_notify, "without --notify", true},
    {"mail-template", COMMAND_REPORT, without_mail, "without --mail", true},
    {"view", COMMAND_EXPORT, without_view, "beside --public", true},
    {"least", COMMAND_EXPORT, without_public, "without --public", true},
    {"operators", COMMAND_REPORT, without_report, "beside --notify", true},
    {"networks", COMMAND_REPORT, without_report, "beside --notify", true},
    {"summary", COMMAND_REPORT, without_report, "beside --notify", true},
    {"top", COMMAND_REPORT, without_report, "beside --notify", true},
    {"top", COMMAND_REPORT, without_document, "beside --format json", true},
    {"summary", COMMAND_REPORT, without_document, "beside --format json", true},
    {"resolver", COMMAND_DOCTOR, without_questions, "beside --plan and --sample", true},
    {"root-hints", COMMAND_DOCTOR, without_questions, "beside --plan and --sample", true},
    {"trust-anchor", COMMAND_DOCTOR, without_questions, "beside --plan and --sample", true},
    {"unbound-include", COMMAND_DOCTOR, without_questions, "beside --plan and --sample", true},
    {"trust-ad", COMMAND_DOCTOR, without_questions, "beside --plan and --sample", true},
    {"max-in-flight", COMMAND_DOCTOR, without_questions, "beside --plan and --sample", true},
    {"timeout", COMMAND_DOCTOR, without_questions, "beside --plan and --sample", true},
    {"by", COMMAND_RUN, without_draw, "without --sample", true},
    {"allocate", COMMAND_RUN, without_draw, "without --sample", true},
    {"sample", COMMAND_DOCTOR, with_plan, "beside --plan", true},
    {"share", COMMAND_DOCTOR, without_sample, "without --sample", true},
    {"share", COMMAND_DOCTOR, with_from, "beside --from", true},
    {"from", COMMAND_DOCTOR, without_sample, "without --sample", true},
    {"names", COMMAND_DOCTOR, without_sample, "without --sample", true},
    {"tries", COMMAND_DOCTOR, without_questions, "beside --plan and --sample", true},
    {"helo", COMMAND_DOCTOR, without_meeting, "without --probe", true},
    {"to", COMMAND_DOCTOR, without_meeting, "without --probe", true},
    {"plan", COMMAND_DOCTOR, with_meeting, "beside --probe", true},
    {"sample", COMMAND_DOCTOR, with_meeting, "beside --probe", true},
    {"root-hints", COMMAND_DOCTOR, with_meeting, "beside --probe", true},
    {"trust-anchor", COMMAND_DOCTOR, with_meeting, "beside --probe", true},
    {"unbound-include", COMMAND_DOCTOR, with_meeting, "beside --probe", true},
    {"trust-ad", COMMAND_DOCTOR, with_meeting, "beside --probe", true},
    {"max-in-flight", COMMAND_DOCTOR, with_meeting, "beside --probe", true},
    {"timeout", COMMAND_DOCTOR, with_meeting, "beside --probe", true},
    {"tries", COMMAND_DOCTOR, with_meeting, "beside --probe", true},
    {"resolver", COMMAND_PROBE, without_check, "beside --helo-unchecked", true},
    {"resolver", COMMAND_PROBE, with_dry_run, "beside --dry-run", true},
    {"ca-file", COMMAND_PROBE, with_dry_run, "beside --dry-run", false},
    {"keep-der", COMMAND_PROBE, with_dry_run, "beside --dry-run", false},
};

int options_check_idle(enum command command, const char *command_name, struct options *options,
                       struct error *error)
{
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct idle_row *row = &rows[i];
        if ((row->commands & command) == 0 || !options_given(options, command, row->name) ||
            !row->idle(options))
            continue;
        error_set(row->refused ? error : &options->remark, "%s: --%s does nothing %s", command_name,
                  row->name, row->where);
        if (row->refused)
            return 2;
    }
    return 0;
}
