/* senders.h - what senders make of domains with alias exchanges, as data. */
#ifndef MXSURVEY_ANALYSIS_REPORT_SENDERS_SENDERS_H
#define MXSURVEY_ANALYSIS_REPORT_SENDERS_SENDERS_H

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
bool sender_row_is_null(struct sqlite3_stmt *row); /* it is a null MX */

/* A cell off the diagonal: the senders of a pair differ over these domains. */
struct sender_difference {
    enum sender senders[2];
    enum delivery deliveries[2];
    uint64_t domains;
};

/* The next one that is not 0, from *at on (first 0), which moves behind it; false at the end. */
bool senders_next_difference(const struct sender_report *report, unsigned *at,
                             struct sender_difference *ret);
enum {
    SENDER_DIFFERENCE_MAX = 200
};
const char *senders_difference_text(const struct sender_difference *difference,
                                    char ret[SENDER_DIFFERENCE_MAX]);

extern const char *const SENDER_WORDS[SENDER_COUNT]; /* "rfc7672" */
extern const char *const SENDER_MEANINGS[SENDER_COUNT];
const char *delivery_meaning(enum delivery delivery); /* "delivers without authentication" */

#endif
