/* form.h - sentences that several parts of a report, and a comparison, have. */
#ifndef MXSURVEY_ANALYSIS_REPORT_FORM_H
#define MXSURVEY_ANALYSIS_REPORT_FORM_H

#include "analysis/document/text_form.h"
#include "analysis/report/data.h"

enum {
    SENTENCE_MAX = 600
};

/* Of a survey that is not finished */
const char *unfinished_text(const struct report *report, char ret[SENTENCE_MAX]);

/* Where so much is unanswered that it has to be said first; else NULL */
const char *unanswered_text(const struct report *report, char ret[SENTENCE_MAX]);

/* Of DANE, where domains are secure (dane_secure_domains()): as the monthly posts to dane-users */
const char *dane_deployment_text(const struct dane_report *dane, char ret[SENTENCE_MAX]);

#endif
