#include "crawler/cli/list_names.h"

#include <inttypes.h>
#include <string.h>

enum {
    REASONS_MAX = 32 /* more than list.h has */
};

struct counter {
    int (*each)(void *context, const struct list_name *name);
    void *context;
    bool stopped; /* by each */
    struct rejects {
        const char *reason; /* NULL: none more */
        uint64_t count;
    } rejects[REASONS_MAX];
};

static int take_name(void *context, const struct list_name *name)
{
    struct counter *counter = context;
    counter->stopped = counter->each(counter->context, name) != 0;
    return counter->stopped;
}

static int take_reject(void *context, const struct list_reject *reject)
{
    struct rejects *rejects = ((struct counter *)context)->rejects;
    unsigned i = 0;
    while (i < REASONS_MAX - 1 && rejects[i].reason != NULL &&
           strcmp(rejects[i].reason, reject->reason) != 0)
        i++;
    rejects[i].reason = reject->reason;
    rejects[i].count++;
    return 0;
}

static void say_rejects(const struct counter *counter, const char *path,
                        const struct list_summary *summary)
{
    struct error line;
    const struct rejects *most = counter->rejects;
    for (unsigned i = 1; i < REASONS_MAX; i++) {
        if (counter->rejects[i].count > most->count)
            most = &counter->rejects[i];
    }
    error_set(&line, "%s: %" PRIu64 " of %" PRIu64 " list lines are rejected, mostly: %s", path,
              summary->rejected, summary->lines, most->reason);
    cli_say(line.text);
}

static int read_one(const struct options *options, const char *path, struct counter *counter,
                    struct error *error)
{
    const struct list_source source = {
        .path = path,
        .format = options->settings.list_format,
        .column = options->settings.list_column,
    };
    const struct list_sink sink = {take_name, take_reject, counter};
    struct list_summary summary;
    int result = list_read(&source, &sink, &summary, error);
    if (counter->stopped || result < 0)
        return STATUS_ERROR;
    if (result == LIST_INTERRUPTED) {
        error_set(error, "%s: interrupted", path);
        return STATUS_STOPPED;
    }
    if (summary.names == 0) {
        error_set(error, "%s: holds no domain name", path);
        return STATUS_ERROR;
    }
    if (summary.rejected > 0 && options->log_level >= LOG_WARNING)
        say_rejects(counter, path, &summary);
    return STATUS_DONE;
}

int list_names_read(const struct options *options,
                    int (*each)(void *context, const struct list_name *name), void *context,
                    struct error *error)
{
    int status = STATUS_DONE;
    for (unsigned i = 0; i < options->settings.list_count && status == STATUS_DONE; i++) {
        struct counter counter = {.each = each, .context = context};
        status = read_one(options, options->settings.lists[i], &counter, error);
    }
    return status;
}
