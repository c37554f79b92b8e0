/* answer.h - what a lookup came to, whatever it was for, and what DNSSEC says of that. */
#ifndef MXSURVEY_CORE_ANSWER_H
#define MXSURVEY_CORE_ANSWER_H

#include "crawler/core/message.h"

/* Zeroed: not asked. */
struct lookup_answer {
    enum outcome outcome; /* of the answer that counts, or FAILED */
    enum failure failure; /* for FAILED */
    struct ede ede;       /* of all answers received, good or bad */
    unsigned tries;       /* questions put on the wire for it, as far as known */
    bool authentic;       /* AD of the answer that counts; false for FAILED */
    bool unvalidated;     /* that answer is without AD because the resolver does not validate the
                             name: EDE 33, a negative trust anchor (RFC 7646) */
};

static inline bool lookup_failed(const struct lookup_answer *answer)
{
    return answer->outcome == OUTCOME_FAILED;
}

/* Does the message say that its resolver did not validate because it was told not to? */
bool answer_is_unvalidated(const struct answer *answer);

/* The status of one answer.  AD speaks for all of it, an alias chain too (RFC 6604 s2.2). */
enum dnssec dnssec_of(bool believe_ad, const struct lookup_answer *answer);

#endif
