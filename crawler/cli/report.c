/* report.c - `mxsurvey report`: what a survey file says, as text, JSON or a page. */
#include "crawler/cli/cli.h"

#include "analysis/report/report.h"
#include "crawler/cli/options/files.h"
#include "crawler/cli/output_file.h"

static int check_figure(const void *context, const char *path, struct error *error)
{
    return files_check_figure(context, path, error);
}

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
        .figures = options->figures,
        .check = check_figure,
        .context = options,
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
    if (options->figures != NULL && (options->notify != NULL || options->settings.list_count > 0))
        return cli_fail(STATUS_USAGE, "report: --notify and --list have no --figures");
    if (options->notify != NULL)
        return cli_notify(options);
    if (options->settings.list_count > 0)
        return cli_mine(options);
    if (options->format == FORMAT_NDJSON)
        return cli_fail(STATUS_USAGE,
                        "report: ndjson is for --notify and --list; see also mxsurvey export "
                        "--help");
    int result = output_file_write(options->output, write_report, (void *)options, &error);
    return result == 0 ? STATUS_DONE : cli_fail(STATUS_ERROR, error.text);
}
