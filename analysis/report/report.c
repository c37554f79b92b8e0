#include "analysis/report/report.h"

#include "analysis/report/content.h"
#include "analysis/report/data.h"

int report_write(const char *path, const struct report_options *options,
                 const struct report_output *output, struct error *error)
{
    struct report report = {0};
    *error->text = '\0';
    int result = report_collect(path, options, &report, error);
    if (result == 0)
        result = report_output_write(output, report_document(&report, options->only_summary),
                                     output->format == REPORT_JSON ? report_json(&report) : NULL,
                                     path, error);
    report_free(&report);
    return result;
}
