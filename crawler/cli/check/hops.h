/* hops.h - the security of every alias hop of a survey file, one by one.
 *
 * Only for check: a run does not ask so much.  Called after the survey, so that the
 * resolver has seen the address questions: CNAME questions before them can spoil its
 * cache (host_rules.h).
 */
#ifndef MXSURVEY_CLI_CHECK_HOPS_H
#define MXSURVEY_CLI_CHECK_HOPS_H

#include "crawler/cli/check/ask.h"

#include <sqlite3.h>

/* Makes, for this connection alone, the table
 *     hop_dnssec (host, hop, dnssec: a word, never NULL)
 * with a row for each of the view aliases.  Asks what the file does not tell; hops not
 * answered for because the resolver went away are `indeterminate`.
 * 0; 1: interrupted; -1 with error. */
int check_hops(sqlite3 *db, struct asked_resolver *resolver, bool believe_ad, struct error *error);

#endif
