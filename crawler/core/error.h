/* error.h - one line for a human, filled where something goes wrong.
 *
 * Library code never prints and never exits: it fills a struct error and
 * returns non-zero.  Only crawler/cli prints the line and chooses the exit
 * status.  The line names the file, list line or address at fault and says
 * what to do; it has no final newline and no program name.
 */
#ifndef MXSURVEY_CORE_ERROR_H
#define MXSURVEY_CORE_ERROR_H

enum {
    ERROR_TEXT_MAX = 1024
};

struct error {
    char text[ERROR_TEXT_MAX]; /* "" where nothing went wrong */
};

/* Formats the line; utf8_escape() sees to it that a hostile name cannot attack the
 * terminal.  Too long a text is cut.
 * Returns -1, so that callers can `return error_set(...)`. */
int error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
