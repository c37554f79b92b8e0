/* sql_functions.h - functions that make questions to a survey file short.
 *
 *   wilson_low(k, n), wilson_high(k, n)   the ends of Wilson's 95 % interval for k of n
 *                                         independent units
 *   registrable_domain(name)              its public suffix and the label before that
 *                                         (publicsuffix.org), as the column provider
 *   reverse_name(name)                    com.example.www of www.example.com: sorts names
 *                                         by their parents
 *
 * NULL for NULL, and for what is no such count or name; wilson of 0 of 0 is NULL.
 * Names are presentation form as in the views; case and a final dot do not matter.
 *
 * sql_functions.c is compiled twice: into the library, and into the loadable
 * extension with the entry point that SQLite looks for. */
#ifndef MXSURVEY_ANALYSIS_COLLECT_SQL_FUNCTIONS_H
#define MXSURVEY_ANALYSIS_COLLECT_SQL_FUNCTIONS_H

#include "crawler/core/error.h"

struct sqlite3;

/* Makes the functions known to a connection; 0, or -1 with one line. */
int sql_functions_register(struct sqlite3 *db, struct error *error);

#endif
