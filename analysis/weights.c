#include "analysis/weights.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WEIGHTS_MAX = 65536, /* a public suffix list has ten thousand */
    LINE_ROOM = 512
};

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    if (length >= 2 && text[0] == '"' && text[length - 1] == '"') {
        text[length - 1] = '\0';
        text++;
    }
    return text;
}

/* As the column suffix has it */
static char *bare_suffix(char *text)
{
    text += *text == '.';
    size_t length = strlen(text);
    if (length > 0 && text[length - 1] == '.')
        text[length - 1] = '\0';
    for (char *at = text; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    return text;
}

static bool read_size(const char *text, double *ret)
{
    char *end;
    *ret = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*ret) && *ret > 0;
}

static int add(struct weights *weights, const char *suffix, double size)
{
    struct weight *items = realloc(weights->items, (weights->length + 1) * sizeof *items);
    if (items == NULL)
        return -1;
    weights->items = items;
    items[weights->length] = (struct weight){strdup(suffix), size};
    if (items[weights->length].suffix == NULL)
        return -1;
    weights->length++;
    return 0;
}

static int take_line(const char *path, unsigned number, char *line, struct weights *weights,
                     struct error *error)
{
    double size;
    char *comma = strchr(line, ',');
    if (*trim(line) == '\0' || *line == '#')
        return 0;
    if (comma != NULL)
        *comma = '\0';
    char *suffix = bare_suffix(trim(line));
    if (comma == NULL || *suffix == '\0')
        return error_set(error, "%s:%u: not a line `suffix,size`", path, number);
    if (!read_size(trim(comma + 1), &size)) {
        if (number == 1)
            return 0;
        return error_set(error, "%s:%u: the size is no number above 0", path, number);
    }
    if (weights->length == WEIGHTS_MAX)
        return error_set(error, "%s:%u: more than %d suffixes", path, number, WEIGHTS_MAX);
    if (add(weights, suffix, size) != 0)
        return error_set(error, "%s: out of memory", path);
    return 0;
}

static int compare(const void *one, const void *other)
{
    const struct weight *a = one, *b = other;
    return strcmp(a->suffix, b->suffix);
}

static int check(const char *path, struct weights *weights, struct error *error)
{
    if (weights->length == 0)
        return error_set(error, "%s: no line `suffix,size`", path);
    qsort(weights->items, weights->length, sizeof *weights->items, compare);
    for (size_t i = 1; i < weights->length; i++) {
        if (strcmp(weights->items[i - 1].suffix, weights->items[i].suffix) == 0)
            return error_set(error, "%s: %.80s is there twice", path, weights->items[i].suffix);
    }
    return 0;
}

int weights_read(const char *path, struct weights *ret, struct error *error)
{
    char line[LINE_ROOM];
    *ret = (struct weights){0};
    errno = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return error_set(error, "%s: cannot be read: %s", path, strerror(errno));
    int result = 0;
    for (unsigned number = 1; result == 0 && fgets(line, sizeof line, file) != NULL; number++) {
        char *start = number == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0 ? line + 3 : line;
        if (strchr(line, '\n') == NULL && !feof(file))
            result = error_set(error, "%s:%u: longer than %d octets", path, number, LINE_ROOM - 2);
        else
            result = take_line(path, number, start, ret, error);
    }
    if (result == 0 && ferror(file))
        result = error_set(error, "%s: cannot be read: %s", path, strerror(errno));
    fclose(file);
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
