#include "analysis/collect/given/weights.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/collect/given/csv_file.h"

#define DIGITS     "0123456789"
#define SIZE_LEAST 1e-18
#define SIZE_MOST  1e18

enum {
    WEIGHTS_MAX = 65536, /* a public suffix list has ten thousand */
    FIELD_MAX = 255      /* octets: a name has no more */
};

/* A number of names, or a share of all: the squares of others would leave a double's range. */
static bool read_size(const char *text, double *ret)
{
    char *end;
    *ret = strtod(text, &end);
    return end != text && *end == '\0' && *ret > SIZE_LEAST && *ret < SIZE_MOST;
}

static int add(struct weights *weights, const char *suffix, double size, uint64_t line)
{
    struct weight *items = realloc(weights->items, (weights->length + 1) * sizeof *items);
    if (items == NULL)
        return -1;
    weights->items = items;
    items[weights->length] = (struct weight){strdup(suffix), size, line};
    if (items[weights->length].suffix == NULL)
        return -1;
    weights->length++;
    return 0;
}

struct reading {
    const char *path;
    struct weights *weights;
    bool begun;
};

/* A size without any digit is a header's, in the first line that is read. */
static int take_row(void *context, uint64_t line, char *const *fields, size_t count,
                    struct error *error)
{
    struct reading *reading = context;
    struct weights *weights = reading->weights;
    unsigned long long number = line;
    bool first = !reading->begun;
    double size;
    reading->begun = true;
    for (size_t i = 0; i < count; i++) {
        if (strlen(fields[i]) > FIELD_MAX)
            return error_set(error, "%s:%llu: longer than %d octets", reading->path, number,
                             FIELD_MAX);
    }
    char *given = csv_trim(fields[0]), a_labels[LIST_DOMAIN_SIZE];
    const char *suffix = csv_name(given + (*given == '.'), a_labels);
    if (count == 1 && *suffix == '\0')
        return 0;
    if (count != 2 || *suffix == '\0')
        return error_set(error, "%s:%llu: not a line `suffix,size`", reading->path, number);
    const char *text = csv_trim(fields[1]);
    if (!read_size(text, &size)) {
        if (first && *text != '\0' && strpbrk(text, DIGITS) == NULL)
            return 0;
        return error_set(error, "%s:%llu: the size is no number above 0, below 1e18", reading->path,
                         number);
    }
    if (weights->length == WEIGHTS_MAX)
        return error_set(error, "%s:%llu: more than %d suffixes", reading->path, number,
                         WEIGHTS_MAX);
    if (add(weights, suffix, size, line) != 0)
        return error_set(error, "%s: out of memory", reading->path);
    return 0;
}

static int compare(const void *one, const void *other)
{
    const struct weight *a = one, *b = other;
    int order = strcmp(a->suffix, b->suffix);
    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static int check(const char *path, struct weights *weights, struct error *error)
{
    if (weights->length == 0)
        return error_set(error, "%s: no line `suffix,size`", path);
    qsort(weights->items, weights->length, sizeof *weights->items, compare);
    for (size_t i = 1; i < weights->length; i++) {
        const struct weight *item = &weights->items[i];
        unsigned long long number = item->line;
        if (strcmp(item[-1].suffix, item->suffix) == 0)
            return error_set(error, "%s:%llu: %.80s is there twice", path, number, item->suffix);
    }
    return 0;
}

int weights_read(const char *path, struct weights *ret, struct error *error)
{
    struct reading reading = {path, ret, false};
    *ret = (struct weights){0};
    int result = csv_file_read(path, take_row, &reading, error);
    if (result == 0)
        result = check(path, ret, error);
    if (result != 0)
        weights_free(ret);
    return result;
}

void weights_free(struct weights *weights)
{
    for (size_t i = 0; i < weights->length; i++)
        free(weights->items[i].suffix);
    free(weights->items);
    *weights = (struct weights){0};
}
