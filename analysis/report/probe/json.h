/* json.h - what mail servers showed, in the report's JSON. */
#ifndef MXSURVEY_ANALYSIS_REPORT_PROBE_JSON_H
#define MXSURVEY_ANALYSIS_REPORT_PROBE_JSON_H

#include <jansson.h>

#include "analysis/report/probe/probe.h"

/* null where no host was met; NULL without memory.  knows_dane: AD was believed. */
json_t *probe_json(const struct probe_report *probe, bool knows_dane);

#endif
