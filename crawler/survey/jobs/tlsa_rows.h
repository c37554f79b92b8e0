/* tlsa_rows.h - the TLSA records of one answer, kept until their host is stored. */
#ifndef MXSURVEY_SURVEY_JOBS_TLSA_ROWS_H
#define MXSURVEY_SURVEY_JOBS_TLSA_ROWS_H

#include "crawler/store/store.h"

struct tlsa_rows {
    unsigned count, usable_count; /* different records; usable by themselves */
    struct tlsa_row *rows;        /* owned, as what they point to */
    uint8_t *octets;
};

/* Replaces what was kept by the records of this answer, judged: those of an answer
 * that is not secure are not usable, without a reason.  One without all of its three numbers
 * is dropped, as Postfix does: the others are what is there, and none is nothing usable.
 * now: Unix time, of what known keys' states are. */
void tlsa_rows_take(struct tlsa_rows *rows, const struct answer *answer, bool secure, int64_t now);
void tlsa_rows_clear(struct tlsa_rows *rows);

#endif
