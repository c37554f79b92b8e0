/* mine_rows.h - findings of check's story as rows: which domain, what, and what to change.
 *
 * Notes are left out: nothing has to be done about them.
 */
#ifndef MXSURVEY_CLI_MINE_ROWS_H
#define MXSURVEY_CLI_MINE_ROWS_H

#include "analysis/export/sink.h"
#include "crawler/cli/check/story.h"

#include <stdint.h>

enum mine_format {
    MINE_TEXT,
    MINE_CSV,   /* as NOTIFY_CSV */
    MINE_NDJSON /* a finding as in schema/check.schema.json, with its domain and alias_target */
};

enum mine_result {
    MINE_AFFECTED, /* something is wrong */
    MINE_UNKNOWN,  /* nothing is seen to be wrong, but not all is known */
    MINE_UNAFFECTED,
    MINE_EXCLUDED,  /* opted out: not surveyed */
    MINE_NOT_THERE, /* in the survey */
    MINE_RESULTS
};

struct mine_rows {
    struct story *story; /* its out is NULL */
    enum mine_format format;
    FILE *text;        /* of MINE_TEXT */
    struct sink *sink; /* of the others */
    uint64_t counts[MINE_RESULTS];
};

void mine_header(struct mine_rows *rows);

/* The rows of a domain of the survey, by what check finds.  0; -1: the file cannot be read
 * (sqlite3_errmsg(db)); 1: no memory. */
int mine_domain(struct mine_rows *rows, const char *domain);

/* The row of one that is not: MINE_EXCLUDED or MINE_NOT_THERE.  The text names the latter alone,
 * a line each.  0, or 1 without memory. */
int mine_absent(struct mine_rows *rows, const char *domain, enum mine_result result);

/* "27 names: 12 affected, ...", in lines. */
void mine_sum(FILE *out, const uint64_t counts[MINE_RESULTS]);

#endif
