/* report_driver text|json|html|csv|latex FILE [WEIGHTS [OPERATORS [NETWORKS...]]]: report_write()
 * for tests, without the program; "": none. */
#include <stdio.h>
#include <string.h>

#include "analysis/report/report.h"

int main(int argc, char **argv)
{
    struct error error = {""};
    struct report_options options = {.top = TOP_DEFAULT};
    if (argc < 3)
        return 2;
    if (argc > 3 && *argv[3] != '\0')
        options.weights = argv[3];
    if (argc > 4 && *argv[4] != '\0')
        options.operators = argv[4];
    for (int i = 5; i < argc && options.network_count < NETWORK_FILES_MAX; i++)
        options.networks[options.network_count++] = argv[i];
    const struct report_output output = {
        .out = stdout,
        .name = "standard output",
        .format = strcmp(argv[1], "json") == 0    ? REPORT_JSON
                  : strcmp(argv[1], "html") == 0  ? REPORT_HTML
                  : strcmp(argv[1], "csv") == 0   ? REPORT_CSV
                  : strcmp(argv[1], "latex") == 0 ? REPORT_LATEX
                                                  : REPORT_TEXT,
    };
    if (report_write(argv[2], &options, &output, &error) == 0)
        return 0;
    fprintf(stderr, "%s\n", error.text);
    return 1;
}
