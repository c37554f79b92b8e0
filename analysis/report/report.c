#include "analysis/report/report.h"

#include "analysis/report/content.h"
#include "analysis/report/data.h"

static int print(const struct report *report, const struct report_options *options,
                 const struct report_output *output, struct error *error)
{
    int result = document_print(report_document(report, options->only_summary), output, error);
    return result == 0 && output->format == REPORT_JSON ? report_print_json(report, output->out)
                                                        : result;
}

int report_write(const char *path, const struct report_options *options,
                 const struct report_output *output, struct error *error)
{
    struct report report = {0};
    *error->text = '\0';
    int result = report_collect(path, options, &report, error);
    if (result == 0) {
        report_output_begin(error);
        result = report_output_end(output, print(&report, options, output, error), path, error);
    }
    report_free(&report);
    return result;
}
