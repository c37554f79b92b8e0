/* The options of the commands that read files: what is written, in which form, to where. */
#include "crawler/cli/options/table.h"

enum {
    LEAST_MIN = 3, /* of 2, all parts that are united would be of 1 */
    LEAST_MAX = 1000000
};

/* Forms of a command, as bits */
enum {
    CHECK_FORMATS = 1 << FORMAT_TEXT | 1 << FORMAT_JSON | 1 << FORMAT_CSV,
    DOCUMENT_FORMATS = CHECK_FORMATS | 1 << FORMAT_HTML | 1 << FORMAT_LATEX,
    REPORT_FORMATS = DOCUMENT_FORMATS | 1 << FORMAT_NDJSON,
    EXPORT_FORMATS = 1 << FORMAT_NDJSON | 1 << FORMAT_CSV,
};

static int take_format(struct options *options, const char *value, int formats,
                       const char *expected, struct error *error)
{
    static const char *const words[] = {
        [FORMAT_TEXT] = "text",     [FORMAT_JSON] = "json", [FORMAT_HTML] = "html",
        [FORMAT_NDJSON] = "ndjson", [FORMAT_CSV] = "csv",   [FORMAT_LATEX] = "latex",
    };
    int format = options_choice(value, words, sizeof words / sizeof *words);
    if (format < 0 || (formats & (1 << format)) == 0)
        return options_wrong(error, "format", value, expected);
    options->format = (enum output_format)format;
    return 0;
}

static int apply_check_format(struct options *options, const char *value, struct error *error)
{
    return take_format(options, value, CHECK_FORMATS, "text, json or csv", error);
}

static int apply_document_format(struct options *options, const char *value, struct error *error)
{
    return take_format(options, value, DOCUMENT_FORMATS, "text, json, html, csv or latex", error);
}

static int apply_report_format(struct options *options, const char *value, struct error *error)
{
    return take_format(options, value, REPORT_FORMATS,
                       "text, json, html, csv or latex (with --notify or --list: text, csv or "
                       "ndjson)",
                       error);
}

static int apply_export_format(struct options *options, const char *value, struct error *error)
{
    return take_format(options, value, EXPORT_FORMATS, "ndjson or csv", error);
}

static int apply_top(struct options *options, const char *value, struct error *error)
{
    uint64_t top;
    if (!options_number(value, 1, TOP_MAX, &top))
        return options_wrong(error, "top", value, "a number from 1 to 100");
    options->report.top = (size_t)top;
    return 0;
}

OPTION_SWITCH(apply_summary, report.only_summary)
OPTION_TEXT(apply_notify, notify)
OPTION_SWITCH(apply_mail, mail)
OPTION_NAME(apply_mail_template, mail_template, "mail-template", "the name of a file")

OPTION_TEXT(apply_view, view)
OPTION_SWITCH(apply_public, is_public)

static int apply_least(struct options *options, const char *value, struct error *error)
{
    if (!options_number(value, LEAST_MIN, LEAST_MAX, &options->least))
        return options_wrong(error, "least", value, "a number from 3 to 1000000");
    return 0;
}

OPTION_NAME(apply_weights, report.weights, "weights", "the name of a file")
OPTION_NAME(apply_operators, report.operators, "operators", "the name of a file")

static int apply_networks(struct options *options, const char *value, struct error *error)
{
    if (*value == '\0')
        return options_wrong(error, "networks", value, "the name of a file");
    if (options->report.network_count == NETWORK_FILES_MAX) {
        error_set(error, "--networks: more than %d files", NETWORK_FILES_MAX);
        return 2;
    }
    options->report.networks[options->report.network_count++] = value;
    return 0;
}

OPTION_NAME(apply_output, output, "output", "the name of a file")
OPTION_NAME(apply_figures, figures, "figures", "the name of a folder")

const struct option_row options_reading[] = {
    {"format", "FORMAT", COMMAND_CHECK, "text, json or csv (default: text)", apply_check_format,
     NO_FILE},
    {"format", "FORMAT", COMMAND_ESTIMATE | COMMAND_COMPARE | COMMAND_TREND,
     "text, json, html, csv or latex (default: text)", apply_document_format, NO_FILE},
    {"format", "FORMAT", COMMAND_REPORT,
     "text, json, html, csv or latex; with --notify or --list text, csv or ndjson (default: text)",
     apply_report_format, NO_FILE},
    {"top", "N", COMMAND_REPORT, "rows of a table, in all forms but JSON (default: 20)", apply_top,
     NO_FILE},
    {"summary", NULL, COMMAND_REPORT, "only the first lines, fit to be mailed", apply_summary,
     NO_FILE},
    {"notify", "NAME", COMMAND_REPORT,
     "instead of the report: the MX records of this provider, host or domain that name aliases, or "
     "`all`",
     apply_notify, NO_FILE},
    {"mail", NULL, COMMAND_REPORT, "of --notify NAME: write the mail that tells them", apply_mail,
     NO_FILE},
    {"mail-template", "FILE", COMMAND_REPORT, "of --mail: another text than the one built in",
     apply_mail_template, INPUT_FILE},
    {"weights", "FILE", COMMAND_REPORT,
     "besides, shares weighed by the sizes of zones: a CSV of suffix,size", apply_weights,
     INPUT_FILE},
    {"operators", "FILE", COMMAND_REPORT | COMMAND_COMPARE | COMMAND_TREND,
     "who runs what, for the intervals: a CSV of domain,operator", apply_operators, INPUT_FILE},
    {"networks", "FILE", COMMAND_REPORT,
     "where mail hosts are: from networks to countries or AS, as CSV or TSV (several: each adds)",
     apply_networks, INPUT_FILE},
    {"format", "FORMAT", COMMAND_EXPORT, "ndjson or csv (default: ndjson)", apply_export_format,
     NO_FILE},
    {"view", "NAME", COMMAND_EXPORT, "the view to export (default: domains)", apply_view, NO_FILE},
    {"public", NULL, COMMAND_EXPORT,
     "instead of a view: counts without names of domains, that may be published", apply_public,
     NO_FILE},
    {"least", "N", COMMAND_EXPORT, "each count speaks of N domains or more (default: 10)",
     apply_least, NO_FILE},
    {"output", "FILE", COMMAND_EXPORT,
     "write there, compressed where it ends in .gz or .zst, instead of standard output (also -o)",
     apply_output, OUTPUT_FILE},
    {"figures", "DIR", COMMAND_REPORT | COMMAND_ESTIMATE | COMMAND_COMPARE | COMMAND_TREND,
     "besides, each figure as files of this folder, SVG and PDF", apply_figures, NO_FILE},
    {"output", "FILE", COMMAND_REPORT | COMMAND_ESTIMATE | COMMAND_COMPARE | COMMAND_TREND,
     "write there instead of standard output (also -o)", apply_output, OUTPUT_FILE},
    {.name = NULL},
};
