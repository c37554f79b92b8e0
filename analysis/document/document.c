#include "analysis/document/document.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/document/blocks.h"
#include "analysis/document/utf8.h"
#include "crawler/core/utf8.h"

struct text {
    struct text *next;
    char octets[];
};

/* A copy that is safe to show, and stays one in every form; NULL of NULL. */
static const char *keep(struct document *document, const char *text)
{
    if (text == NULL)
        return NULL;
    size_t size = strlen(text) * UTF8_ESCAPE_MAX + 1;
    struct text *kept = malloc(sizeof *kept + size);
    if (kept == NULL) {
        document->failed = true;
        return "";
    }
    utf8_escape(text, kept->octets, size);
    kept->next = document->texts;
    document->texts = kept;
    return kept->octets;
}

/* Room for `more` items at the end of an array. */
static bool grow(struct document *document, void **items, size_t *capacity, size_t count,
                 size_t more, size_t size)
{
    if (document->failed || count + more <= *capacity)
        return !document->failed;
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
    block.word = keep(document, block.word);
    block.text = keep(document, block.text);
    block.label = keep(document, block.label);
    block.cell.word = keep(document, block.cell.word);
    block.cell.text = keep(document, block.cell.text);
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

/* --- facts and tables --- */

/* A line of a label, where it has one, the number in words, and more of them */
static void add_value(struct document *document, const char *column, const char *label,
                      const struct document_cell *cell, const char *more)
{
    char number[CELL_TEXT_MAX], *line = NULL;
    int length = asprintf(&line, "%s%s%s%s", label != NULL ? label : "", label != NULL ? ": " : "",
                          cell_words(cell, "not known", number), more != NULL ? more : "");
    document->failed |= length < 0;
    if (length < 0)
        return;
    add(document,
        (struct block){
            .kind = BLOCK_VALUE, .word = column, .text = line, .label = label, .cell = *cell});
    free(line);
}

void document_fact(struct document *document, const struct document_fact *fact,
                   struct document_cell cell)
{
    const char *label = fact->label != NULL ? fact->label : fact->title;
    add(document, (struct block){
                      .kind = BLOCK_FACT, .word = fact->word, .text = fact->title, .label = label});
    add_value(document, fact->column, NULL, &cell, fact->more);
}

void document_value(struct document *document, const char *column, const char *label,
                    struct document_cell cell)
{
    add_value(document, column, label, &cell, NULL);
}

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
    assert(count <= COLUMNS_MAX);
    for (size_t i = 0; i < count; i++)
        document->columns[document->column_count++] = (struct document_column){
            keep(document, columns[i].word), keep(document, columns[i].title)};
    add(document, table);
}

void document_table_of(struct document *document, const char *word, const char *caption,
                       const char *columns)
{
    struct document_column items[COLUMNS_MAX];
    char text[400], *rest = text;
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
        struct document_cell *cell = &document->cells[document->cell_count++];
        *cell = cells[i];
        cell->word = keep(document, cell->word);
        cell->text = keep(document, cell->text);
    }
    table->row_count++;
}

void document_figure(struct document *document, const char *title)
{
    assert(document->failed || document->count > 0); /* of something */
    add(document, (struct block){.kind = BLOCK_FIGURE, .text = title});
}

/* --- for forms --- */

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

static size_t longest_word(const char *text)
{
    size_t longest = 0;
    for (size_t length; *text != '\0'; text += length + strspn(text + length, " ")) {
        length = strcspn(text, " ");
        longest = length > longest ? length : longest;
    }
    return longest;
}

size_t document_column_width(const struct document *document, const struct block *table,
                             size_t column, bool *ret_is_text)
{
    size_t width = longest_word(document_columns(document, table)[column].title);
    *ret_is_text = column == 0;
    for (size_t row = 0; row < table->row_count; row++) {
        const struct document_cell *cell = document_cell_at(document, table, row, column);
        char number[CELL_TEXT_MAX];
        size_t length = utf8_length(cell_words(cell, "-", number));
        width = length > width ? length : width;
        *ret_is_text |= cell->kind == CELL_TEXT;
    }
    return width;
}
