/* cli.h - the commands.  Each returns the exit status of the program. */
#ifndef MXSURVEY_CLI_CLI_H
#define MXSURVEY_CLI_CLI_H

#include "analysis/document/output.h"
#include "analysis/document/text_form.h"
#include "crawler/cli/options/options.h"

enum exit_status {
    STATUS_DONE = 0,
    STATUS_ERROR = 1, /* said in one line on standard error */
    STATUS_USAGE = 2,
    STATUS_STOPPED = 3, /* before the end, all so far stored: the same command continues */
};

int cli_run(const struct options *options);
int cli_check(const struct options *options);
int cli_report(const struct options *options);
int cli_estimate(const struct options *options);
int cli_export(const struct options *options);
int cli_notify(const struct options *options); /* report --notify */
int cli_mine(const struct options *options);   /* report --list */
int cli_merge(const struct options *options);
int cli_probe(const struct options *options);
int cli_doctor(const struct options *options);
int cli_doctor_plan(uint64_t names, unsigned rate); /* rate 0: by this machine's cores */
int cli_doctor_probe(const struct options *options);
int cli_doctor_sample(const struct sample_options *options);

int cli_compare(const struct options *options);
int cli_trend(const struct options *options);

/* `3.5 h` */
const char *cli_duration(double seconds, char ret[NUMBER_MAX]);

/* Of the commands that write reports: to out, in the form that was asked for. */
struct report_output cli_report_output(const struct options *options, FILE *out);

/* Prints "mxsurvey: TEXT", made harmless by utf8_escape(), on standard error. */
void cli_say(const char *text);
int cli_fail(int status, const char *text); /* the same; returns status */

enum {
    CLI_WORD_MAX = ERROR_TEXT_MAX
};

/* A path as a word of the command that a message tells to type: in quotes where a shell wants them.
 */
const char *cli_word(const char *path, char ret[CLI_WORD_MAX]);

#endif
