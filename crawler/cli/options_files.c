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

static int apply_page_format(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"text", "json", "html"};
    int format = options_choice(value, words, 3);
    if (format < 0)
        return options_wrong(error, "format", value, "text, json or html");
    options->format = (enum output_format)format;
    return 0;
}

static int apply_document_format(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"text", "json", "html", "csv", "latex"};
    static const enum output_format formats[] = {FORMAT_TEXT, FORMAT_JSON, FORMAT_HTML, FORMAT_CSV,
                                                 FORMAT_LATEX};
    int format = options_choice(value, words, 5);
    if (format < 0)
        return options_wrong(error, "format", value, "text, json, html, csv or latex");
    options->format = formats[format];
    return 0;
}

static int apply_report_format(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"text", "json", "html", "ndjson", "csv"};
    int format = options_choice(value, words, 5);
    if (format < 0)
        return options_wrong(error, "format", value,
                             "text, json or html (with --notify: text, csv or ndjson)");
    options->format = (enum output_format)format;
    return 0;
}

static int apply_notify(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->notify = value;
    return 0;
}

static int apply_export_format(struct options *options, const char *value, struct error *error)
{
    static const char *const words[] = {"ndjson", "csv"};
    int format = options_choice(value, words, 2);
    if (format < 0)
        return options_wrong(error, "format", value, "ndjson or csv");
    options->format = format == 0 ? FORMAT_NDJSON : FORMAT_CSV;
    return 0;
}

static int apply_view(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->view = value;
    return 0;
}

static int apply_bootstrap(struct options *options, const char *value, struct error *error)
{
    if (!options_number(value, 1, BOOTSTRAP_REPLICATES_MAX, &options->report.bootstrap_replicates))
        return options_wrong(error, "bootstrap", value, "a number of replicates from 1 to 1000000");
    return 0;
}

static int apply_seed(struct options *options, const char *value, struct error *error)
{
    if (!options_number(value, 0, UINT32_MAX, &options->report.bootstrap_seed))
        return options_wrong(error, "seed", value, "a number from 0 to 4294967295");
    return 0;
}

static int apply_weights(struct options *options, const char *value, struct error *error)
{
    if (*value == '\0')
        return options_wrong(error, "weights", value, "the name of a file");
    options->report.weights = value;
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
    {"format", "FORMAT", COMMAND_CHECK, "text or json (default: text)", apply_format, NO_FILE},
    {"format", "FORMAT", COMMAND_ESTIMATE, "text, json, html, csv or latex (default: text)",
     apply_document_format, NO_FILE},
    {"format", "FORMAT", COMMAND_REPORT,
     "text, json or html; with --notify text, csv or ndjson (default: text)", apply_report_format,
     NO_FILE},
    {"notify", "PROVIDER", COMMAND_REPORT,
     "instead of the report: whose MX records name aliases of this provider, or `all`",
     apply_notify, NO_FILE},
    {"bootstrap", "B", COMMAND_REPORT,
     "besides, intervals by a bootstrap of B replicates over providers (2000 or more)",
     apply_bootstrap, NO_FILE},
    {"seed", "SEED", COMMAND_REPORT, "of the bootstrap (default: 0)", apply_seed, NO_FILE},
    {"weights", "FILE", COMMAND_REPORT,
     "besides, shares weighed by the sizes of zones: a CSV of suffix,size", apply_weights,
     INPUT_FILE},
    {"format", "FORMAT", COMMAND_EXPORT, "ndjson or csv (default: ndjson)", apply_export_format,
     NO_FILE},
    {"view", "NAME", COMMAND_EXPORT, "the view to export (default: domains)", apply_view, NO_FILE},
    {"output", "FILE", COMMAND_EXPORT,
     "write there, compressed where it ends in .gz or .zst, instead of standard output (also -o)",
     apply_output, OUTPUT_FILE},
    {"output", "FILE", COMMAND_REPORT | COMMAND_ESTIMATE,
     "write there instead of standard output (also -o)", apply_output, OUTPUT_FILE},
    {"format", "FORMAT", COMMAND_COMPARE | COMMAND_TREND, "text, json or html (default: text)",
     apply_page_format, NO_FILE},
    {"output", "FILE", COMMAND_COMPARE | COMMAND_TREND,
     "write there instead of standard output (also -o)", apply_output, OUTPUT_FILE},
    {.name = NULL},
};
