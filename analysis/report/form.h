/* form.h - sentences that several parts of a report, and a comparison, have. */
#ifndef MXSURVEY_ANALYSIS_REPORT_FORM_H
#define MXSURVEY_ANALYSIS_REPORT_FORM_H

#include "analysis/document/text_form.h"
#include "analysis/report/data.h"

enum {
    SENTENCE_MAX = 600
};

/* printf, behind what is said already */
void sentence_add(char sentence[SENTENCE_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Of DANE, where domains are secure (dane_secure_domains()): as the monthly posts to dane-users */
const char *dane_deployment_text(const struct report *report, char ret[SENTENCE_MAX]);

#endif
