/* json_form.h - JSON as this program writes it. */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_JSON_FORM_H
#define MXSURVEY_ANALYSIS_DOCUMENT_JSON_FORM_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/statistics/interval.h"

/* Values; null where it is not defined. */
json_t *count_json(uint64_t count);
json_t *real_json(bool defined, double value);
json_t *interval_json(bool defined, struct interval interval);

/* A list, or an object, and one thing more in it, which is taken over.  NULL, and all of it
 * freed, where any is NULL: as json_pack() does, so that a tree is looked at once, when whole. */
json_t *json_with_item(json_t *list, json_t *item);
json_t *json_with_member(json_t *object, const char *key, json_t *value);

/* Writes the tree, indented, with a line end, and frees it.  ASCII only, and none of it a
 * control character: hostile text cannot act on a terminal that shows it.  NULL, as json_pack()
 * gives without memory: -1.  Errors of out stay in ferror(). */
int json_form_print(json_t *tree, FILE *out);

#endif
