/* The options of doctor --sample: how many names to draw. */
#include "crawler/cli/options/table.h"

#include <stdlib.h>

/* A decimal number as 0.003; the program's locale is C. */
static bool read_share(const char *text, double *ret)
{
    char *end;
    if ((*text < '0' || *text > '9') && *text != '.')
        return false;
    double number = strtod(text, &end);
    if (end == text || *end != '\0' || !(number >= 0 && number <= 1))
        return false;
    *ret = number;
    return true;
}

static int apply_sample(struct options *options, const char *value, struct error *error)
{
    double number;
    if (!read_share(value, &number) || !(number > 0 && number < 0.5))
        return options_wrong(error, "sample", value,
                             "a half-width above 0 and below 0.5, as 0.001");
    options->sample.half_width = number;
    return 0;
}

static int apply_share(struct options *options, const char *value, struct error *error)
{
    if (!read_share(value, &options->sample.share))
        return options_wrong(error, "share", value, "a share from 0 to 1, as 0.003");
    return 0;
}

static int apply_names(struct options *options, const char *value, struct error *error)
{
    if (!options_number(value, 1, SAMPLE_NAMES_MOST, &options->sample.names))
        return options_wrong(error, "names", value, "a number of names, at most 10000000000");
    return 0;
}

OPTION_NAME(apply_from, sample.from, "from", "the name of a file")

const struct option_row options_doctor[] = {
    {"sample", "HALF", COMMAND_DOCTOR,
     "say instead how many names to draw for a 95 % interval of share +- HALF, as 0.001",
     apply_sample, NO_FILE},
    {"share", "P", COMMAND_DOCTOR, "with --sample: the share that is expected (default: 0.003)",
     apply_share, NO_FILE},
    {"names", "N", COMMAND_DOCTOR,
     "with --sample: names of the list (default: of --from, else far more)", apply_names, NO_FILE},
    {"from", "FILE", COMMAND_DOCTOR,
     "with --sample: a survey whose share, names and providers are expected again", apply_from,
     INPUT_FILE},
    {.name = NULL},
};
