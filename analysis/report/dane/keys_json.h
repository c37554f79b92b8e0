/* keys_json.h - known keys, and TLSA records that will break, in the report's JSON. */
#ifndef MXSURVEY_ANALYSIS_REPORT_DANE_KEYS_JSON_H
#define MXSURVEY_ANALYSIS_REPORT_DANE_KEYS_JSON_H

#include <jansson.h>

#include "analysis/report/dane/dane.h"

/* NULL without memory */
json_t *keys_json(const struct dane_report *dane);
json_t *outlook_json(const struct key_outlook *outlook);

#endif
