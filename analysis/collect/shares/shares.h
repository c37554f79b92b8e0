/* shares.h - what is estimated: which units count, and which of them have the property. */
#ifndef MXSURVEY_ANALYSIS_COLLECT_SHARES_SHARES_H
#define MXSURVEY_ANALYSIS_COLLECT_SHARES_SHARES_H

#include "analysis/collect/collector.h"

struct share_name {
    const char *name, *unit, *stratum; /* static */
};
const struct share_name *share_name_of(enum estimate_id id);
bool share_is_of_hosts(enum estimate_id id);

/* Those of a breakdown's rows */
extern const enum estimate_id BREAKDOWN_IDS[BREAKDOWN_ESTIMATES];

/* What one domain, its MX records together, or one host adds to a share; of hosts, or of domains,
 * only. */
struct part domain_part(const struct domain_kind *kind, enum estimate_id id);
struct part host_part(struct host_kind kind, enum estimate_id id);

#endif
