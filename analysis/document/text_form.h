/* text_form.h - numbers and lines for the text form of reports. */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_TEXT_FORM_H
#define MXSURVEY_ANALYSIS_DOCUMENT_TEXT_FORM_H

#include <stdint.h>
#include <stdio.h>

#include "analysis/statistics/interval.h"

enum {
    TEXT_COLUMNS = 78,
    NUMBER_MAX = 64,
    WORDS_MAX = 2500 /* two names, and words about them */
};

/* 14552195 as "14,552,195" */
const char *text_count(uint64_t count, char ret[NUMBER_MAX]);

/* "1 domain", "14,552,195 domains" */
const char *text_number(uint64_t count, const char *unit, char ret[NUMBER_MAX]);

/* Decimals of a percentage that show how wide the interval is: 1 to 6. */
int text_decimals(struct interval interval);

/* "0.31 %", "0.22 - 0.43 %" */
const char *text_percent(double share, int decimals, char ret[NUMBER_MAX]);
const char *text_range(struct interval interval, int decimals, char ret[NUMBER_MAX]);

/* Differences of shares in points of percent: "+0.12", "+0.05 to +0.15" */
const char *text_points(double difference, int decimals, char ret[NUMBER_MAX]);
const char *text_points_range(struct interval interval, int decimals, char ret[NUMBER_MAX]);

/* printf */
const char *text_words(char ret[WORDS_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same within the block that says them */
#define words_of(...)                text_words((char[WORDS_MAX]){0}, __VA_ARGS__)
#define number_of(count, unit)       text_number((count), (unit), (char[NUMBER_MAX]){0})
#define count_of(count)              text_count((count), (char[NUMBER_MAX]){0})
#define percent_of(share, decimals)  text_percent((share), (decimals), (char[NUMBER_MAX]){0})
#define range_of(interval, decimals) text_range((interval), (decimals), (char[NUMBER_MAX]){0})
#define points_of(change, decimals)  text_points((change), (decimals), (char[NUMBER_MAX]){0})
#define points_range_of(interval, decimals)                                                        \
    text_points_range((interval), (decimals), (char[NUMBER_MAX]){0})

/* Unix seconds in text as "2026-11-23 19:06:05 UTC"; any other text as it is. */
const char *text_time(const char *seconds, char ret[NUMBER_MAX]);

/* Text of any origin in lines of at most TEXT_COLUMNS: the first line follows
 * `column` columns already written, the others are indented to `indent`; ends
 * with a line end.  What a terminal would act on is escaped. */
void text_wrap(FILE *out, int column, int indent, const char *text);

/* The same, with a line of these under it */
void text_titled(FILE *out, const char *text, char with);

#endif
