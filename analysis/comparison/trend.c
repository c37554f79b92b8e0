#include "analysis/comparison/trend.h"

#include <stdlib.h>

#include "analysis/comparison/content.h"
#include "analysis/comparison/series.h"
#include "analysis/comparison/trend_form.h"

/* A survey's units are needed for the steps to it and from it only, the first's to the end. */
static int read_surveys(struct trend *trend, char *const *paths,
                        const struct report_options *options, struct error *error)
{
    for (size_t i = 0; i < trend->count; i++) {
        struct survey_side *side = &trend->sides[i];
        if (survey_side_read(paths[i], options, side, error) != 0)
            return -1;
        if (i > 0 && comparison_make(&side[-1], side, false, &trend->steps[i], error) != 0)
            return -1;
        if (i > 1)
            survey_units_free(&side[-1].units);
    }
    struct survey_side *first = trend->sides, *last = first + trend->count - 1;
    if (comparison_make(first, last, false, &trend->whole, error) != 0)
        return -1;
    comparison_test(&trend->whole);
    return 0;
}

int trend_write(char *const *paths, size_t count, const struct report_options *options,
                const struct report_output *output, struct error *error)
{
    struct trend trend = {
        .count = count,
        .sides = calloc(count, sizeof *trend.sides),
        .steps = calloc(count, sizeof *trend.steps),
    };
    int result = -1;
    if (trend.sides == NULL || trend.steps == NULL) {
        error_set(error, "out of memory for the trend");
        goto done;
    }
    result = series_check(paths, count, error);
    if (result == 0)
        result = read_surveys(&trend, paths, options, error);
    if (result == 0)
        result = report_output_write(output, trend_document(&trend),
                                     output->format == REPORT_JSON ? trend_json(&trend) : NULL,
                                     paths[count - 1], error);

done:
    for (size_t i = 0; i < count && trend.sides != NULL; i++)
        survey_side_free(&trend.sides[i]);
    for (size_t i = 0; i < count && trend.steps != NULL; i++)
        comparison_free(&trend.steps[i]);
    comparison_free(&trend.whole);
    free(trend.sides);
    free(trend.steps);
    return result;
}
