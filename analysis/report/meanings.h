/* meanings.h - counts by words of the contract: what each word means, once for tables and JSON. */
#ifndef MXSURVEY_ANALYSIS_REPORT_MEANINGS_H
#define MXSURVEY_ANALYSIS_REPORT_MEANINGS_H

#include <jansson.h>

#include "analysis/document/document.h"
#include "analysis/report/data.h"

struct meaning_table {
    const char *word, *caption, *unit; /* unit: what is counted, plural */
    const char *const *words;          /* NULL: the meanings begin with them */
    const char *const *meanings;       /* by number; NULL: no row */
    size_t count;
    bool in_percent, only_met; /* only_met: the table has no row of 0 */
};

/* The counts, by number, as a table (one line where all are 0), and as an object */
void add_meanings(struct document *document, const struct meaning_table *table,
                  const uint64_t *counts);
json_t *meanings_json(const struct meaning_table *table, const uint64_t *counts);

extern const struct meaning_table MX_TABLE;      /* report.mx_outcomes */
extern const struct meaning_table FAILURE_TABLE; /* report.domain_failures */

enum {
    DANE_DOMAINS_TABLE,
    DANE_HOSTS_TABLE,
    DANE_TABLE_COUNT
};
extern const struct meaning_table DANE_TABLES[DANE_TABLE_COUNT];

enum {
    STS_DOMAINS_TABLE,
    STS_RECORDS_TABLE,
    STS_TLSRPT_TABLE,
    STS_FETCH_TABLE,
    STS_FAULTS_TABLE,
    STS_TABLE_COUNT
};
extern const struct meaning_table STS_TABLES[STS_TABLE_COUNT];

enum {
    PROBE_OUTCOMES_TABLE,
    PROBE_VERSIONS_TABLE,
    PROBE_CERTIFICATES_TABLE,
    PROBE_TABLE_COUNT
};
extern const struct meaning_table PROBE_TABLES[PROBE_TABLE_COUNT];

#endif
