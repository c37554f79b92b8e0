/* hidden.h - TLSA records that no sender goes by now, because an exchange is an alias: with
 * another exchange, or with addresses at this one, they would come into force (core/remedy.h).
 *
 * Only for check, after the survey: a run asks for TLSA only where senders do.
 */
#ifndef MXSURVEY_CLI_CHECK_HIDDEN_H
#define MXSURVEY_CLI_CHECK_HIDDEN_H

#include "crawler/cli/check/ask.h"
#include "crawler/core/remedy.h"
#include "crawler/survey/suffix.h"

#include <sqlite3.h>

/* Makes, for this connection alone, the table
 *     hidden_tlsa (host, at_target, found: enum remedy_hidden)
 * with a row for each exchange, and each alias's target, of which the advice depends on it.
 * After check_hops().  0; 1: interrupted; -1 with error. */
int check_hidden(sqlite3 *db, struct asked_resolver *resolver, const struct suffixes *suffixes,
                 bool believe_ad, struct error *error);

/* The facts that are columns of hosts (alias `h`), in this order; the rest is left as it is.  AD
 * speaks for the whole chain: the target is what makes it insecure only where every hop is secure.
 */
#define CHECK_ALIAS_COLUMNS                                                                        \
    "h.host, h.alias_target, h.alias, h.dane, h.tlsa_base = h.host, h.alias_dnssec,"               \
    " CASE h.dnssec WHEN 'secure' THEN 'secure' WHEN 'insecure' THEN"                              \
    "  (SELECT CASE min(s.dnssec = 'secure') WHEN 1 THEN 'insecure' END"                           \
    "   FROM temp.hop_dnssec AS s WHERE s.host = h.host) END"
enum {
    CHECK_ALIAS_HOST,
    CHECK_ALIAS_TARGET,
    CHECK_ALIAS_COUNT = 7
};
struct remedy_facts check_alias_facts(sqlite3_stmt *row, const struct suffixes *suffixes);

#endif
