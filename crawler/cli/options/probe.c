/* The options of how mail hosts are met: probe, doctor --probe, check --probe. */
#include "crawler/cli/options/table.h"

#include "crawler/probe/schedule.h"

#include <string.h>

enum {
    HOUR_S = 3600,
    AGE_DIGITS_MOST = 5,
};

/* What is said in EHLO must be a host name of several labels (RFC 5321 s2.3.5). */
static int apply_helo(struct options *options, const char *value, struct error *error)
{
    struct name name;
    size_t length = strlen(value);
    if (!name_from_text(value, length, &name) || exchange_class_of(&name) != EXCHANGE_HOST ||
        value[length - 1] == '.')
        return options_wrong(error, "helo", value, "a host name, as mail.example.org");
    options->meeting.helo = value;
    return 0;
}

OPTION_SWITCH(apply_helo_unchecked, meeting.helo_unchecked)

static int apply_family(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"both", "4", "6"};
    static const uint8_t families[] = {0, 4, 6};
    int which = options_choice(value, words, 3);
    if (which < 0)
        return options_wrong(error, "family", value, "4, 6 or both");
    options->meeting.family = families[which];
    return 0;
}

static int apply_only(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"alias", "tlsa", "sts"};
    static const enum probes_only which[] = {PROBES_ALIAS, PROBES_TLSA, PROBES_STS};
    int word = options_choice(value, words, 3);
    if (word < 0)
        return options_wrong(error, "only", value, "alias, tlsa or sts");
    options->meeting.only = which[word];
    return 0;
}

/* A number and its unit. */
static bool read_age(const char *text, uint32_t *ret_s)
{
    static const char units[] = "hdw";
    static const uint32_t seconds[] = {HOUR_S, 24 * HOUR_S, 7 * 24 * HOUR_S};
    char number[AGE_DIGITS_MOST + 1];
    uint64_t age;
    size_t length = strlen(text);
    if (length < 2 || length > AGE_DIGITS_MOST + 1)
        return false;
    const char *unit = strchr(units, text[length - 1]);
    memcpy(number, text, length - 1);
    number[length - 1] = '\0';
    if (unit == NULL || !options_number(number, 1, 9999, &age))
        return false;
    *ret_s = (uint32_t)age * seconds[unit - units];
    return true;
}

static int apply_again(struct options *options, const char *value, struct error *error)
{
    if (!read_age(value, &options->meeting.again_s))
        return options_wrong(error, "again", value, "a number of hours, days or weeks, as 30d");
    return 0;
}

static int apply_rate(struct options *options, const char *value, struct error *error)
{
    return options_unsigned("rate", value, SCHEDULE_RATE_MOST, &options->meeting.rate, error);
}

OPTION_SWITCH(apply_dry_run, meeting.dry_run)
OPTION_SWITCH(apply_keep_der, meeting.keep_der)
OPTION_SWITCH(apply_probe, meeting.asked)
OPTION_NAME(apply_to, meeting.to, "to", "a host name or an address")

const struct option_row options_probe[] = {
    {"helo", "NAME", COMMAND_PROBE,
     "the name to say in EHLO: the reverse name of this machine's address, which points back",
     apply_helo, NO_FILE},
    {"helo-unchecked", NULL, COMMAND_PROBE | COMMAND_CHECK,
     "do not ask whether these agree: behind NAT, for who knows that they do", apply_helo_unchecked,
     NO_FILE},
    {"family", "WHICH", COMMAND_PROBE, "4, 6 or both, IPv6 first (default: both)", apply_family,
     NO_FILE},
    {"only", "WHICH", COMMAND_PROBE,
     "alias, tlsa or sts: hosts that are aliases, have TLSA records, or lie under an MTA-STS "
     "policy",
     apply_only, NO_FILE},
    {"again", "AGE", COMMAND_PROBE,
     "meet those again that were met longer ago: hours, days or weeks, as 30d", apply_again,
     NO_FILE},
    {"rate", "N", COMMAND_PROBE, "meetings that begin in a second, all together (default: 10)",
     apply_rate, NO_FILE},
    {"dry-run", NULL, COMMAND_PROBE, "say how many hosts and how long, without a packet",
     apply_dry_run, NO_FILE},
    {"keep-der", NULL, COMMAND_PROBE, "keep the certificates themselves, too", apply_keep_der,
     NO_FILE},
    {"probe", NULL, COMMAND_DOCTOR,
     "say instead whether mail hosts can be met from here: --helo NAME --to HOST", apply_probe,
     NO_FILE},
    {"probe", NULL, COMMAND_CHECK, "meet the mail hosts, too, as probe does: --helo NAME",
     apply_probe, NO_FILE},
    {"helo", "NAME", COMMAND_DOCTOR | COMMAND_CHECK, "with --probe: the name to say in EHLO",
     apply_helo, NO_FILE},
    {"to", "HOST", COMMAND_DOCTOR, "with --probe: a mail host that may be met, name or address",
     apply_to, NO_FILE},
    {.name = NULL},
};
