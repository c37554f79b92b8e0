#include "analysis/report.h"

#include <errno.h>
#include <string.h>

#include "analysis/report_data.h"

static int print(const struct report *report, enum report_format format, FILE *out,
                 struct error *error)
{
    switch (format) {
    case REPORT_JSON:
        return report_print_json(report, out);
    case REPORT_HTML:
        return report_print_html(report, out, error);
    case REPORT_TEXT:
        break;
    }
    return report_print_text(report, out);
}

int report_write(const char *path, const struct report_options *options, enum report_format format,
                 FILE *out, struct error *error)
{
    struct report report = {0};
    *error->text = '\0';
    int result = report_collect(path, options, &report, error);
    if (result != 0)
        goto done;
    errno = 0;
    result = print(&report, format, out, error);
    if (fflush(out) != 0 || ferror(out))
        result = error_set(error, "cannot write the report of %s: %s", path,
                           errno != 0 ? strerror(errno) : "output failed");
    else if (result != 0 && *error->text == '\0')
        result = error_set(error, "%s: out of memory for the report", path);

done:
    report_free(&report);
    return result;
}
