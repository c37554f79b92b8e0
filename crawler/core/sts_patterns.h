/* sts_patterns.h - the patterns of a policy in an order in which a name finds its own without
 * looking at all of them: 64 KB have room for 13,000, an answer for thousands of exchanges.
 *
 * Pure; the array and the texts are the caller's.
 */
#ifndef MXSURVEY_CORE_STS_PATTERNS_H
#define MXSURVEY_CORE_STS_PATTERNS_H

#include "crawler/core/sts.h"

/* patterns: those of a VALID policy (sts_policy_next_mx()), in any order; NULL for none. */
void sts_patterns_sort(struct sts_text *patterns, size_t count);

/* Does one of the sorted patterns match, as sts_pattern_matches() has it? */
bool sts_patterns_match(const struct sts_text *patterns, size_t count, const struct name *name);

#endif
