/* doctor.c - `mxsurvey doctor`: is this resolver and this machine fit for a survey? */
#include "crawler/cli/cli.h"

#include "crawler/base/memory.h"
#include "crawler/net/resolver/doctor.h"
#include "crawler/survey/resolver.h"

#include <stdlib.h>

enum {
    DESCRIPTORS_NEEDED = 1024
};

static void print(const struct options *options, const struct doctor_report *report)
{
    static const char *const levels[] = {"ok", "warning", "ERROR"};
    const struct settings *settings = &options->settings;
    int resolver = -2;
    for (unsigned i = 0; i < report->count; i++) {
        const struct finding *finding = &report->findings[i];
        if (finding->resolver != resolver) {
            resolver = finding->resolver;
            printf("%s\n", resolver < 0                    ? "this machine"
                           : settings->resolver_count == 0 ? "the private Unbound"
                                                           : settings->resolver_texts[resolver]);
        }
        printf("  %-8s %-15s %s\n", levels[finding->level], finding->name, finding->text);
    }
}

static int examine(const struct options *options, const struct lookup_settings *lookup,
                   struct error *error)
{
    struct doctor_report *report = memory_get(sizeof *report);
    const struct doctor_settings settings = {
        .resolver_count = lookup->resolver_count,
        .resolvers = lookup->resolvers,
        .private_resolver = options->settings.resolver_count == 0,
        .believe_ad = settings_believe_ad(&options->settings),
        .timeout_ms = lookup->timeout_ms,
        .descriptors = DESCRIPTORS_NEEDED,
        .receive_buffer = RECEIVE_BUFFER,
    };
    int status = STATUS_ERROR;
    if (doctor_run(&settings, report, error) == 0) {
        print(options, report);
        bool fit = report->worst != FINDING_ERROR;
        printf("%s for a survey\n", fit ? "fit" : "NOT fit");
        status = fit ? STATUS_DONE : -1;
    }
    free(report);
    return status;
}

int cli_doctor(const struct options *options)
{
    uv_loop_t loop;
    struct unbound *unbound;
    struct lookup_settings lookup;
    struct error error = {""};
    if (options->argument_count > 0)
        return cli_fail(STATUS_USAGE, "doctor: it takes options only; see mxsurvey doctor --help");
    if (options->meeting.asked)
        return cli_doctor_probe(options);
    if (options->plan != 0)
        return cli_doctor_plan(options->plan, options->rate);
    if (options->sample.half_width > 0)
        return cli_doctor_sample(&options->sample);
    if (options->rate != 0)
        return cli_fail(STATUS_USAGE, "doctor: --rate is for --plan; see mxsurvey doctor --help");
    if (resolver_loop(&loop, &error) != 0)
        return cli_fail(STATUS_ERROR, error.text);
    int status = STATUS_ERROR;
    if (resolver_start(&loop, &options->settings, &unbound, &lookup, &error) == 0)
        status = examine(options, &lookup, &error);
    resolver_stop(&loop, unbound);
    if (status < 0)
        return STATUS_ERROR; /* said in the findings */
    return status == STATUS_DONE ? STATUS_DONE : cli_fail(status, error.text);
}
