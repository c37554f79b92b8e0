#include "crawler/survey/sample/sizes.h"

#include "crawler/survey/sample/strata.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"
#define DIGITS "0123456789"

struct sizes_reader {
    const char *path;
    uint64_t line;
    bool begun;
    struct strata *seen;
    void (*each)(void *context, const char *stratum, double size);
    void *context;
};

static char *trim(char *text)
{
    text += strspn(text, BLANKS);
    size_t length = strlen(text);
    while (length > 0 && strchr(BLANKS, text[length - 1]) != NULL)
        text[--length] = '\0';
    return text;
}

/* Takes a field off the front of a line, without its quotes.  NULL: quotes that do not end. */
static char *take_field(char **rest)
{
    char *field = *rest + strspn(*rest, BLANKS), *to = field;
    if (*field != '"') {
        *rest = strchr(field, ',');
        if (*rest != NULL)
            *(*rest)++ = '\0';
        return trim(field);
    }
    for (char *at = field + 1; *at != '\0'; at++) {
        if (*at == '"' && *++at != '"') {
            *rest = strchr(at, ',');
            *rest = *rest != NULL ? *rest + 1 : NULL;
            *to = '\0';
            return trim(field);
        }
        *to++ = *at;
    }
    return NULL;
}

/* What is larger than any list would overflow in sums. */
static bool read_size(const char *text, double *ret)
{
    char *end;
    *ret = strtod(text, &end);
    return end != text && *end == '\0' && *ret > 0 && *ret < 1e18;
}

/* A size without any digit is a header's, in the first line that is read. */
static int take_line(struct sizes_reader *reader, char *line, struct error *error)
{
    bool first = !reader->begun;
    double size;
    char *rest = line, *stratum = take_field(&rest), *text = NULL;
    reader->begun = true;
    if (stratum != NULL && rest != NULL)
        text = take_field(&rest);
    if (text == NULL || rest != NULL)
        return error_set(error, "%s:%" PRIu64 ": not a line `stratum,size`", reader->path,
                         reader->line);
    if (!read_size(text, &size)) {
        if (first && *text != '\0' && strpbrk(text, DIGITS) == NULL)
            return 0;
        return error_set(error, "%s:%" PRIu64 ": the size is no number above 0, below 1e18",
                         reader->path, reader->line);
    }
    uint32_t known = strata_count(reader->seen);
    if (strata_put(reader->seen, stratum, UINT32_MAX - 1) != known)
        return error_set(error, "%s:%" PRIu64 ": the stratum is there twice", reader->path,
                         reader->line);
    reader->each(reader->context, stratum, size);
    return 0;
}

static int read_lines(struct sizes_reader *reader, FILE *file, struct error *error)
{
    char *line = NULL;
    size_t room = 0;
    int result = 0;
    ssize_t length;
    while (result == 0 && (length = getline(&line, &room, file)) >= 0) {
        char *text = line;
        reader->line++;
        if (strlen(line) != (size_t)length)
            result = error_set(error, "%s:%" PRIu64 ": not a text", reader->path, reader->line);
        if (reader->line == 1 && strncmp(text, "\xef\xbb\xbf", 3) == 0)
            text += 3;
        text = trim(text);
        if (result == 0 && *text != '\0' && *text != '#')
            result = take_line(reader, text, error);
    }
    if (result == 0 && ferror(file))
        result = error_set(error, "%s: cannot be read: %s", reader->path, strerror(errno));
    free(line);
    return result;
}

int sizes_read(const char *path, void (*each)(void *context, const char *stratum, double size),
               void *context, struct error *error)
{
    struct sizes_reader reader = {.path = path, .each = each, .context = context};
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return error_set(error, "%s: cannot be read: %s", path, strerror(errno));
    reader.seen = strata_new();
    int result = read_lines(&reader, file, error);
    if (result == 0 && strata_count(reader.seen) == 0)
        result = error_set(error, "%s: no line `stratum,size`", path);
    strata_free(reader.seen);
    fclose(file);
    return result;
}
