#include "crawler/core/answer.h"

bool answer_is_unvalidated(const struct answer *answer)
{
    return !answer->authentic && ede_has(&answer->ede, EDE_NEGATIVE_TRUST_ANCHOR);
}

enum dnssec dnssec_of(bool believe_ad, const struct lookup_answer *answer)
{
    if (!believe_ad)
        return DNSSEC_INDETERMINATE;
    if (lookup_failed(answer))
        return answer->failure == FAILURE_BOGUS ? DNSSEC_BOGUS : DNSSEC_INDETERMINATE;
    if (answer->authentic)
        return DNSSEC_SECURE;
    return answer->unvalidated ? DNSSEC_INDETERMINATE : DNSSEC_INSECURE;
}
