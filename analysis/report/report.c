#include "analysis/report/report.h"

#include "analysis/report/data.h"

static int print(const struct report *report, const struct report_output *output,
                 struct error *error)
{
    FILE *out = output->out;
    if (output->format == REPORT_HTML)
        return report_print_html(report, out, error);
    if (output->format == REPORT_JSON)
        return report_print_json(report, out);
    return report_print_text(report, out);
}

int report_write(const char *path, const struct report_options *options,
                 const struct report_output *output, struct error *error)
{
    struct report report = {0};
    *error->text = '\0';
    int result = report_collect(path, options, &report, error);
    if (result == 0) {
        report_output_begin(error);
        result = report_output_end(output, print(&report, output, error), path, error);
    }
    report_free(&report);
    return result;
}
