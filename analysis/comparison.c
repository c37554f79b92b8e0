#include "analysis/comparison.h"

#include <errno.h>
#include <string.h>

#include "analysis/comparison_form.h"
#include "analysis/series.h"

static int print(const struct survey_side sides[2], const struct comparison *comparison,
                 enum report_format format, FILE *out, struct error *error)
{
    int result = 0;
    *error->text = '\0';
    errno = 0;
    if (format == REPORT_HTML)
        result = comparison_print_html(&sides[0], &sides[1], comparison, out, error);
    else if (format == REPORT_JSON)
        result = comparison_print_json(&sides[0], &sides[1], comparison, out);
    else
        result = comparison_print_text(&sides[0], &sides[1], comparison, out);
    if (fflush(out) != 0 || ferror(out))
        return error_set(error, "cannot write the comparison of %s: %s", sides[1].path,
                         errno != 0 ? strerror(errno) : "output failed");
    if (result != 0 && *error->text == '\0')
        return error_set(error, "%s: out of memory for the comparison", sides[1].path);
    return result;
}

int comparison_write(const char *old, const char *new, enum report_format format, FILE *out,
                     struct error *error)
{
    char *const paths[2] = {(char *)old, (char *)new};
    struct survey_side sides[2] = {{0}, {0}};
    struct comparison comparison = {0};
    int result = series_check(paths, 2, error);
    for (int when = 0; when < 2 && result == 0; when++)
        result = survey_side_read(paths[when], &sides[when], error);
    if (result == 0)
        result = comparison_make(&sides[0], &sides[1], true, &comparison, error);
    if (result == 0)
        result = print(sides, &comparison, format, out, error);
    comparison_free(&comparison);
    survey_side_free(&sides[0]);
    survey_side_free(&sides[1]);
    return result;
}
