/* meanings.h - counts by words of the data dictionary: what each means, once for tables and JSON.
 */
#ifndef MXSURVEY_ANALYSIS_REPORT_MEANINGS_H
#define MXSURVEY_ANALYSIS_REPORT_MEANINGS_H

#include <jansson.h>

#include "analysis/document/document.h"
#include "analysis/report/data.h"

enum meaning_table {
    MX_TABLE,      /* report.mx_outcomes */
    FAILURE_TABLE, /* report.domain_failures */
    DANE_DOMAINS_TABLE,
    DANE_HOSTS_TABLE,
    STS_DOMAINS_TABLE,
    STS_RECORDS_TABLE,
    STS_TLSRPT_TABLE,
    STS_FETCH_TABLE,
    STS_FAULTS_TABLE,
    PROBE_OUTCOMES_TABLE,
    PROBE_VERSIONS_TABLE,
    PROBE_CERTIFICATES_TABLE,
};

/* The counts, by number, as a table (one line where all are 0), and as an object */
void add_meanings(struct document *document, enum meaning_table table, const uint64_t *counts);
json_t *meanings_json(enum meaning_table table, const uint64_t *counts);

#endif
