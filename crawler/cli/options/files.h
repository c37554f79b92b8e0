/* files.h - the files that a command reads and writes: no output replaces an input, or is another
 * output.  What an option's file is for stands in its row of the tables (table.h).
 */
#ifndef MXSURVEY_CLI_OPTIONS_FILES_H
#define MXSURVEY_CLI_OPTIONS_FILES_H

#include "crawler/cli/options/table.h"

/* A further value of the option; of one that takes a single value the last one counts. */
void files_note(struct options *options, const struct option_row *row, const char *path);
void files_forget(struct options *options, const char *name);

/* 0; 1 with a line in error: an output other than --db is a database; or an output is a file that
 * is read, or written by another option, also through links, and where it is not there yet.
 * Arguments count as read; what `merge` writes to must not be there at all. */
int files_check(enum command command, const struct options *options, struct error *error);

/* The same of a file in the folder of --figures. */
int files_check_figure(const struct options *options, const char *path, struct error *error);

/* The same file, by whatever names? */
bool files_same(const char *one, const char *other);

#endif
