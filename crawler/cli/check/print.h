/* print.h - domains explained, from the views of a survey file. */
#ifndef MXSURVEY_CLI_CHECK_PRINT_H
#define MXSURVEY_CLI_CHECK_PRINT_H

#include "crawler/cli/check/story.h"

#include <stdint.h>

/* Prints every domain of the file, after check_hops() and check_hidden() on the same connection,
 * with its MX records, hosts, alias chains and what to change; and says of the excluded ones (names
 * of domains asked for, without a row) that they are.  0, or -1 where the file cannot be read
 * (sqlite3_errmsg(db) says why). */
int check_print_text(struct story *story, const char *const *excluded, int excluded_count);

/* Behind it: how many are what.  excluded: domains. */
void check_print_sum(const struct story *story, uint64_t excluded);

/* Their findings as rows (mine_rows.h).  1: no memory. */
int check_print_csv(struct story *story, const char *const *excluded, int excluded_count,
                    FILE *out);

/* The same as one JSON document (schema/check.schema.json).  1: no memory. */
int check_print_json(struct story *story, const char *const *excluded, int excluded_count,
                     FILE *out);

#endif
