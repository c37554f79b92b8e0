/* json_form.h - JSON as this program writes it. */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_JSON_FORM_H
#define MXSURVEY_ANALYSIS_DOCUMENT_JSON_FORM_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/statistics/interval.h"

/* Values; null where it is not defined, or NULL. */
json_t *word_json(const char *text);
json_t *count_json(uint64_t count);
json_t *known_count_json(bool defined, uint64_t count);
json_t *real_json(bool defined, double value);
json_t *interval_json(bool defined, struct interval interval);

/* A list, or an object, and one thing more in it, which is taken over.  NULL, and all of it
 * freed, where any is NULL: so a tree is looked at once, when whole. */
json_t *json_with_item(json_t *list, json_t *item);
json_t *json_with_member(json_t *object, const char *key, json_t *value);

/* The object and the members of more, which is taken over; likewise. */
json_t *json_with_members(json_t *object, json_t *more);

/* Of an object, which is taken over, the members with these names ("count of share"), in their
 * order; likewise. */
json_t *json_pick(json_t *object, const char *names);

/* A list of what make() makes of each of the items, of so many octets each; likewise. */
typedef json_t *json_make_fn(const void *item);
json_t *json_list(const void *items, size_t length, size_t size, json_make_fn *make);

/* An object of values, which are taken over; likewise: json_members({"hosts", json_null()}) */
struct json_member {
    const char *name;
    json_t *value;
};
json_t *json_of_members(const struct json_member *members, size_t length);
#define json_members(...)                                                                          \
    json_of_members((const struct json_member[]){__VA_ARGS__},                                     \
                    sizeof((const struct json_member[]){__VA_ARGS__}) /                            \
                        sizeof(struct json_member))

/* An object of counts: json_counts({"hosts", 3}, {"domains", 5}) */
struct json_count {
    const char *name;
    uint64_t count;
};
json_t *json_of_counts(const struct json_count *counts, size_t length);
#define json_counts(...)                                                                           \
    json_of_counts((const struct json_count[]){__VA_ARGS__},                                       \
                   sizeof((const struct json_count[]){__VA_ARGS__}) / sizeof(struct json_count))

/* Writes the tree, indented, with a line end, and frees it.  ASCII only, and none of it a
 * control character: hostile text cannot act on a terminal that shows it.  NULL, as without
 * memory: -1.  Errors of out stay in ferror(). */
int json_form_print(json_t *tree, FILE *out);

#endif
