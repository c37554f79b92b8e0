#include "crawler/cli/options/files.h"

#include "analysis/document/text_form.h"
#include "crawler/probe/schedule.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int options_wrong(struct error *error, const char *name, const char *value, const char *expected)
{
    error_set(error, "--%s: \"%s\" is not %s", name, value, expected);
    return 2;
}

bool options_number(const char *text, uint64_t least, uint64_t most, uint64_t *ret)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    uint64_t number = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || number < least || number > most)
        return false;
    *ret = number;
    return true;
}

int options_unsigned(const char *name, const char *value, unsigned most, unsigned *ret,
                     struct error *error)
{
    char expected[64];
    uint64_t number;
    snprintf(expected, sizeof expected, "a number from 1 to %u", most);
    if (!options_number(value, 1, most, &number))
        return options_wrong(error, name, value, expected);
    *ret = (unsigned)number;
    return 0;
}

int options_choice(const char *value, const char *const *words, int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(value, words[i]) == 0)
            return i;
    }
    return -1;
}

OPTION_SWITCH(apply_help, help)

static int apply_config(struct options *options, const char *value, struct error *error)
{
    (void)options; /* read before the other options: the command line wins */
    (void)value;
    (void)error;
    return 0;
}

/* Of every command that has them. */
static const struct option_row general[] = {
    {"config", "FILE", COMMAND_RUN | COMMAND_CHECK | COMMAND_DOCTOR | COMMAND_PROBE,
     "the same settings as JSON, {\"max-qps\": 500, ...}; the command line wins", apply_config,
     INPUT_FILE},
    {"help", NULL, ~0U, "this text", apply_help, NO_FILE},
    {.name = NULL},
};

enum {
    OPTIONS_MAX = 64, /* of one command; bits of options.given */
    HELP_LEFT = 24,   /* columns of an option and its argument */
};

static unsigned rows_of(enum command command, const struct option_row *ret[OPTIONS_MAX])
{
    const struct option_row *const tables[] = {options_survey, options_sample,  options_doctor,
                                               options_probe,  options_reading, general};
    unsigned count = 0;
    for (unsigned t = 0; t < sizeof tables / sizeof *tables; t++) {
        for (const struct option_row *row = tables[t]; row->name != NULL; row++) {
            if ((row->commands & command) == 0)
                continue;
            assert(count < OPTIONS_MAX);
            assert((row->role != NO_FILE) ==
                   (row->argument != NULL && strcmp(row->argument, "FILE") == 0));
            ret[count++] = row;
        }
    }
    return count;
}

static const struct option_row *row_of(const char *name, enum command command)
{
    const struct option_row *rows[OPTIONS_MAX];
    unsigned count = rows_of(command, rows);
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(rows[i]->name, name) == 0)
            return rows[i];
    }
    return NULL;
}

void options_print(enum command command, FILE *out)
{
    const struct option_row *rows[OPTIONS_MAX];
    unsigned count = rows_of(command, rows);
    for (unsigned i = 0; i < count; i++) {
        char left[40];
        snprintf(left, sizeof left, "--%s%s%s", rows[i]->name, rows[i]->argument != NULL ? " " : "",
                 rows[i]->argument != NULL ? rows[i]->argument : "");
        int column = fprintf(out, "  %-*s ", HELP_LEFT, left);
        text_wrap(out, column, 2 + HELP_LEFT + 1, rows[i]->help);
    }
}

/* --- the configuration file --- */

/* Notes the file that it names, once it was taken. */
static int apply_value(struct options *options, const struct option_row *row, const char *value,
                       struct error *error)
{
    int result = row->apply(options, value, error);
    if (result == 0)
        files_note(options, row, value);
    return result;
}

static int apply_json(struct options *options, const struct option_row *row, json_t *value,
                      struct error *error)
{
    if (row->argument == NULL && json_is_false(value))
        return 0;
    if (row->argument == NULL && json_is_true(value))
        return row->apply(options, "", error);
    if (row->argument != NULL && json_is_string(value))
        return apply_value(options, row, json_string_value(value), error);
    if (row->argument != NULL && json_is_integer(value)) {
        char number[24];
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return row->apply(options, number, error);
    }
    error_set(error, "\"%s\" has a value of the wrong kind", row->name);
    return 1;
}

bool options_may_be_several(const struct option_row *row)
{
    static const char *const names[] = {"list", "resolver", "networks"};
    return options_choice(row->name, names, 3) >= 0;
}

static int apply_setting(struct options *options, const struct option_row *row, json_t *value,
                         struct error *error)
{
    size_t i;
    json_t *element;
    if (!json_is_array(value))
        return apply_json(options, row, value, error);
    if (!options_may_be_several(row)) {
        error_set(error, "\"%s\" takes one value, not several", row->name);
        return 1;
    }
    json_array_foreach(value, i, element)
    {
        int result = apply_json(options, row, element, error);
        if (result != 0)
            return result;
    }
    return 0;
}

/* One file of settings serves a run, and what is asked before and after it: those that only a run
 * has, or has in its own sense, are passed over by the others. */
static int read_setting(enum command command, const char *name, json_t *value,
                        struct options *options, struct error *error)
{
    const struct option_row *row = row_of(name, command), *of_run = row_of(name, COMMAND_RUN);
    if (of_run != NULL && row != of_run)
        return 0;
    if (row == NULL || row->apply == apply_config || row->apply == apply_help) {
        error_set(error, "\"%s\" is no setting of this command", name);
        return 1;
    }
    return apply_setting(options, row, value, error);
}

/* Editors of some systems put a byte order mark before UTF-8. */
static json_t *load_json(FILE *file, json_error_t *ret_fault)
{
    static const unsigned char mark[] = {0xef, 0xbb, 0xbf};
    int octet = getc(file);
    if (octet == mark[0] && (getc(file) != mark[1] || getc(file) != mark[2])) {
        *ret_fault = (json_error_t){.line = 1, .text = "neither JSON nor UTF-8"};
        return NULL;
    }
    if (octet != mark[0])
        ungetc(octet, file);
    return json_loadf(file, JSON_REJECT_DUPLICATES, ret_fault);
}

static int read_config(enum command command, const char *path, struct options *options,
                       struct error *error)
{
    json_error_t fault;
    const char *name;
    json_t *value;
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        error_set(error, "%s: is a directory, not a JSON file of settings", path);
        return 1;
    }
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        error_set(error, "%s: cannot be read: %s", path, strerror(errno));
        return 1;
    }
    options->config = load_json(file, &fault);
    fclose(file);
    if (options->config == NULL && fault.line > 0) {
        error_set(error, "%s: line %d: %s", path, fault.line, fault.text);
        return 1;
    }
    if (!json_is_object(options->config)) {
        error_set(error, "%s: %s", path,
                  options->config == NULL ? fault.text : "not a JSON object of settings");
        return 1;
    }
    json_object_foreach(options->config, name, value)
    {
        if (read_setting(command, name, value, options, error) != 0) {
            struct error reason = *error;
            error_set(error, "%s: %s", path, reason.text);
            return 1;
        }
    }
    options->list_from_config = options->settings.list_count > 0;
    options->resolver_from_config = options->settings.resolver_count > 0;
    return 0;
}

/* --- the command line --- */

static int usage(struct error *error, const char *command, const char *argument)
{
    error_set(error, "%s: %s; see mxsurvey %s --help", command, argument, command);
    return 2;
}

/* Lists and resolvers of the command line replace those of the configuration. */
static void replace_config(struct options *options, const struct option_row *row)
{
    if (strcmp(row->name, "list") == 0 && options->list_from_config) {
        options->settings.list_count = 0;
        files_forget(options, row->name);
        options->list_from_config = false;
    }
    if (strcmp(row->name, "resolver") == 0 && options->resolver_from_config) {
        options->settings.resolver_count = 0;
        options->resolver_from_config = false;
    }
}

static void long_options(const struct option_row *const *rows, unsigned count,
                         struct option ret[OPTIONS_MAX + 1])
{
    for (unsigned i = 0; i < count; i++) {
        ret[i] = (struct option){
            .name = rows[i]->name,
            .has_arg = rows[i]->argument != NULL ? required_argument : no_argument,
            .val = 256 + (int)i,
        };
    }
    ret[count] = (struct option){0};
}

static int apply_one(enum command command, const char *command_name, const struct option_row *row,
                     const char *value, struct options *options, struct error *error)
{
    const char *db = options->settings.db;
    if (row->apply == apply_config) {
        files_note(options, row, value);
        return read_config(command, value, options, error);
    }
    if (strcmp(row->name, "db") == 0) {
        if (options->db_given && strcmp(db, value) != 0) {
            error_set(error, "%s: one --db only, not %s and %s", command_name, db, value);
            return 2;
        }
        options->db_given = true;
    }
    replace_config(options, row);
    return apply_value(options, row, value, error);
}

/* Among letters that share an argument getopt has not gone on to the next one yet: only optopt
 * says which of them it was. */
static int wrong_option(struct error *error, char *const *argv, int got)
{
    char text[256];
    const char *fault = got == ':'      ? "needs a value"
                        : optopt >= 256 ? "takes no value"
                                        : "is no option";
    if (optopt == 0 || optopt >= 256)
        snprintf(text, sizeof text, "%s %s", argv[optind - 1], fault);
    else
        snprintf(text, sizeof text, "-%c %s", optopt > 0x20 && optopt < 0x7f ? optopt : '?', fault);
    return usage(error, argv[0], text);
}

/* Called twice: for the configuration file, then for all else, which wins. */
static int apply_all(enum command command, bool config, int argc, char **argv,
                     struct options *options, struct error *error)
{
    const struct option_row *rows[OPTIONS_MAX];
    unsigned count = rows_of(command, rows);
    struct option table[OPTIONS_MAX + 1];
    const char *letters = row_of("output", command) != NULL ? ":o:h" : ":h";
    int got;
    long_options(rows, count, table);
    optind = 0; /* glibc: begin anew */
    opterr = 0;
    while ((got = getopt_long(argc, argv, letters, table, NULL)) != -1) {
        if (got == '?' || got == ':')
            return wrong_option(error, argv, got);
        const struct option_row *row = got >= 256   ? rows[got - 256]
                                       : got == 'o' ? row_of("output", command)
                                                    : row_of("help", command);
        if (config != (row->apply == apply_config))
            continue;
        if (got >= 256)
            options->given |= UINT64_C(1) << (got - 256);
        int result = apply_one(command, argv[0], row, optarg, options, error);
        if (result != 0)
            return result;
    }
    return 0;
}

bool options_given(const struct options *options, enum command command, const char *name)
{
    const struct option_row *rows[OPTIONS_MAX];
    unsigned count = rows_of(command, rows);
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(rows[i]->name, name) == 0)
            return (options->given >> i & 1) != 0;
    }
    return false;
}

static void drop_file(struct options *options, enum command command, const char *name,
                      const char **path)
{
    if (options_given(options, command, name))
        return;
    *path = NULL;
    files_forget(options, name);
}

/* Who gives a resolver for once has no use for what the configuration says of the private one. */
static void drop_private_resolver(struct options *options, enum command command)
{
    struct settings *settings = &options->settings;
    if (!options_given(options, command, "resolver"))
        return;
    drop_file(options, command, "root-hints", &settings->root_hints);
    drop_file(options, command, "trust-anchor", &settings->trust_anchor);
    drop_file(options, command, "unbound-include", &settings->unbound_include);
}

/* The lists of a run are not what check is asked about, nor are they read as they are. */
static void drop_run_lists(struct options *options, enum command command)
{
    struct settings *settings = &options->settings;
    if (command != COMMAND_CHECK)
        return;
    if (!options_given(options, command, "list")) {
        settings->list_count = 0;
        files_forget(options, "list");
    }
    if (!options_given(options, command, "list-format"))
        settings->list_format = LIST_AUTO;
    if (!options_given(options, command, "list-column"))
        settings->list_column = NULL;
}

/* What each option by itself cannot see. */
static int check_together(const struct settings *settings, struct error *error)
{
    if (settings->resolver_count > 0 &&
        (settings->root_hints != NULL || settings->trust_anchor != NULL ||
         settings->unbound_include != NULL)) {
        error_set(error, "--root-hints, --trust-anchor and --unbound-include are for the private "
                         "Unbound; leave them or --resolver out");
        return 2;
    }
    for (unsigned i = 0; i < settings->list_count && settings->exclude != NULL; i++) {
        if (strcmp(settings->exclude, "-") == 0 && strcmp(settings->lists[i], "-") == 0) {
            error_set(error, "--list - and --exclude -: standard input can be only one of them");
            return 2;
        }
    }
    return 0;
}

int options_read(enum command command, int argc, char **argv, struct options *ret,
                 struct error *error)
{
    *ret = (struct options){
        .log_level = LOG_INFO,
        .report.top = TOP_DEFAULT,
        .sample.share = SAMPLE_SHARE,
        .meeting.rate = SCHEDULE_RATE,
        .least = 10,
    };
    settings_init(&ret->settings);
    int result = apply_all(command, true, argc, argv, ret, error);
    if (result == 0)
        result = apply_all(command, false, argc, argv, ret, error);
    drop_private_resolver(ret, command);
    drop_run_lists(ret, command);
    if (result == 0)
        result = check_together(&ret->settings, error);
    if (result == 0)
        result = options_check_sample(&ret->settings, error);
    if (result == 0)
        result = options_check_idle(command, argv[0], ret, error);
    ret->argument_count = argc - optind;
    ret->arguments = argv + optind;
    if (result == 0 && !ret->help)
        result = files_check(command, ret, error);
    return result;
}

void options_done(struct options *options)
{
    json_decref(options->config);
    options->config = NULL;
}
