/* Options that would do nothing where another one is given, or where it is not. */
#include "crawler/cli/options_table.h"

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

static bool without_bootstrap(const struct options *options)
{
    return options->report.bootstrap_replicates == 0;
}

static bool without_questions(const struct options *options)
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
    {"bootstrap", COMMAND_REPORT, without_report, "beside --notify", true},
    {"seed", COMMAND_REPORT, without_report, "beside --notify", true},
    {"weights", COMMAND_REPORT, without_report, "beside --notify", true},
    {"list", COMMAND_REPORT, without_report, "beside --notify", true},
    {"bootstrap", COMMAND_REPORT, with_list, "beside --list", true},
    {"seed", COMMAND_REPORT, with_list, "beside --list", true},
    {"weights", COMMAND_REPORT, with_list, "beside --list", true},
    {"list-format", COMMAND_REPORT | COMMAND_CHECK, without_list, "without --list", true},
    {"list-column", COMMAND_REPORT | COMMAND_CHECK, without_list, "without --list", true},
    {"mail", COMMAND_REPORT, without_notify, "without --notify", true},
    {"mail-template", COMMAND_REPORT, without_mail, "without --mail", true},
    {"seed", COMMAND_REPORT, without_bootstrap, "without --bootstrap", true},
    {"resolver", COMMAND_DOCTOR, without_questions, "beside --plan", true},
    {"root-hints", COMMAND_DOCTOR, without_questions, "beside --plan", true},
    {"trust-anchor", COMMAND_DOCTOR, without_questions, "beside --plan", true},
    {"unbound-include", COMMAND_DOCTOR, without_questions, "beside --plan", true},
    {"trust-ad", COMMAND_DOCTOR, without_questions, "beside --plan", true},
    {"max-in-flight", COMMAND_DOCTOR, without_questions, "beside --plan", true},
    {"timeout", COMMAND_DOCTOR, without_questions, "beside --plan", true},
    {"tries", COMMAND_DOCTOR, without_questions, "beside --plan", true},
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
