/* doctor_sample.c - `mxsurvey doctor --sample HALF`: how many names to draw for an interval of that
 * half-width, and what other numbers of names give.  Nothing is asked. */
#include "crawler/cli/cli.h"

#include "analysis/document/text_form.h"
#include "analysis/statistics/plan.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    SPAN = 20, /* rows from a twentieth of the wanted number to twenty times as many */
};

static void print_row(const struct sample_plan *plan, uint64_t drawn, char mark)
{
    char count[NUMBER_MAX], share[NUMBER_MAX];
    double width = plan_half_width(plan, drawn);
    int decimals = text_decimals((struct interval){0, 2 * width});
    printf("%c %17s  ", mark, text_count(drawn, count));
    if (drawn == plan->names)
        puts("all of them: no sampling error");
    else
        printf("%s +- %.*f\n", text_percent(plan->share, decimals, share), decimals, 100 * width);
}

/* 1, 2, 5, 10, 20, ... */
static uint64_t next_round(uint64_t number)
{
    uint64_t first = number;
    while (first >= 10)
        first /= 10;
    return first == 2 ? number / 2 * 5 : number * 2;
}

static void print_rows(const struct sample_plan *plan, uint64_t wanted)
{
    uint64_t end = plan->names > 0 ? plan->names : UINT64_MAX, drawn = 1;
    while (drawn < wanted / SPAN)
        drawn = next_round(drawn);
    for (; drawn < wanted; drawn = next_round(drawn))
        print_row(plan, drawn, ' ');
    print_row(plan, wanted, '*');
    for (; drawn <= wanted * SPAN && drawn < end; drawn = next_round(drawn)) {
        if (drawn > wanted)
            print_row(plan, drawn, ' ');
    }
    if (plan->names > wanted)
        print_row(plan, plan->names, ' ');
}

static void print_words(const struct sample_plan *plan, uint64_t wanted)
{
    if (wanted == plan->names)
        puts("\n* No smaller number does.");
    else
        printf("\n* The least that does: mxsurvey run --limit %" PRIu64 " --shuffle SEED.\n",
               wanted);
    puts("  +- is half of a 95 % interval for the list's own share, of names drawn at random\n"
         "  (Wilson, with finite population correction), if that share is found.\n"
         "  Each name is taken to count. Of names without MX records, or whatever else a\n"
         "  share leaves out, draw so many more that enough of the others are among them.");
}

int cli_doctor_sample(const struct sample_options *options)
{
    const struct sample_plan plan = {options->share, 1, options->names};
    uint64_t wanted = plan_drawn(&plan, options->half_width);
    char names[NUMBER_MAX];
    if (wanted == 0)
        return cli_fail(STATUS_ERROR, "doctor: no number of names gives so narrow an interval");
    printf("A share of %.4g %% of %s names\n\n        names drawn  the list's own share\n",
           100 * plan.share, plan.names > 0 ? text_count(plan.names, names) : "very many");
    print_rows(&plan, wanted);
    print_words(&plan, wanted);
    return STATUS_DONE;
}
