/* report.c - `mxsurvey report`: what a survey file says, as text, JSON or a page. */
#include "crawler/cli/cli.h"

#include "analysis/report.h"
#include "crawler/cli/output_file.h"

enum report_format cli_report_format(const struct options *options)
{
    switch (options->format) {
    case FORMAT_JSON:
        return REPORT_JSON;
    case FORMAT_HTML:
        return REPORT_HTML;
    case FORMAT_TEXT:
        break;
    }
    return REPORT_TEXT;
}

static int write_report(void *context, FILE *out, struct error *error)
{
    const struct options *options = context;
    return report_write(options->arguments[0], &options->report, cli_report_format(options), out,
                        error);
}

int cli_report(const struct options *options)
{
    struct error error = {""};
    if (options->argument_count != 1)
        return cli_fail(STATUS_USAGE, "report: one survey file; see mxsurvey report --help");
    if (*options->arguments[0] == '\0')
        return cli_fail(STATUS_USAGE, "report: \"\" is no survey file; see mxsurvey report --help");
    int result = output_file_write(options->output, options->arguments, options->argument_count,
                                   write_report, (void *)options, &error);
    return result == 0 ? STATUS_DONE : cli_fail(STATUS_ERROR, error.text);
}
