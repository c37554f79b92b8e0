/* The options of a run that surveys a sample. */
#include "crawler/cli/options/table.h"

#include <string.h>

static int apply_sample(struct options *options, const char *value, struct error *error)
{
    if (!options_number(value, 1, INT64_MAX, &options->settings.sample))
        return options_wrong(error, "sample", value, "a number of names, from 1");
    return 0;
}

static int apply_by(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"suffix", "rank", "stratum"};
    int by = options_choice(value, words, 3);
    if (by < 0)
        return options_wrong(error, "by", value, "suffix, rank or stratum");
    options->settings.sample_by = (enum sample_by)(SAMPLE_BY_SUFFIX + by);
    return 0;
}

static int apply_allocate(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"proportional", "equal"};
    int how = options_choice(value, words, 2);
    if (*value == '\0')
        return options_wrong(error, "allocate", value, "proportional, equal or the name of a file");
    options->settings.sample_allocation = how >= 0 ? (enum allocation)how : ALLOCATE_SIZES;
    options->settings.sample_sizes = how >= 0 ? NULL : value;
    return 0;
}

const struct option_row options_sample[] = {
    {"sample", "N", COMMAND_RUN,
     "survey N names only, drawn at random from each of the strata of --by", apply_sample, NO_FILE},
    {"by", "STRATA", COMMAND_RUN,
     "suffix, rank or stratum: the strata of --sample; stratum is that of --list-stratum", apply_by,
     NO_FILE},
    {"allocate", "FILE", COMMAND_RUN,
     "of --sample: proportional to the strata (default), equal, or a CSV of stratum,size",
     apply_allocate, INPUT_FILE},
    {.name = NULL},
};

static int wrong(struct error *error, const char *text)
{
    error_set(error, "%s", text);
    return 2;
}

int options_check_sample(struct settings *settings, struct error *error)
{
    if (settings->sample == 0)
        return 0;
    if (settings->sample_by == SAMPLE_BY_NOTHING)
        return wrong(error, "--sample: from which strata? --by suffix, rank or stratum; without "
                            "strata: --limit N --shuffle SEED");
    if (settings->sample_by == SAMPLE_BY_STRATUM && settings->list_stratum == NULL)
        return wrong(error, "--by stratum: which column has it? --list-stratum NAME");
    if (settings->limit > 0)
        return wrong(error, "--sample and --limit: both say how many; leave one out");
    if (settings->shards > 1)
        return wrong(error, "--sample and --shard: a shard has not all strata's names; a sample "
                            "is for one machine");
    if (settings->shuffle == SHUFFLE_NEVER)
        return wrong(error, "--sample draws at random: --shuffle SEED, not off");
    if (settings->shuffle != SHUFFLE_SEED)
        settings->shuffle_seed = SAMPLE_SEED;
    settings->shuffle = SHUFFLE_SEED;
    return 0;
}
