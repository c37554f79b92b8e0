/* judge.h - domains whose hosts are no longer those that they were judged by.
 *
 * Where shards found different things at a host, and one shard's row was kept, every
 * domain that has it as mail host is judged again by core/domain_rules.h, from what the
 * file says of its MX answer and of its hosts.
 */
#ifndef MXSURVEY_STORE_MERGE_JUDGE_H
#define MXSURVEY_STORE_MERGE_JUDGE_H

#include "crawler/store/merge/private.h"

/* After the indexes are built.  *ret_count: domains judged. */
int merge_judge(struct merge *merge, uint64_t *ret_count, struct error *error);

#endif
