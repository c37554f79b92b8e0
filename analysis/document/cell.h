/* cell.h - numbers and texts with a type, and how people and programs read them. */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_CELL_H
#define MXSURVEY_ANALYSIS_DOCUMENT_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/statistics/interval.h"

enum cell_kind {
    CELL_NONE, /* not known, does not apply */
    CELL_TEXT, /* and the word that programs, and figures, have for it; NULL: the text */
    CELL_COUNT,
    CELL_REAL,
    CELL_SHARE,  /* 0.0031 is "0.31 %" */
    CELL_RANGE,  /* an interval alone, or why there is none */
    CELL_POINTS, /* a difference of shares, in points: "+0.12" */
    CELL_CHANGE, /* a difference of counts: "+1,234" */
    CELL_TIME,   /* Unix seconds, "2026-11-23" */
};

/* Which ends of an interval say something: "0.22 - 0.43 %", "at most 0.43 %", "at least 0.22 %" */
enum interval_ends {
    ENDS_BOTH,
    ENDS_HIGH,
    ENDS_LOW
};

struct document_cell {
    enum cell_kind kind;
    const char *text, *word;
    double value;      /* a count is a whole number, which it holds to 2^53 */
    int digits;        /* significant ones of a real, decimals of a percentage */
    bool has_interval; /* of a share, of points, of a range */
    enum interval_ends ends;
    struct interval interval;
    bool has_of; /* a share's denominator, and the units kept out of it */
    uint64_t of, unanswered;
};

struct document_cell cell_text(const char *text); /* NULL: CELL_NONE */
struct document_cell cell_word(const char *word, const char *text);
struct document_cell cell_count(uint64_t count);
struct document_cell cell_real(double value, int digits);
/* decimals: text_decimals() */
struct document_cell cell_share(double share, int decimals);
struct document_cell cell_range(struct interval interval, enum interval_ends ends, int decimals);
/* Words stand in the interval's place, which programs still get. */
struct document_cell cell_range_in_words(struct document_cell range, const char *words);
struct document_cell cell_points(double difference, int decimals);
struct document_cell cell_change(uint64_t from, uint64_t to);
/* digits: 0: the date; 1: to the minute; 2: to the second */
struct document_cell cell_time(int64_t seconds, int digits);
struct document_cell cell_with_interval(struct document_cell cell, struct interval interval);
struct document_cell cell_with_of(struct document_cell cell, uint64_t of, uint64_t unanswered);

enum {
    CELL_TEXT_MAX = 160
};

/* A number as people read it, "0.31 %  (0.22 - 0.43 %)"; a text as it is; `unknown` for CELL_NONE.
 */
const char *cell_words(const struct document_cell *cell, const char *unknown,
                       char ret[CELL_TEXT_MAX]);

/* What programs, and figures, call a row; "" for CELL_NONE. */
const char *cell_name(const struct document_cell *cell, char ret[CELL_TEXT_MAX]);

#endif
