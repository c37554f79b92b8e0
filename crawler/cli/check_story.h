/* check_story.h - what the parts of check's story share: rows of views told as lines. */
#ifndef MXSURVEY_CLI_CHECK_STORY_H
#define MXSURVEY_CLI_CHECK_STORY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>

struct story {
    sqlite3 *db;
    FILE *out;
    bool well;
    int faults; /* of the domain being told */
};

/* A column of the row: NULL is "". */
const char *story_text(sqlite3_stmt *row, int column);
bool story_is(sqlite3_stmt *row, int column, const char *word);
bool story_is_null(sqlite3_stmt *row, int column);

/* Runs sql with one text bound and calls each for its rows, until it gives
 * non-zero; -1 on an error of the file. */
int story_each(struct story *story, const char *sql, const char *bound,
               int (*each)(struct story *story, sqlite3_stmt *row));

/* A line about something that is wrong. */
void story_wrong(struct story *story, const char *line);
void story_failure(struct story *story, const char *what, const char *failure, const char *ede);

/* check_dane.c: the TLSA names asked for a host, the records, what they are worth. */
int story_host_dane(struct story *story, const char *host);
/* The sentence about a domain's dane, NULL where there is none. */
const char *story_domain_dane(const char *word);

/* check_sts.c: the domain's MTA-STS record and policy, what they make of each exchange, and
 * its TLSRPT record. */
int story_sts(struct story *story, const char *domain);

#endif
