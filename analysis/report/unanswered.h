/* unanswered.h - when a survey has so many domains without an answer that it has to be said first.
 */
#ifndef MXSURVEY_ANALYSIS_REPORT_UNANSWERED_H
#define MXSURVEY_ANALYSIS_REPORT_UNANSWERED_H

#include <stdbool.h>
#include <stdint.h>

/* Over a tenth of the domains surveyed: what kept them from answering is then rather the network,
 * the resolver or the list than each of them. */
static inline bool unanswered_is_much(uint64_t unanswered, uint64_t domains)
{
    return unanswered > domains / 10;
}

#endif
