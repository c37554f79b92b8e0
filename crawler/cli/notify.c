/* notify.c - `mxsurvey report --notify`: whom to tell that a mail exchange is an alias. */
#include "crawler/cli/cli.h"

#include "analysis/notify/notify.h"
#include "crawler/cli/output_file.h"
#include "crawler/core/name.h"
#include "crawler/survey/list/list.h"

#include <string.h>

static int write_list(void *request, FILE *out, struct error *error)
{
    return notify_write(request, out, error);
}

/* As a survey has it, or as people write it, with U-labels.  `all` is nobody's: a single label. */
static bool read_name(const char *text, char ret[NAME_TEXT_MAX])
{
    struct name name;
    char domain[LIST_DOMAIN_SIZE];
    if (!name_from_text(text, strlen(text), &name) &&
        (list_name_normalize(text, strlen(text), domain) != NULL ||
         !name_from_text(domain, strlen(domain), &name)))
        return false;
    name_to_text(&name, ret);
    return true;
}

int cli_notify(const struct options *options)
{
    struct error error = {""};
    char name[NAME_TEXT_MAX];
    if (!read_name(options->notify, name)) {
        error_set(&error,
                  "--notify: \"%.300s\" is no name of a domain, host or provider, nor `all`",
                  options->notify);
        return cli_fail(STATUS_USAGE, error.text);
    }
    bool all = strcmp(name, "all") == 0;
    if (options->mail && (all || options->format != FORMAT_TEXT))
        return cli_fail(STATUS_USAGE, all ? "--mail: to whom? --notify NAME, not `all`"
                                          : "--mail: is text, without another --format");
    if (options->format != FORMAT_TEXT && options->format != FORMAT_CSV &&
        options->format != FORMAT_NDJSON)
        return cli_fail(STATUS_USAGE, "--notify: --format is text, csv or ndjson");
    struct notify_request request = {
        .path = options->arguments[0],
        .name = all ? NULL : name,
        .format = options->mail                    ? NOTIFY_MAIL
                  : options->format == FORMAT_TEXT ? NOTIFY_TEXT
                  : options->format == FORMAT_CSV  ? NOTIFY_CSV
                                                   : NOTIFY_NDJSON,
        .mail_template = options->mail_template,
        .output = output_file_name(options->output),
    };
    int result = output_file_write(options->output, write_list, &request, &error);
    if (result != 0)
        return cli_fail(STATUS_ERROR, error.text);
    if (!request.known && request.format != NOTIFY_TEXT) { /* which says it */
        notify_unknown(&request, &error);
        cli_say(error.text);
    }
    return STATUS_DONE;
}
