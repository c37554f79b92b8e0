/* export.c - `mxsurvey export`: the rows of a view, or counts that may be published, as
 * NDJSON or CSV. */
#include "crawler/cli/cli.h"

#include "analysis/export/export.h"
#include "crawler/cli/output_file.h"

#include <string.h>
#include <strings.h>

/* In whatever case: `X.GZ` promises the same. */
static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcasecmp(text + length - end_length, end) == 0;
}

static int write_export(void *request, FILE *out, struct error *error)
{
    return export_write(request, out, error);
}

/* What is no suffix of ours is not silently written uncompressed. */
static int compression_of(const char *path, enum compression *ret, struct error *error)
{
    static const char *const others[] = {".xz", ".bz2", ".zip", ".lz4", ".Z", ".lzma"};
    for (unsigned i = 0; path != NULL && i < sizeof others / sizeof *others; i++) {
        if (ends_with(path, others[i]))
            return error_set(error, "%s: compressed files end in .gz or .zst", path);
    }
    *ret = path != NULL && ends_with(path, ".gz")    ? COMPRESSION_GZIP
           : path != NULL && ends_with(path, ".zst") ? COMPRESSION_ZSTD
                                                     : COMPRESSION_NONE;
    return 0;
}

int cli_export(const struct options *options)
{
    struct error error = {""};
    if (options->argument_count != 1 || *options->arguments[0] == '\0')
        return cli_fail(STATUS_USAGE, "export: one survey file; see mxsurvey export --help");
    struct export_request request = {
        .path = options->arguments[0],
        .view = options->view != NULL ? options->view
                : options->is_public  ? NULL
                                      : "domains",
        .least = options->least,
        .output = output_file_name(options->output),
        .format = options->format == FORMAT_CSV ? EXPORT_CSV : EXPORT_NDJSON,
    };
    if (compression_of(options->output, &request.compression, &error) != 0)
        return cli_fail(STATUS_USAGE, error.text);
    int result = output_file_write(options->output, write_export, &request, &error);
    if (result != 0)
        return cli_fail(STATUS_ERROR, error.text);
    if (options->is_public && !request.finished) {
        error_set(&error, "%s: this survey is not finished: the counts are of what it has so far",
                  request.path);
        cli_say(error.text);
    }
    return STATUS_DONE;
}
