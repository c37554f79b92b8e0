/* json.h - MTA-STS and TLSRPT in the report's JSON. */
#ifndef MXSURVEY_ANALYSIS_REPORT_STS_JSON_H
#define MXSURVEY_ANALYSIS_REPORT_STS_JSON_H

#include <jansson.h>

#include "analysis/report/sts/sts.h"

/* null for a survey without MTA-STS lookups; NULL without memory */
json_t *sts_json(const struct sts_report *sts);

#endif
