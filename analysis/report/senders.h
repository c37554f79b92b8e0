/* senders.h - what senders make of domains with alias exchanges, as data. */
#ifndef MXSURVEY_ANALYSIS_REPORT_SENDERS_H
#define MXSURVEY_ANALYSIS_REPORT_SENDERS_H

#include "crawler/core/senders.h"

enum {
    DELIVERIES = DELIVERY_DEFERRED + 1, /* DELIVERY_UNKNOWN too */
};

/* Two senders by the same standard, which differ in the name that they take. */
enum sender_pair {
    PAIR_DANE, /* SENDER_DANE, SENDER_DANE_TARGET */
    PAIR_STS,  /* SENDER_STS, SENDER_STS_TARGET */
    SENDER_PAIRS
};

struct sender_report {
    uint64_t domains; /* with an alias exchange */
    uint64_t deliveries[SENDER_COUNT][DELIVERIES];
    uint64_t pairs[SENDER_PAIRS][DELIVERIES][DELIVERIES]; /* what the first makes of a domain, and
                                                             the second */
};

struct sqlite3_stmt;

/* A row of sql_alias_deliveries (sql.h): the domain's number, what is known of the domain, and the
 * exchange; false: one that senders do not use. */
int64_t sender_row_domain(struct sqlite3_stmt *row);
struct sender_facts sender_row_facts(struct sqlite3_stmt *row);
bool sender_row_host(struct sqlite3_stmt *row, struct sender_host *ret);

extern const char *const SENDER_WORDS[SENDER_COUNT]; /* "rfc7672" */
extern const char *const SENDER_MEANINGS[SENDER_COUNT];
const char *delivery_meaning(enum delivery delivery); /* "delivers without authentication" */

#endif
