/* sample.c - `mxsurvey doctor --sample HALF`: how many names to draw for an interval of that
 * half-width, and what other numbers of names give.  Nothing is asked. */
#include "crawler/cli/cli.h"

#include "analysis/document/text_form.h"
#include "analysis/report/data.h"
#include "analysis/statistics/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    SPAN = 20, /* rows from a twentieth of the wanted number to twenty times as many */
};

struct sampling {
    struct sample_plan plan;
    uint64_t wanted;
    /* of an earlier survey */
    bool has_survey, has_others;
    const char *why; /* nothing is said of other lists */
    uint64_t surveyed;
    struct cluster_share survey;
};

static void print_others(const struct sampling *sampling, uint64_t drawn)
{
    char range[NUMBER_MAX];
    struct interval others =
        plan_others95(&sampling->survey, (double)drawn / (double)sampling->surveyed);
    int decimals = text_decimals(others);
    fputs(text_range(others, decimals < 2 ? 2 : decimals, range), stdout);
}

static void print_row(const struct sampling *sampling, uint64_t drawn)
{
    const struct sample_plan *plan = &sampling->plan;
    char count[NUMBER_MAX], share[NUMBER_MAX], cell[2 * NUMBER_MAX] = "all: no sampling error";
    double width = plan_half_width(plan, drawn);
    int decimals = text_decimals((struct interval){0, 2 * width});
    if (drawn != plan->names)
        snprintf(cell, sizeof cell, "%s +- %.*f", text_percent(plan->share, decimals, share),
                 decimals, 100 * width);
    printf("%c %17s  %s", drawn == sampling->wanted ? '*' : ' ', text_count(drawn, count), cell);
    if (sampling->has_others) {
        printf("%*s", 24 - (int)strlen(cell), "");
        print_others(sampling, drawn);
    }
    putchar('\n');
}

/* 1, 2, 5, 10, 20, ... */
static uint64_t next_round(uint64_t number)
{
    uint64_t first = number;
    while (first >= 10)
        first /= 10;
    return first == 2 ? number / 2 * 5 : number * 2;
}

static void print_rows(const struct sampling *sampling)
{
    uint64_t wanted = sampling->wanted, names = sampling->plan.names, drawn = 1;
    uint64_t end = names > 0 ? names : UINT64_MAX;
    printf("        names drawn  the list's own share%s\n",
           sampling->has_others ? "    other lists like it" : "");
    while (drawn < wanted / SPAN)
        drawn = next_round(drawn);
    for (; drawn < wanted; drawn = next_round(drawn))
        print_row(sampling, drawn);
    print_row(sampling, wanted);
    for (; drawn <= wanted * SPAN && drawn < end; drawn = next_round(drawn)) {
        if (drawn > wanted)
            print_row(sampling, drawn);
    }
    if (names > wanted)
        print_row(sampling, names);
}

static void print_head(const struct sampling *sampling)
{
    const struct sample_plan *plan = &sampling->plan;
    char names[NUMBER_MAX], count[NUMBER_MAX], of[NUMBER_MAX];
    printf("A share of %.3g %% of %s name%s", 100 * plan->share,
           plan->names > 0 ? text_count(plan->names, names) : "very many",
           plan->names == 1 ? "" : "s");
    if (sampling->has_survey)
        printf(", of which %.3g %% count: as domains_with_cname_mx\n"
               "in that survey, %s of %s",
               100 * plan->counted, text_count(sampling->survey.count, count),
               text_count(sampling->survey.of, of));
    fputs("\n\n", stdout);
}

static void print_words(const struct sampling *sampling)
{
    if (sampling->wanted == sampling->plan.names)
        puts("\n* No smaller number does.");
    else
        printf("\n* The least that does: mxsurvey run --limit %" PRIu64 " --shuffle SEED.\n",
               sampling->wanted);
    puts("  +- is half of a 95 % interval for the list's own share, of names drawn at random\n"
         "  (Wilson, with finite population correction), if that share is found.");
    if (!sampling->has_survey)
        puts("  Each name is taken to count. Of names without MX records, or whatever else a\n"
             "  share leaves out, draw so many more that enough of the others are among them;\n"
             "  --from takes a survey's word for how many.");
    else if (sampling->has_others)
        puts("  Other lists like it would have other small providers: no number of names, nor all\n"
             "  of them, makes that interval narrow.");
    else
        printf("  Of other lists like it, %s.\n", sampling->why);
}

/* NULL: it can be said how other lists like it would differ. */
static const char *why_no_others(const struct report *report, const struct cluster_share *share)
{
    if (!cluster_has_interval(share) || share->reliability != RELIABILITY_OK)
        return "the survey has too few providers to say anything";
    if (report->design.kind == DESIGN_PARTIAL)
        return "a survey that is not finished says nothing";
    if (report->strata.strata > 0)
        return "a sample from strata says nothing here";
    return NULL;
}

static int take_survey(const char *path, struct sampling *sampling, struct error *error)
{
    const struct report_options options = {0};
    struct report report;
    int result = report_collect(path, &options, &report, error);
    const struct estimate *estimate = &report.estimates[DOMAINS_WITH_CNAME_MX];
    const struct cluster_share *survey = &estimate->cluster;
    if (result == 0 && !cluster_has_share(survey))
        result = error_set(error, "%s: has no domain with MX records: nothing to go by", path);
    if (result == 0) {
        sampling->has_survey = true;
        sampling->survey = *survey;
        sampling->surveyed = report.surveyed;
        sampling->why = why_no_others(&report, survey);
        sampling->has_others = sampling->why == NULL;
        sampling->plan.share = survey->share;
        sampling->plan.counted =
            estimate->weight /
            (report.strata.strata > 0 ? report.strata.names : (double)report.surveyed);
        if (sampling->plan.names == 0 && report.design.has_population)
            sampling->plan.names = report.design.population;
    }
    report_free(&report);
    return result;
}

int cli_doctor_sample(const struct sample_options *options)
{
    struct sampling sampling = {.plan = {options->share, 1, options->names}};
    struct error error;
    if (options->from != NULL && take_survey(options->from, &sampling, &error) != 0)
        return cli_fail(STATUS_ERROR, error.text);
    sampling.wanted = plan_drawn(&sampling.plan, options->half_width);
    if (sampling.wanted == 0)
        return cli_fail(STATUS_ERROR, "doctor: no number of names gives so narrow an interval");
    print_head(&sampling);
    print_rows(&sampling);
    print_words(&sampling);
    return STATUS_DONE;
}
