/* The options of the commands that read files: what is written, in which form, to where. */
#include "crawler/cli/options_table.h"

#include <string.h>

static int apply_format(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"text", "json"};
    int format = options_choice(value, words, 2);
    if (format < 0)
        return options_wrong(error, "format", value, "text or json");
    options->format = (enum output_format)format;
    return 0;
}

static int apply_output(struct options *options, const char *value, struct error *error)
{
    if (*value == '\0')
        return options_wrong(error, "output", value, "the name of a file");
    options->output = value;
    return 0;
}

const struct option_row options_files[] = {
    {"format", "FORMAT", COMMAND_REPORT, "text or json (default: text)", apply_format},
    {"output", "FILE", COMMAND_REPORT, "write there instead of standard output (also -o)",
     apply_output},
    {.name = NULL},
};
