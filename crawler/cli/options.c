#include "crawler/cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* One option: how it reads, and how its value is applied.  The names of the
 * configuration file are the same ones. */
struct option_row {
    const char *name;
    const char *argument; /* NULL: a switch */
    unsigned commands;
    const char *help;
    int (*apply)(struct options *options, const char *value, struct error *error);
};

static int wrong(struct error *error, const char *name, const char *value, const char *expected)
{
    error_set(error, "--%s: \"%s\" is not %s", name, value, expected);
    return 2;
}

static bool read_number(const char *text, uint64_t least, uint64_t most, uint64_t *ret)
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

static int apply_unsigned(const char *name, const char *value, unsigned most, unsigned *ret,
                          struct error *error)
{
    char expected[64];
    uint64_t number;
    snprintf(expected, sizeof expected, "a number from 1 to %u", most);
    if (!read_number(value, 1, most, &number))
        return wrong(error, name, value, expected);
    *ret = (unsigned)number;
    return 0;
}

/* The place of value in words, or -1. */
static int choice(const char *value, const char *const *words, int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(value, words[i]) == 0)
            return i;
    }
    return -1;
}

static int apply_list(struct options *options, const char *value, struct error *error)
{
    struct settings *settings = &options->settings;
    if (settings->list_count == SETTINGS_LISTS_MAX) {
        error_set(error, "--list: at most %d lists; unite some of them", SETTINGS_LISTS_MAX);
        return 2;
    }
    for (unsigned i = 0; i < settings->list_count && strcmp(value, "-") == 0; i++) {
        if (strcmp(settings->lists[i], "-") == 0) {
            error_set(error, "--list: standard input can be read only once; leave one - out");
            return 2;
        }
    }
    settings->lists[settings->list_count++] = value;
    return 0;
}

static int apply_list_format(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"auto", "plain", "csv", "zone"};
    int format = choice(value, words, 4);
    if (format < 0)
        return wrong(error, "list-format", value, "auto, plain, csv or zone");
    options->settings.list_format = (enum list_format)format;
    return 0;
}

static int apply_list_column(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->settings.list_column = value;
    return 0;
}

static int apply_db(struct options *options, const char *value, struct error *error)
{
    if (*value == '\0')
        return wrong(error, "db", value, "the name of a file");
    options->settings.db = value;
    return 0;
}

static int apply_resolver(struct options *options, const char *value, struct error *error)
{
    struct settings *settings = &options->settings;
    if (settings->resolver_count == RESOLVERS_MAX) {
        error_set(error, "--resolver: at most %d resolvers", RESOLVERS_MAX);
        return 2;
    }
    if (!settings_read_address(value, &settings->resolvers[settings->resolver_count]))
        return wrong(error, "resolver", value, "ADDR, ADDR:PORT, [V6] or [V6]:PORT");
    settings->resolver_texts[settings->resolver_count++] = value;
    return 0;
}

static int apply_root_hints(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->settings.root_hints = value;
    return 0;
}

static int apply_trust_anchor(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->settings.trust_anchor = value;
    return 0;
}

static int apply_unbound_include(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->settings.unbound_include = value;
    return 0;
}

static int apply_trust_ad(struct options *options, const char *value, struct error *error)
{
    (void)value;
    (void)error;
    options->settings.trust_ad = true;
    return 0;
}

static int apply_max_in_flight(struct options *options, const char *value, struct error *error)
{
    return apply_unsigned("max-in-flight", value, 1000000, &options->settings.max_in_flight, error);
}

static int apply_max_qps(struct options *options, const char *value, struct error *error)
{
    return apply_unsigned("max-qps", value, 10000000, &options->settings.max_qps, error);
}

static int apply_timeout(struct options *options, const char *value, struct error *error)
{
    return apply_unsigned("timeout", value, 600000, &options->settings.timeout_ms, error);
}

static int apply_tries(struct options *options, const char *value, struct error *error)
{
    return apply_unsigned("tries", value, 10, &options->settings.tries, error);
}

static int apply_exclude(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->settings.exclude = value;
    return 0;
}

static int apply_shard(struct options *options, const char *value, struct error *error)
{
    struct settings *settings = &options->settings;
    unsigned shard, shards;
    int length = 0;
    if (sscanf(value, "%6u/%6u%n", &shard, &shards, &length) != 2 || value[length] != '\0' ||
        shard < 1 || shard > shards)
        return wrong(error, "shard", value, "I/N with I from 1 to N");
    settings->shard = shard;
    settings->shards = shards;
    return 0;
}

static int apply_limit(struct options *options, const char *value, struct error *error)
{
    if (!read_number(value, 1, INT64_MAX, &options->settings.limit))
        return wrong(error, "limit", value, "a number from 1");
    return 0;
}

static int apply_shuffle(struct options *options, const char *value, struct error *error)
{
    if (!read_number(value, 0, INT64_MAX, &options->settings.shuffle_seed))
        return wrong(error, "shuffle", value, "a number from 0");
    options->settings.shuffle = true;
    return 0;
}

static int apply_tlsa(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"secure", "all"};
    int policy = choice(value, words, 2);
    if (policy < 0)
        return wrong(error, "tlsa", value, "secure or all");
    options->settings.tlsa_policy = (enum tlsa_policy)policy;
    return 0;
}

static int apply_sts(struct options *options, const char *value, struct error *error)
{
    (void)options;
    if (strcmp(value, "off") == 0)
        return 0;
    if (strcmp(value, "on") != 0)
        return wrong(error, "sts", value, "off");
    error_set(error, "--sts on: MTA-STS lookups come with a later version; use --sts off or leave "
                     "it out");
    return 2;
}

static int apply_progress(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"auto", "always", "never"};
    int when = choice(value, words, 3);
    if (when < 0)
        return wrong(error, "progress", value, "auto, always or never");
    options->progress = (enum progress_when)when;
    return 0;
}

static int apply_quiet(struct options *options, const char *value, struct error *error)
{
    (void)value;
    (void)error;
    options->progress = PROGRESS_NEVER;
    options->log_level = LOG_ERROR;
    return 0;
}

static int apply_log_level(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"error", "warning", "info"};
    int level = choice(value, words, 3);
    if (level < 0)
        return wrong(error, "log-level", value, "error, warning or info");
    options->log_level = (enum log_level)level;
    return 0;
}

static int apply_format(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"text", "json"};
    int format = choice(value, words, 2);
    if (format < 0)
        return wrong(error, "format", value, "text or json");
    options->format = (enum output_format)format;
    return 0;
}

static int apply_output(struct options *options, const char *value, struct error *error)
{
    if (*value == '\0')
        return wrong(error, "output", value, "the name of a file");
    options->output = value;
    return 0;
}

static int apply_help(struct options *options, const char *value, struct error *error)
{
    (void)value;
    (void)error;
    options->help = true;
    return 0;
}

static int apply_config(struct options *options, const char *value, struct error *error)
{
    (void)options; /* read before the other options: the command line wins */
    (void)value;
    (void)error;
    return 0;
}

enum {
    ASKING = COMMAND_RUN | COMMAND_CHECK | COMMAND_DOCTOR,
    SURVEYING = COMMAND_RUN | COMMAND_CHECK,
    EVERY = ASKING | COMMAND_REPORT | COMMAND_MERGE,
};

static const struct option_row rows[] = {
    {"list", "FILE", COMMAND_RUN,
     "the domains: plain, rank,domain CSV or zone file, compressed or not; - is standard input; "
     "may be given several times",
     apply_list},
    {"list-format", "FORMAT", COMMAND_RUN, "auto, plain, csv or zone (default: auto)",
     apply_list_format},
    {"list-column", "NAME", COMMAND_RUN, "the column of a CSV with a header that holds the names",
     apply_list_column},
    {"db", "FILE", COMMAND_RUN, "the survey's SQLite file; an unfinished one is continued",
     apply_db},
    {"config", "FILE", ASKING,
     "the same settings as JSON, {\"max-qps\": 500, ...}; the command "
     "line wins",
     apply_config},
    {"resolver", "ADDR[:PORT]", ASKING,
     "a validating resolver; may be given several times (default: a private Unbound)",
     apply_resolver},
    {"root-hints", "FILE", ASKING, "for the private Unbound: other roots", apply_root_hints},
    {"trust-anchor", "FILE", ASKING, "for the private Unbound: another trust anchor",
     apply_trust_anchor},
    {"unbound-include", "FILE", ASKING, "for the private Unbound: further configuration lines",
     apply_unbound_include},
    {"trust-ad", NULL, ASKING, "believe the AD bit of a resolver that is not on loopback",
     apply_trust_ad},
    {"max-in-flight", "N", ASKING, "questions under way at once (default: 2000 a core)",
     apply_max_in_flight},
    {"max-qps", "N", SURVEYING, "questions a second, all together (default: no limit)",
     apply_max_qps},
    {"timeout", "MS", ASKING,
     "wait of the first try, doubled with each further one (default: 5000)", apply_timeout},
    {"tries", "N", ASKING, "tries for a question (default: 3)", apply_tries},
    {"exclude", "FILE", SURVEYING, "opt-out: nothing at or below these names is asked",
     apply_exclude},
    {"shard", "I/N", COMMAND_RUN, "only the names whose stable hash falls to shard I of N",
     apply_shard},
    {"limit", "N", COMMAND_RUN, "survey the first N", apply_limit},
    {"shuffle", "SEED", COMMAND_RUN, "visit in a seeded random order", apply_shuffle},
    {"tlsa", "WHICH", SURVEYING,
     "secure: ask TLSA where RFC 7672 says to; all: for every host with an address (default: "
     "secure)",
     apply_tlsa},
    {"sts", "off", SURVEYING, "no MTA-STS and TLSRPT lookups (this version makes none)", apply_sts},
    {"progress", "WHEN", COMMAND_RUN, "auto, always or never (default: auto)", apply_progress},
    {"quiet", NULL, SURVEYING | COMMAND_MERGE, "no progress, no messages but errors", apply_quiet},
    {"log-level", "LEVEL", SURVEYING, "error, warning or info (default: info)", apply_log_level},
    {"format", "FORMAT", COMMAND_REPORT, "text or json (default: text)", apply_format},
    {"output", "FILE", COMMAND_REPORT, "write there instead of standard output (also -o)",
     apply_output},
    {"help", NULL, EVERY, "this text", apply_help},
};
enum {
    ROW_COUNT = sizeof rows / sizeof *rows
};

void options_print(enum command command, FILE *out)
{
    for (unsigned i = 0; i < ROW_COUNT; i++) {
        char left[40];
        if ((rows[i].commands & command) == 0)
            continue;
        snprintf(left, sizeof left, "--%s%s%s", rows[i].name, rows[i].argument != NULL ? " " : "",
                 rows[i].argument != NULL ? rows[i].argument : "");
        fprintf(out, "  %-24s %s\n", left, rows[i].help);
    }
}

/* --- the configuration file --- */

static int apply_json(struct options *options, const struct option_row *row, json_t *value,
                      struct error *error)
{
    if (json_is_array(value)) {
        size_t i;
        json_t *element;
        json_array_foreach(value, i, element)
        {
            int result = apply_json(options, row, element, error);
            if (result != 0)
                return result;
        }
        return 0;
    }
    if (row->argument == NULL && json_is_false(value))
        return 0;
    if (row->argument == NULL && json_is_true(value))
        return row->apply(options, "", error);
    if (row->argument != NULL && json_is_string(value))
        return row->apply(options, json_string_value(value), error);
    if (row->argument != NULL && json_is_integer(value)) {
        char number[24];
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return row->apply(options, number, error);
    }
    error_set(error, "\"%s\" has a value of the wrong kind", row->name);
    return 1;
}

static const struct option_row *row_of(const char *name, enum command command)
{
    for (unsigned i = 0; i < ROW_COUNT; i++) {
        if (strcmp(rows[i].name, name) == 0 && (rows[i].commands & command) != 0)
            return &rows[i];
    }
    return NULL;
}

static int read_config(enum command command, const char *path, struct options *options,
                       struct error *error)
{
    json_error_t fault;
    const char *name;
    json_t *value;
    options->config = json_load_file(path, JSON_REJECT_DUPLICATES, &fault);
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
        const struct option_row *row = row_of(name, command);
        if (row == NULL || row->apply == apply_config || row->apply == apply_help) {
            error_set(error, "%s: \"%s\" is no setting of this command", path, name);
            return 1;
        }
        int result = apply_json(options, row, value, error);
        if (result != 0) {
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
    if (row->apply == apply_list && options->list_from_config) {
        options->settings.list_count = 0;
        options->list_from_config = false;
    }
    if (row->apply == apply_resolver && options->resolver_from_config) {
        options->settings.resolver_count = 0;
        options->resolver_from_config = false;
    }
}

static unsigned long_options(enum command command, struct option ret[ROW_COUNT + 1])
{
    unsigned count = 0;
    for (unsigned i = 0; i < ROW_COUNT; i++) {
        if ((rows[i].commands & command) == 0)
            continue;
        ret[count++] = (struct option){
            .name = rows[i].name,
            .has_arg = rows[i].argument != NULL ? required_argument : no_argument,
            .val = 256 + (int)i,
        };
    }
    ret[count] = (struct option){0};
    return count;
}

static int apply_all(enum command command, bool config, int argc, char **argv,
                     struct options *options, struct error *error)
{
    struct option table[ROW_COUNT + 1];
    int got;
    char text[256];
    const char *given_db = NULL;
    long_options(command, table);
    optind = 0; /* glibc: begin anew */
    opterr = 0;
    while ((got = getopt_long(argc, argv, (command & COMMAND_REPORT) != 0 ? ":o:h" : ":h", table,
                              NULL)) != -1) {
        if (got == '?' || got == ':') {
            snprintf(text, sizeof text, "%s %s", argv[optind - 1],
                     got == '?' ? "is no option" : "needs a value");
            return usage(error, argv[0], text);
        }
        const struct option_row *row = got >= 256   ? &rows[got - 256]
                                       : got == 'o' ? row_of("output", command)
                                                    : row_of("help", command);
        if (config != (row->apply == apply_config))
            continue;
        int result;
        if (row->apply == apply_db && given_db != NULL && strcmp(given_db, optarg) != 0) {
            error_set(error, "%s: one --db only, not %s and %s", argv[0], given_db, optarg);
            return 2;
        }
        if (row->apply == apply_db)
            given_db = optarg;
        if (config) {
            result = read_config(command, optarg, options, error);
        } else {
            replace_config(options, row);
            result = row->apply(options, optarg, error);
        }
        if (result != 0)
            return result;
    }
    return 0;
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
    *ret = (struct options){.log_level = LOG_INFO};
    settings_init(&ret->settings);
    int result = apply_all(command, true, argc, argv, ret, error);
    if (result == 0)
        result = apply_all(command, false, argc, argv, ret, error);
    if (result == 0)
        result = check_together(&ret->settings, error);
    ret->argument_count = argc - optind;
    ret->arguments = argv + optind;
    return result;
}

void options_done(struct options *options)
{
    json_decref(options->config);
    options->config = NULL;
}
