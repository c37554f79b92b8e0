/* check_story.h - what the parts of check's story share: rows of views told as lines. */
#ifndef MXSURVEY_CLI_CHECK_STORY_H
#define MXSURVEY_CLI_CHECK_STORY_H

#include "crawler/core/words.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>

struct story {
    sqlite3 *db;
    FILE *out;
    bool believe_ad; /* false: nothing is known of DNSSEC, nor of DANE */
    bool well;
    const char *domain; /* being told */
    int faults;         /* of that domain */
};

/* Why nothing is known, without believe_ad. */
#define STORY_AD_NOT_BELIEVED                                                                      \
    "AD of this resolver is not believed; give --trust-ad or leave out --resolver"

/* A column of the row: NULL is "". */
const char *story_text(sqlite3_stmt *row, int column);
bool story_is(sqlite3_stmt *row, int column, const char *word);
bool story_is_null(sqlite3_stmt *row, int column);
enum dnssec story_dnssec(sqlite3_stmt *row, int column);

/* Runs sql, where ?1 is bound and ?2, if it has one, the domain being told, and calls each for
 * its rows, until it gives non-zero; -1 on an error of the file. */
int story_each(struct story *story, const char *sql, const char *bound,
               int (*each)(struct story *story, sqlite3_stmt *row));

/* A line about something that is wrong. */
void story_wrong(struct story *story, const char *line);
void story_failure(struct story *story, const char *what, const char *failure, const char *ede);
/* The same of a lookup that nothing depends on. */
void story_failure_aside(struct story *story, const char *what, const char *failure,
                         const char *ede);

/* check_sts.c: may a policy list this exchange? */
bool story_may_list(const char *exchange);

/* check_remedy.c: what to change about an exchange that is an alias. */
int story_remedy(struct story *story, const char *host);

/* check_dane.c: the TLSA names asked for a host, the records, what they are worth. */
int story_host_dane(struct story *story, const char *host);
/* What a domain's hosts come to together. */
int story_domain_dane(struct story *story);
/* A host's dane, of the columns dane and alias_dnssec; or that it is not known. */
const char *story_dane_word(const struct story *story, sqlite3_stmt *row, int dane,
                            int alias_dnssec);

/* check_sts.c: the domain's MTA-STS record and policy, what they make of each exchange, and
 * its TLSRPT record. */
int story_sts(struct story *story, const char *domain);

#endif
