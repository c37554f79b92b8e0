/* notify.c - `mxsurvey report --notify`: whom to tell that their mail exchange is an alias. */
#include "crawler/cli/cli.h"

#include "analysis/report/notify.h"
#include "crawler/cli/output_file.h"
#include "crawler/core/name.h"

#include <string.h>

static int write_list(void *request, FILE *out, struct error *error)
{
    return notify_write(request, out, error);
}

/* `all` is no registrable domain: a single label. */
static bool read_provider(const char *text, char ret[NAME_TEXT_MAX])
{
    struct name name;
    if (!name_from_text(text, strlen(text), &name))
        return false;
    name_to_text(&name, ret);
    return true;
}

int cli_notify(const struct options *options)
{
    struct error error = {""};
    char provider[NAME_TEXT_MAX];
    if (!read_provider(options->notify, provider)) {
        error_set(&error, "--notify: \"%.300s\" is no domain name of a provider, nor `all`",
                  options->notify);
        return cli_fail(STATUS_USAGE, error.text);
    }
    if (options->format != FORMAT_TEXT && options->format != FORMAT_CSV &&
        options->format != FORMAT_NDJSON)
        return cli_fail(STATUS_USAGE, "--notify: --format is text, csv or ndjson");
    struct notify_request request = {
        .path = options->arguments[0],
        .provider = strcmp(provider, "all") == 0 ? NULL : provider,
        .format = options->format == FORMAT_TEXT  ? NOTIFY_TEXT
                  : options->format == FORMAT_CSV ? NOTIFY_CSV
                                                  : NOTIFY_NDJSON,
        .output = output_file_name(options->output),
    };
    int result = output_file_write(options->output, write_list, &request, &error);
    return result == 0 ? STATUS_DONE : cli_fail(STATUS_ERROR, error.text);
}
