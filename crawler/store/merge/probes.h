/* probes.h - what `probe` saw, in the shards that were probed: of a host that several met the row
 * of the last meeting, with what belongs to it, as its shard judged it; each certificate once.
 */
#ifndef MXSURVEY_STORE_MERGE_PROBES_H
#define MXSURVEY_STORE_MERGE_PROBES_H

#include "crawler/store/merge/private.h"

/* After merge_hosts_match(). */
int merge_probes_copy(struct merge *merge, struct error *error);

#endif
