/* report.c - `mxsurvey report`: what a survey file says, as text, JSON or a page. */
#include "crawler/cli/cli.h"

#include "analysis/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum report_format format_of(const struct options *options)
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

static int fail_write(const struct options *options, struct error *error)
{
    return error_set(error, "%s: cannot be written: %s", options->output, strerror(errno));
}

/* Writes the report and closes file, which may be NULL: errno says why. */
static int write_and_close(const struct options *options, FILE *file, struct error *error)
{
    if (file == NULL)
        return fail_write(options, error);
    int result =
        report_write(options->arguments[0], &options->report, format_of(options), file, error);
    if (fclose(file) != 0 && result == 0)
        result = fail_write(options, error);
    return result;
}

/* As open(2) would have made it. */
static void set_usual_mode(int descriptor)
{
    mode_t mask = umask(0);
    umask(mask);
    fchmod(descriptor, 0666 & ~mask);
}

/* A report is written whole or not at all: into a file beside, then renamed. */
static int replace_file(const struct options *options, const char *path, struct error *error)
{
    char *beside = NULL;
    if (asprintf(&beside, "%s.XXXXXX", path) < 0)
        return error_set(error, "%s: out of memory", path);
    int descriptor = mkstemp(beside);
    if (descriptor < 0) {
        fail_write(options, error);
        free(beside);
        return -1;
    }
    set_usual_mode(descriptor);
    int result = write_and_close(options, fdopen(descriptor, "w"), error);
    if (result == 0 && rename(beside, path) != 0)
        result = fail_write(options, error);
    if (result != 0)
        unlink(beside);
    free(beside);
    return result;
}

/* Pipes and the like are written to as they are, and so is what a link promises
 * that is not there yet; a link to a file stays a link. */
static int write_file(const struct options *options, struct error *error)
{
    struct stat target, survey;
    const char *path = options->output;
    if (stat(path, &target) != 0)
        return lstat(path, &target) == 0 ? write_and_close(options, fopen(path, "w"), error)
                                         : replace_file(options, path, error);
    if (stat(options->arguments[0], &survey) == 0 && survey.st_dev == target.st_dev &&
        survey.st_ino == target.st_ino)
        return error_set(error, "%s: is the survey itself; choose another --output", path);
    if (!S_ISREG(target.st_mode))
        return write_and_close(options, fopen(path, "w"), error);
    char *real = realpath(path, NULL);
    if (real == NULL)
        return fail_write(options, error);
    int result = replace_file(options, real, error);
    free(real);
    return result;
}

int cli_report(const struct options *options)
{
    struct error error = {""};
    int result;
    if (options->argument_count != 1)
        return cli_fail(STATUS_USAGE, "report: one survey file; see mxsurvey report --help");
    if (*options->arguments[0] == '\0')
        return cli_fail(STATUS_USAGE, "report: \"\" is no survey file; see mxsurvey report --help");
    if (options->output != NULL)
        result = write_file(options, &error);
    else
        result = report_write(options->arguments[0], &options->report, format_of(options), stdout,
                              &error);
    return result == 0 ? STATUS_DONE : cli_fail(STATUS_ERROR, error.text);
}
