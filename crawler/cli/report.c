/* report.c - `mxsurvey report`: what a survey file says, as text or JSON. */
#include "crawler/cli/cli.h"

#include "analysis/report.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A report is written whole or not at all: into a file beside, then renamed. */
static int write_file(const struct options *options, struct error *error)
{
    char beside[4096];
    const char *path = options->output;
    if (snprintf(beside, sizeof beside, "%s.part", path) >= (int)sizeof beside)
        return error_set(error, "%s: too long a path", path);
    FILE *file = fopen(beside, "w");
    if (file == NULL)
        return error_set(error, "%s: cannot be written: %s", path, strerror(errno));
    int result =
        report_write(options->arguments[0],
                     options->format == FORMAT_JSON ? REPORT_JSON : REPORT_TEXT, file, error);
    if (fclose(file) != 0 && result == 0)
        result = error_set(error, "%s: cannot be written: %s", path, strerror(errno));
    if (result == 0 && rename(beside, path) != 0)
        result = error_set(error, "%s: cannot be written: %s", path, strerror(errno));
    if (result != 0)
        unlink(beside);
    return result;
}

int cli_report(const struct options *options)
{
    struct error error = {""};
    int result;
    if (options->argument_count != 1)
        return cli_fail(STATUS_USAGE, "report: one survey file; see mxsurvey report --help");
    if (options->output != NULL)
        result = write_file(options, &error);
    else
        result = report_write(options->arguments[0],
                              options->format == FORMAT_JSON ? REPORT_JSON : REPORT_TEXT, stdout,
                              &error);
    return result == 0 ? STATUS_DONE : cli_fail(STATUS_ERROR, error.text);
}
