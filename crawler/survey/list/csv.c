/* CSV, RFC 4180: fields of a line, and what the first lines say of the columns.  A quoted field
 * ends on its line: one that does not costs no other line. */
#include "crawler/survey/list/format.h"

#include <string.h>

enum {
    SEPARATORS = 3,
    DETECT_COLUMNS = 64, /* further ones are found by --list-column only */
};

/* A field of a line, without quotes and the blanks around it. */
struct field {
    struct span text;
    bool is_bad; /* in quotes that do not end, or go on */
    bool is_last;
};

/* RFC 4180 s2.  A doubled quote stays doubled: no name has one. */
static struct field take_quoted(struct span *rest, char separator)
{
    struct field field = {.text = {rest->text + 1, 0}};
    size_t at = 1;
    while (at < rest->length &&
           (rest->text[at] != '"' || (at + 1 < rest->length && rest->text[at + 1] == '"')))
        at += rest->text[at] == '"' ? 2 : 1;
    if (at >= rest->length) {
        field.is_bad = field.is_last = true;
        return field;
    }
    field.text = span_trim((struct span){rest->text + 1, at - 1});
    at++;
    while (at < rest->length && rest->text[at] != separator) {
        field.is_bad |= !span_blank(rest->text[at]);
        at++;
    }
    field.is_last = at >= rest->length;
    at += !field.is_last;
    *rest = (struct span){rest->text + at, rest->length - at};
    return field;
}

static struct field take_field(struct span *rest, char separator)
{
    struct span start = *rest;
    while (start.length > 0 && span_blank(start.text[0]) && start.text[0] != separator)
        start = (struct span){start.text + 1, start.length - 1};
    if (start.length > 0 && start.text[0] == '"') {
        *rest = start;
        return take_quoted(rest, separator);
    }
    const char *end = start.length > 0 ? memchr(start.text, separator, start.length) : NULL;
    struct field field = {.text = start, .is_last = end == NULL};
    if (end != NULL) {
        field.text.length = (size_t)(end - start.text);
        *rest = (struct span){end + 1, start.length - field.text.length - 1};
    }
    field.text = span_trim(field.text);
    return field;
}

static bool is_header(const struct csv *csv, struct span line)
{
    return csv->has_header && line.length == csv->header.length &&
           memcmp(line.text, csv->header.text, line.length) == 0;
}

enum line_verdict csv_read(const struct csv *csv, struct span line, struct line_name *ret)
{
    int last = csv->rank_column > csv->name_column ? csv->rank_column : csv->name_column;
    last = csv->stratum_column > last ? csv->stratum_column : last;
    struct field field = {.is_last = false}, name = {.is_last = false};
    bool has_name = false;
    if (is_header(csv, line))
        return LINE_SKIP;
    ret->rank = -1;
    ret->stratum = (struct span){NULL, 0};
    for (int column = 0; column <= last && !field.is_last; column++) {
        field = take_field(&line, csv->separator);
        if (column == csv->name_column) {
            name = field;
            has_name = true;
        }
        if (column == csv->rank_column && !field.is_bad)
            ret->rank = rank_read(field.text);
        if (column == csv->stratum_column && !field.is_bad)
            ret->stratum = field.text;
    }
    if (has_name && !name.is_bad)
        return name_read(name.text, ret);
    ret->reason = has_name || field.is_bad ? "bad quotes" : "missing column";
    return LINE_REJECT;
}

/* --- what a CSV's first lines say --- */

/* Words that no first line of data would hold: none is a top level domain. */
static const char *const name_words[] = {"domain",      "domain_name", "domainname", "domain name",
                                         "root domain", "fqdn",        "hostname",   NULL};
/* Words that may head a column of names, or of something else. */
static const char *const vague_words[] = {"host", "name", "domains", "site", "website", NULL};
static const char *const rank_words[] = {"rank",        "globalrank", "global_rank",
                                         "global rank", "position",   NULL};

struct columns {
    int count;
    bool has_number;                  /* some field of it is digits and dots */
    struct span text[DETECT_COLUMNS]; /* of the first line */
    int dotted[DETECT_COLUMNS];       /* lines below it with a name of two labels or more */
    int numbers[DETECT_COLUMNS];      /* lines below it with a whole number */
    int names[DETECT_COLUMNS];        /* lines below it with any name */
    int lines;                        /* below the first */
    bool first_is_dotted[DETECT_COLUMNS];
    bool first_is_number[DETECT_COLUMNS];
};

static int count_fields(struct span line, char separator, struct span *ret)
{
    struct field field = {.is_last = false};
    int count = 0;
    while (!field.is_last && count < DETECT_COLUMNS) {
        field = take_field(&line, separator);
        ret[count++] = field.text;
    }
    return count;
}

static bool is_digits_and_dots(struct span text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.text[i] != '.' && (text.text[i] < '0' || text.text[i] > '9'))
            return false;
    }
    return text.length > 0;
}

/* A whole number, of whatever length. */
static bool is_number(struct span text)
{
    return rank_read(text) >= 0 ||
           (is_digits_and_dots(text) && memchr(text.text, '.', text.length) == NULL);
}

/* A score or a date is none, though it may be written as one: a top level domain is never all
 * digits (RFC 3696 s2), nor does any begin with one, as `1.2e-05` would. */
static bool is_dotted_name(struct span text, bool *ret_is_name)
{
    char domain[LIST_DOMAIN_SIZE];
    size_t length;
    *ret_is_name = false;
    if (list_name_read(text, domain, &length) != NULL)
        return false;
    const char *dot = memrchr(domain, '.', length);
    const char *top = dot != NULL ? dot + 1 : domain;
    *ret_is_name = *top < '0' || *top > '9';
    return *ret_is_name && dot != NULL;
}

static void look_at_columns(struct span sample, char separator, struct columns *ret)
{
    struct span line, fields[DETECT_COLUMNS];
    bool is_name;
    if (!span_take_meaningful_line(&sample, &line))
        return;
    ret->count = count_fields(line, separator, ret->text);
    for (int i = 0; i < ret->count; i++) {
        ret->first_is_dotted[i] = is_dotted_name(ret->text[i], &is_name);
        ret->first_is_number[i] = is_number(ret->text[i]);
        ret->has_number |= is_digits_and_dots(ret->text[i]);
    }
    while (ret->lines < DETECT_LINES && span_take_meaningful_line(&sample, &line)) {
        int count = count_fields(line, separator, fields);
        for (int i = 0; i < count; i++) {
            ret->dotted[i] += is_dotted_name(fields[i], &is_name);
            ret->names[i] += is_name;
            ret->numbers[i] += is_number(fields[i]);
        }
        ret->lines++;
    }
}

static int find_word(const struct columns *columns, const char *const *words)
{
    for (; *words != NULL; words++) {
        for (int i = 0; i < columns->count; i++) {
            if (span_is_word(columns->text[i], *words))
                return i;
        }
    }
    return -1;
}

/* The column that most often holds names, with a dot rather than without. */
static int find_names(const struct columns *columns, bool with_first_line)
{
    int best = -1, best_score = 0;
    for (int i = 0; i < DETECT_COLUMNS; i++) {
        int score = columns->dotted[i] * (DETECT_LINES + 1) + columns->names[i];
        if (with_first_line && columns->first_is_dotted[i])
            score += DETECT_LINES + 1;
        if (score > best_score) {
            best = i;
            best_score = score;
        }
    }
    return best;
}

static int find_numbers(const struct columns *columns)
{
    for (int i = 0; i < columns->count; i++) {
        int lines = columns->numbers[i] + columns->first_is_number[i];
        if (2 * lines > columns->lines + 1)
            return i;
    }
    return -1;
}

/* Which of them a line has, outside of quotes. */
static void count_separators(struct span line, const char separators[SEPARATORS],
                             int lines[SEPARATORS])
{
    bool is_quoted = false, has[SEPARATORS] = {false};
    for (size_t at = 0; at < line.length; at++) {
        is_quoted ^= line.text[at] == '"';
        for (size_t i = 0; i < SEPARATORS && !is_quoted; i++)
            has[i] |= line.text[at] == separators[i];
    }
    for (size_t i = 0; i < SEPARATORS; i++)
        lines[i] += has[i];
}

char csv_separator(struct span sample)
{
    static const char separators[SEPARATORS] = {',', ';', '\t'};
    int lines[SEPARATORS] = {0};
    struct span line;
    size_t best = 0;
    for (int n = 0; n < DETECT_LINES && span_take_meaningful_line(&sample, &line); n++)
        count_separators(span_trim(line), separators, lines);
    for (size_t i = 1; i < SEPARATORS; i++) {
        if (lines[i] > lines[best])
            best = i;
    }
    return separators[best];
}

/* The header's column of that name, which may lie beyond DETECT_COLUMNS. */
static int find_column(struct span sample, char separator, const char *name, struct error *error)
{
    struct span line, header;
    struct field field = {.is_last = false};
    if (!span_take_meaningful_line(&sample, &line))
        return 0; /* an empty list has no wrong column */
    header = line;
    for (int column = 0; !field.is_last; column++) {
        field = take_field(&line, separator);
        if (span_is_word(field.text, name))
            return column;
    }
    header = span_trim(header);
    int shown = header.length > 500 ? 500 : (int)header.length;
    return error_set(error, "no column \"%s\"; the first line has: %.*s", name, shown, header.text);
}

static int no_names(const struct columns *columns, struct error *error)
{
    char list[400];
    size_t used = 0;
    for (int i = 0; i < columns->count && used + 70 < sizeof list; i++) {
        struct span text = columns->text[i];
        size_t length = text.length > 60 ? 60 : text.length;
        memcpy(list + used, i > 0 ? ", " : "", i > 0 ? 2 : 0);
        used += i > 0 ? 2 : 0;
        memcpy(list + used, text.text, length);
        used += length;
    }
    list[used] = '\0';
    return error_set(error, "no column of domain names found: choose one with --list-column: %s",
                     list);
}

/* The column of names by its heading; -1: the lines below have to tell. */
static int find_heading(const struct columns *columns)
{
    int column = find_word(columns, name_words);
    int by_lines = find_names(columns, false);
    if (column < 0 && (by_lines < 0 || columns->dotted[by_lines] == 0))
        column = find_word(columns, vague_words);
    return column;
}

/* A column of numbers below a word; a line of data would have a number there, or a name. */
static bool has_numbers_below_word(const struct columns *columns)
{
    bool found = false;
    for (int i = 0; i < columns->count; i++) {
        if (columns->first_is_dotted[i])
            return false;
        found |= !columns->first_is_number[i] && 2 * columns->numbers[i] > columns->lines;
    }
    return found;
}

static bool find_header(const struct columns *columns)
{
    int names = find_names(columns, false);
    if (find_word(columns, name_words) >= 0)
        return true;
    if (columns->has_number)
        return false;
    if (find_word(columns, vague_words) >= 0 || find_word(columns, rank_words) >= 0)
        return true;
    if (names < 0) /* else a word of it would be the only name: `id,url` */
        return columns->count > 1 && has_numbers_below_word(columns);
    /* a first line without a name where those below have one is a header in other words */
    return columns->count > 1 && !columns->first_is_dotted[names] && columns->dotted[names] > 0;
}

int csv_detect(struct span sample, const struct list_source *source, struct csv *ret,
               struct error *error)
{
    struct columns columns = {.count = 0};
    char separator = csv_separator(sample);
    look_at_columns(sample, separator, &columns);
    bool has_header = source->column != NULL || source->stratum != NULL || find_header(&columns);
    int rank = has_header ? find_word(&columns, rank_words) : find_numbers(&columns);
    int names = has_header ? find_heading(&columns) : -1, stratum = -1;
    if (source->column != NULL &&
        (names = find_column(sample, separator, source->column, error)) < 0)
        return -1;
    if (source->stratum != NULL &&
        (stratum = find_column(sample, separator, source->stratum, error)) < 0)
        return -1;
    if (names < 0)
        names = find_names(&columns, !has_header);
    if (names < 0 && has_header && columns.lines > 0)
        return no_names(&columns, error);
    if (names < 0) /* not one name: each line will say why */
        names = columns.count > 1 && rank == 0 ? 1 : 0;
    *ret =
        (struct csv){separator, has_header, {NULL, 0}, names, rank == names ? -1 : rank, stratum};
    if (has_header)
        span_take_meaningful_line(&sample, &ret->header);
    return 0;
}

bool csv_is_heading(struct span line)
{
    line = span_trim(line);
    if (line.length > 2 && line.text[0] == '"' && line.text[line.length - 1] == '"')
        line = (struct span){line.text + 1, line.length - 2};
    for (const char *const *word = name_words; *word != NULL; word++) {
        if (span_is_word(line, *word))
            return true;
    }
    return false;
}
