/* trend_form.h - a series of surveys as data, and its forms. */
#ifndef MXSURVEY_ANALYSIS_COMPARISON_TREND_FORM_H
#define MXSURVEY_ANALYSIS_COMPARISON_TREND_FORM_H

#include "analysis/comparison/form.h"

struct trend {
    size_t count;              /* of surveys */
    struct survey_side *sides; /* oldest first; their units are gone */
    struct comparison *steps;  /* [i]: from survey i - 1 to i; [0] is empty */
    struct comparison whole;   /* from the first to the last, tested */
};

/* The whole as JSON; NULL without memory. */
json_t *trend_json(const struct trend *trend);

#endif
