#include "analysis/comparison/comparison.h"

#include "analysis/comparison/content.h"
#include "analysis/comparison/series.h"

int comparison_write(const char *old, const char *new, const struct report_options *options,
                     const struct report_output *output, struct error *error)
{
    char *const paths[2] = {(char *)old, (char *)new};
    struct survey_side sides[2] = {{0}, {0}};
    struct comparison comparison = {0};
    int result = series_check(paths, 2, error);
    for (int when = 0; when < 2 && result == 0; when++)
        result = survey_side_read(paths[when], options, &sides[when], error);
    if (result == 0)
        result = comparison_make(&sides[0], &sides[1], true, &comparison, error);
    if (result == 0) {
        comparison_test(&comparison);
        result = report_output_write(
            output, comparison_document(sides, &comparison),
            output->format == REPORT_JSON ? comparison_json(sides, &comparison) : NULL, new, error);
    }
    comparison_free(&comparison);
    survey_side_free(&sides[0]);
    survey_side_free(&sides[1]);
    return result;
}
