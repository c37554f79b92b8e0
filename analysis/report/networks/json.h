/* json.h - countries and autonomous systems as JSON. */
#ifndef MXSURVEY_ANALYSIS_REPORT_NETWORKS_JSON_H
#define MXSURVEY_ANALYSIS_REPORT_NETWORKS_JSON_H

#include <jansson.h>

#include "analysis/report/networks/networks.h"

/* null without files of networks; NULL without memory */
json_t *networks_json(const struct networks_report *networks);

#endif
