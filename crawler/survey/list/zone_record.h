/* zone_record.h - the words of a record in a zone file (RFC 1035 s5.1), of which only the owner and
 * the type matter to a list.
 */
#ifndef MXSURVEY_SURVEY_LIST_ZONE_RECORD_H
#define MXSURVEY_SURVEY_LIST_ZONE_RECORD_H

#include "crawler/survey/list/format.h"

bool zone_space(char c);
struct span zone_take_word(struct span *rest); /* empty at the end */

struct record_words {
    struct span owner; /* empty: that of the record before */
    bool is_in;        /* class IN, or none said */
    bool is_qualified; /* a TTL or a class is there */
    struct span type;
    struct span data;
};

/* A line without parentheses, or a record's lines put together; false: no record. */
bool zone_split_record(struct span line, struct record_words *ret);

/* Is this a record by itself, with an owner, or a directive, whatever is open before it?  Then
 * that is broken and ends here: a record goes on in lines that begin with a blank, a parenthesis,
 * a quote, or a word that no owner, TTL, class and known type follow. */
bool zone_stands_alone(struct span line);

#endif
