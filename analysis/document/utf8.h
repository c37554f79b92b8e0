/* utf8.h - texts of unknown origin, made fit for JSON, a terminal and a spreadsheet. */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_UTF8_H
#define MXSURVEY_ANALYSIS_DOCUMENT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* A new string of at most max octets that is valid UTF-8 (RFC 3629: no overlong
 * forms, no surrogates); an octet that is not, or NUL, becomes U+FFFD.  The
 * caller frees; NULL without memory. */
char *utf8_clean(const char *text, size_t length, size_t max);

/* A copy by utf8_escape() (core).  The caller frees; NULL without memory. */
char *utf8_for_terminal(const char *text);

/* A spreadsheet would take it for a formula, and run it: a CSV that is read by one has a `'` before
 * it. */
bool utf8_is_formula(const char *text);

/* Code points of valid UTF-8: columns, but for wide characters. */
size_t utf8_length(const char *text);

#endif
