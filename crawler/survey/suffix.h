/* suffix.h - public suffixes and registrable domains (publicsuffix.org).
 *
 * The newest list that libpsl knows: the system's file, else the one built in.
 * ICANN and private rules; a top level domain without any rule is a public suffix
 * (the list's default rule `*`).  libpsl takes the parent of a wildcard rule, such
 * as kawasaki.jp of *.kawasaki.jp, for a public suffix as well.  A lookup costs
 * about 0.4 us.
 *
 * Names are text as name_to_text() and list_read() give it: lower case, escapes,
 * no final dot.  What is returned is the end of the text given, not a copy.
 */
#ifndef MXSURVEY_SURVEY_SUFFIX_H
#define MXSURVEY_SURVEY_SUFFIX_H

#include "crawler/core/error.h"

struct suffixes;

/* 0; -1 with error: no list at all. */
int suffixes_open(struct suffixes **ret, struct error *error);
void suffixes_free(struct suffixes *suffixes);

/* Which list: a file's path, or "builtin"; for run_info. */
const char *suffixes_source(const struct suffixes *suffixes);

/* The public suffix of a name; of one that is a public suffix, itself; of the
 * root, ".". */
const char *suffix_public(const struct suffixes *suffixes, const char *domain);

/* The public suffix and the label before it, as the column provider; NULL where there is
 * none: a public suffix, the root, an address, a top label that is a number, localhost
 * and below, what is no name. */
const char *suffix_registrable(const struct suffixes *suffixes, const char *domain);

#endif
