/* report_driver text|json|html FILE [B SEED WEIGHTS]: report_write() for tests, without the
 * program. B 0: no bootstrap; without WEIGHTS none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/report.h"

int main(int argc, char **argv)
{
    struct error error = {""};
    struct report_options options = {0};
    if (argc < 3)
        return 2;
    if (argc > 4) {
        options.bootstrap_replicates = strtoull(argv[3], NULL, 10);
        options.bootstrap_seed = strtoull(argv[4], NULL, 10);
    }
    if (argc > 5)
        options.weights = argv[5];
    const struct report_output output = {
        .out = stdout,
        .name = "standard output",
        .format = strcmp(argv[1], "json") == 0   ? REPORT_JSON
                  : strcmp(argv[1], "html") == 0 ? REPORT_HTML
                                                 : REPORT_TEXT,
    };
    if (report_write(argv[2], &options, &output, &error) == 0)
        return 0;
    fprintf(stderr, "%s\n", error.text);
    return 1;
}
