#include "crawler/cli/output_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct output {
    const char *path; /* as given, for errors */
    output_write_fn *write;
    void *context;
};

static int fail_write(const struct output *output, struct error *error)
{
    return error_set(error, "%s: cannot be written: %s", output->path, strerror(errno));
}

/* Writes and closes file, which may be NULL: errno says why. */
static int write_and_close(const struct output *output, FILE *file, struct error *error)
{
    if (file == NULL)
        return fail_write(output, error);
    int result = output->write(output->context, file, error);
    if (fclose(file) != 0 && result == 0)
        result = fail_write(output, error);
    return result;
}

/* As open(2) would have made it. */
static void set_usual_mode(int descriptor)
{
    mode_t mask = umask(0);
    umask(mask);
    fchmod(descriptor, 0666 & ~mask);
}

static int replace_file(const struct output *output, const char *path, struct error *error)
{
    char *beside = NULL;
    if (asprintf(&beside, "%s.XXXXXX", path) < 0)
        return error_set(error, "%s: out of memory", path);
    int descriptor = mkstemp(beside);
    if (descriptor < 0) {
        fail_write(output, error);
        free(beside);
        return -1;
    }
    set_usual_mode(descriptor);
    int result = write_and_close(output, fdopen(descriptor, "w"), error);
    if (result == 0 && rename(beside, path) != 0)
        result = fail_write(output, error);
    if (result != 0)
        unlink(beside);
    free(beside);
    return result;
}

/* What a link promises that is not there yet is written as it is; a link to a
 * file stays a link. */
static int write_file(const struct output *output, struct error *error)
{
    struct stat target;
    const char *path = output->path;
    if (stat(path, &target) != 0)
        return lstat(path, &target) == 0 ? write_and_close(output, fopen(path, "w"), error)
                                         : replace_file(output, path, error);
    if (!S_ISREG(target.st_mode))
        return write_and_close(output, fopen(path, "w"), error);
    char *real = realpath(path, NULL);
    if (real == NULL)
        return fail_write(output, error);
    int result = replace_file(output, real, error);
    free(real);
    return result;
}

int output_file_write(const char *path, output_write_fn *write, void *context, struct error *error)
{
    struct output output = {.path = path, .write = write, .context = context};
    if (path == NULL)
        return write(context, stdout, error);
    return write_file(&output, error);
}

const char *output_file_name(const char *path)
{
    return path != NULL ? path : "standard output";
}
