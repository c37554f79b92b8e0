#include "analysis/document/document.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/document/blocks.h"
#include "analysis/document/text_form.h"
#include "analysis/document/utf8.h"

struct text {
    struct text *next;
    char octets[];
};

static const char *keep(struct document *document, const char *text)
{
    size_t size = strlen(text) + 1;
    struct text *kept = malloc(sizeof *kept + size);
    if (kept == NULL) {
        document->failed = true;
        return "";
    }
    memcpy(kept->octets, text, size);
    kept->next = document->texts;
    document->texts = kept;
    return kept->octets;
}

/* Room for `more` items at the end of an array. */
static bool grow(struct document *document, void **items, size_t *capacity, size_t count,
                 size_t more, size_t size)
{
    if (document->failed)
        return false;
    if (count + more <= *capacity)
        return true;
    size_t wanted = 2 * (count + more);
    void *grown = reallocarray(*items, wanted, size);
    if (grown == NULL) {
        document->failed = true;
        return false;
    }
    *items = grown;
    *capacity = wanted;
    return true;
}

static void add(struct document *document, struct block block)
{
    if (!grow(document, (void **)&document->blocks, &document->capacity, document->count, 1,
              sizeof *document->blocks))
        return;
    if (block.text != NULL)
        block.text = keep(document, block.text);
    const char **const texts[] = {&block.word, &block.column, &block.more, &block.label,
                                  &block.cell.text};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i] != NULL)
            *texts[i] = keep(document, *texts[i]);
    document->blocks[document->count++] = block;
}

struct document *document_new(const char *title)
{
    struct document *document = calloc(1, sizeof *document);
    if (document != NULL)
        document->title = keep(document, title);
    return document;
}

void document_free(struct document *document)
{
    if (document == NULL)
        return;
    for (struct text *text = document->texts, *next; text != NULL; text = next) {
        next = text->next;
        free(text);
    }
    free(document->cells);
    free(document->columns);
    free(document->blocks);
    free(document);
}

void document_section(struct document *document, const char *word, const char *title)
{
    add(document, (struct block){.kind = BLOCK_SECTION, .word = word, .text = title});
}

void document_heading(struct document *document, const char *title)
{
    add(document, (struct block){.kind = BLOCK_HEADING, .text = title});
}

static void sentence(struct document *document, enum block_kind kind, const char *format,
                     va_list args)
{
    char text[2000];
    vsnprintf(text, sizeof text, format, args);
    add(document, (struct block){.kind = kind, .text = text});
}

#define SENTENCE(name, kind)                                                                       \
    void name(struct document *document, const char *format, ...)                                  \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, format);                                                                    \
        sentence(document, kind, format, args);                                                    \
        va_end(args);                                                                              \
    }
SENTENCE(document_paragraph, BLOCK_PARAGRAPH)
SENTENCE(document_warning, BLOCK_WARNING)
SENTENCE(document_detail, BLOCK_DETAIL)
SENTENCE(document_point, BLOCK_POINT)

/* --- cells --- */

struct document_cell cell_text(const char *text)
{
    return (struct document_cell){.kind = text != NULL ? CELL_TEXT : CELL_NONE, .text = text};
}

struct document_cell cell_word(const char *word, const char *text)
{
    return (struct document_cell){.kind = CELL_TEXT, .word = word, .text = text};
}

struct document_cell cell_count(uint64_t count)
{
    return (struct document_cell){.kind = CELL_COUNT, .count = count};
}

struct document_cell cell_real(double value, int digits)
{
    return (struct document_cell){.kind = CELL_REAL, .value = value, .digits = digits};
}

struct document_cell cell_share(double share, int decimals)
{
    return (struct document_cell){.kind = CELL_SHARE, .value = share, .digits = decimals};
}

struct document_cell cell_range(struct interval interval, enum interval_ends ends, int decimals)
{
    return (struct document_cell){.kind = CELL_RANGE,
                                  .digits = decimals,
                                  .has_interval = true,
                                  .ends = ends,
                                  .interval = interval};
}

struct document_cell cell_range_in_words(struct document_cell range, const char *words)
{
    range.kind = CELL_RANGE;
    range.text = words;
    return range;
}

struct document_cell cell_points(double difference, int decimals)
{
    return (struct document_cell){.kind = CELL_POINTS, .value = difference, .digits = decimals};
}

struct document_cell cell_change(uint64_t from, uint64_t to)
{
    return (struct document_cell){.kind = CELL_CHANGE, .value = (double)to - (double)from};
}

struct document_cell cell_time(int64_t seconds)
{
    return (struct document_cell){.kind = CELL_TIME, .value = (double)seconds};
}

struct document_cell cell_with_interval(struct document_cell cell, struct interval interval)
{
    cell.has_interval = true;
    cell.interval = interval;
    return cell;
}

struct document_cell cell_with_of(struct document_cell cell, uint64_t of, uint64_t unanswered)
{
    cell.has_of = true;
    cell.of = of;
    cell.unanswered = unanswered;
    return cell;
}

static const char *range_words(const struct document_cell *cell, char ret[CELL_TEXT_MAX])
{
    char number[NUMBER_MAX];
    if (cell->text != NULL)
        return cell->text;
    if (!cell->has_interval)
        return NULL;
    if (cell->ends == ENDS_BOTH)
        return text_range(cell->interval, cell->digits, ret);
    snprintf(ret, CELL_TEXT_MAX, "at %s %s", cell->ends == ENDS_HIGH ? "most" : "least",
             text_percent(cell->ends == ENDS_HIGH ? cell->interval.high : cell->interval.low,
                          cell->digits, number));
    return ret;
}

/* A number, and its interval in brackets */
static const char *with_interval(const struct document_cell *cell, const char *number,
                                 const char *range, char ret[CELL_TEXT_MAX])
{
    snprintf(ret, CELL_TEXT_MAX, cell->has_interval ? "%s  (%s)" : "%s", number, range);
    return ret;
}

static const char *change_words(double change, char ret[CELL_TEXT_MAX])
{
    char count[NUMBER_MAX];
    text_count((uint64_t)(change < 0 ? -change : change), count);
    snprintf(ret, CELL_TEXT_MAX, "%s%s", change > 0 ? "+" : change < 0 ? "-" : "", count);
    return ret;
}

static const char *date_words(double seconds, char ret[CELL_TEXT_MAX])
{
    time_t time = (time_t)seconds;
    struct tm tm;
    if (gmtime_r(&time, &tm) == NULL || strftime(ret, CELL_TEXT_MAX, "%F", &tm) == 0)
        return NULL;
    return ret;
}

const char *document_cell_words(const struct document_cell *cell, char ret[CELL_TEXT_MAX])
{
    char number[NUMBER_MAX], range[NUMBER_MAX];
    switch (cell->kind) {
    case CELL_NONE:
        return NULL;
    case CELL_TEXT:
        return cell->text;
    case CELL_COUNT:
        return text_count(cell->count, ret);
    case CELL_REAL:
        snprintf(ret, CELL_TEXT_MAX, "%.*g", cell->digits, cell->value);
        return ret;
    case CELL_SHARE:
        return with_interval(cell, text_percent(cell->value, cell->digits, number),
                             text_range(cell->interval, cell->digits, range), ret);
    case CELL_RANGE:
        return range_words(cell, ret);
    case CELL_POINTS:
        return with_interval(cell, text_points(cell->value, cell->digits, number),
                             text_points_range(cell->interval, cell->digits, range), ret);
    case CELL_CHANGE:
        return change_words(cell->value, ret);
    case CELL_TIME:
        return date_words(cell->value, ret);
    }
    return NULL;
}

size_t document_cell_length(const struct document_cell *cell)
{
    char number[CELL_TEXT_MAX];
    const char *words = document_cell_words(cell, number);
    char *safe = words != NULL ? utf8_for_terminal(words) : NULL;
    size_t length = safe != NULL ? utf8_length(safe) : 0;
    free(safe);
    return length;
}

const char *document_cell_word(const struct document_cell *cell, char ret[CELL_TEXT_MAX])
{
    const char *words = cell->word != NULL ? cell->word : document_cell_words(cell, ret);
    return words != NULL ? words : "";
}

/* --- facts and tables --- */

void document_fact(struct document *document, const struct document_fact *fact,
                   struct document_cell cell)
{
    add(document, (struct block){
                      .kind = BLOCK_FACT,
                      .word = fact->word,
                      .text = fact->title,
                      .label = fact->label != NULL ? fact->label : fact->title,
                      .column = fact->column,
                      .more = fact->more,
                      .cell = cell,
                  });
}

void document_value(struct document *document, const char *column, const char *label,
                    struct document_cell cell)
{
    add(document,
        (struct block){.kind = BLOCK_VALUE, .text = label, .column = column, .cell = cell});
}

enum {
    COLUMNS_MAX = 16,
    COLUMNS_TEXT_MAX = 400
};

void document_table(struct document *document, const char *word, const char *caption,
                    const struct document_column *columns, size_t count)
{
    struct block table = {
        .kind = BLOCK_TABLE,
        .word = word,
        .text = caption,
        .first_column = document->column_count,
        .column_count = count,
        .first_cell = document->cell_count,
    };
    if (!grow(document, (void **)&document->columns, &document->column_capacity,
              document->column_count, count, sizeof *document->columns))
        return;
    for (size_t i = 0; i < count; i++)
        document->columns[document->column_count++] = (struct document_column){
            keep(document, columns[i].word), keep(document, columns[i].title)};
    add(document, table);
}

void document_table_of(struct document *document, const char *word, const char *caption,
                       const char *columns)
{
    struct document_column items[COLUMNS_MAX];
    char text[COLUMNS_TEXT_MAX], *rest = text;
    size_t count = 0;
    int length = snprintf(text, sizeof text, "%s", columns);
    assert(length >= 0 && (size_t)length < sizeof text);
    (void)length;
    for (char *item; count < COLUMNS_MAX && (item = strsep(&rest, "|")) != NULL; count++) {
        char *title = strchr(item, ':');
        items[count] = (struct document_column){item, title != NULL ? title + 1 : item};
        if (title != NULL)
            *title = '\0';
    }
    document_table(document, word, caption, items, count);
}

void document_cells(struct document *document, const struct document_cell *cells, size_t count)
{
    if (!grow(document, (void **)&document->cells, &document->cell_capacity, document->cell_count,
              count, sizeof *document->cells))
        return;
    struct block *table = &document->blocks[document->count - 1];
    assert(table->kind == BLOCK_TABLE && table->column_count == count &&
           (cells[0].kind == CELL_TEXT || cells[0].kind == CELL_TIME));
    for (size_t i = 0; i < count; i++) {
        struct document_cell cell = cells[i];
        if (cell.word != NULL)
            cell.word = keep(document, cell.word);
        if (cell.text != NULL)
            cell.text = keep(document, cell.text);
        document->cells[document->cell_count++] = cell;
    }
    table->row_count++;
}

void document_figure(struct document *document, const char *title)
{
    assert(document->failed || document->count > 0); /* of something */
    add(document, (struct block){.kind = BLOCK_FIGURE, .text = title});
}

bool block_is_of_facts(enum block_kind kind)
{
    return kind == BLOCK_FACT || kind == BLOCK_VALUE || kind == BLOCK_DETAIL;
}

const struct document_column *document_columns(const struct document *document,
                                               const struct block *table)
{
    return &document->columns[table->first_column];
}

const struct document_cell *document_cell_at(const struct document *document,
                                             const struct block *table, size_t row, size_t column)
{
    return &document->cells[table->first_cell + row * table->column_count + column];
}

struct document_cell document_figure_cell(const struct document *document,
                                          const struct block *table, size_t row, size_t column)
{
    struct document_cell cell = *document_cell_at(document, table, row, column);
    if (cell.has_interval || column + 1 == table->column_count)
        return cell;
    const struct document_cell *next = document_cell_at(document, table, row, column + 1);
    if (next->kind == CELL_RANGE && next->has_interval && next->text == NULL)
        cell = cell_with_interval(cell, next->interval);
    return cell;
}

/* The first column with a cell of the kind, and perhaps an interval */
static size_t column_of(const struct document *document, const struct block *table,
                        enum cell_kind kind, bool with_interval)
{
    for (size_t column = 1; column < table->column_count; column++)
        for (size_t row = 0; row < table->row_count; row++) {
            struct document_cell cell = document_figure_cell(document, table, row, column);
            if (cell.kind == kind && (cell.has_interval || !with_interval))
                return column;
        }
    return 0;
}

size_t document_figure_column(const struct document *document, const struct block *table)
{
    static const struct {
        enum cell_kind kind;
        bool with_interval;
    } wanted[] = {
        {CELL_SHARE, true}, {CELL_POINTS, true}, {CELL_COUNT, false}, {CELL_SHARE, false}};
    size_t column = 0;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted && column == 0; i++)
        column = column_of(document, table, wanted[i].kind, wanted[i].with_interval);
    return column;
}
