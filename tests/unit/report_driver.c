/* report_driver text|json FILE: report_write() for test_report.py, without the program. */
#include <stdio.h>
#include <string.h>

#include "analysis/report.h"

int main(int argc, char **argv)
{
    struct error error = {""};
    if (argc != 3)
        return 2;
    enum report_format format = strcmp(argv[1], "json") == 0 ? REPORT_JSON : REPORT_TEXT;
    if (report_write(argv[2], format, stdout, &error) == 0)
        return 0;
    fprintf(stderr, "%s\n", error.text);
    return 1;
}
