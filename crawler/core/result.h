/* result.h - what a lookup came to: the link between asking (net) and judging. */
#ifndef MXSURVEY_CORE_RESULT_H
#define MXSURVEY_CORE_RESULT_H

#include "crawler/core/message.h"

/* Borrowed: valid inside the callback that hands it over. */
struct lookup_result {
    const struct question *question; /* with checking_disabled false */
    const struct answer *answer;     /* the answer that counts; NULL for FAILED */
    enum outcome outcome;            /* the answer's, or FAILED */
    enum failure failure;            /* for FAILED */
    struct ede ede;                  /* of all answers received, CD=1 too */
    unsigned tries;                  /* questions put on the wire for it, as far as known */
};

#endif
