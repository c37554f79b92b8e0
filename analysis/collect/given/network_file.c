#include "analysis/collect/given/network_file.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "analysis/collect/given/csv_file.h"
#include "crawler/core/address.h"
#include "crawler/survey/list/input.h"

enum {
    LINE_MAX_OCTETS = 4096,
    FIELDS_MAX = 32, /* further ones are not looked at */
};

enum column {
    COLUMN_PREFIX,
    COLUMN_FIRST,
    COLUMN_LAST,
    COLUMN_COUNTRY,
    COLUMN_AS,
    COLUMN_NAME,
    COLUMN_COUNT
};

/* What headers call them; of several the first here */
static const struct {
    const char *word;
    enum column column;
} WORDS[] = {
    {"network", COLUMN_PREFIX},
    {"prefix", COLUMN_PREFIX},
    {"cidr", COLUMN_PREFIX},
    {"range_start", COLUMN_FIRST},
    {"start_ip", COLUMN_FIRST},
    {"ip_start", COLUMN_FIRST},
    {"start", COLUMN_FIRST},
    {"range_end", COLUMN_LAST},
    {"end_ip", COLUMN_LAST},
    {"ip_end", COLUMN_LAST},
    {"end", COLUMN_LAST},
    {"country_code", COLUMN_COUNTRY},
    {"country_iso_code", COLUMN_COUNTRY},
    {"country", COLUMN_COUNTRY},
    {"autonomous_system_number", COLUMN_AS},
    {"as_number", COLUMN_AS},
    {"asn", COLUMN_AS},
    {"as", COLUMN_AS},
    {"autonomous_system_organization", COLUMN_NAME},
    {"as_organization", COLUMN_NAME},
    {"as_description", COLUMN_NAME},
    {"as_name", COLUMN_NAME},
};

struct reader {
    const char *path;
    network_line_fn *each;
    void *context;
    struct network_lines *lines;
    uint64_t number;           /* of the line, through all files of an archive */
    bool begun, has_header;    /* of the file at hand */
    int columns[COLUMN_COUNT]; /* places of fields; -1: none */
    size_t length;
    bool too_long;
    char line[LINE_MAX_OCTETS + 1];
};

/* --- fields --- */

/* Behind its quote; at the separator or the end of the line then, or NULL */
static char *take_quoted(char *at)
{
    char *to = at;
    for (; *at != '\0'; at++) {
        if (*at == '"' && *++at != '"') {
            *to = '\0';
            return at;
        }
        *to++ = *at;
    }
    return NULL;
}

/* Cuts the line at its separators; 0: a quote does not close. */
static size_t split(char *line, char *fields[FIELDS_MAX])
{
    char separator = strchr(line, '\t') != NULL ? '\t' : ',';
    size_t count = 0;
    for (char *at = line; count < FIELDS_MAX; at++) {
        bool quoted = separator == ',' && *at == '"';
        char *field = at + quoted;
        at = quoted ? take_quoted(field) : at + strcspn(at, (char[]){separator, '\0'});
        if (at == NULL || (*at != separator && *at != '\0'))
            return 0;
        bool more = *at != '\0';
        if (!quoted)
            *at = '\0';
        fields[count++] = csv_trim(field);
        if (!more)
            break;
    }
    return count;
}

static bool is_none(const char *text)
{
    return *text == '\0' || strcmp(text, "-") == 0 || strcasecmp(text, "none") == 0;
}

static bool read_country(const char *text, uint16_t *ret)
{
    bool is_code =
        isalpha((unsigned char)text[0]) && isalpha((unsigned char)text[1]) && text[2] == '\0';
    if (!is_code)
        return is_none(text);
    if (strcasecmp(text, "ZZ") != 0)
        *ret = (uint16_t)(toupper((unsigned char)text[0]) << 8 | toupper((unsigned char)text[1]));
    return true;
}

static bool read_as(const char *text, uint32_t *ret)
{
    if (is_none(text))
        return true;
    text += strncasecmp(text, "AS", 2) == 0 ? 2 : 0;
    size_t digits = strspn(text, "0123456789");
    unsigned long long number = digits > 0 && digits <= 10 ? strtoull(text, NULL, 10) : UINT64_MAX;
    if (text[digits] != '\0' || number > UINT32_MAX)
        return false;
    *ret = (uint32_t)number;
    return true;
}

/* --- networks --- */

static bool read_prefix(const char *text, struct network_line *ret)
{
    struct address_block block;
    if (strchr(text, '/') == NULL || !address_block_from_text(text, &block))
        return false;
    ret->family = block.family;
    memcpy(ret->first, block.octets, sizeof ret->first);
    memcpy(ret->last, block.octets, sizeof ret->last);
    for (size_t bit = block.bits; bit < 8 * address_size(block.family); bit++) {
        ret->first[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
        ret->last[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    }
    return true;
}

static bool read_range(const char *first, const char *last, struct network_line *ret)
{
    ret->family = address_from_text(first, ret->first);
    return ret->family != 0 && address_from_text(last, ret->last) == ret->family &&
           memcmp(ret->first, ret->last, address_size(ret->family)) <= 0;
}

/* --- lines --- */

/* Where its columns are, by a header's words */
static void find_columns(struct reader *reader, char *const *fields, size_t count)
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        reader->columns[i] = -1;
    for (size_t word = 0; word < sizeof WORDS / sizeof *WORDS; word++)
        for (size_t i = 0; i < count; i++)
            if (reader->columns[WORDS[word].column] < 0 &&
                strcasecmp(fields[i], WORDS[word].word) == 0)
                reader->columns[WORDS[word].column] = (int)i;
    reader->has_header = reader->columns[COLUMN_PREFIX] >= 0 ||
                         (reader->columns[COLUMN_FIRST] >= 0 && reader->columns[COLUMN_LAST] >= 0);
}

static char *field_at(const struct reader *reader, enum column column, char *const *fields,
                      size_t count)
{
    static char none[] = "";
    int at = reader->columns[column];
    return at >= 0 && (size_t)at < count ? fields[at] : none;
}

static bool read_by_header(const struct reader *reader, char *const *fields, size_t count,
                           struct network_line *ret)
{
    bool is_prefix = reader->columns[COLUMN_PREFIX] >= 0;
    ret->name = field_at(reader, COLUMN_NAME, fields, count);
    return (is_prefix ? read_prefix(field_at(reader, COLUMN_PREFIX, fields, count), ret)
                      : read_range(field_at(reader, COLUMN_FIRST, fields, count),
                                   field_at(reader, COLUMN_LAST, fields, count), ret)) &&
           read_country(field_at(reader, COLUMN_COUNTRY, fields, count), &ret->country) &&
           read_as(field_at(reader, COLUMN_AS, fields, count), &ret->as);
}

static bool read_bare(char *const *fields, size_t count, struct network_line *ret)
{
    bool is_prefix = strchr(fields[0], '/') != NULL;
    size_t skip = is_prefix ? 1 : 2;
    if (count < skip + 1 || count > skip + 3 ||
        !(is_prefix ? read_prefix(fields[0], ret) : read_range(fields[0], fields[1], ret)))
        return false;
    fields += skip;
    count -= skip;
    if (count == 1)
        return read_country(fields[0], &ret->country) || read_as(fields[0], &ret->as);
    if (!read_as(fields[0], &ret->as))
        return false;
    bool has_country = read_country(fields[1], &ret->country);
    if (count == 3 || !has_country)
        ret->name = fields[count - 1];
    return has_country || count == 2;
}

/* Whether the first line of a file is a header; -1: one that does not help. */
static int take_header(struct reader *reader, char *const *fields, size_t count,
                       struct error *error)
{
    find_columns(reader, fields, count);
    if (!reader->has_header)
        return 0;
    if (reader->columns[COLUMN_COUNTRY] >= 0 || reader->columns[COLUMN_AS] >= 0)
        return 1;
    return error_set(error,
                     "%s: line %llu: a header without a column of country codes, or of AS numbers",
                     reader->path, (unsigned long long)reader->number);
}

static int take_fields(struct reader *reader, char *const *fields, size_t count,
                       struct error *error)
{
    struct network_line line = {.name = ""};
    reader->lines->read++;
    if (count > 0 && (reader->has_header ? read_by_header(reader, fields, count, &line)
                                         : read_bare(fields, count, &line)))
        return reader->each(reader->context, &line, error);
    if (reader->lines->broken++ == 0)
        reader->lines->first_broken = reader->number;
    return 0;
}

static int take_line(struct reader *reader, struct error *error)
{
    char *fields[FIELDS_MAX], *text = reader->line;
    bool whole = !reader->too_long && memchr(text, '\0', reader->length) == NULL;
    bool is_first = !reader->begun;
    int is_header = 0;
    text[reader->length] = '\0';
    reader->length = 0;
    reader->too_long = false;
    reader->number++;
    if (is_first && strncmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3; /* byte order mark */
    text = csv_trim(text);
    if (whole && (*text == '\0' || *text == '#'))
        return 0;
    reader->begun = true;
    size_t count = whole ? split(text, fields) : 0;
    if (is_first)
        is_header = take_header(reader, fields, count, error);
    return is_header == 0 ? take_fields(reader, fields, count, error) : is_header < 0 ? -1 : 0;
}

static int take_block(struct reader *reader, const char *block, size_t size, struct error *error)
{
    for (const char *end = block + size; block < end;) {
        const char *line_end = memchr(block, '\n', (size_t)(end - block));
        size_t length = (size_t)((line_end != NULL ? line_end : end) - block);
        size_t room = LINE_MAX_OCTETS - reader->length;
        reader->too_long |= length > room;
        memcpy(reader->line + reader->length, block, length < room ? length : room);
        reader->length += length < room ? length : room;
        if (line_end == NULL)
            return 0;
        block = line_end + 1;
        int result = take_line(reader, error);
        if (result != 0)
            return result;
    }
    return 0;
}

/* One file, of an archive or alone */
static int read_file(struct reader *reader, struct list_input *input, struct error *error)
{
    const char *block;
    size_t size;
    int result = 0, got = 0;
    reader->begun = reader->has_header = false;
    while (result == 0 && (got = list_input_block(input, &block, &size)) == 1)
        result = take_block(reader, block, size, error);
    if (result == 0 && got < 0)
        return error_set(error, "%s: %s", reader->path, list_input_problem(input));
    return result == 0 && reader->length > 0 ? take_line(reader, error) : result;
}

int network_file_read(const char *path, network_line_fn *each, void *context,
                      struct network_lines *ret, struct error *error)
{
    struct list_input *input;
    struct reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return error_set(error, "%s: out of memory", path);
    *ret = (struct network_lines){0};
    reader->path = path;
    reader->each = each;
    reader->context = context;
    reader->lines = ret;
    int result = list_input_open(path, "table of networks", &input, error);
    if (result == 0) {
        int got;
        while (result == 0 && (got = list_input_next(input)) == 1)
            result = read_file(reader, input, error);
        char digest[65]; /* it looks at what lies behind the last file */
        if (result == 0 && (got < 0 || list_input_digest(input, digest) != 0))
            result = error_set(error, "%s: %s", path, list_input_problem(input));
        list_input_free(input);
    }
    free(reader);
    return result;
}
