#include "analysis/samples/samples.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/collect/given/csv_file.h"

enum column {
    COLUMN_NAME,
    COLUMN_UNIT,
    COLUMN_COUNT,
    COLUMN_OF,
    COLUMN_SOURCE,
    COLUMN_DATE,
    COLUMN_DESIGN_EFFECT,
    COLUMN_NOTE,
    COLUMNS,
    COLUMNS_REQUIRED = COLUMN_DATE
};

static const char *const column_names[COLUMNS] = {"name",   "unit", "count",         "of",
                                                  "source", "date", "design_effect", "note"};
static const char *const unit_words[SAMPLE_UNIT_COUNT] = {"domain", "mx_record", "host"};

struct reading {
    const char *path;
    struct samples *samples;
    size_t header; /* fields of it; 0: not met yet */
    int place[COLUMNS];
};

struct row {
    const struct reading *reading;
    uint64_t line;
    char *const *fields;
};

const char *sample_unit_word(enum sample_unit unit)
{
    return unit_words[unit];
}

static int place_of(const char *text, const char *const *words, int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0)
            return i;
    }
    return -1;
}

static int read_header(struct reading *reading, uint64_t line, char *const *fields, size_t count,
                       struct error *error)
{
    for (int i = 0; i < COLUMNS; i++)
        reading->place[i] = -1;
    for (size_t i = 0; i < count; i++) {
        int column = place_of(fields[i], column_names, COLUMNS);
        if (column < 0)
            return error_set(error,
                             "%s: line %llu: \"%.60s\" is no column of samples: name, unit, count, "
                             "of, source, date, design_effect, note",
                             reading->path, (unsigned long long)line, fields[i]);
        if (reading->place[column] >= 0)
            return error_set(error, "%s: line %llu: the column \"%s\" comes twice", reading->path,
                             (unsigned long long)line, fields[i]);
        reading->place[column] = (int)i;
    }
    for (int i = 0; i < COLUMNS_REQUIRED; i++) {
        if (reading->place[i] < 0)
            return error_set(error, "%s: line %llu: the header has no column \"%s\"", reading->path,
                             (unsigned long long)line, column_names[i]);
    }
    reading->header = count;
    return 0;
}

/* NULL: no such column, or nothing in it */
static const char *text_of(const struct row *row, enum column column)
{
    int place = row->reading->place[column];
    return place < 0 || *row->fields[place] == '\0' ? NULL : row->fields[place];
}

static int fault(const struct row *row, enum column column, const char *expected,
                 struct error *error)
{
    const char *text = text_of(row, column);
    return error_set(error, "%s: line %llu: %s: \"%.60s\" is not %s", row->reading->path,
                     (unsigned long long)row->line, column_names[column], text != NULL ? text : "",
                     expected);
}

static int read_count(const struct row *row, enum column column, uint64_t least, uint64_t *ret,
                      struct error *error)
{
    const char *text = text_of(row, column);
    uint64_t number = UINT64_MAX;
    if (text != NULL && strlen(text) <= 18 && strspn(text, "0123456789") == strlen(text))
        number = strtoull(text, NULL, 10);
    if (number < least || number > SAMPLE_UNITS_MAX)
        return fault(row, column,
                     least == 0 ? "a whole number up to 2^53, digits only"
                                : "a whole number from 1 to 2^53, digits only",
                     error);
    *ret = number;
    return 0;
}

static int read_design_effect(const struct row *row, struct sample *sample, struct error *error)
{
    const char *text = text_of(row, COLUMN_DESIGN_EFFECT);
    char *end = NULL;
    sample->design_effect = 1;
    if (text == NULL)
        return 0;
    double number = strspn(text, "0123456789.") == strlen(text) ? strtod(text, &end) : 0;
    if (end == NULL || *end != '\0' || !(number > 0) || number > 1e9)
        return fault(row, COLUMN_DESIGN_EFFECT,
                     "a number above 0, up to 1000000000, without exponent", error);
    sample->design_effect = number;
    sample->has_design_effect = true;
    return 0;
}

static int read_numbers(const struct row *row, struct sample *sample, struct error *error)
{
    const char *unit = text_of(row, COLUMN_UNIT);
    int place = unit != NULL ? place_of(unit, unit_words, SAMPLE_UNIT_COUNT) : -1;
    if (place < 0)
        return fault(row, COLUMN_UNIT, "domain, mx_record or host", error);
    sample->unit = (enum sample_unit)place;
    if (read_count(row, COLUMN_COUNT, 0, &sample->count, error) != 0 ||
        read_count(row, COLUMN_OF, 1, &sample->of, error) != 0 ||
        read_design_effect(row, sample, error) != 0)
        return -1;
    if (sample->count > sample->of)
        return fault(row, COLUMN_COUNT, "at most `of`", error);
    return 0;
}

static int read_texts(const struct row *row, struct sample *sample, struct error *error)
{
    static const enum column columns[] = {COLUMN_NAME, COLUMN_SOURCE, COLUMN_DATE};
    char **const places[] = {&sample->name, &sample->source, &sample->date};
    for (int i = 0; i < 3; i++) {
        const char *text = text_of(row, columns[i]);
        if (text == NULL && columns[i] == COLUMN_DATE)
            continue;
        if (text == NULL)
            return fault(row, columns[i], "given: say what was counted, and who says so", error);
        *places[i] = strdup(text);
        if (*places[i] == NULL)
            return error_set(error, "%s: out of memory", row->reading->path);
    }
    return 0;
}

static int read_row(void *context, uint64_t line, char *const *fields, size_t count,
                    struct error *error)
{
    struct reading *reading = context;
    struct samples *samples = reading->samples;
    struct row row = {reading, line, fields};
    if (reading->header == 0)
        return read_header(reading, line, fields, count, error);
    if (count != reading->header)
        return error_set(error, "%s: line %llu: %zu fields, the header has %zu", reading->path,
                         (unsigned long long)line, count, reading->header);
    if (samples->count == SAMPLES_MAX)
        return error_set(error, "%s: line %llu: more than %d samples", reading->path,
                         (unsigned long long)line, SAMPLES_MAX);
    struct sample *items = reallocarray(samples->items, samples->count + 1, sizeof *samples->items);
    if (items == NULL)
        return error_set(error, "%s: out of memory", reading->path);
    samples->items = items;
    struct sample *sample = &items[samples->count++];
    *sample = (struct sample){0};
    if (read_numbers(&row, sample, error) != 0)
        return -1;
    return read_texts(&row, sample, error);
}

int samples_read(const char *path, struct samples *ret, struct error *error)
{
    struct samples samples = {0};
    struct reading reading = {.path = path, .samples = &samples};
    int result = csv_file_read(path, read_row, &reading, error);
    if (result == 0 && samples.count == 0)
        result = error_set(error, "%s: no samples in it", path);
    if (result != 0)
        samples_free(&samples);
    else
        *ret = samples;
    return result;
}

void samples_free(struct samples *samples)
{
    for (size_t i = 0; i < samples->count; i++) {
        free(samples->items[i].name);
        free(samples->items[i].source);
        free(samples->items[i].date);
    }
    free(samples->items);
    *samples = (struct samples){0};
}
