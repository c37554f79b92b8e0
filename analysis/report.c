#include "analysis/report.h"

#include <errno.h>
#include <string.h>

#include "analysis/report_data.h"

int report_write(const char *path, const struct report_options *options, enum report_format format,
                 FILE *out, struct error *error)
{
    struct report report = {0};
    int result = report_collect(path, options, &report, error);
    if (result != 0)
        goto done;
    errno = 0;
    result =
        format == REPORT_JSON ? report_print_json(&report, out) : report_print_text(&report, out);
    if (fflush(out) != 0 || ferror(out))
        result = error_set(error, "cannot write the report of %s: %s", path,
                           errno != 0 ? strerror(errno) : "output failed");
    else if (result != 0)
        result = error_set(error, "%s: out of memory for the report", path);

done:
    report_free(&report);
    return result;
}
