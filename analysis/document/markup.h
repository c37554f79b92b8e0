/* markup.h - text of any origin in HTML and XML: the only way there. */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_MARKUP_H
#define MXSURVEY_ANALYSIS_DOCUMENT_MARKUP_H

#include <stdio.h>

/* Escaped; what would not show, or turns a line around, is spelt as `\u{202e}`.  Fit for elements
 * and for attributes in quotes.  0, or -1 without memory. */
int markup_put(FILE *out, const char *text);

#endif
