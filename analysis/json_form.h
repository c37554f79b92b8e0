/* json_form.h - JSON as this program writes it. */
#ifndef MXSURVEY_ANALYSIS_JSON_FORM_H
#define MXSURVEY_ANALYSIS_JSON_FORM_H

#include <jansson.h>
#include <stdio.h>

/* Writes the tree, indented, with a line end, and frees it.  ASCII only, and none of it a
 * control character: hostile text cannot act on a terminal that shows it.  NULL, as json_pack()
 * gives without memory: -1.  Errors of out stay in ferror(). */
int json_form_print(json_t *tree, FILE *out);

#endif
