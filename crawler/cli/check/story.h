/* story.h - what the parts of check's story share: rows of views told as lines and
 * findings. */
#ifndef MXSURVEY_CLI_CHECK_STORY_H
#define MXSURVEY_CLI_CHECK_STORY_H

#include "crawler/cli/check/finding.h"
#include "crawler/core/words.h"
#include "crawler/survey/suffix.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>

enum {
    STORY_STATEMENTS = 36 /* kept: as many as there are texts, or nearly */
};

struct story {
    sqlite3 *db;
    FILE *out;           /* text; NULL: the story is not printed, its findings are gathered */
    json_t *findings;    /* of the domain being told, where out is NULL */
    bool believe_ad;     /* false: nothing is known of DNSSEC, nor of DANE */
    const char *exclude; /* file, escaped for a terminal; or NULL */
    const struct suffixes *suffixes;
    bool asked;                          /* what hidden_tlsa is about (hidden.h) */
    bool met;                            /* mail hosts were to be met (probe.h) */
    enum severity worst;                 /* of all domains */
    unsigned counts[SEVERITY_WRONG + 1]; /* of domains, by their worst; excluded ones aside */
    void *context;                       /* of story_each()'s caller */
    /* being told */
    const char *domain;
    bool implicit; /* it is its own mail host */
    enum severity domain_worst;
    bool changes_tlsa; /* an advice does */
    struct story_statement {
        const char *sql; /* NULL: none more */
        sqlite3_stmt *row;
        bool busy;
    } statements[STORY_STATEMENTS];
};

/* What it holds of its own; before db is closed. */
void story_done(struct story *story);

/* Why nothing is known, without believe_ad. */
#define STORY_AD_NOT_BELIEVED                                                                      \
    "AD of this resolver is not believed; give --trust-ad or leave out --resolver"
#define STORY_NOT_VALIDATED                                                                        \
    "the resolver is told not to validate this name (EDE 33, a negative trust anchor)"

/* A column of the row: NULL is "". */
const char *story_text(sqlite3_stmt *row, int column);
bool story_is(sqlite3_stmt *row, int column, const char *word);
bool story_is_null(sqlite3_stmt *row, int column);
enum dnssec story_dnssec(sqlite3_stmt *row, int column);

/* What a person is told for a word of the views.  words: pairs of both; the last has NULL for a
 * word, and what is told for all others. */
const char *story_explain(const char *const words[][2], const char *word);

/* Runs sql, a text that stays where it is and whose statement is kept, where ?1 is bound and ?2, if
 * it has one, the domain being told, and calls each for its rows, until it gives non-zero; -1 on an
 * error of the file. */
int story_each(struct story *story, const char *sql, const char *bound,
               int (*each)(struct story *story, sqlite3_stmt *row));

/* Text of whatever origin as a JSON string; NULL without memory. */
json_t *story_json(const char *text);

/* A line's part, of the text alone. */
void story_say(const struct story *story, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A finding about `subject` (a name, or NULL: the domain).  advice may be NULL. */
void story_find(struct story *story, enum finding_code code, const char *subject,
                const struct advice *advice, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Nothing below the name was asked, for an opt-out: `what` is not known. */
void story_find_excluded(struct story *story, const char *name, const char *what);

/* A lookup that failed. */
struct story_failure {
    const char *what; /* "the lookup" */
    const char *failure, *ede;
    const char *name, *type; /* of the question; "address" is a type here */
};
void story_failure(struct story *story, enum finding_code code, const char *subject,
                   const struct story_failure *failure, const struct advice *advice);
/* With story_failure_advice(). */
void story_failure_advised(struct story *story, enum finding_code code, const char *subject,
                           const struct story_failure *failure);
/* The same of a lookup that nothing depends on. */
void story_failure_aside(const struct story *story, const struct story_failure *failure);
/* What mends it: false where it is the resolver's. */
bool story_failure_advice(const struct story_failure *failure, struct advice *ret);

/* sts.c: may a policy list this exchange? */
bool story_may_list(const char *exchange);

/* remedy.c: what to change about an exchange that is an alias. */
int story_remedy(struct story *story, const char *host);

/* tlsa.c: the host's TLSA records, one by one, and what is wrong with some. */
struct story_records {
    const char *host, *base;
    const char *dnssec; /* of the answer */
    unsigned count;
};
int story_tlsa_records(struct story *story, const struct story_records *records);

/* dane.c: the TLSA names asked for a host, the records, what they are worth. */
int story_host_dane(struct story *story, const char *host);

/* met.c: what the host showed when it was met, and who delivers to it; nothing where it was
 * not to be. */
int story_host_met(struct story *story, const char *host);

/* mismatch.c: none of the host's TLSA records authenticates what it showed: why, as far as that can
 * be told. */
int story_dane_mismatch(struct story *story, const char *host);

/* domain_dane.c: what a domain's hosts come to together. */
int story_domain_dane(struct story *story);

/* senders.c: what the domain's alias exchanges do, sender by sender, as lines; and, where
 * ret_json is not NULL, as an object there, without an alias exchange left alone. */
int story_senders(struct story *story, json_t **ret_json);

/* sts.c: the domain's MTA-STS record and policy, what they make of each exchange, and
 * its TLSRPT record. */
int story_sts(struct story *story, const char *domain);

/* text.c: all of it. */
int story_domain(struct story *story, const char *domain);

/* print.c: of story->domain, that it was not asked. */
void story_excluded(struct story *story);

#endif
