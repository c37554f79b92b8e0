/* rows.h - the rows of all parts, with the numbers of the united file.
 *
 * A table goes in by one `INSERT ... SELECT` from a virtual table that takes the rows of
 * the parts as they are, all columns, and changes numbers only.  Domains' tables come in
 * the order of the united list, so that trees grow at their end; hosts' tables shard by
 * shard.
 */
#ifndef MXSURVEY_STORE_MERGE_ROWS_H
#define MXSURVEY_STORE_MERGE_ROWS_H

#include "crawler/store/merge/private.h"

/* After merge_hosts_match(). */
int merge_rows_copy(struct merge *merge, struct error *error);

#endif
