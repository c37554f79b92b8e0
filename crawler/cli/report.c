/* report.c - `mxsurvey report`: what a survey file says, as text, JSON or a page. */
#include "crawler/cli/cli.h"

#include "analysis/report/report.h"
#include "crawler/cli/output_file.h"

struct report_output cli_report_output(const struct options *options, FILE *out)
{
    static const enum report_format formats[] = {
        [FORMAT_TEXT] = REPORT_TEXT, [FORMAT_JSON] = REPORT_JSON,   [FORMAT_HTML] = REPORT_HTML,
        [FORMAT_CSV] = REPORT_CSV,   [FORMAT_LATEX] = REPORT_LATEX,
    };
    return (struct report_output){
        .out = out,
        .name = output_file_name(options->output),
        .format = formats[options->format],
    };
}

static int write_report(void *context, FILE *out, struct error *error)
{
    const struct options *options = context;
    const struct report_output output = cli_report_output(options, out);
    return report_write(options->arguments[0], &options->report, &output, error);
}

int cli_report(const struct options *options)
{
    struct error error = {""};
    if (options->argument_count != 1)
        return cli_fail(STATUS_USAGE, "report: one survey file; see mxsurvey report --help");
    if (*options->arguments[0] == '\0')
        return cli_fail(STATUS_USAGE, "report: \"\" is no survey file; see mxsurvey report --help");
    if (options->notify != NULL)
        return cli_notify(options);
    if (options->format == FORMAT_CSV || options->format == FORMAT_NDJSON)
        return cli_fail(STATUS_USAGE, "report: csv and ndjson are for --notify; see also mxsurvey "
                                      "export --help");
    int result = output_file_write(options->output, write_report, (void *)options, &error);
    return result == 0 ? STATUS_DONE : cli_fail(STATUS_ERROR, error.text);
}
