/* check_text.h - a domain explained, from the views of a survey file. */
#ifndef MXSURVEY_CLI_CHECK_TEXT_H
#define MXSURVEY_CLI_CHECK_TEXT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>

/* Prints every domain of the file with its MX records, hosts, alias chains and
 * what to change.  After check_links() on the same connection.  believe_ad: as in the survey.
 * *ret_well turns false where anything is wrong.  0, or -1 where the file cannot be read
 * (sqlite3_errmsg(db) says why). */
int check_print(sqlite3 *db, FILE *out, bool believe_ad, bool *ret_well);

#endif
