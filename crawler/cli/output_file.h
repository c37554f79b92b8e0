/* output_file.h - what a command writes: a whole file, or none. */
#ifndef MXSURVEY_CLI_OUTPUT_FILE_H
#define MXSURVEY_CLI_OUTPUT_FILE_H

#include <stdio.h>

#include "crawler/core/error.h"

/* Writes all of it to out and flushes it; 0, or -1 with one line. */
typedef int output_write_fn(void *context, FILE *out, struct error *error);

/* Has `write` write to path: into a file beside it that takes its place when all
 * went well.  Pipes and devices are written to as they are.  path NULL: standard
 * output.  0, or -1 with one line. */
int output_file_write(const char *path, output_write_fn *write, void *context, struct error *error);

/* Of path in messages. */
const char *output_file_name(const char *path);

#endif
