#include "analysis/document/output.h"

#include <errno.h>
#include <string.h>

void report_output_begin(struct error *error)
{
    *error->text = '\0';
    errno = 0;
}

int report_output_end(const struct report_output *output, int result, const char *source,
                      struct error *error)
{
    if (fflush(output->out) != 0 || ferror(output->out))
        return error_set(error, "%s: cannot be written: %s", output->name,
                         errno != 0 ? strerror(errno) : "it failed");
    if (result != 0 && *error->text == '\0')
        return error_set(error, "%s: out of memory", source);
    return result;
}
