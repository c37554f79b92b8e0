/* list_names.h - the names of the lists that check and report are given (--list). */
#ifndef MXSURVEY_CLI_LIST_NAMES_H
#define MXSURVEY_CLI_LIST_NAMES_H

#include "crawler/cli/cli.h"
#include "crawler/survey/list/list.h"

/* Calls each for every name of every list, in order (twice for one that is there twice), until it
 * gives non-zero.  Lines that are rejected are counted, and said in one line; a list without any
 * name is an error.  0; or an exit status with error. */
int list_names_read(const struct options *options,
                    int (*each)(void *context, const struct list_name *name), void *context,
                    struct error *error);

#endif
