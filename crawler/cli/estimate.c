/* estimate.c - `mxsurvey estimate`: published samples and what they say together. */
#include "crawler/cli/cli.h"

#include "analysis/samples/combine.h"
#include "crawler/cli/output_file.h"

static int write_estimates(void *context, FILE *out, struct error *error)
{
    const struct options *options = context;
    const struct report_output output = cli_report_output(options, out);
    return combine_write(options->arguments[0], &output, error);
}

int cli_estimate(const struct options *options)
{
    struct error error = {""};
    if (options->argument_count != 1 || *options->arguments[0] == '\0')
        return cli_fail(STATUS_USAGE, "estimate: one CSV file of samples; see mxsurvey estimate "
                                      "--help");
    int result = output_file_write(options->output, write_estimates, (void *)options, &error);
    return result == 0 ? STATUS_DONE : cli_fail(STATUS_ERROR, error.text);
}
