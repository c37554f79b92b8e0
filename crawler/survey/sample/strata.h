/* strata.h - texts by number: the strata of a list, each once.
 *
 * Without memory these end the program (memory.h).
 */
#ifndef MXSURVEY_SURVEY_SAMPLE_STRATA_H
#define MXSURVEY_SURVEY_SAMPLE_STRATA_H

#include <stdint.h>

struct strata;

struct strata *strata_new(void);
void strata_free(struct strata *strata);

/* Its number, from 0 in the order that they are met; UINT32_MAX: it would be one more than `most`.
 */
uint32_t strata_put(struct strata *strata, const char *text, uint32_t most);
/* The same of one that is there; UINT32_MAX: it is not. */
uint32_t strata_find(const struct strata *strata, const char *text);

uint32_t strata_count(const struct strata *strata);
/* Valid until the next strata_put(). */
const char *strata_text(const struct strata *strata, uint32_t number);

#endif
