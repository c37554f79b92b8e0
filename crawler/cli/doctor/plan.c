/* plan.c - `mxsurvey doctor --plan N`: what a survey of N names costs, and how that is
 * computed.  GROWTH.md says where the rates come from. */
#include "crawler/cli/cli.h"

#include "analysis/document/text_form.h"
#include "crawler/core/cost.h"

#include <inttypes.h>
#include <stdio.h>
#include <uv.h>

enum {
    RATE_OF_CORE = 2000, /* tests/bench/cold: 0.49 ms of CPU a question */
};

const char *cli_duration(double seconds, char ret[NUMBER_MAX])
{
    if (seconds < 60)
        snprintf(ret, NUMBER_MAX, "%.0f s", seconds);
    else if (seconds < 3600)
        snprintf(ret, NUMBER_MAX, "%.0f min", seconds / 60);
    else if (seconds < 72 * 3600)
        snprintf(ret, NUMBER_MAX, "%.1f h", seconds / 3600);
    else
        snprintf(ret, NUMBER_MAX, "%.1f days", seconds / 86400);
    return ret;
}

static const char *octets(double number, char ret[NUMBER_MAX])
{
    char digits[NUMBER_MAX];
    if (number < 1e9)
        snprintf(ret, NUMBER_MAX, "%.0f MB", number / 1e6);
    else if (number < 1e12)
        snprintf(ret, NUMBER_MAX, "%.1f GB", number / 1e9);
    else
        snprintf(ret, NUMBER_MAX, "%s GB", text_count((uint64_t)(number / 1e9 + 0.5), digits));
    return ret;
}

static void print_row(const struct cost_rates *rates, uint64_t names, uint64_t machines)
{
    char count[NUMBER_MAX], questions[NUMBER_MAX], time[NUMBER_MAX], memory[NUMBER_MAX],
        disk[NUMBER_MAX];
    struct cost cost;
    cost_of(rates, names, machines, &cost);
    printf("  %8s  %16s  %10s  %8s  %8s\n", text_count(machines, count),
           text_count((uint64_t)(cost.questions + 0.5), questions),
           cli_duration(cost.seconds, time), octets(cost.memory, memory), octets(cost.disk, disk));
}

static void print_formula(const struct cost_rates *rates, unsigned cores)
{
    printf("\n  names     = all names / machines\n"
           "  questions = names x %.2f, of these 1.48 for MTA-STS and TLSRPT\n"
           "  time      = questions / rate\n"
           "  memory    = %.0f MB + names x %.0f octets; Unbound's caches besides: an eighth of\n"
           "              the machine's memory, at most 4 GB\n"
           "  disk      = names x %.0f octets, a quarter of it only at the end, for the indexes\n",
           rates->questions, rates->memory / 1e6, rates->memory_a_name, rates->disk_a_name);
    if (cores > 0)
        printf("  rate      = %u cores of this machine x %d; another one: --rate\n", cores,
               RATE_OF_CORE);
    puts("\n  The rate is that of tests with empty caches and a near network. Silent servers, and\n"
         "  manners, may come first: give what the first hour of a survey shows. GROWTH.md says\n"
         "  more.");
}

int cli_doctor_plan(uint64_t names, unsigned rate)
{
    static const double deadlines[] = {7 * 86400, 86400, 8 * 3600};
    char text[NUMBER_MAX], speed[NUMBER_MAX];
    unsigned cores = rate == 0 ? uv_available_parallelism() : 0;
    struct cost_rates rates;
    cost_measured(&rates);
    rates.rate = rate != 0 ? rate : (double)cores * RATE_OF_CORE;
    printf("%s name%s, %s questions a second of each machine\n\n"
           "  machines    questions each        time    memory      disk\n",
           text_count(names, text), names == 1 ? "" : "s", text_count((uint64_t)rates.rate, speed));
    uint64_t last = 1;
    print_row(&rates, names, last);
    for (unsigned i = 0; i < sizeof deadlines / sizeof *deadlines; i++) {
        uint64_t machines = cost_machines(&rates, names, deadlines[i]);
        if (machines > last)
            print_row(&rates, names, machines);
        last = machines > last ? machines : last;
    }
    print_formula(&rates, cores);
    return STATUS_DONE;
}
