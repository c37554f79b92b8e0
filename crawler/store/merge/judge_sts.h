/* judge_sts.h - the part of judge.h that is MTA-STS: whether a policy matches
 * the target of an alias exchange depends on the exchange's host.
 */
#ifndef MXSURVEY_STORE_MERGE_JUDGE_STS_H
#define MXSURVEY_STORE_MERGE_JUDGE_STS_H

#include <sqlite3.h>
#include <stdint.h>

struct merge_sts;

/* SQLite result codes; db outlives it. */
int merge_sts_new(sqlite3 *db, struct merge_sts **ret);
void merge_sts_free(struct merge_sts *sts);

/* Judges the matches of a domain again by core/sts.h; without a valid policy nothing. */
int merge_sts_judge(struct merge_sts *sts, int64_t domain);

#endif
