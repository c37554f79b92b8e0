/* json.h - parts of the report's JSON; all return NULL without memory. */
#ifndef MXSURVEY_ANALYSIS_REPORT_DANE_JSON_H
#define MXSURVEY_ANALYSIS_REPORT_DANE_JSON_H

#include <jansson.h>

#include "analysis/report/data.h"

json_t *hosts_json(struct host_count count);
json_t *provider_top_json(const struct provider_top *top);
/* Each name as the member `key` */
json_t *named_top_json(const struct named_top *top, const char *key);

/* The resolver, as far as run_info tells, and the extended errors */
json_t *dnssec_json(const struct report *report);

/* null for a survey without TLSA lookups */
json_t *dane_json(const struct report *report);
json_t *senders_json(const struct sender_report *senders);

#endif
