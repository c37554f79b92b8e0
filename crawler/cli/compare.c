/* compare.c - `mxsurvey compare`, `mxsurvey trend`: two surveys, and a series of them. */
#include "crawler/cli/cli.h"

#include "analysis/comparison/comparison.h"
#include "analysis/comparison/trend.h"
#include "crawler/cli/options/files.h"
#include "crawler/cli/output_file.h"

static int write_comparison(void *context, FILE *out, struct error *error)
{
    const struct options *options = context;
    const struct report_output output = cli_report_output(options, out);
    return comparison_write(options->arguments[0], options->arguments[1], &options->report, &output,
                            error);
}

static int write_trend(void *context, FILE *out, struct error *error)
{
    const struct options *options = context;
    const struct report_output output = cli_report_output(options, out);
    return trend_write(options->arguments, (size_t)options->argument_count, &options->report,
                       &output, error);
}

static int write_files(const struct options *options, output_write_fn *write, const char *command)
{
    struct error error = {""};
    for (int i = 0; i < options->argument_count; i++) {
        if (*options->arguments[i] == '\0') {
            error_set(&error, "%s: \"\" is no survey file; see mxsurvey %s --help", command,
                      command);
            return cli_fail(STATUS_USAGE, error.text);
        }
    }
    int result = output_file_write(options->output, write, (void *)options, &error);
    return result == 0 ? STATUS_DONE : cli_fail(STATUS_ERROR, error.text);
}

int cli_compare(const struct options *options)
{
    if (options->argument_count != 2)
        return cli_fail(
            STATUS_USAGE,
            "compare: two survey files, the old one first; see mxsurvey compare --help");
    return write_files(options, write_comparison, "compare");
}

/* A survey beside itself is no series, and would count twice. */
static bool find_twins(const struct options *options, struct error *error)
{
    char *const *paths = options->arguments;
    for (int i = 1; i < options->argument_count; i++) {
        for (int j = 0; j < i; j++) {
            if (files_same(paths[j], paths[i])) {
                error_set(error, "%s: is the same file as %s; give each survey once", paths[i],
                          paths[j]);
                return true;
            }
        }
    }
    return false;
}

int cli_trend(const struct options *options)
{
    if (options->argument_count < 2)
        return cli_fail(
            STATUS_USAGE,
            "trend: two survey files or more, the oldest first; see mxsurvey trend --help");
    struct error error;
    if (find_twins(options, &error))
        return cli_fail(STATUS_ERROR, error.text);
    return write_files(options, write_trend, "trend");
}
