/* json.h - shares and their intervals as JSON. */
#ifndef MXSURVEY_ANALYSIS_REPORT_SHARES_JSON_H
#define MXSURVEY_ANALYSIS_REPORT_SHARES_JSON_H

#include <jansson.h>

#include "analysis/report/data.h"

/* What every share has, in a breakdown too */
json_t *share_json(const struct estimate *estimate);

/* Name, unit and stratum, then what is said of its share, which is taken over */
json_t *named_json(const struct estimate *estimate, json_t *share);

json_t *estimates_json(const struct report *report);
json_t *design_json(const struct report *report);
json_t *signed_difference_json(const struct report *report);

#endif
