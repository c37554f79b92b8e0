/* result.h - what a lookup came to: the link between asking (net) and judging. */
#ifndef MXSURVEY_CORE_RESULT_H
#define MXSURVEY_CORE_RESULT_H

#include "crawler/core/answer.h"

/* Borrowed: valid inside the callback that hands it over. */
struct lookup_result {
    const struct question *question; /* with checking_disabled false */
    const struct answer *answer;     /* the message that counts; NULL for FAILED */
    struct lookup_answer lookup;     /* what it says */
};

#endif
