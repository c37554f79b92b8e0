/* The options of the commands that ask questions: run, check, doctor. */
#include "crawler/cli/options/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crawler/core/utf8.h"

#define LIST_NAMES_MOST UINT64_C(1000000000000)
#define SHARDS_MOST     999999

static int apply_list(struct options *options, const char *value, struct error *error)
{
    struct settings *settings = &options->settings;
    if (*value == '\0')
        return options_wrong(error, "list", value, "the name of a file, nor -");
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
    int format = options_choice(value, words, 4);
    if (format < 0)
        return options_wrong(error, "list-format", value, "auto, plain, csv or zone");
    options->settings.list_format = (enum list_format)format;
    return 0;
}

OPTION_NAME(apply_list_stratum, settings.list_stratum, "list-stratum", "the name of a column")
OPTION_TEXT(apply_list_column, settings.list_column)
OPTION_SWITCH(apply_allow_empty, settings.allow_empty)

static int apply_list_names(struct options *options, const char *value, struct error *error)
{
    if (!options_number(value, 1, LIST_NAMES_MOST, &options->settings.list_names))
        return options_wrong(error, "list-names", value, "a number of names, from 1");
    return 0;
}

OPTION_NAME(apply_db, settings.db, "db", "the name of a file")

static int apply_resolver(struct options *options, const char *value, struct error *error)
{
    struct settings *settings = &options->settings;
    if (settings->resolver_count == RESOLVERS_MAX) {
        error_set(error, "--resolver: at most %d resolvers", RESOLVERS_MAX);
        return 2;
    }
    if (!settings_read_address(value, &settings->resolvers[settings->resolver_count]))
        return options_wrong(error, "resolver", value, "ADDR, ADDR:PORT, [V6] or [V6]:PORT");
    settings->resolver_texts[settings->resolver_count++] = value;
    return 0;
}

OPTION_TEXT(apply_root_hints, settings.root_hints)
OPTION_TEXT(apply_trust_anchor, settings.trust_anchor)
OPTION_TEXT(apply_unbound_include, settings.unbound_include)
OPTION_SWITCH(apply_trust_ad, settings.trust_ad)

static int apply_max_in_flight(struct options *options, const char *value, struct error *error)
{
    return options_unsigned("max-in-flight", value, 1000000, &options->settings.max_in_flight,
                            error);
}

static int apply_max_qps(struct options *options, const char *value, struct error *error)
{
    return options_unsigned("max-qps", value, 10000000, &options->settings.max_qps, error);
}

static int apply_timeout(struct options *options, const char *value, struct error *error)
{
    return options_unsigned("timeout", value, 600000, &options->settings.timeout_ms, error);
}

static int apply_tries(struct options *options, const char *value, struct error *error)
{
    return options_unsigned("tries", value, 10, &options->settings.tries, error);
}

OPTION_TEXT(apply_exclude, settings.exclude)

static int apply_shard(struct options *options, const char *value, struct error *error)
{
    char number[8] = ""; /* all digits of SHARDS_MOST, and one */
    size_t length = strcspn(value, "/");
    uint64_t shard, shards;
    if (length < sizeof number)
        memcpy(number, value, length);
    if (value[length] == '\0' || !options_number(value + length + 1, 1, SHARDS_MOST, &shards) ||
        !options_number(number, 1, shards, &shard))
        return options_wrong(error, "shard", value, "I/N with I from 1 to N");
    options->settings.shard = (unsigned)shard;
    options->settings.shards = (unsigned)shards;
    return 0;
}

static int apply_limit(struct options *options, const char *value, struct error *error)
{
    if (!options_number(value, 1, INT64_MAX, &options->settings.limit))
        return options_wrong(error, "limit", value, "a number from 1");
    return 0;
}

static int apply_shuffle(struct options *options, const char *value, struct error *error)
{
    options->settings.shuffle = SHUFFLE_NEVER;
    if (strcmp(value, "off") == 0)
        return 0;
    if (!options_number(value, 0, INT64_MAX, &options->settings.shuffle_seed))
        return options_wrong(error, "shuffle", value, "a number from 0, or off");
    options->settings.shuffle = SHUFFLE_SEED;
    return 0;
}

static int apply_tlsa(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"secure", "all"};
    int policy = options_choice(value, words, 2);
    if (policy < 0)
        return options_wrong(error, "tlsa", value, "secure or all");
    options->settings.tlsa_policy = (enum tlsa_policy)policy;
    return 0;
}

static int apply_sts(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"off", "on"};
    int which = options_choice(value, words, 2);
    if (which < 0)
        return options_wrong(error, "sts", value, "on or off");
    options->settings.sts = which == 1;
    return 0;
}

static int apply_sts_timeout(struct options *options, const char *value, struct error *error)
{
    unsigned seconds;
    int result = options_unsigned("sts-timeout", value, 3600, &seconds, error);
    if (result == 0)
        options->settings.sts_timeout_ms = seconds * 1000;
    return result;
}

OPTION_NAME(apply_ca_file, settings.ca_file, "ca-file", "the name of a file")

static int apply_place(struct options *options, const char *value, struct error *error)
{
    const size_t most = 100; /* octets */
    size_t length = strlen(value), at = 0, octets;
    while (at < length && (octets = utf8_character(value + at, length - at)) > 0)
        at += octets;
    if (length == 0 || length > most || at < length)
        return options_wrong(error, "place", value, "UTF-8 text of at most 100 octets");
    options->settings.place = value;
    return 0;
}

OPTION_SWITCH(apply_retry_failed, settings.retry_failed)
OPTION_SWITCH(apply_allow_special_addresses, settings.allow_special_addresses)

static int apply_progress(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"auto", "always", "never"};
    int when = options_choice(value, words, 3);
    if (when < 0)
        return options_wrong(error, "progress", value, "auto, always or never");
    options->progress = (enum progress_when)when;
    return 0;
}

OPTION_NAME(apply_metrics, metrics, "metrics", "the name of a file")

#define PLAN_MOST UINT64_C(10000000000)

static int apply_plan(struct options *options, const char *value, struct error *error)
{
    if (!options_number(value, 1, PLAN_MOST, &options->plan))
        return options_wrong(error, "plan", value, "a number of names, at most 10000000000");
    return 0;
}

static int apply_rate(struct options *options, const char *value, struct error *error)
{
    return options_unsigned("rate", value, 10000000, &options->rate, error);
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
    int level = options_choice(value, words, 3);
    if (level < 0)
        return options_wrong(error, "log-level", value, "error, warning or info");
    options->log_level = (enum log_level)level;
    return 0;
}

enum {
    ASKING = COMMAND_RUN | COMMAND_CHECK | COMMAND_DOCTOR,
    SURVEYING = COMMAND_RUN | COMMAND_CHECK,
    LISTING = COMMAND_RUN | COMMAND_CHECK | COMMAND_REPORT,
};

const struct option_row options_survey[] = {
    {"list", "FILE", LISTING,
     "the domains: plain, rank,domain CSV or zone file, compressed or not; - is standard input; "
     "may be given several times",
     apply_list, INPUT_FILE},
    {"list-format", "FORMAT", LISTING, "auto, plain, csv or zone (default: auto)",
     apply_list_format, NO_FILE},
    {"list-column", "NAME", LISTING, "the column of a CSV with a header that holds the names",
     apply_list_column, NO_FILE},
    {"list-stratum", "NAME", COMMAND_RUN,
     "a column of a CSV with a header to keep as each domain's stratum", apply_list_stratum,
     NO_FILE},
    {"allow-empty", NULL, COMMAND_RUN, "a list may be without any name", apply_allow_empty,
     NO_FILE},
    {"list-names", "N", COMMAND_RUN,
     "refuse lists with over a fifth more or fewer names than N, as they had the last time",
     apply_list_names, NO_FILE},
    {"db", "FILE", COMMAND_RUN, "the survey's SQLite file; an unfinished one is continued",
     apply_db, OUTPUT_FILE},
    {"resolver", "ADDR[:PORT]", ASKING,
     "a validating resolver; may be given several times (default: a private Unbound)",
     apply_resolver, NO_FILE},
    {"resolver", "ADDR[:PORT]", COMMAND_PROBE,
     "who is asked whether the names of --helo agree (default: the system's)", apply_resolver,
     NO_FILE},
    {"root-hints", "FILE", ASKING, "for the private Unbound: other roots", apply_root_hints,
     INPUT_FILE},
    {"trust-anchor", "FILE", ASKING, "for the private Unbound: another trust anchor",
     apply_trust_anchor, INPUT_FILE},
    {"unbound-include", "FILE", ASKING, "for the private Unbound: further configuration lines",
     apply_unbound_include, INPUT_FILE},
    {"trust-ad", NULL, ASKING, "believe the AD bit of a resolver that is not on loopback",
     apply_trust_ad, NO_FILE},
    {"max-in-flight", "N", ASKING, "questions under way at once (default: 2000 a core)",
     apply_max_in_flight, NO_FILE},
    {"max-qps", "N", SURVEYING, "questions a second, all together (default: no limit)",
     apply_max_qps, NO_FILE},
    {"timeout", "MS", ASKING,
     "wait of the first try, doubled with each further one (default: 5000)", apply_timeout,
     NO_FILE},
    {"tries", "N", ASKING, "tries for a question (default: 3)", apply_tries, NO_FILE},
    {"exclude", "FILE", SURVEYING | COMMAND_PROBE,
     "opt-out, one name a line: nothing at or below them is asked, or met (probe: address prefixes "
     "too)",
     apply_exclude, INPUT_FILE},
    {"shard", "I/N", COMMAND_RUN, "only the names whose stable hash falls to shard I of N",
     apply_shard, NO_FILE},
    {"limit", "N", COMMAND_RUN, "survey the first N", apply_limit, NO_FILE},
    {"limit", "N", COMMAND_PROBE, "meet the first N", apply_limit, NO_FILE},
    {"shuffle", "SEED|off", COMMAND_RUN, "visit in a seeded random order; over 100,000 names do",
     apply_shuffle, NO_FILE},
    {"shuffle", "SEED|off", COMMAND_PROBE, "take them in a seeded random order (default: off)",
     apply_shuffle, NO_FILE},
    {"tlsa", "WHICH", SURVEYING,
     "secure: ask TLSA where RFC 7672 says to; all: for every host with an address (default: "
     "secure)",
     apply_tlsa, NO_FILE},
    {"sts", "WHICH", SURVEYING, "on or off: MTA-STS and TLSRPT lookups (default: on)", apply_sts,
     NO_FILE},
    {"sts-timeout", "S", SURVEYING,
     "seconds for one MTA-STS policy, from the first packet to the last octet (default: 60)",
     apply_sts_timeout, NO_FILE},
    {"ca-file", "FILE", SURVEYING | COMMAND_PROBE,
     "trust anchors for MTA-STS, PEM (default: the system's)", apply_ca_file, INPUT_FILE},
    {"allow-special-addresses", NULL, SURVEYING | COMMAND_PROBE,
     "let HTTPS, and probe, connect to special-purpose addresses too",
     apply_allow_special_addresses, NO_FILE},
    {"place", "TEXT", COMMAND_RUN,
     "where the survey is made from, for its report: a network, a country (default: not said)",
     apply_place, NO_FILE},
    {"retry-failed", NULL, COMMAND_RUN,
     "ask all that failed in a finished file again, and keep what is still failed",
     apply_retry_failed, NO_FILE},
    {"progress", "WHEN", COMMAND_RUN | COMMAND_PROBE, "auto, always or never (default: auto)",
     apply_progress, NO_FILE},
    {"metrics", "FILE", COMMAND_RUN,
     "counters for Prometheus, replaced every few seconds (node_exporter's textfile collector)",
     apply_metrics, OUTPUT_FILE},
    {"plan", "N", COMMAND_DOCTOR,
     "say instead what a survey of N names costs: questions, time, memory, disk, machines",
     apply_plan, NO_FILE},
    {"rate", "QPS", COMMAND_DOCTOR,
     "with --plan: questions a second of each machine (default: 2000 a core of this one)",
     apply_rate, NO_FILE},
    {"quiet", NULL, SURVEYING | COMMAND_MERGE | COMMAND_PROBE,
     "no progress, no messages but errors", apply_quiet, NO_FILE},
    {"log-level", "LEVEL", SURVEYING | COMMAND_PROBE, "error, warning or info (default: info)",
     apply_log_level, NO_FILE},
    {.name = NULL},
};
