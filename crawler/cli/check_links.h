/* check_links.h - the security of every alias link of a survey file, one by one.
 *
 * Only for check: a run does not ask so much.  Called after the survey, so that the
 * resolver has seen the address questions: CNAME questions before them can spoil its
 * cache (host_rules.h).
 */
#ifndef MXSURVEY_CLI_CHECK_LINKS_H
#define MXSURVEY_CLI_CHECK_LINKS_H

#include "crawler/core/error.h"
#include "crawler/net/lookup.h"

#include <sqlite3.h>

/* Makes, for this connection alone, the table
 *     link_dnssec (host, hop, dnssec: a word, never NULL)
 * with a row for each of the view aliases.  Asks what the file does not tell; links not
 * answered for because the resolver went away are `indeterminate`.
 * 0; 1: interrupted; -1 with error. */
int check_links(sqlite3 *db, uv_loop_t *loop, const struct lookup_settings *lookup, bool believe_ad,
                struct error *error);

#endif
