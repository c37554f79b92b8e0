#include "crawler/cli/check/probe.h"

#include "crawler/cli/cli.h"
#include "crawler/probe/probe.h"

static void show_nothing(void *context, const struct probe_counts *counts)
{
    (void)context;
    (void)counts;
}

int check_probe(const struct options *options, const char *db, const struct lookup_settings *lookup,
                struct error *error)
{
    const struct probe_settings settings = {
        .db = db,
        .helo = options->meeting.helo,
        .helo_unchecked = options->meeting.helo_unchecked,
        .resolver = &lookup->resolvers[0],
        .allow_special = options->settings.allow_special_addresses,
        .rate = options->meeting.rate,
        .exclude = options->settings.exclude,
        .ca_file = options->settings.ca_file,
    };
    const struct probe_voice voice = {.progress = show_nothing};
    struct probe_result result;
    if (probe_run(&settings, &voice, &result, error) != 0)
        return STATUS_ERROR;
    switch (result.end) {
    case PROBE_INTERRUPTED:
        error_set(error, "check: interrupted");
        return STATUS_STOPPED;
    case PROBE_STORE_FAILED:
        return STATUS_STOPPED;
    case PROBE_CUT_OFF: /* what was not met is told as such */
    case PROBE_ENDED:
        break;
    }
    return STATUS_DONE;
}
