#include "analysis/collect/given/csv_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crawler/core/utf8.h"

/* The text is unquoted where it lies: what is written never overtakes what is read. */
struct reader {
    const char *path;
    char *text;
    size_t at, length;
    uint64_t line;
    char *fields[CSV_FIELDS_MAX];
    size_t count;
};

static int fail(const struct reader *reader, uint64_t line, const char *reason, struct error *error)
{
    return error_set(error, "%s: line %llu: %s", reader->path, (unsigned long long)line, reason);
}

static int read_whole(const char *path, char **ret, size_t *ret_length, struct error *error)
{
    int result = -1;
    FILE *file = fopen(path, "r");
    char *text = malloc((size_t)CSV_OCTETS_MAX + 2);
    if (file == NULL) {
        error_set(error, "%s: cannot be read: %s", path, strerror(errno));
        goto done;
    }
    if (text == NULL) {
        error_set(error, "%s: out of memory", path);
        goto done;
    }
    size_t length = fread(text, 1, (size_t)CSV_OCTETS_MAX + 1, file);
    if (ferror(file)) {
        error_set(error, "%s: cannot be read: %s", path, strerror(errno));
        goto done;
    }
    if (length > CSV_OCTETS_MAX) {
        error_set(error, "%s: larger than %d MiB: no such table", path, CSV_OCTETS_MAX >> 20);
        goto done;
    }
    text[length] = '\0';
    *ret = text;
    *ret_length = length;
    text = NULL;
    result = 0;

done:
    free(text);
    if (file != NULL)
        fclose(file);
    return result;
}

static int check_text(struct reader *reader, struct error *error)
{
    uint64_t line = 1;
    for (size_t at = 0, octets; at < reader->length; at += octets) {
        const char *character = reader->text + at;
        octets = *character != '\0' ? utf8_character(character, reader->length - at) : 0;
        if (octets == 0)
            return fail(reader, line, "not UTF-8 text", error);
        line += *character == '\n';
    }
    return 0;
}

static bool is_end(const struct reader *reader)
{
    return reader->at == reader->length;
}

/* The octets of a line end here: 0, 1 or 2. */
static size_t line_end(const struct reader *reader)
{
    const char *at = reader->text + reader->at; /* a NUL follows the text */
    return *at == '\n' ? 1 : at[0] == '\r' && at[1] == '\n' ? 2 : 0;
}

/* Behind the opening quote; leaves the reader behind the closing one. */
static int take_quoted(struct reader *reader, struct error *error)
{
    uint64_t begin = reader->line;
    char *to = reader->text + reader->at;
    bool closed = false;
    for (; !is_end(reader); reader->at++) {
        char octet = reader->text[reader->at];
        if (octet == '"') {
            reader->at++; /* of two, the second stays */
            closed = reader->text[reader->at] != '"';
            if (closed)
                break;
        }
        reader->line += octet == '\n';
        *to++ = octet;
    }
    if (!closed)
        return fail(reader, begin, "a quote is opened and never closed", error);
    if (!is_end(reader) && line_end(reader) == 0 && reader->text[reader->at] != ',')
        return fail(reader, reader->line, "text behind a closing quote", error);
    *to = '\0';
    return 0;
}

static int take_field(struct reader *reader, struct error *error)
{
    if (reader->count == CSV_FIELDS_MAX)
        return fail(reader, reader->line, "too many fields", error);
    bool quoted = reader->text[reader->at] == '"';
    reader->at += quoted;
    reader->fields[reader->count++] = reader->text + reader->at;
    if (quoted)
        return take_quoted(reader, error);
    while (!is_end(reader) && line_end(reader) == 0 && reader->text[reader->at] != ',') {
        if (reader->text[reader->at] == '"')
            return fail(reader, reader->line, "a quote inside of a field that has none around it",
                        error);
        reader->at++;
    }
    return 0;
}

/* One row, its line end taken. */
static int take_row(struct reader *reader, struct error *error)
{
    reader->count = 0;
    for (;;) {
        if (take_field(reader, error) != 0)
            return -1;
        size_t end = line_end(reader);
        bool more = reader->text[reader->at] == ',';
        reader->text[reader->at] = '\0';
        if (more) {
            reader->at++;
            continue;
        }
        reader->at += end;
        reader->line += end > 0;
        return 0;
    }
}

char *csv_trim(char *field)
{
    while (isspace((unsigned char)*field))
        field++;
    size_t length = strlen(field);
    while (length > 0 && isspace((unsigned char)field[length - 1]))
        field[--length] = '\0';
    return field;
}

const char *csv_name(char *field, char ret[LIST_DOMAIN_SIZE])
{
    if (list_name_normalize(field, strlen(field), ret) == NULL)
        return ret;
    for (char *at = field; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    return field;
}

static void skip_line(struct reader *reader)
{
    while (!is_end(reader) && line_end(reader) == 0)
        reader->at++;
    reader->line += !is_end(reader);
    reader->at += line_end(reader);
}

int csv_file_read(const char *path, csv_row_fn *each, void *context, struct error *error)
{
    static const char mark[] = "\xef\xbb\xbf"; /* byte order mark */
    struct reader reader = {.path = path, .line = 1};
    int result = read_whole(path, &reader.text, &reader.length, error);
    if (result == 0)
        result = check_text(&reader, error);
    if (result == 0 && strncmp(reader.text, mark, sizeof mark - 1) == 0)
        reader.at = sizeof mark - 1;
    while (result == 0 && !is_end(&reader)) {
        uint64_t line = reader.line;
        if (reader.text[reader.at] == '#' || line_end(&reader) > 0) {
            skip_line(&reader);
            continue;
        }
        result = take_row(&reader, error);
        if (result == 0)
            result = each(context, line, reader.fields, reader.count, error);
    }
    free(reader.text);
    return result;
}
