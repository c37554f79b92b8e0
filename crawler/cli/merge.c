/* merge.c - `mxsurvey merge`: unite the files of a survey run in shards. */
#include "crawler/cli/cli.h"

#include "crawler/base/interrupt.h"
#include "crawler/store/merge/merge.h"

#include <inttypes.h>

static bool stopped(void)
{
    return interrupt_count() > 0;
}

int cli_merge(const struct options *options)
{
    struct error error = {""};
    struct merge_result result;
    if (options->argument_count < 2)
        return cli_fail(STATUS_USAGE, "merge: the file to write, then those of all shards; see "
                                      "mxsurvey merge --help");
    for (int i = 0; i < options->argument_count; i++) {
        if (*options->arguments[i] == '\0')
            return cli_fail(STATUS_USAGE, "merge: \"\" is no file; see mxsurvey merge --help");
    }
    interrupt_watch();
    if (store_merge(options->arguments[0], (const char *const *)options->arguments + 1,
                    (unsigned)options->argument_count - 1, stopped, &result, &error) != 0)
        return cli_fail(stopped() && !result.kept ? STATUS_STOPPED : STATUS_ERROR, error.text);
    if (options->log_level < LOG_INFO)
        return STATUS_DONE;
    int shards = options->argument_count - 1;
    error_set(&error, "%s: %d shard%s, %" PRIu64 " domain%s, %" PRIu64 " host%s",
              options->arguments[0], shards, shards == 1 ? "" : "s", result.domains,
              result.domains == 1 ? "" : "s", result.hosts, result.hosts == 1 ? "" : "s");
    fprintf(stderr, "mxsurvey: %s\n", error.text);
    if (result.judged_again > 0)
        fprintf(stderr,
                "mxsurvey: shards found different things at some hosts: %" PRIu64
                " domains judged again\n",
                result.judged_again);
    return STATUS_DONE;
}
